"""Acts outside a case that wait for the second person, and what became of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from ews.errors import NotFoundError
from ews.store.schema import countersign


@dataclass(frozen=True, slots=True)
class Countersign:
    """What one person wants, and whom they asked. `content` is what exactly is signed for."""

    id: int
    kind: str
    """config, model, release or export"""
    about: str
    content: dict[str, Any]
    first: str
    second: str
    created_at: datetime
    state: str
    """open, signed, withdrawn or used"""


def add(
    connection: Connection,
    kind: str,
    about: str,
    content: dict[str, Any],
    *,
    first: str,
    second: str,
    now: datetime,
) -> int:
    """Lay an act before the second person; returns its number."""
    values = {"kind": kind, "about": about, "content": content, "first": first, "second": second}
    adding = insert(countersign).values(**values, created_at=now, state="open").returning(countersign.c.id)
    return int(connection.execute(adding).scalar_one())


def find(connection: Connection, number: int) -> Countersign:
    """One by its number, whatever became of it. Raises NotFoundError."""
    row = connection.execute(select(countersign).where(countersign.c.id == number)).first()
    if row is None:
        raise NotFoundError("Dit voorstel bestaat niet.")
    return _read(row)


def waiting_for(connection: Connection, person: str) -> list[Countersign]:
    """What waits for the signature of a person, oldest first."""
    query = select(countersign).where(countersign.c.second == person, countersign.c.state == "open")
    return [_read(row) for row in connection.execute(query.order_by(countersign.c.id))]


def settle(connection: Connection, number: int, *, before: str, after: str) -> bool:
    """Take one from a state to another; False when somebody was first."""
    moving = update(countersign).where(countersign.c.id == number, countersign.c.state == before)
    return connection.execute(moving.values(state=after)).rowcount == 1


def _read(row: Any) -> Countersign:
    return Countersign(
        id=row.id,
        kind=row.kind,
        about=row.about,
        content=row.content,
        first=row.first,
        second=row.second,
        created_at=row.created_at,
        state=row.state,
    )
