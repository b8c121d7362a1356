"""Cases and their logs: rows in, dataclasses out. Entries are only ever added."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, Select, insert, select, update

from ews.cases import entries, log
from ews.cases.entries import StageChange, What
from ews.cases.model import CaseFile, Entry, Evidence, Mark
from ews.errors import ChangedMeanwhileError, NotFoundError
from ews.store.evidence import marks_of
from ews.store.schema import alert, case_entry, case_file, evidence, subject

KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(entries.What)}


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[kind])


def load_case(connection: Connection, number: str, *, as_of: datetime | None = None) -> CaseFile:
    """A case with all that was recorded in it up to `as_of`. Raises NotFoundError with the open cases."""
    found = _load(connection, _cases().where(case_file.c.number == number), as_of)
    if found:
        return found[0]
    if as_of is not None and _load(connection, _cases().where(case_file.c.number == number), None):
        raise NotFoundError(f"Zaak {number} was op dat moment nog niet open.")
    known = ", ".join(case.number for case in open_cases(connection)) or "geen"
    raise NotFoundError(f"Zaak {number} bestaat niet. Openstaande zaken: {known}.")


def open_cases(connection: Connection, *, as_of: datetime | None = None) -> list[CaseFile]:
    """Cases that are open, or were at `as_of`, oldest first."""
    if as_of is None:
        return _load(connection, _cases().where(case_file.c.closed_at.is_(None)), None)
    return [case for case in all_cases(connection, as_of=as_of) if case.closed_at is None]


def all_cases(connection: Connection, *, as_of: datetime | None = None) -> list[CaseFile]:
    """Every case that existed at `as_of`, closed ones too, oldest first."""
    return _load(connection, _cases(), as_of)


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands on a case from the outside: enough for a list."""

    number: str
    subject: str
    stage: int
    owner: str


def open_covers(connection: Connection, *, as_of: datetime | None = None) -> list[Cover]:
    """Covers of the cases that are open, or were at `as_of`, oldest first; now they are read without the logs."""
    if as_of is not None:
        found = open_cases(connection, as_of=as_of)
        return [Cover(one.number, one.subject, int(log.stage(one)), one.owner or "") for one in found]
    c = case_file.c
    query = select(c.number, subject.c.identifier, c.stage, c.owner).join(
        subject, c.subject_id == subject.c.id
    )
    rows = connection.execute(query.where(c.closed_at.is_(None)).order_by(c.id))
    return [Cover(number, identifier, stage, owner or "") for number, identifier, stage, owner in rows]


def version_of(connection: Connection, number: str) -> int:
    """How often a case was written to. Raises NotFoundError."""
    version = connection.execute(select(case_file.c.version).where(case_file.c.number == number)).scalar()
    if version is None:
        raise NotFoundError(f"Zaak {number} bestaat niet.")
    return int(version)


def hold_version(connection: Connection, number: str, expected: int | None) -> None:
    """Raise ChangedMeanwhileError when somebody wrote to the case since `expected`; None never raises."""
    if expected is not None and version_of(connection, number) != expected:
        raise ChangedMeanwhileError(
            f"In zaak {number} is intussen iets vastgelegd. Kijk wat erbij kwam en verstuur dan opnieuw."
        )


def owners(connection: Connection) -> dict[str, str]:
    """Case number -> who owns it, of the cases that anybody owns."""
    rows = connection.execute(
        select(case_file.c.number, case_file.c.owner).where(case_file.c.owner.is_not(None))
    )
    return {row.number: row.owner for row in rows}


def subject_of_alert(connection: Connection, number: str) -> str | None:
    """Whom an alert is about, by its number as text; None when there is none."""
    if not number.isascii() or not number.isdigit():
        return None
    query = select(subject.c.identifier).join(alert, alert.c.subject_id == subject.c.id)
    return connection.execute(query.where(alert.c.id == int(number))).scalar()


def open_case_of(connection: Connection, identifier: str) -> CaseFile | None:
    """The one open case of a provider, if there is one."""
    query = _cases().where(subject.c.identifier == identifier, case_file.c.closed_at.is_(None))
    found = _load(connection, query, None)
    return found[0] if found else None


def next_number(connection: Connection, year: int) -> str:
    """`C-2026-001` and on; the caller's write transaction keeps two workers from taking the same."""
    prefix = f"C-{year}-"
    numbers = select(case_file.c.number).where(case_file.c.number.like(f"{prefix}%"))
    last = connection.execute(numbers.order_by(case_file.c.id.desc()).limit(1)).scalar()
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:03d}"


def create(
    connection: Connection,
    *,
    number: str,
    identifier: str,
    alert: int | None,
    policy: dict[str, Any],
    now: datetime,
) -> None:
    """Open a case. The database holds that a provider has one open case at most."""
    subject_id = connection.execute(select(subject.c.id).where(subject.c.identifier == identifier)).scalar()
    if subject_id is None:
        raise NotFoundError(f"Aanbieder {identifier} staat niet in het register.")
    values = {"number": number, "subject_id": subject_id, "opened_at": now, "stage": 0}
    connection.execute(insert(case_file).values(**values, alert_id=alert, policy=policy))


