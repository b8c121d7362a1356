"""The outbox: rows in the transaction of what they tell of, claimed, sent, then marked; never the other way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from ews.notify.breaker import Answer
from ews.notify.model import Fault, Outcome, Receipt, SealedMessage, State
from ews.store.schema import outbox, outbox_attempt

MOVES: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SENDING, State.CANCELLED}),
    State.SENDING: frozenset(
        {State.QUEUED, State.SENT, State.DEFERRED, State.REFUSED, State.UNKNOWN, State.PARKED}
    ),
    State.DEFERRED: frozenset({State.SENDING, State.CANCELLED}),
    State.UNKNOWN: frozenset({State.SENDING, State.CANCELLED}),
    State.SENT: frozenset({State.BOUNCED}),
    State.REFUSED: frozenset({State.CANCELLED}),
    State.BOUNCED: frozenset({State.CANCELLED}),
    State.PARKED: frozenset({State.QUEUED, State.CANCELLED}),
    State.CANCELLED: frozenset(),
}
ANSWERS = 40
"""More than a relay needs to fail in a row to get its longest rest."""
# word for word the conditions of the partial indexes: SQLite uses these only for literal text
_WAITING = text("state IN ('queued', 'deferred', 'unknown')")
_SENDING = text("state = 'sending'")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that this process, and no other, may try to send until its lease ends."""

    id: int
    fence: int
    about: str
    kind: str
    revision: int
    recipient: str
    channel: str
    priority: int
    message_id: str
    thread: str
    subject: str
    content: bytes
    tries: int
    local_errors: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FirstMail:
    """The first mail of a thread to one address, and the days of all that followed."""

    message_id: str
    days: tuple[datetime, ...]


def enqueue(connection: Connection, messages: Sequence[SealedMessage], *, now: datetime) -> int:
    """Add what is not there yet, in the caller's transaction; how many were new."""
    if not messages:
        return 0
    insert_ignore = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert_ignore(outbox).on_conflict_do_nothing().returning(outbox.c.id)
    return len(connection.execute(statement, [_row(one, now) for one in messages]).all())


def _row(sealed: SealedMessage, now: datetime) -> dict[str, object]:
    message = sealed.message
    return {
        "about": message.about,
        "revision": message.revision,
        "recipient": message.recipient,
        "channel": message.channel,
        "kind": message.kind,
        "priority": int(message.priority),
        "message_id": sealed.message_id,
        "thread_id": message.thread or None,
        "subject": message.subject,
        "content": sealed.content,
        "state": sealed.state,
        "created_at": now,
        "next_try_at": now,
        "last_reply": sealed.note,
    }


