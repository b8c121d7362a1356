"""Changes of alerts that no message tells of: there should be none, and the reconciler tells of any there are."""

from typing import Any

from sqlalchemy import Connection, Row, String, cast, literal, select

from ews.alerts.model import AlertChange, ChangeReason, RecordedChange
from ews.scoring.model import Level
from ews.store import assessments
from ews.store.schema import alert, alert_change, outbox, subject


def untold(connection: Connection, *, limit: int) -> list[RecordedChange]:
    """The oldest changes that should have been told and were not, as they were recorded."""
    about = literal("alert_change:") + cast(alert_change.c.id, String)
    told = select(outbox.c.id).where(outbox.c.about == about).exists()
    query = (
        select(alert_change, subject.c.identifier, alert.c.family)
        .join(alert, alert_change.c.alert_id == alert.c.id)
        .join(subject, alert.c.subject_id == subject.c.id)
        .where(alert_change.c.reason != ChangeReason.ACKNOWLEDGED, alert_change.c.speaker == "", ~told)
        .order_by(alert_change.c.id)
        .limit(limit)
    )
    found = []
    for row in connection.execute(query).all():
        made = assessments.latest(connection, as_of=row.at, subjects=[row.identifier])
        if row.identifier in made:
            found.append(RecordedChange(_change(row), row.id, row.alert_id, made[row.identifier]))
    return found


def _change(row: Row[Any]) -> AlertChange:
    return AlertChange(
        alert=row.alert_id,
        subject=row.identifier,
        family=row.family,
        at=row.at,
        reason=ChangeReason(row.reason),
        before=Level(row.level_before),
        after=Level(row.level_after),
        points=row.points,
        policy=row.policy,
    )