def add_entry(
    connection: Connection,
    case: str,
    what: What,
    *,
    happened_on: date,
    author: str,
    now: datetime,
    second: str | None = None,
    evidence: Iterable[int] = (),
    corrects: int | None = None,
) -> Entry:
    """Add one row to the log of a case, and keep the stage of its cover beside it."""
    case_id = _case_id(connection, case)
    public, private = split(what)
    attached = tuple(sorted(set(evidence)))
    stamped: dict[str, Any] = {
        "happened_on": happened_on,
        "recorded_at": now,
        "author": author,
        "second": second,
        "corrects": corrects,
    }
    adding = insert(case_entry).values(
        **stamped,
        case_id=case_id,
        kind=type(what).__name__,
        content={**public, "evidence": list(attached)},
        private=private,
    )
    entry_id = connection.execute(adding.returning(case_entry.c.id)).scalar_one()
    touched: dict[str, Any] = {"version": case_file.c.version + 1}
    if isinstance(what, StageChange):
        touched["stage"] = what.after
    connection.execute(update(case_file).where(case_file.c.id == case_id).values(**touched))
    return Entry(id=entry_id, what=what, evidence=attached, **stamped)


def set_owner(connection: Connection, case: str, owner: str) -> None:
    """Who owns the case now; who did before stands in its acknowledgements."""
    connection.execute(update(case_file).where(case_file.c.number == case).values(owner=owner))


def close(connection: Connection, case: str, *, now: datetime) -> None:
    """Close the cover; why and by whom is the decision in the log."""
    connection.execute(update(case_file).where(case_file.c.number == case).values(closed_at=now))


def split(what: What) -> tuple[dict[str, Any], dict[str, Any]]:
    """The content of an entry as JSON: what lies in the record, and names and free text apart."""
    plain: dict[str, Any] = _adapter(type(what).__name__).dump_python(what, mode="json")
    apart = {one.name for one in fields(what) if one.metadata.get("private")}
    return (
        {name: value for name, value in plain.items() if name not in apart},
        {name: value for name, value in plain.items() if name in apart},
    )


def _cases() -> Select[Any]:
    return (
        select(case_file, subject.c.identifier)
        .join(subject, case_file.c.subject_id == subject.c.id)
        .order_by(case_file.c.id)
    )


def _case_id(connection: Connection, number: str) -> int:
    found = connection.execute(select(case_file.c.id).where(case_file.c.number == number)).scalar()
    if found is None:
        raise NotFoundError(f"Zaak {number} bestaat niet.")
    return int(found)


def _load(connection: Connection, query: Select[Any], as_of: datetime | None) -> list[CaseFile]:
    """Four queries, however many cases."""
    covers = [row for row in connection.execute(query) if as_of is None or row.opened_at <= as_of]
    ids = [row.id for row in covers]
    logs = _grouped(connection, select(case_entry), case_entry, ids)
    files = _grouped(connection, select(evidence), evidence, ids)
    marks = marks_of(connection, [one.id for rows in files.values() for one in rows], until=as_of)
    return [
        CaseFile(
            number=row.number,
            subject=row.identifier,
            opened_at=row.opened_at,
            closed_at=row.closed_at if as_of is None or (row.closed_at or as_of) < as_of else None,
            owner=row.owner,
            alert=row.alert_id,
            policy=row.policy,
            entries=tuple(
                _entry(one) for one in logs.get(row.id, []) if as_of is None or one.recorded_at <= as_of
            ),
            evidence=tuple(
                _evidence(one, tuple(marks.get(one.id, ())))
                for one in files.get(row.id, [])
                if as_of is None or one.uploaded_at <= as_of
            ),
        )
        for row in covers
    ]


def _grouped(
    connection: Connection, query: Select[Any], table: Any, ids: list[int]
) -> dict[int, list[Row[Any]]]:
    grouped: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(query.where(table.c.case_id.in_(ids)).order_by(table.c.id)):
        grouped.setdefault(row.case_id, []).append(row)
    return grouped


def _entry(row: Row[Any]) -> Entry:
    content = dict(row.content)
    attached = tuple(content.pop("evidence", ()))
    return Entry(
        id=row.id,
        happened_on=row.happened_on,
        recorded_at=row.recorded_at,
        author=row.author,
        what=_adapter(row.kind).validate_python({**content, **(row.private or {})}),
        second=row.second,
        evidence=attached,
        corrects=row.corrects,
        destroyed=row.private is None,
    )


def _evidence(row: Row[Any], marks: tuple[Mark, ...]) -> Evidence:
    return Evidence(
        id=row.id,
        number=row.number,
        version=row.version,
        sha256=row.sha256,
        size=row.size,
        name=row.name,
        kind=row.kind,
        evidence_date=row.evidence_date,
        uploaded_at=row.uploaded_at,
        uploaded_by=row.uploaded_by,
        confidentiality=row.confidentiality,
        expires_on=row.expires_on,
        entry=row.entry_id,
        redacted_from=row.redacted_from,
        marks=marks,
    )
