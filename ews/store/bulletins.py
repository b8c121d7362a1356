"""Proposals that a feed made: which items were heard, what waits for a person, and what they decided."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from ews.errors import NotFoundError
from ews.signals.bulletins import Candidate
from ews.store.schema import signal_proposal

SYSTEM = "systeem"


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One proposal as it stands."""

    id: int
    source: str
    item: str
    content: str
    title: str
    link: str
    summary: str
    published_on: date | None
    heard_at: datetime
    kind: str
    is_end: bool
    candidates: tuple[Candidate, ...]
    state: str
    decided_by: str | None
    decided_at: datetime | None
    reason: str
    delivery_id: int | None

    @property
    def may_be_confirmed(self) -> bool:
        """Waiting, or put aside by the system alone."""
        return self.state == "waiting" or (self.state == "dismissed" and self.decided_by == SYSTEM)


def heard(connection: Connection, source: str) -> set[str]:
    """Hashes of what items of a source said before, under whatever id."""
    rows = connection.execute(select(signal_proposal.c.content).where(signal_proposal.c.source == source))
    return set(rows.scalars())


def add(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add proposals; a waiting one about the same item gives way to what the item says now."""
    for row in rows:
        connection.execute(
            update(signal_proposal)
            .where(
                signal_proposal.c.source == row["source"],
                signal_proposal.c.item == row["item"],
                signal_proposal.c.state == "waiting",
            )
            .values(
                state="dismissed",
                decided_by=SYSTEM,
                decided_at=row["heard_at"],
                reason="het bericht is gewijzigd; zie het nieuwere voorstel",
            )
        )
        connection.execute(insert(signal_proposal).values(**row))


def listed(connection: Connection, states: Collection[str]) -> list[Bulletin]:
    """Proposals in one of the states, newest first."""
    query = select(signal_proposal).where(signal_proposal.c.state.in_(sorted(states)))
    return [_bulletin(row) for row in connection.execute(query.order_by(signal_proposal.c.id.desc()))]


def find(connection: Connection, number: int) -> Bulletin:
    """A proposal by its number. Raises NotFoundError."""
    row = connection.execute(select(signal_proposal).where(signal_proposal.c.id == number)).first()
    if row is None:
        raise NotFoundError(f"Voorstel {number} bestaat niet. Zie: ews signal proposals list")
    return _bulletin(row)


def decide(connection: Connection, number: int, *, state: str, by: str, now: datetime, reason: str) -> None:
    """Record what a person decided."""
    connection.execute(
        update(signal_proposal)
        .where(signal_proposal.c.id == number)
        .values(state=state, decided_by=by, decided_at=now, reason=reason)
    )


def waiting(connection: Connection, until: datetime) -> tuple[int, datetime | None]:
    """How many proposals waited for a person at a moment, and since when the oldest did."""
    row = connection.execute(
        select(func.count(), func.min(signal_proposal.c.heard_at)).where(
            signal_proposal.c.heard_at <= until,
            (signal_proposal.c.state == "waiting") | (signal_proposal.c.decided_at > until),
        )
    ).one()
    return int(row[0]), row[1]


def _bulletin(row: Any) -> Bulletin:
    stored = dict(row._mapping)
    stored["is_end"] = bool(stored["is_end"])
    stored["candidates"] = tuple(Candidate(**one) for one in stored["candidates"])
    return Bulletin(**stored)
