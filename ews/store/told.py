"""What a message about an alert needs to know of before: when levels began, who was told, how points went."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from ews.notify.views import TrendPoint
from ews.notify.words import day
from ews.scoring.model import Level
from ews.store.schema import alert, alert_change, assessment, case_file, outbox, subject


def case_numbers(connection: Connection) -> dict[str, str]:
    """Number of the open case per provider identifier."""
    rows = connection.execute(
        select(subject.c.identifier, case_file.c.number)
        .join(subject, case_file.c.subject_id == subject.c.id)
        .where(case_file.c.closed_at.is_(None))
    )
    return {identifier: number for identifier, number in rows}


def level_since(
    connection: Connection, alerts: Collection[int], *, before: datetime
) -> dict[tuple[int, Level], datetime]:
    """Per alert and level: when that level was last entered, before a moment."""
    rows = connection.execute(
        select(alert_change.c.alert_id, alert_change.c.level_after, alert_change.c.at)
        .where(
            alert_change.c.alert_id.in_(alerts),
            alert_change.c.level_before != alert_change.c.level_after,
            alert_change.c.at < before,
        )
        .order_by(alert_change.c.at)
    )
    return {(alert, Level(level)): at for alert, level, at in rows}


def told_of(connection: Connection, alerts: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Addresses that were ever told of each alert."""
    changes = connection.execute(
        select(alert_change.c.id, alert_change.c.alert_id).where(alert_change.c.alert_id.in_(alerts))
    )
    by_about = {f"alert_change:{change}": alert for change, alert in changes}
    rows = connection.execute(
        select(outbox.c.about, outbox.c.recipient)
        .where(outbox.c.about.in_(list(by_about)))
        .order_by(outbox.c.id)
    )
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for about, recipient in rows:
        found[by_about[about]][recipient] = None
    return {alert: tuple(recipients) for alert, recipients in found.items()}


def told_about(connection: Connection, identifiers: Sequence[str], *, since: datetime) -> tuple[str, ...]:
    """Addresses to which a message about an alert of these subjects went since a moment."""
    changes = connection.scalars(
        select(alert_change.c.id)
        .join(alert, alert.c.id == alert_change.c.alert_id)
        .join(subject, subject.c.id == alert.c.subject_id)
        .where(subject.c.identifier.in_(identifiers), alert_change.c.at >= since)
    )
    abouts = [f"alert_change:{change}" for change in changes]
    rows = connection.scalars(select(outbox.c.recipient).where(outbox.c.about.in_(abouts)).distinct())
    return tuple(sorted(rows))


def trends(
    connection: Connection, identifiers: Sequence[str], *, until: datetime, most: int
) -> dict[str, tuple[TrendPoint, ...]]:
    """Points at the last assessments of each subject, oldest first; one point an office day, the day's last."""
    rows = connection.execute(
        select(subject.c.identifier, assessment.c.as_of, assessment.c.points, assessment.c.level)
        .join(subject, assessment.c.subject_id == subject.c.id)
        .where(subject.c.identifier.in_(identifiers), assessment.c.as_of <= until)
        .where(assessment.c.engine == "scorecard")
        .order_by(assessment.c.as_of)
    )
    days: dict[str, dict[object, TrendPoint]] = defaultdict(dict)
    for identifier, as_of, points, level in rows:
        days[identifier][day(as_of)] = TrendPoint(day(as_of), points, Level(level))
    return {identifier: tuple(found.values())[-most:] for identifier, found in days.items()}
