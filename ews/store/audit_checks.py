"""What the chain says held against what it is about: rows of cases, files of evidence, the course of the clock."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from ews.store.audit import Head
from ews.store.columns import canonical_json
from ews.store.evidence import stored_at
from ews.store.schema import audit_entry, case_entry, case_file, evidence

CLOCK_SLACK = timedelta(hours=2)
"""A job reads the clock once, at its start; an act during a long job is recorded before the job's own lines."""


def clock_faults(connection: Connection) -> Iterator[str]:
    """Lines that claim to be written well before the line above them."""
    latest = None
    for row in connection.execute(select(audit_entry.c.seq, audit_entry.c.at).order_by(audit_entry.c.seq)):
        if latest is not None and row.at < latest - CLOCK_SLACK:
            yield f"regel {row.seq}: de klok liep terug van {latest:%d-%m-%Y %H:%M} naar {row.at:%d-%m-%Y %H:%M} (UTC)"
        latest = row.at if latest is None else max(latest, row.at)


def case_faults(connection: Connection) -> Iterator[str]:
    """Entries of cases that were changed, added or taken away behind the chain's back.

    Names and free text are no part of this: they may be destroyed, which leaves a line of its own.
    """
    promised = {
        line["entry"]: line["content"] for line in _details(connection, "case.entry") if "content" in line
    }
    rows = connection.execute(
        select(case_entry.c.id, case_entry.c.content, case_entry.c.private, case_file.c.number)
        .join(case_file, case_entry.c.case_id == case_file.c.id)
        .order_by(case_entry.c.id)
    )
    destroyed = {number for line in _details(connection, "case.destroyed") for number in line["entries"]}
    seen = set()
    for row in rows:
        seen.add(row.id)
        if row.id not in promised:
            yield f"{row.number}, regel {row.id} staat niet in het auditspoor"
        elif digest(row.content) != promised[row.id]:
            yield f"{row.number}, regel {row.id} is gewijzigd na het vastleggen"
        if row.private is None and row.id not in destroyed:
            yield f"{row.number}, regel {row.id}: namen en tekst zijn weg zonder besluit tot vernietiging"
    yield from (f"regel {number} van een zaak is verdwenen" for number in sorted(promised.keys() - seen))


def evidence_faults(connection: Connection, folders: Sequence[Path]) -> Iterator[str]:
    """Pieces whose bytes are gone or differ, and rows that the chain does not know.

    `folders`: where bytes lie under their digest; a delivery that is evidence too stays among the deliveries.
    """
    promised = {
        (line["object"], line["number"], line["version"]): line["sha256"]
        for line in _details(connection, "evidence.added")
    }
    rows = connection.execute(
        select(evidence, case_file.c.number.label("case")).join(
            case_file, evidence.c.case_id == case_file.c.id
        )
    )
    destroyed = {sha for line in _details(connection, "case.destroyed") for sha in line["files"]}
    seen = set()
    for row in rows:
        key = (row.case, row.number, row.version)
        seen.add(key)
        name = f"{row.case}, B{row.number} versie {row.version}"
        if promised.get(key) != row.sha256:
            yield f"{name} staat anders of niet in het auditspoor"
        if row.sha256 in destroyed:
            continue
        found = [path for folder in folders if (path := stored_at(folder, row.sha256)).is_file()]
        if not found:
            yield f"{name}: het bestand is weg"
        elif any(hashlib.sha256(path.read_bytes()).hexdigest() != row.sha256 for path in found):
            yield f"{name}: het bestand is gewijzigd"
    yield from (
        f"{case}, B{number} versie {version} is verdwenen" for case, number, version in promised.keys() - seen
    )


def head_at(connection: Connection, seq: int) -> Head | None:
    """The line that was the head once, or None when there is no such line."""
    found = connection.execute(select(audit_entry.c.hash).where(audit_entry.c.seq == seq)).scalar()
    return Head(seq, found) if found else None


def digest(content: Any) -> str:
    """SHA-256 of an entry's content as it lies in the store."""
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def _details(connection: Connection, action: str) -> list[dict[str, Any]]:
    rows = connection.execute(
        select(audit_entry.c.object, audit_entry.c.detail)
        .where(audit_entry.c.action == action)
        .order_by(audit_entry.c.seq)
    )
    return [{**row.detail, "object": row.object} for row in rows]
