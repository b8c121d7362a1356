"""What was and what was not told about a subject: its changes up to a moment, and the messages they made."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from ews.alerts.model import ChangeReason
from ews.scoring.model import Level
from ews.store.schema import alert, alert_change, outbox, subject


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One change of an episode, and to whom it went."""

    id: int
    alert: int
    at: datetime
    reason: ChangeReason
    before: Level
    after: Level
    speaker: str
    """The member of its concern that spoke for it; empty: it was told itself."""
    messages: tuple[tuple[str, str, datetime], ...]
    """Recipient, state and moment of queueing of each message about it."""


def changes_of(connection: Connection, identifier: str, *, until: datetime) -> list[ToldChange]:
    """Every change of a subject's alerts up to a moment, oldest first."""
    query = (
        select(alert_change)
        .join(alert, alert.c.id == alert_change.c.alert_id)
        .join(subject, subject.c.id == alert.c.subject_id)
        .where(subject.c.identifier == identifier, alert_change.c.at <= until)
        .order_by(alert_change.c.at, alert_change.c.id)
    )
    rows = connection.execute(query).all()
    told = _messages(connection, [row.id for row in rows])
    return [
        ToldChange(
            id=row.id,
            alert=row.alert_id,
            at=row.at,
            reason=ChangeReason(row.reason),
            before=Level(row.level_before),
            after=Level(row.level_after),
            speaker=row.speaker,
            messages=tuple(told.get(row.id, ())),
        )
        for row in rows
    ]


def _messages(connection: Connection, changes: list[int]) -> dict[int, list[tuple[str, str, datetime]]]:
    of_about = {f"alert_change:{change}": change for change in changes}
    query = (
        select(outbox.c.about, outbox.c.recipient, outbox.c.state, outbox.c.created_at)
        .where(outbox.c.about.in_(list(of_about)))
        .order_by(outbox.c.id)
    )
    found: dict[int, list[tuple[str, str, datetime]]] = {}
    for row in connection.execute(query):
        found.setdefault(of_about[row.about], []).append((row.recipient, row.state, row.created_at))
    return found
