"""What nobody confirmed in time goes one step up, and what no relay took in time goes another way.

Mails are rendered before the transaction that takes the step, which then checks again what is still unconfirmed:
other writers need not wait for the rendering, and a step is told of once, by whoever takes it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from ews.alerts.decide import FAMILY
from ews.alerts.model import AlertChange, ChangeReason, RecordedChange
from ews.cases.log import last_act_at
from ews.jobs import post_trouble, tell
from ews.jobs.run import Context
from ews.scoring.model import Assessment
from ews.store import alerts, assessments, audit, cases, escalations, outbox
from ews.store import week as store
from ews.store.engine import reading, writing
from ews.store.untold import untold

RETOLD = 200
"""As many a round; the next takes the rest."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps that looked due, by the change that nobody confirmed, with their mails."""

    changes: Mapping[int, AlertChange]
    assessments: Mapping[str, Assessment]
    mails: tell.Prepared


def escalate(context: Context) -> dict[str, Any]:
    """One round. Returns `{"escalated", "late_mail", "retold"}`; run twice it does nothing more."""
    with reading(context.engine) as connection:
        steps = due_steps(connection, context)
    with writing(context.engine) as connection:
        escalated = take_steps(connection, context, steps) if steps else 0
        late = _late_mail(connection, context)
        retold = _retell(connection, context)
    return {"escalated": escalated, "late_mail": late, "retold": retold}


def _unconfirmed(connection: Connection, context: Context) -> dict[int, store.Waiting]:
    """What nobody confirmed in time, and what someone carries without anything happening in its case."""
    settings = context.settings
    idle = {one.change: one for one in _idle(connection, context)}
    return idle | {
        one.change: one
        for one in store.unanswered(connection, context.now)
        if (term := settings.telling.answer_by(one.level, one.at, settings.cases.case.days_off)) is not None
        and term < context.now
    }


def _idle(connection: Connection, context: Context) -> Iterator[store.Waiting]:
    """Acknowledged is not done: after the norm for a stalled case without any act the alert goes up again."""
    norm = timedelta(days=context.settings.cases.case.stalled_days)
    for one in escalations.carried(connection, context.now):
        if one.at + norm >= context.now:
            continue
        case = cases.open_case_of(connection, one.subject)
        if case is not None and last_act_at(case) + norm < context.now:
            yield one


def due_steps(connection: Connection, context: Context) -> Steps | None:
    """What nobody confirmed in time, with its mails; None when there is nothing. Only reads."""
    late = _unconfirmed(connection, context)
    due = {change: late[change] for change in sorted(escalations.untaken(connection, late))}
    if not due:
        return None
    latest = assessments.latest(
        connection, as_of=context.now, subjects=sorted({one.subject for one in due.values()})
    )
    changes = {change: _step(context, one, latest[one.subject].points) for change, one in due.items()}
    drafts = [
        RecordedChange(step, -change, step.alert or 0, latest[step.subject])
        for change, step in changes.items()
    ]
    return Steps(changes, latest, tell.prepare(connection, context, drafts))


def take_steps(connection: Connection, context: Context, steps: Steps) -> int:
    """Take the steps that are still due and that nobody took meanwhile, with their mails; how many."""
    still = _unconfirmed(connection, context).keys() & steps.changes.keys()
    mine = sorted(escalations.take(connection, still, now=context.now))
    recorded = alerts.record(
        connection,
        [steps.changes[change] for change in mine],
        assessments=steps.assessments,
        rows={},
        actor=context.actor.id,
    )
    drafted = {-change: one for change, one in zip(mine, recorded, strict=True)}
    tell.queue(connection, context, steps.mails, drafted)
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


def _retell(connection: Connection, context: Context) -> int:
    """A change without any message can't come from our own work; from wherever it came, it is told now."""
    missing = untold(connection, limit=RETOLD)
    tell.alert_changes(connection, context, missing)
    for one in missing:
        audit.append(
            connection, context.actor, "retold", f"alert_change:{one.change_id}", {}, now=context.now
        )
    return len(missing)


def _late_mail(connection: Connection, context: Context) -> int:
    """Acute mail that no relay accepted in time also goes, in short, to the duty address, and is told to operations."""
    since = context.now - timedelta(minutes=context.settings.telling.late_minutes)
    late = outbox.unsent_before(connection, since, priority=0)
    for row in late:
        post_trouble.late(connection, context, row)
    return len(late)
