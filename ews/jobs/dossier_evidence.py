"""Evidence that the record itself supplies: delivered files and extracts, each under a number of the case."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection

from ews.cases.calendar import office_date
from ews.cases.model import CaseFile
from ews.dossier.model import EvidenceLine, Ref
from ews.errors import RefusedError
from ews.jobs.evidence import record_evidence
from ews.jobs.run import Context
from ews.scoring.model import Assessment
from ews.store import evidence
from ews.store.cases import split
from ews.store.columns import canonical_json
from ews.store.dossiers import DeliveredFile
from ews.store.evidence import EvidenceFile

CONFIDENTIALITY = "vertrouwelijk"
ORIGINS: dict[str, Literal["levering", "uittreksel"]] = {
    "levering": "levering",
    "dossierlog": "uittreksel",
    "kantoorgegevens": "uittreksel",
    "beoordeling": "uittreksel",
}


@dataclass(frozen=True, slots=True)
class Extract:
    """A delivered file, or a piece of the record as JSON."""

    kind: str
    name: str
    dated_on: date
    sha256: str
    size: int
    content: bytes | None
    """None for a delivery: its bytes are kept already."""


@dataclass
class Numbering:
    """Evidence numbers of one case: those that stand, and the next ones for what the record supplies."""

    case: CaseFile
    is_own: bool
    """False for another case that the notice spans: its numbers carry its name."""
    added: list[tuple[int, int, Extract]] = field(default_factory=list)
    """(number, version, extract) that drafting must record."""

    def cite(self, extract: Extract) -> Ref:
        """The number of an extract: the one it has, or the next free one."""
        for number, _, known in self.added:
            if known.sha256 == extract.sha256:
                return self.ref(number)
        versions = [one for one in self.case.evidence if _is_version(one.kind, one.name, one.sha256, extract)]
        newest = max(versions, key=lambda one: one.version, default=None)
        if newest is not None and newest.sha256 == extract.sha256:
            return self.ref(newest.number)
        number = newest.number if newest else self._next()
        self.added.append((number, newest.version + 1 if newest else 1, extract))
        return self.ref(number)

    def cite_delivery(self, file: DeliveredFile, row: int | None = None) -> Ref:
        """The number of a delivered file, with the row in it."""
        dated = office_date(file.known_at)
        ref = self.cite(Extract("levering", file.name, dated, file.sha256, file.size, None))
        return Ref(ref.number, case=ref.case, file_row=row)

    def cite_json(self, kind: str, name: str, dated_on: date, content: Any) -> Ref:
        """The number of a piece of the record, written as readable JSON."""
        plain = json.loads(canonical_json(content))
        written = json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True).encode()
        digest = hashlib.sha256(written).hexdigest()
        return self.cite(Extract(kind, name, dated_on, digest, len(written), written))

    def lines(self) -> Iterable[EvidenceLine]:
        """The newest version of everything that has a number."""
        other = "" if self.is_own else self.case.number
        lines = {one.number: one for one in sorted(self.case.evidence, key=lambda one: one.version)}
        newer = {number for number, _, _ in self.added}
        for number, one in lines.items():
            if number not in newer:
                yield EvidenceLine(
                    number=number,
                    version=one.version,
                    origin=ORIGINS.get(one.kind, "bestand"),
                    kind=one.kind,
                    name=one.name,
                    dated_on=one.evidence_date,
                    sha256=one.sha256,
                    size=one.size,
                    confidentiality=one.confidentiality,
                    expires_on=one.expires_on,
                    case=other,
                )
        for number, version, extract in self.added:
            yield EvidenceLine(
                number=number,
                version=version,
                origin=ORIGINS[extract.kind],
                kind=extract.kind,
                name=extract.name,
                dated_on=extract.dated_on,
                sha256=extract.sha256,
                size=extract.size,
                confidentiality=CONFIDENTIALITY,
                case=other,
            )

    def _next(self) -> int:
        standing = [one.number for one in self.case.evidence]
        return max([*standing, *(number for number, _, _ in self.added)], default=0) + 1

    def ref(self, number: int) -> Ref:
        """A number of this case, as the notice cites it."""
        return Ref(number, case="" if self.is_own else self.case.number)


def _is_version(kind: str, name: str, sha256: str, extract: Extract) -> bool:
    """The same delivery is the same bytes; a new state of an extract is a new version of it."""
    return (
        sha256 == extract.sha256 if extract.content is None else (kind, name) == (extract.kind, extract.name)
    )


def cite_log(numbering: Numbering, as_of: datetime) -> Ref:
    """The log as evidence: what was recorded when; of names and free text only a digest."""
    case = numbering.case
    rows = []
    for entry in case.entries:
        public, private = split(entry.what)
        texts = {key: text for key, text in private.items() if isinstance(text, str) and text}
        rows.append(
            {
                "regel": entry.id,
                "soort": type(entry.what).__name__,
                "gebeurd": entry.happened_on.isoformat(),
                "vastgelegd": entry.recorded_at.isoformat(),
                "door": entry.author,
                "tweede": entry.second,
                "bewijs": list(entry.evidence),
                "verbetert": entry.corrects,
                "inhoud": public,
                "tekst_sha256": {
                    key: hashlib.sha256(text.encode()).hexdigest() for key, text in texts.items()
                },
            }
        )
    dated = office_date(case.entries[-1].recorded_at if case.entries else as_of)
    name = f"Dossierlog {case.number}.json"
    return numbering.cite_json("dossierlog", name, dated, {"zaak": case.number, "regels": rows})


def cite_assessment(numbering: Numbering, found: Assessment) -> Ref:
    """The assessment as evidence: level, points and what it was made with."""
    content = {
        "aanbieder": found.subject,
        "per": found.as_of.isoformat(),
        "niveau": found.level.value,
        "punten": found.points,
        "zekerheid": found.confidence.value,
        "dekking": found.coverage,
        "redenen": [
            [reason.indicator, reason.kind.value, reason.points, reason.text] for reason in found.reasons
        ],
        "versies": dict(found.versions),
    }
    return numbering.cite_json(
        "beoordeling", f"Beoordeling {found.subject}.json", office_date(found.as_of), content
    )


def record_added(connection: Connection, context: Context, numberings: Iterable[Numbering]) -> None:
    """Keep the extracts and record every number that was given out, in the caller's transaction.

    Raises RefusedError when somebody else took a number meanwhile.
    """
    for numbering in numberings:
        for number, version, extract in numbering.added:
            if extract.content is not None:
                evidence.keep(context.folder / "evidence", extract.content)
            file = EvidenceFile(
                name=extract.name,
                kind=extract.kind,
                evidence_date=extract.dated_on,
                confidentiality=CONFIDENTIALITY,
                number=number if version > 1 else None,
            )
            given = record_evidence(
                connection,
                context,
                numbering.case.number,
                file,
                content=(extract.sha256, extract.size),
                by="systeem",
            )
            if given != (number, version):
                raise RefusedError(
                    f"In {numbering.case.number} is tegelijk een bewijsstuk toegevoegd. Stel opnieuw op."
                )
