"""An alert episode as it stood at a moment: for pages that look back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from ews.alerts.model import ChangeReason
from ews.scoring.model import Level
from ews.store.schema import alert, alert_change, subject

_MOVES = frozenset({ChangeReason.OPENED, ChangeReason.RAISED, ChangeReason.LOWERED})


@dataclass(frozen=True, slots=True)
class Held:
    """The level that an episode held, and since when."""

    held: Level
    last_change_at: datetime


def held_of(connection: Connection, identifier: str, *, as_of: datetime) -> Held | None:
    """What the newest episode of a subject held at `as_of`; None when it was cleared by then, or had not begun."""
    query = (
        select(alert_change.c.alert_id, alert_change.c.at, alert_change.c.reason, alert_change.c.level_after)
        .join(alert, alert.c.id == alert_change.c.alert_id)
        .join(subject, subject.c.id == alert.c.subject_id)
        .where(subject.c.identifier == identifier, alert_change.c.at <= as_of)
        .order_by(alert_change.c.at, alert_change.c.id)
    )
    rows = list(connection.execute(query))
    if not rows or rows[-1].reason == ChangeReason.CLEARED.value:
        return None
    moved = [
        row.at for row in rows if row.alert_id == rows[-1].alert_id and ChangeReason(row.reason) in _MOVES
    ]
    return Held(Level(rows[-1].level_after), max(moved)) if moved else None
