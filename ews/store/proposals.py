"""Acts that wait for the second person. Their content leaves this table when they are signed or withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Select, insert, select, update

from ews.cases.entries import What
from ews.errors import NotFoundError
from ews.store.cases import KINDS, split
from ews.store.schema import case_file, case_proposal


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one person wants to do in a case, and whom they asked to sign as well."""

    id: int
    case: str
    what: What
    happened_on: date | None
    evidence: tuple[int, ...]
    first: str
    second: str
    created_at: datetime


def propose(
    connection: Connection,
    case: str,
    what: What,
    *,
    happened_on: date | None,
    evidence: Iterable[int],
    first: str,
    second: str,
    now: datetime,
) -> int:
    """Lay an act before the second person; returns its number."""
    public, private = split(what)
    case_id = connection.execute(select(case_file.c.id).where(case_file.c.number == case)).scalar_one()
    adding = (
        insert(case_proposal)
        .values(
            case_id=case_id,
            kind=type(what).__name__,
            content={**public, **private},
            happened_on=happened_on,
            evidence=sorted(set(evidence)),
            first=first,
            second=second,
            created_at=now,
            state="open",
        )
        .returning(case_proposal.c.id)
    )
    return int(connection.execute(adding).scalar_one())


def open_in(connection: Connection, case: str) -> list[Proposal]:
    """What waits in a case, oldest first."""
    return [_proposal(row) for row in connection.execute(_open().where(case_file.c.number == case))]


def open_for(connection: Connection, person: str) -> list[Proposal]:
    """What waits for the signature of a person, oldest first."""
    return [_proposal(row) for row in connection.execute(_open().where(case_proposal.c.second == person))]


def find(connection: Connection, proposal: int) -> Proposal:
    """One that still waits. Raises NotFoundError."""
    row = connection.execute(_open().where(case_proposal.c.id == proposal)).first()
    if row is None:
        raise NotFoundError("Dit voorstel wacht niet meer op een handtekening.")
    return _proposal(row)


def settle(connection: Connection, proposal: int, state: str) -> bool:
    """Take a waiting proposal away as `signed` or `withdrawn`; False when somebody was first."""
    done = connection.execute(
        update(case_proposal)
        .where(case_proposal.c.id == proposal, case_proposal.c.state == "open")
        .values(state=state, content=None)
    )
    return done.rowcount == 1


def _open() -> Select[Any]:
    return (
        select(case_proposal, case_file.c.number)
        .join(case_file, case_proposal.c.case_id == case_file.c.id)
        .where(case_proposal.c.state == "open")
        .order_by(case_proposal.c.id)
    )


def _proposal(row: Any) -> Proposal:
    what: What = TypeAdapter(KINDS[row.kind]).validate_python(row.content)
    return Proposal(
        id=row.id,
        case=row.number,
        what=what,
        happened_on=row.happened_on,
        evidence=tuple(row.evidence),
        first=row.first,
        second=row.second,
        created_at=row.created_at,
    )
