"""Taking evidence into a case: looked at before it is kept, kept before it is recorded."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from ews.cases.calendar import office_date
from ews.cases.evidence_state import Look, may_look
from ews.cases.model import CaseFile, Mark, MarkKind
from ews.cases.rules import Signers
from ews.cases.screening import REMEDIES, Bounds, readable_text, screen, shown_name
from ews.dutch import thousands
from ews.errors import FileRefusedError, NotAllowedError, NotFoundError, RefusedError
from ews.jobs.run import Context
from ews.signals.persons import bsn_in
from ews.store import audit, cases, evidence
from ews.store.engine import writing
from ews.store.evidence import EvidenceFile


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to take in, and what the person says of it."""

    path: Path
    kind: str = "overig"
    evidence_date: date | None = None
    """What the document is dated; today when None."""
    confidentiality: str = "vertrouwelijk"
    expires_on: date | None = None
    replaces: int | None = None
    client_data: bool = False
    """What the person says: are there client data inside?"""
    redacted_from: Path | None = None
    """The document with client data that this one was made from: only its digest is kept."""
    content: bytes | None = None
    """When it does not lie on disk."""

    @classmethod
    def of(cls, content: bytes, name: str, *, kind: str) -> "Upload":
        """A document that was made here."""
        return cls(Path(name), kind=kind, content=content)


def keep_files(
    connection: Connection, context: Context, case: CaseFile, uploads: Sequence[Upload]
) -> list[int]:
    """Keep each file and record it, in the caller's transaction. Returns the evidence numbers.

    The same file of the same kind and date once more keeps the number that it has.
    Raises FileRefusedError before anything is kept of a file that can't be taken in.
    """
    return [_keep(connection, context, case, upload) for upload in uploads]


def _keep(connection: Connection, context: Context, case: CaseFile, upload: Upload) -> int:
    content = _read(context, upload)
    if upload.replaces is not None and upload.replaces not in {one.number for one in case.evidence}:
        raise NotFoundError(f"Zaak {case.number} heeft geen bewijsstuk B{upload.replaces} om te vervangen.")
    file = EvidenceFile(
        name=shown_name(upload.path.name),
        kind=upload.kind,
        evidence_date=upload.evidence_date or office_date(context.now),
        confidentiality=upload.confidentiality,
        expires_on=upload.expires_on,
        number=upload.replaces,
        redacted_from=_original(context, upload, content) if upload.redacted_from else None,
    )
    if upload.replaces is None:
        known = evidence.number_of(connection, case.number, file, hashlib.sha256(content).hexdigest())
        if known is not None:
            return known
    quota = context.settings.cases.case.evidence_quota_bytes
    if evidence.used_bytes(connection, case.number) + len(content) > quota:
        raise FileRefusedError(
            f"{shown_name(upload.path.name)}: de bewijsstukken van {case.number} gaan samen over {thousands(quota // 1_000_000)} MB. "
            "Vraag de beheerder om meer ruimte (evidence_quota_bytes)."
        )
    digest = evidence.keep(context.folder / "evidence", content)
    number, _ = record_evidence(connection, context, case.number, file, content=(digest, len(content)))
    return number


def record_evidence(
    connection: Connection,
    context: Context,
    case: str,
    file: EvidenceFile,
    *,
    content: tuple[str, int],
    by: str | None = None,
) -> tuple[int, int]:
    """Add a piece whose bytes are kept already, with its line in the record. Returns number and version.

    `content` is the SHA-256 and the size of the bytes; `by` is whoever hands it in, the actor when None.
    """
    digest, size = content
    who = by or context.actor.id
    number, version = evidence.record(
        connection, case, file, sha256=digest, size=size, by=who, now=context.now
    )
    detail = {"number": number, "version": version, "sha256": digest, "kind": file.kind}
    if file.redacted_from:
        detail["redacted_from"] = file.redacted_from
    audit.append(connection, context.actor, "evidence.added", case, detail, now=context.now)
    return number, version


def _read(context: Context, upload: Upload) -> bytes:
    name = shown_name(upload.path.name)
    if upload.client_data:
        raise FileRefusedError(
            f"{name}: een bestand met cliëntgegevens hoort niet in een zaak. "
            "Maak het onherleidbaar, lever dat aan en noem het origineel (--redacted-from); een ander loopt het na."
        )
    content = _bytes(upload, name, context.settings.cases.case.evidence_file_bytes)
    limits = context.settings.site.limits
    finding = screen(content, Bounds(limits.unpacked_bytes, limits.unpack_ratio, limits.zip_entries))
    if finding is not None:
        raise FileRefusedError(f"{name}: {REMEDIES[finding]}")
    masked = bsn_in(readable_text(content))
    if masked is not None:
        raise FileRefusedError(
            f"{name}: bevat een getal dat een BSN kan zijn ({masked}). Maak het onleesbaar en lever opnieuw aan."
        )
    return content


def _original(context: Context, upload: Upload, content: bytes) -> str:
    """SHA-256 of the document that this one was made from. Read and forgotten: its bytes are kept nowhere."""
    assert upload.redacted_from is not None
    name = shown_name(upload.redacted_from.name)
    limit = context.settings.cases.case.evidence_file_bytes
    original = _bytes(Upload(upload.redacted_from), name, limit)
    if original == content:
        raise FileRefusedError(
            f"{shown_name(upload.path.name)} is gelijk aan het origineel: er is niets weggelakt."
        )
    return hashlib.sha256(original).hexdigest()


def look(context: Context, case: str, number: int, found: Look, text: str) -> None:
    """A second person went through a redacted document. Raises NotAllowedError for who handed it in."""
    person = context.person()
    with writing(context.engine) as connection:
        held = cases.load_case(connection, case)
        pieces = [one for one in held.evidence if one.number == number]
        if not pieces:
            raise NotFoundError(f"Zaak {case} heeft geen bewijsstuk B{number}.")
        piece = max(pieces, key=lambda one: one.version)
        if piece.redacted_from is None:
            raise RefusedError(
                f"B{number} is niet als onherleidbaar gemaakt aangeleverd: er valt niets na te lopen."
            )
        if not may_look(piece, person.id) or Signers(person).obstacles():
            raise NotAllowedError(
                "Nalopen doet een ander dan wie het stuk aanleverde, en geen auditor of beheerder."
            )
        evidence.mark(connection, piece.id, Mark(MarkKind.LOOK, found.value, context.now, person.id, text))
        detail = {"number": number, "version": piece.version, "result": found.value}
        audit.append(connection, context.actor, "evidence.looked", case, detail, now=context.now)


def _bytes(upload: Upload, name: str, limit: int) -> bytes:
    """The bytes, read no further than the limit: a file may grow, or have no end."""
    if upload.content is not None:
        content = upload.content
    else:
        try:
            if upload.path.is_symlink() or not upload.path.is_file():
                raise FileRefusedError(f"{name} is geen gewoon bestand. Kies het bestand zelf.")
            with upload.path.open("rb") as stream:
                content = stream.read(limit + 1)
        except (OSError, ValueError) as error:
            raise FileRefusedError(f"{name} is niet te lezen. Controleer pad en rechten.") from error
    if len(content) > limit:
        raise FileRefusedError(
            f"{name} is groter dan {limit // 1_000_000} MB. Lever het kleiner of in delen aan."
        )
    return content
