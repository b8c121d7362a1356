"""Steps of escalation that were taken: one per told change, whatever number of workers finds it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ews.alerts.model import ChangeReason
from ews.scoring.model import Level
from ews.store.schema import alert, alert_change, escalation_step, subject, used_link
from ews.store.week import Waiting


def take(connection: Connection, changes: Iterable[int], *, now: datetime) -> set[int]:
    """Those of these changes whose step nobody took yet: they are ours."""
    rows = [{"change_id": change, "at": now} for change in changes]
    if not rows:
        return set()
    ignore: Any = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(
        escalation_step
    )
    taken = ignore.values(rows).on_conflict_do_nothing().returning(escalation_step.c.change_id)
    return set(connection.scalars(taken))


def untaken(connection: Connection, changes: Iterable[int]) -> set[int]:
    """Those of these changes whose step nobody took yet."""
    taken = set(connection.scalars(select(escalation_step.c.change_id)))
    return {change for change in changes if change not in taken}


def open_alerts_of(connection: Connection, identifier: str) -> dict[int, Level]:
    """Open episodes of one subject, with the level each holds."""
    rows = connection.execute(
        select(alert.c.id, alert.c.held)
        .join(subject, alert.c.subject_id == subject.c.id)
        .where(subject.c.identifier == identifier, alert.c.cleared_at.is_(None))
    )
    return {number: Level(held) for number, held in rows}


def alert_of(connection: Connection, number: int) -> tuple[str, Level] | None:
    """Subject and held level of an open alert; None when it is closed or never was."""
    row = connection.execute(
        select(subject.c.identifier, alert.c.held)
        .join(subject, alert.c.subject_id == subject.c.id)
        .where(alert.c.id == number, alert.c.cleared_at.is_(None))
    ).first()
    return (row.identifier, Level(row.held)) if row else None


def acknowledge(
    connection: Connection, number: int, *, by: str, until: datetime, now: datetime, held: Level
) -> None:
    """Record that someone carries an alert until a moment; after it, it escalates again."""
    connection.execute(
        insert(alert_change).values(
            alert_id=number,
            at=now,
            reason=ChangeReason.ACKNOWLEDGED,
            level_before=held,
            level_after=held,
            points=0,
            policy="",
            actor=by,
            carried_until=until,
        )
    )
    connection.execute(
        update(alert).where(alert.c.id == number).values(acknowledged_until=until, acknowledged_by=by)
    )


def carry(connection: Connection, identifier: str, *, by: str, until: datetime, now: datetime) -> None:
    """Someone carries every open alert of a subject until a moment."""
    for number, held in open_alerts_of(connection, identifier).items():
        acknowledge(connection, number, by=by, until=until, now=now, held=held)


def use_link(connection: Connection, token: str, *, address: str, now: datetime) -> bool:
    """Use a link; False when it was used before."""
    ignore: Any = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(used_link)
    used = ignore.values(token=token, address=address, used_at=now).on_conflict_do_nothing()
    return connection.execute(used.returning(used_link.c.token)).first() is not None


def is_used(connection: Connection, token: str) -> bool:
    """Whether a link was used."""
    return connection.execute(select(used_link.c.token).where(used_link.c.token == token)).first() is not None


def carried(connection: Connection, now: datetime) -> list[Waiting]:
    """Open alerts that someone carries at a moment, each with the change by which he took it."""
    last = (
        select(alert_change.c.alert_id, func.max(alert_change.c.id).label("change"))
        .where(alert_change.c.reason == ChangeReason.ACKNOWLEDGED.value)
        .group_by(alert_change.c.alert_id)
        .subquery()
    )
    rows = connection.execute(
        select(last.c.change, alert.c.id, subject.c.identifier, alert.c.held, alert_change.c.at)
        .join(alert, alert.c.id == last.c.alert_id)
        .join(alert_change, alert_change.c.id == last.c.change)
        .join(subject, subject.c.id == alert.c.subject_id)
        .where(alert.c.cleared_at.is_(None), alert.c.acknowledged_until > now)
        .order_by(last.c.change)
    )
    return [Waiting(change, number, name, Level(held), at) for change, number, name, held, at in rows]