def claim(
    connection: Connection, *, now: datetime, lease: timedelta, limit: int, due_by: datetime | None = None
) -> list[Claimed]:
    """Take up to `limit` rows due by a moment, gravest first. A row is taken by one process only, whoever asks."""
    due = (
        select(outbox.c.id)
        .where(_WAITING, outbox.c.next_try_at <= (due_by or now))
        .order_by(outbox.c.priority, outbox.c.next_try_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(outbox)
        .where(outbox.c.id.in_(list(connection.scalars(due))), _WAITING)
        .values(state=State.SENDING, fence=outbox.c.fence + 1, lease_until=now + lease)
        .returning(*_CLAIMED)
    )
    rows = [_claimed(row) for row in connection.execute(taken)]
    return sorted(rows, key=lambda row: (row.priority, row.created_at, row.id))


_CLAIMED = (
    outbox.c.id,
    outbox.c.fence,
    outbox.c.about,
    outbox.c.kind,
    outbox.c.revision,
    outbox.c.recipient,
    outbox.c.channel,
    outbox.c.priority,
    outbox.c.message_id,
    func.coalesce(outbox.c.thread_id, ""),
    outbox.c.subject,
    outbox.c.content,
    outbox.c.tries,
    outbox.c.local_errors,
    outbox.c.created_at,
)


def _claimed(row: Any) -> Claimed:
    return Claimed(*row)


def mark(
    connection: Connection,
    row: Claimed,
    receipt: Receipt,
    *,
    state: State,
    now: datetime,
    next_try_at: datetime | None = None,
) -> bool:
    """Record an attempt and where the row goes. False when the lease had passed to another: nothing is moved."""
    moved = connection.execute(
        update(outbox)
        .where(outbox.c.id == row.id, outbox.c.fence == row.fence, outbox.c.state == State.SENDING)
        .values(
            state=state,
            lease_until=None,
            tries=outbox.c.tries + 1,
            local_errors=outbox.c.local_errors + int(receipt.outcome is Outcome.LOCAL),
            last_reply=receipt.reply,
            sent_at=now if state is State.SENT else None,
            next_try_at=next_try_at or now,
        )
    )
    attempts = [
        {
            "outbox_id": row.id,
            "at": now,
            "result": one.outcome,
            "reply": one.reply,
            "relay": one.relay,
            "fault": one.fault,
        }
        for one in (*receipt.before, receipt)
    ]
    connection.execute(insert(outbox_attempt), attempts)
    return moved.rowcount == 1


def answers_of(connection: Connection, relays: Iterable[str]) -> dict[str, list[Answer]]:
    """How the last attempts at each of these relays ended, oldest first."""
    found = {}
    for relay in relays:
        rows = connection.execute(
            select(outbox_attempt.c.at, outbox_attempt.c.fault)
            .where(outbox_attempt.c.relay == relay)
            .order_by(outbox_attempt.c.id.desc())
            .limit(ANSWERS)
        ).all()
        found[relay] = [Answer(at, fault in (Fault.RELAY, Fault.SECURITY)) for at, fault in reversed(rows)]
    return found


def release(connection: Connection, rows: Iterable[Claimed], *, next_try_at: datetime) -> None:
    """Give back what was claimed and not tried."""
    for row in rows:
        connection.execute(
            update(outbox)
            .where(outbox.c.id == row.id, outbox.c.fence == row.fence, outbox.c.state == State.SENDING)
            .values(state=State.QUEUED, lease_until=None, next_try_at=next_try_at)
        )


def renew(connection: Connection, rows: Iterable[Claimed], *, lease_until: datetime) -> None:
    """Keep what is still being sent; a row that went to another process stays there."""
    for row in rows:
        connection.execute(
            update(outbox)
            .where(outbox.c.id == row.id, outbox.c.fence == row.fence, outbox.c.state == State.SENDING)
            .values(lease_until=lease_until)
        )


def free_stuck(connection: Connection, *, now: datetime, longest_lease: timedelta) -> int:
    """Rows whose sender died, or whose lease lies beyond any real one because the clock stepped back.

    What became of them is unknown: they go again under the same Message-ID.
    """
    dead = or_(outbox.c.lease_until < now, outbox.c.lease_until > now + longest_lease)
    freed = connection.execute(
        update(outbox)
        .where(and_(_SENDING, dead))
        .values(
            state=State.UNKNOWN,
            lease_until=None,
            next_try_at=now,
            fence=outbox.c.fence + 1,
            last_reply="verzender viel weg voordat de uitkomst vaststond",
        )
    )
    return freed.rowcount


def is_due(connection: Connection, *, now: datetime) -> bool:
    """Whether a round of sending would find anything to do."""
    due = select(outbox.c.id).where(_WAITING, outbox.c.next_try_at <= now).limit(1)
    stuck = select(outbox.c.id).where(_SENDING, outbox.c.lease_until < now).limit(1)
    return connection.execute(due).first() is not None or connection.execute(stuck).first() is not None


def waiting(connection: Connection) -> int:
    """How many rows still have to leave: over the small partial index, never over the whole table."""
    return sum(
        connection.execute(select(func.count()).select_from(outbox).where(condition)).scalar_one()
        for condition in (_WAITING, _SENDING)
    )


def counts(connection: Connection) -> dict[State, int]:
    """Rows per state, for doctor and metrics."""
    found = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    return {State(state): number for state, number in found}


def oldest_waiting(connection: Connection) -> datetime | None:
    """When the oldest message that still has to leave was queued."""
    oldest: datetime | None = connection.execute(
        select(func.min(outbox.c.created_at)).where(_WAITING)
    ).scalar()
    return oldest


def first_mails(connection: Connection, threads: Sequence[str]) -> dict[tuple[str, str], FirstMail]:
    """Per thread and recipient what went before: to answer in the same thread and name the days."""
    found: dict[tuple[str, str], FirstMail] = {}
    rows = connection.execute(
        select(outbox.c.thread_id, outbox.c.recipient, outbox.c.message_id, outbox.c.created_at)
        .where(outbox.c.thread_id.in_(threads), outbox.c.state != State.CANCELLED)
        .order_by(outbox.c.id)
    )
    for thread, recipient, message_id, created_at in rows:
        known = found.get((thread, recipient))
        found[thread, recipient] = FirstMail(
            known.message_id if known else message_id, (*(known.days if known else ()), created_at)
        )
    return found


def single_since(connection: Connection, *, kinds: Sequence[str], since: datetime) -> dict[str, int]:
    """How many single mails each address was sent since a moment: what the storm rule counts."""
    rows = connection.execute(
        select(outbox.c.recipient, func.count())
        .where(outbox.c.kind.in_(kinds), outbox.c.created_at >= since, outbox.c.state != State.CANCELLED)
        .group_by(outbox.c.recipient)
    )
    return {recipient: number for recipient, number in rows}


def first_about(connection: Connection, about: str) -> datetime | None:
    """When the first message about something was queued; None when there was none."""
    moment: datetime | None = connection.execute(
        select(func.min(outbox.c.created_at)).where(outbox.c.about == about)
    ).scalar()
    return moment


def states_of(connection: Connection, about: str) -> list[State]:
    """How the messages about one thing stand."""
    return [
        State(state) for state in connection.scalars(select(outbox.c.state).where(outbox.c.about == about))
    ]


def unsent_before(connection: Connection, moment: datetime, *, priority: int) -> list[Claimed]:
    """Messages of this priority or graver that were queued before a moment and that no relay accepted."""
    rows = connection.execute(
        select(*_CLAIMED)
        .where(or_(_WAITING, _SENDING), outbox.c.priority <= priority, outbox.c.created_at < moment)
        .order_by(outbox.c.id)
    )
    return [_claimed(row) for row in rows]
