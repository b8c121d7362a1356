"""Alert changes that should have led to something, and alerts that someone carries."""

from sqlalchemy import Connection, func, select

from ews.alerts.model import ChangeReason
from ews.cases.steps import Carried, Raise
from ews.scoring.model import Level
from ews.store.schema import alert, alert_change, subject


def raises(connection: Connection) -> list[Raise]:
    """Every change that opened or raised an alert, oldest first; about locations too."""
    rows = connection.execute(
        select(alert_change.c.id, subject.c.identifier, alert_change.c.level_after, alert_change.c.at)
        .join(alert, alert_change.c.alert_id == alert.c.id)
        .join(subject, alert.c.subject_id == subject.c.id)
        .where(alert_change.c.reason.in_([ChangeReason.OPENED, ChangeReason.RAISED]))
        .order_by(alert_change.c.id)
    )
    return [Raise(row.id, row.identifier, Level(row.level_after), row.at) for row in rows]


def carried(connection: Connection) -> list[Carried]:
    """Open alerts with an acknowledgement that has an end."""
    rows = connection.execute(
        select(
            alert.c.id,
            subject.c.identifier,
            alert.c.acknowledged_until,
            func.max(alert_change.c.at).label("at"),
        )
        .join(alert_change, alert_change.c.alert_id == alert.c.id)
        .join(subject, alert.c.subject_id == subject.c.id)
        .where(alert.c.cleared_at.is_(None), alert.c.acknowledged_until.is_not(None))
        .group_by(alert.c.id, subject.c.identifier, alert.c.acknowledged_until)
    )
    return [Carried(row.id, row.identifier, row.acknowledged_until, row.at) for row in rows]
