"""What changed in the alerts: of one subject with who was told, and who moved when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, String, cast, func, literal, select

from ews.alerts.model import ChangeReason
from ews.scoring.model import Level
from ews.store.schema import alert, alert_change, outbox, subject


@dataclass(frozen=True, slots=True)
class PastChange:
    """One change as it was recorded; `told` counts the messages that left about it."""

    id: int
    alert: int
    at: datetime
    reason: ChangeReason
    before: Level
    after: Level
    points: int
    told: int


def changes_of(connection: Connection, identifier: str, *, until: datetime) -> list[PastChange]:
    """The changes of one subject up to a moment, newest first."""
    about = literal("alert_change:") + cast(alert_change.c.id, String)
    told = select(func.count()).where(outbox.c.about == about, outbox.c.state == "sent").scalar_subquery()
    rows = connection.execute(
        select(alert_change, told.label("told"))
        .join(alert, alert.c.id == alert_change.c.alert_id)
        .join(subject, subject.c.id == alert.c.subject_id)
        .where(subject.c.identifier == identifier, alert_change.c.at <= until)
        .order_by(alert_change.c.id.desc())
    )
    return [
        PastChange(
            id=row.id,
            alert=row.alert_id,
            at=row.at,
            reason=ChangeReason(row.reason),
            before=Level(row.level_before),
            after=Level(row.level_after),
            points=row.points,
            told=row.told,
        )
        for row in rows
    ]


def who_moved(connection: Connection, since: datetime, until: datetime) -> dict[int, str]:
    """Number and subject of every change of a time in which a level moved."""
    c = alert_change.c
    query = (
        select(c.id, subject.c.identifier)
        .join(alert, c.alert_id == alert.c.id)
        .join(subject, alert.c.subject_id == subject.c.id)
        .where(c.at >= since, c.at <= until, c.level_before != c.level_after)
    )
    return {change: identifier for change, identifier in connection.execute(query)}


def first_grave(
    connection: Connection, *, until: datetime, subjects: Collection[str] | None = None
) -> dict[str, datetime]:
    """When the last episode of each subject that came to high or acute first did so, up to a moment."""
    query = (
        select(subject.c.identifier, func.min(alert_change.c.at).label("first"))
        .join(alert, alert.c.id == alert_change.c.alert_id)
        .join(subject, subject.c.id == alert.c.subject_id)
        .where(alert_change.c.at <= until, alert_change.c.level_after.in_([Level.HIGH, Level.ACUTE]))
        .group_by(subject.c.identifier, alert.c.id)
        .order_by(alert.c.id)
    )
    if subjects is not None:
        query = query.where(subject.c.identifier.in_(sorted(subjects)))
    return {identifier: first for identifier, first in connection.execute(query)}
