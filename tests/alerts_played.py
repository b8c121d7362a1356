"""Alerts as the assessment job records them, for tests of what follows on one."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import insert, select

from ews.alerts.model import AlertChange, ChangeReason, RecordedChange
from ews.jobs.cases import open_for_alerts
from ews.jobs.run import Context
from ews.scoring.model import Assessment, Confidence, Horizon, Level, Reason, ReasonKind
from ews.store.engine import writing
from ews.store.schema import alert, alert_change, subject

PROVIDER = "kvk:08111924"
OPENED = datetime(2026, 5, 12, 6, 0, tzinfo=UTC)


def tripwire(kind: str) -> Reason:
    return Reason(kind, ReasonKind.TRIPWIRE, 100, (Horizon.SHORT,), kind, "", "", f"{kind} uitgesproken", ())


def liquidity() -> Reason:
    text = "Liquiditeit reikt nog 3,4 weken (eigen norm ≥ 13)"
    return Reason("liquiditeit", ReasonKind.VALUE, 50, (Horizon.SHORT,), 3.4, "≥ 13", "2026-Q3", text, ())


def play_alert(
    context: Context, level: Level, *, provider: str = PROVIDER, reasons: Sequence[Reason] = ()
) -> list[str]:
    """Record an alert change and let it open or raise a case, in one transaction."""
    reasons = tuple(reasons) or (liquidity(),)
    points = sum(reason.points for reason in reasons)
    assessed = Assessment(
        provider, context.now, level, {}, {}, points, None, reasons, Confidence.HIGH, 1.0, {}
    )
    change = AlertChange(
        None, provider, "continuity", context.now, ChangeReason.RAISED, Level.LOW, level, points, "p"
    )
    with writing(context.engine) as connection:
        known = select(subject.c.id).where(subject.c.identifier == provider)
        subject_id = connection.execute(known).scalar()
        if subject_id is None:
            adding = insert(subject).values(identifier=provider, kind="provider").returning(subject.c.id)
            subject_id = connection.execute(adding).scalar_one()
        episode = select(alert.c.id).where(alert.c.subject_id == subject_id)
        alert_id = connection.execute(episode).scalar()
        if alert_id is None:
            opening = insert(alert).values(
                subject_id=subject_id, family="continuity", opened_at=OPENED, held=level.value
            )
            alert_id = connection.execute(opening.returning(alert.c.id)).scalar_one()
        row = insert(alert_change).values(
            alert_id=alert_id,
            at=context.now,
            reason="raised",
            level_before="low",
            level_after=level.value,
            points=points,
            policy="p",
            actor="systeem",
        )
        change_id = connection.execute(row.returning(alert_change.c.id)).scalar_one()
        return open_for_alerts(connection, context, [RecordedChange(change, change_id, alert_id, assessed)])
