"""Deliveries: what came in, what became of it, and what could not be read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ews.errors import NotFoundError
from ews.signals.model import Rejection, RejectionReason
from ews.store.schema import delivery, delivery_again, delivery_coverage, observation, rejection, subject
from ews.store.schema import event as event_table


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery as it stands."""

    id: int
    source: str
    sha256: str
    name: str
    size: int
    known_at: datetime
    recorded_at: datetime
    period_end: date | None
    status: str
    decided_by: str | None
    counts: Mapping[str, int]
    indicators_refused: tuple[str, ...]
    unknown_columns: tuple[str, ...]
    message: str
    contract: str
    taken_in_by: str
    doubt: str


def _delivery(row: Row[Any]) -> Delivery:
    stored = dict(row._mapping)
    del stored["columns_seen"]
    for name in ("indicators_refused", "unknown_columns"):
        stored[name] = tuple(stored[name])
    return Delivery(**stored)


def find(connection: Connection, number: int) -> Delivery:
    """A delivery by its number. Raises NotFoundError."""
    row = connection.execute(select(delivery).where(delivery.c.id == number)).first()
    if row is None:
        raise NotFoundError(f"Levering {number} bestaat niet. Zie: ews rejections list")
    return _delivery(row)


def of_bytes(connection: Connection, sha256: str, source: str | None = None) -> Delivery | None:
    """The last delivery of these bytes (to one source), staging aside."""
    query = select(delivery).where(delivery.c.sha256 == sha256, delivery.c.status != "staging")
    if source is not None:
        query = query.where(delivery.c.source == source)
    row = connection.execute(query.order_by(delivery.c.id.desc())).first()
    return _delivery(row) if row else None


def in_force(connection: Connection, source: str, moment: datetime) -> Delivery | None:
    """The last accepted delivery of a source that was known at `moment`."""
    query = (
        select(delivery)
        .where(delivery.c.source == source, delivery.c.status == "accepted", delivery.c.known_at <= moment)
        .order_by(delivery.c.known_at.desc(), delivery.c.id.desc())
    )
    row = connection.execute(query.limit(1)).first()
    return _delivery(row) if row else None


def names_of(connection: Connection, source: str, sha256: str) -> set[str]:
    """The file names under which bytes came to a source, also when nothing was done with them."""
    same = (delivery.c.source == source, delivery.c.sha256 == sha256)
    again = select(delivery_again.c.name).join(delivery, delivery.c.id == delivery_again.c.delivery_id)
    return {
        *connection.execute(select(delivery.c.name).where(*same)).scalars(),
        *connection.execute(again.where(*same)).scalars(),
    }


def listed(connection: Connection, statuses: Collection[str]) -> list[Delivery]:
    """Deliveries with one of the statuses, newest first."""
    query = select(delivery).where(delivery.c.status.in_(sorted(statuses))).order_by(delivery.c.id.desc())
    return [_delivery(row) for row in connection.execute(query)]


def newest(connection: Connection, as_of: datetime) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Per source the newest delivery known at `as_of`: its status (accepted or held) and what it refused."""
    columns = (delivery.c.source, delivery.c.status, delivery.c.indicators_refused)
    query = (
        select(*columns)
        .where(delivery.c.status.in_(["accepted", "held"]), delivery.c.known_at <= as_of)
        .order_by(delivery.c.known_at, delivery.c.id)
    )
    return {source: (status, tuple(refused)) for source, status, refused in connection.execute(query)}


def later(connection: Connection, source: str, moment: datetime) -> list[Delivery]:
    """Accepted deliveries of a source that were known after `moment`, in the order in which they were known."""
    query = (
        select(delivery)
        .where(delivery.c.source == source, delivery.c.status == "accepted", delivery.c.known_at > moment)
        .order_by(delivery.c.known_at)
    )
    return [_delivery(row) for row in connection.execute(query)]


def free_moment(connection: Connection, source: str, moment: datetime) -> datetime:
    """`moment`, or as many microseconds later as there are deliveries of the source that took it."""
    taken = set(
        connection.execute(
            select(delivery.c.known_at).where(delivery.c.source == source, delivery.c.known_at >= moment)
        ).scalars()
    )
    while moment in taken:
        moment += timedelta(microseconds=1)
    return moment


def record(connection: Connection, values: Mapping[str, Any]) -> int:
    """Add a delivery row and return its number."""
    made = connection.execute(insert(delivery).values(**values)).inserted_primary_key
    assert made is not None
    return int(made[0])


def change(connection: Connection, number: int, **values: Any) -> None:
    """Move a delivery to another state."""
    connection.execute(update(delivery).where(delivery.c.id == number).values(**values))


def record_rejections(connection: Connection, number: int, rejections: Sequence[Rejection]) -> None:
    """Add what could not be read of a delivery."""
    rows = [
        {
            "delivery_id": number,
            "row_number": one.row,
            "column_name": one.column,
            "value": one.value,
            "reason": one.reason.value,
            "remedy": one.remedy,
        }
        for one in rejections
    ]
    if rows:
        connection.execute(insert(rejection), rows)


def rejections_of(connection: Connection, number: int) -> list[Row[Any]]:
    """What could not be read of a delivery, by row and column."""
    query = select(rejection).where(rejection.c.delivery_id == number)
    return list(connection.execute(query.order_by(rejection.c.row_number, rejection.c.column_name)))


def forgive(connection: Connection, number: int, reason: RejectionReason) -> None:
    """Take away the rejections of one reason: people have released what they held apart."""
    rows = rejection.c.delivery_id == number, rejection.c.reason == reason.value
    connection.execute(delete(rejection).where(*rows))


def uncover(connection: Connection, number: int) -> None:
    """Forget which subjects a delivery names, to say it anew."""
    connection.execute(delete(delivery_coverage).where(delivery_coverage.c.delivery_id == number))


def cover(connection: Connection, number: int, rows: Mapping[int, int]) -> None:
    """Say which subjects (by id) a delivery stated anything about, and in which row first."""
    values = [
        {"delivery_id": number, "subject_id": subject, "row_number": row} for subject, row in rows.items()
    ]
    if values:
        connection.execute(insert(delivery_coverage), values)


def abandoned(connection: Connection) -> list[int]:
    """Deliveries that were still being written when their process ended."""
    return list(connection.execute(select(delivery.c.id).where(delivery.c.status == "staging")).scalars())


def last_subject(connection: Connection) -> int:
    """The highest number of a subject; 0 when there is none."""
    return connection.execute(select(func.max(subject.c.id))).scalar() or 0


def clear_observations(connection: Connection, number: int, subjects: range) -> None:
    """Remove a delivery's observations about subjects with these numbers: by key, not through the whole table."""
    among = observation.c.subject_id.between(subjects.start, subjects.stop - 1)
    connection.execute(delete(observation).where(among, observation.c.delivery_id == number))


def clear(connection: Connection, number: int) -> None:
    """Remove what else was written of a delivery that nobody could see yet."""
    for table in (event_table, delivery_coverage, rejection):
        connection.execute(delete(table).where(table.c.delivery_id == number))


def remove(connection: Connection, number: int) -> None:
    """Remove the delivery itself, when it was never published and nothing of it is left."""
    connection.execute(delete(delivery).where(delivery.c.id == number, delivery.c.status == "staging"))
