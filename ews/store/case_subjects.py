"""What a case asks of the rest of the store about its provider, in one query each."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from ews.scoring.model import Level
from ews.store.schema import alert, alert_change, delivery, indicator, observation, subject


def register_texts(
    connection: Connection, name: str, identifiers: Collection[str], *, as_of: datetime
) -> dict[str, str]:
    """The latest text of one register indicator (`aanbieder`, `naam`, …) per subject, as known at `as_of`."""
    rows = connection.execute(
        select(subject.c.identifier, observation.c.value_text)
        .join(subject, observation.c.subject_id == subject.c.id)
        .join(indicator, observation.c.indicator_id == indicator.c.id)
        .join(delivery, observation.c.delivery_id == delivery.c.id)
        .where(
            indicator.c.name == name,
            subject.c.identifier.in_(identifiers),
            observation.c.known_at <= as_of,
            delivery.c.status == "accepted",
        )
        .order_by(observation.c.period_end, observation.c.known_at)
    )
    return {row.identifier: row.value_text for row in rows if row.value_text is not None}


def alerts_opened_at(connection: Connection, alerts: Collection[int]) -> dict[int, datetime]:
    """When each episode began."""
    rows = connection.execute(select(alert.c.id, alert.c.opened_at).where(alert.c.id.in_(alerts)))
    return {row.id: row.opened_at for row in rows}


def held_levels(connection: Connection, identifiers: Collection[str], *, as_of: datetime) -> dict[str, Level]:
    """The level held at `as_of` per subject: the highest over its open episodes; absent when none was open."""
    rows = connection.execute(
        select(alert.c.id, subject.c.identifier, alert_change.c.level_after, alert_change.c.reason)
        .join(subject, alert.c.subject_id == subject.c.id)
        .join(alert_change, alert_change.c.alert_id == alert.c.id)
        .where(alert_change.c.at <= as_of, subject.c.identifier.in_(identifiers))
        .order_by(alert_change.c.id)
    )
    last = {row.id: row for row in rows}
    held: dict[str, Level] = {}
    for row in last.values():
        level = Level(row.level_after)
        if row.reason != "cleared" and level.rank > held.get(row.identifier, Level.UNKNOWN).rank:
            held[row.identifier] = level
    return held
