"""Evidence: bytes under their SHA-256 in site/evidence, the rest as a row. A file is written once."""

import hashlib
import os
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, exists, func, insert, select

from ews.cases.model import Mark, MarkKind
from ews.store.schema import case_file, evidence, evidence_mark


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """What a person says of a document when handing it in."""

    name: str
    """As the sender called it: shown, never used as a path."""
    kind: str
    evidence_date: date
    confidentiality: str
    expires_on: date | None = None
    number: int | None = None
    """Of an earlier piece, when this is a new version of it."""
    redacted_from: str | None = None
    """SHA-256 of the document with client data that it was made from."""


def stored_at(folder: Path, sha256: str) -> Path:
    """Where the bytes lie; built from the digest alone, so no name can lead outside."""
    return folder / sha256[:2] / sha256


def keep(folder: Path, content: bytes) -> str:
    """Write the bytes once, durably, and return their SHA-256. The same bytes again change nothing."""
    digest = hashlib.sha256(content).hexdigest()
    target = stored_at(folder, digest)
    if target.exists():
        return digest
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    Path(draft).chmod(0o440)
    Path(draft).replace(target)
    return digest


def used_bytes(connection: Connection, case: str) -> int:
    """What the evidence of a case weighs together."""
    total = (
        select(func.coalesce(func.sum(evidence.c.size), 0))
        .join(case_file, evidence.c.case_id == case_file.c.id)
        .where(case_file.c.number == case)
    )
    return int(connection.execute(total).scalar_one())


def record(
    connection: Connection,
    case: str,
    file: EvidenceFile,
    *,
    sha256: str,
    size: int,
    by: str,
    now: datetime,
    entry: int | None = None,
) -> tuple[int, int]:
    """Add the row; returns (number, version): B14 is the 14th piece of the case, v2 its second version."""
    case_id = connection.execute(select(case_file.c.id).where(case_file.c.number == case)).scalar_one()
    number, version = _numbers(connection, case_id, file.number)
    connection.execute(
        insert(evidence).values(
            case_id=case_id,
            number=number,
            version=version,
            sha256=sha256,
            size=size,
            name=file.name,
            kind=file.kind,
            evidence_date=file.evidence_date,
            uploaded_at=now,
            uploaded_by=by,
            confidentiality=file.confidentiality,
            expires_on=file.expires_on,
            entry_id=entry,
            redacted_from=file.redacted_from,
        )
    )
    return number, version


def number_of(connection: Connection, case: str, file: EvidenceFile, sha256: str) -> int | None:
    """The number under which this case holds the same bytes, said the same way; None when it does not."""
    newer = evidence.alias()
    is_newest = ~exists().where(
        newer.c.case_id == evidence.c.case_id,
        newer.c.number == evidence.c.number,
        newer.c.version > evidence.c.version,
    )
    is_gone = exists().where(
        evidence_mark.c.evidence_id == evidence.c.id, evidence_mark.c.kind == MarkKind.DESTROYED.value
    )
    said = ("name", "kind", "evidence_date", "confidentiality", "expires_on", "redacted_from")
    query = (
        select(func.min(evidence.c.number))
        .join(case_file, evidence.c.case_id == case_file.c.id)
        .where(case_file.c.number == case, evidence.c.sha256 == sha256, is_newest, ~is_gone)
        .where(*(evidence.c[one].is_not_distinct_from(getattr(file, one)) for one in said))
    )
    found: int | None = connection.execute(query).scalar_one()
    return found


def _numbers(connection: Connection, case_id: int, given: int | None) -> tuple[int, int]:
    mine = evidence.c.case_id == case_id
    if given is None:
        last = connection.execute(select(func.max(evidence.c.number)).where(mine)).scalar()
        return (last or 0) + 1, 1
    last = connection.execute(
        select(func.max(evidence.c.version)).where(mine, evidence.c.number == given)
    ).scalar()
    return given, (last or 0) + 1


def mark(connection: Connection, piece: int, made: Mark) -> None:
    """Add what became of a piece; `piece` is its row."""
    connection.execute(
        insert(evidence_mark).values(
            evidence_id=piece,
            at=made.at,
            kind=made.kind.value,
            result=made.result,
            actor=made.actor,
            detail=made.detail,
        )
    )


def marks_of(
    connection: Connection, pieces: Collection[int], *, until: datetime | None = None
) -> dict[int, list[Mark]]:
    """What became of pieces, by row, oldest first."""
    query = select(evidence_mark).where(evidence_mark.c.evidence_id.in_(pieces)).order_by(evidence_mark.c.id)
    if until is not None:
        query = query.where(evidence_mark.c.at <= until)
    found: dict[int, list[Mark]] = {}
    for row in connection.execute(query) if pieces else ():
        one = Mark(MarkKind(row.kind), row.result, row.at, row.actor, row.detail)
        found.setdefault(row.evidence_id, []).append(one)
    return found
