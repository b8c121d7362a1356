"""What was and what was not told about a subject: its changes up to a moment, and the messages they made."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from ews.alerts.model import ChangeReason
from ews.scoring.model import Level
from ews.store.schema import alert, alert_change, outbox, subject


class Message(NamedTuple):
    """One message about a change, to one address."""

    recipient: str
    state: str
    queued_at: datetime
    reply: str
    """What the relay said last, or in which list it was told."""


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One change of an episode, and to whom it went."""

    id: int
    alert: int
    at: datetime
    reason: ChangeReason
    before: Level
    after: Level
    actor: str
    carried_until: datetime | None
    """Of an acknowledgement: until when its actor carries the alert."""
    speaker: str
    """The member of its concern that spoke for it; empty: it was told itself."""
    messages: tuple["Message", ...]


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
            actor=row.actor,
            carried_until=row.carried_until,
            speaker=row.speaker,
            messages=tuple(told.get(row.id, ())),
        )
        for row in rows
    ]


def _messages(connection: Connection, changes: list[int]) -> dict[int, list[Message]]:
    of_about = {f"alert_change:{change}": change for change in changes}
    query = (
        select(outbox.c.about, outbox.c.recipient, outbox.c.state, outbox.c.created_at, outbox.c.last_reply)
        .where(outbox.c.about.in_(list(of_about)))
        .order_by(outbox.c.id)
    )
    found: dict[int, list[Message]] = {}
    for row in connection.execute(query):
        found.setdefault(of_about[row.about], []).append(
            Message(row.recipient, row.state, row.created_at, row.last_reply)
        )
    return found
