"""Taking evidence into a case: looked at before it is kept, kept before it is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from ews.cases.calendar import office_date
from ews.cases.model import CaseFile
from ews.errors import FileRefusedError, NotFoundError
from ews.jobs.run import Context
from ews.store import audit, evidence
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


def keep_files(
    connection: Connection, context: Context, case: CaseFile, uploads: Sequence[Upload]
) -> list[int]:
    """Keep each file and record it, in the caller's transaction. Returns the evidence numbers.

    Raises FileRefusedError before anything is kept of a file that can't be taken in.
    """
    return [_keep(connection, context, case, upload) for upload in uploads]


def _keep(connection: Connection, context: Context, case: CaseFile, upload: Upload) -> int:
    content = _read(context, upload)
    if upload.replaces is not None and upload.replaces not in {one.number for one in case.evidence}:
        raise NotFoundError(f"Zaak {case.number} heeft geen bewijsstuk B{upload.replaces} om te vervangen.")
    quota = context.settings.cases.case.evidence_quota_bytes
    if evidence.used_bytes(connection, case.number) + len(content) > quota:
        raise FileRefusedError(
            f"{upload.path.name}: de bewijsstukken van {case.number} gaan samen over {quota:,} bytes. "
            "Vraag de beheerder om meer ruimte (evidence_quota_bytes)."
        )
    digest = evidence.keep(context.folder / "evidence", content)
    file = EvidenceFile(
        name=upload.path.name,
        kind=upload.kind,
        evidence_date=upload.evidence_date or office_date(context.now),
        confidentiality=upload.confidentiality,
        expires_on=upload.expires_on,
        number=upload.replaces,
    )
    number, version = evidence.record(
        connection,
        case.number,
        file,
        sha256=digest,
        size=len(content),
        by=context.actor.id,
        now=context.now,
    )
    detail = {"number": number, "version": version, "sha256": digest, "kind": upload.kind}
    audit.append(connection, context.actor, "evidence.added", case.number, detail, now=context.now)
    return number


def _read(context: Context, upload: Upload) -> bytes:
    if upload.client_data:
        raise FileRefusedError(
            f"{upload.path.name}: een bestand met cliëntgegevens hoort niet in een zaak. "
            "Maak het onherleidbaar en laat een tweede persoon het nalopen."
        )
    limit = context.settings.cases.case.evidence_file_bytes
    try:
        size = upload.path.stat().st_size
        if size > limit:
            raise FileRefusedError(f"{upload.path.name} is {size:,} bytes; hooguit {limit:,} mag.")
        return upload.path.read_bytes()
    except OSError as error:
        raise FileRefusedError(f"{upload.path} is niet te lezen: {error.strerror}.") from error
