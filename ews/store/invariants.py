"""What must hold of the rows at every moment, whatever was broken off half-way: each fault as a line of Dutch."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, String, cast, func, literal, or_, select

from ews.alerts.model import ChangeReason
from ews.notify.model import State
from ews.store.schema import alert_change, delivery, observation, outbox, outbox_attempt

APART = timedelta(seconds=1)
"""Files of one source that came at one moment are known microseconds apart, so that each has its place."""
SHOWN = 5
OVERDUE = timedelta(minutes=10)


def untold_changes(connection: Connection) -> list[str]:
    """V1: every change for which no other speaks has a message for somebody."""
    about = literal("alert_change:") + cast(alert_change.c.id, String)
    told = select(outbox.c.id).where(outbox.c.about == about).exists()
    rows = connection.execute(
        select(alert_change.c.id, alert_change.c.reason)
        .where(alert_change.c.reason != ChangeReason.ACKNOWLEDGED, alert_change.c.speaker == "", ~told)
        .limit(SHOWN)
    )
    return [f"wijziging {number} ({reason}) heeft geen bericht" for number, reason in rows]


def odd_states(connection: Connection) -> list[str]:
    """V2: a message being sent has a lease, and no other has."""
    known = [state.value for state in State]
    odd = or_(
        outbox.c.state.not_in(known),
        (outbox.c.state == State.SENDING) & outbox.c.lease_until.is_(None),
        (outbox.c.state != State.SENDING) & outbox.c.lease_until.is_not(None),
    )
    rows = connection.execute(select(outbox.c.id, outbox.c.state).where(odd).limit(SHOWN))
    return [f"bericht {number} staat op '{state}' zonder dat dat kan" for number, state in rows]


def unproved_sent(connection: Connection) -> list[str]:
    """V3: what counts as sent has the relay's reply, its moment, and an attempt on record."""
    tried = select(outbox_attempt.c.id).where(outbox_attempt.c.outbox_id == outbox.c.id).exists()
    rows = connection.execute(
        select(outbox.c.id)
        .where(
            outbox.c.state == State.SENT,
            or_(outbox.c.sent_at.is_(None), outbox.c.last_reply == "", outbox.c.message_id == "", ~tried),
        )
        .limit(SHOWN)
    )
    return [f"bericht {number} heet verstuurd zonder bewijs" for (number,) in rows]


def overdue_mail(connection: Connection, now: datetime) -> list[str]:
    """V4: nothing waits more than ten minutes beyond its next try."""
    rows = connection.execute(
        select(outbox.c.id, outbox.c.kind, outbox.c.next_try_at)
        .where(outbox.c.state.in_([State.QUEUED, State.DEFERRED, State.UNKNOWN]))
        .where(outbox.c.next_try_at < now - OVERDUE)
        .order_by(outbox.c.priority, outbox.c.id)
        .limit(SHOWN)
    )
    return [f"bericht {number} ({kind}) wacht sinds {at:%d-%m %H:%M} UTC" for number, kind, at in rows]


def lost_rows(connection: Connection) -> list[str]:
    """V6: rows read = accepted + unchanged + rejected + out of scope, for every delivery."""
    return list(_lost_rows(connection))


def _lost_rows(connection: Connection) -> Iterator[str]:
    for number, counts in connection.execute(
        select(delivery.c.id, delivery.c.counts).where(delivery.c.status != "staging")
    ):
        if "rows_read" not in counts:
            continue
        parts = ("rows_accepted", "rows_unchanged", "rows_rejected", "rows_out_of_scope")
        if counts["rows_read"] != sum(counts.get(part, 0) for part in parts):
            yield f"levering {number}: {counts['rows_read']} rijen gelezen, maar de delen tellen anders op"


def known_before_recorded(connection: Connection) -> list[str]:
    """V7: nothing is known before it could be: no figure newer than the recording of its delivery."""
    known = func.max(observation.c.known_at)
    rows = connection.execute(
        select(observation.c.delivery_id, func.count(), known, delivery.c.recorded_at)
        .join(delivery, observation.c.delivery_id == delivery.c.id)
        .where(observation.c.known_at > delivery.c.recorded_at)
        .group_by(observation.c.delivery_id, delivery.c.recorded_at)
        .order_by(observation.c.delivery_id)
    )
    early = [(number, count) for number, count, moment, recorded in rows if moment - recorded > APART]
    return [f"levering {number}: {count} cijfers heten bekend vóór ze er waren" for number, count in early][
        :SHOWN
    ]


def waiting_for_people(connection: Connection) -> list[str]:
    """Messages that will not be tried again and that nobody settled."""
    rows = connection.execute(
        select(outbox.c.id, outbox.c.recipient, outbox.c.state, outbox.c.last_reply)
        .where(outbox.c.state.in_([State.REFUSED, State.PARKED, State.BOUNCED]))
        .order_by(outbox.c.id.desc())
        .limit(SHOWN)
    )
    return [f"bericht {number} aan {recipient}: {state}, {reply}" for number, recipient, state, reply in rows]


def newest_moments(connection: Connection) -> Collection[datetime]:
    """The latest recorded moments: a clock that stands before them went back."""
    found = [
        connection.execute(select(func.max(column))).scalar()
        for column in (outbox.c.created_at, alert_change.c.at, delivery.c.recorded_at)
    ]
    return [moment for moment in found if moment is not None]
