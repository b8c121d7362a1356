"""What nobody confirmed in time goes one step up, and what no relay took in time goes another way."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from ews.alerts.decide import FAMILY
from ews.alerts.model import AlertChange, ChangeReason
from ews.jobs import post_trouble
from ews.jobs.run import Context
from ews.jobs.tell import alert_changes
from ews.store import alerts, assessments, audit, escalations, outbox
from ews.store import week as store
from ews.store.engine import writing


def escalate(context: Context) -> dict[str, Any]:
    """One round. Returns `{"escalated", "late_mail"}`; run twice it does nothing more."""
    with writing(context.engine) as connection:
        escalated = _unanswered(connection, context)
        late = _late_mail(connection, context)
    return {"escalated": escalated, "late_mail": late}


def _unanswered(connection: Connection, context: Context) -> int:
    settings = context.settings
    late = {
        one.change: one
        for one in store.unanswered(connection, context.now)
        if (term := settings.telling.answer_by(one.level, one.at, settings.cases.case.days_off)) is not None
        and term < context.now
    }
    mine = escalations.take(connection, late, now=context.now)
    subjects = sorted({late[change].subject for change in mine})
    latest = assessments.latest(connection, as_of=context.now, subjects=subjects) if subjects else {}
    changes = [_step(context, late[change], latest[late[change].subject].points) for change in sorted(mine)]
    recorded = alerts.record(connection, changes, assessments=latest, rows={}, actor=context.actor.id)
    alert_changes(connection, context, recorded)
    if recorded:
        audit.append(
            connection,
            context.actor,
            "escalated",
            context.now.isoformat(),
            {"changes": len(recorded)},
            now=context.now,
        )
    return len(recorded)


def _step(context: Context, one: store.Waiting, points: int) -> AlertChange:
    return AlertChange(
        alert=one.alert,
        subject=one.subject,
        family=FAMILY,
        at=context.now,
        reason=ChangeReason.REESCALATED,
        before=one.level,
        after=one.level,
        points=points,
        policy=context.settings.hash,
    )


def _late_mail(connection: Connection, context: Context) -> int:
    """Acute mail that no relay accepted in time also goes, in short, to the duty address, and is told to operations."""
    since = context.now - timedelta(minutes=context.settings.telling.late_minutes)
    late = outbox.unsent_before(connection, since, priority=0)
    for row in late:
        post_trouble.late(connection, context, row)
    return len(late)
