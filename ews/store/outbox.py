"""The outbox: rows in the transaction of what they tell of, claimed, sent, then marked; never the other way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from ews.notify.model import SealedMessage, State
from ews.store.schema import outbox, outbox_content
from ews.store.sending import CLAIMED, SENDING, WAITING, Claimed, claimed

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
    statement = insert_ignore(outbox).on_conflict_do_nothing().returning(outbox.c.id, outbox.c.message_id)
    added = connection.execute(statement, [_row(one, now) for one in messages]).all()
    bytes_of = {one.message_id: one.content for one in messages}
    contents = [
        {"outbox_id": row.id, "content": bytes_of[row.message_id]}
        for row in added
        if bytes_of[row.message_id]
    ]
    if contents:
        connection.execute(insert(outbox_content), contents)
    return len(added)


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
        "state": sealed.state,
        "created_at": now,
        "next_try_at": now,
        "last_reply": sealed.note,
    }


def is_due(connection: Connection, *, now: datetime) -> bool:
    """Whether a round of sending would find anything to do."""
    due = select(outbox.c.id).where(WAITING, outbox.c.next_try_at <= now).limit(1)
    stuck = select(outbox.c.id).where(SENDING, outbox.c.lease_until < now).limit(1)
    return connection.execute(due).first() is not None or connection.execute(stuck).first() is not None


def waiting(connection: Connection) -> int:
    """How many rows still have to leave: over the small partial index, never over the whole table."""
    return sum(
        connection.execute(select(func.count()).select_from(outbox).where(condition)).scalar_one()
        for condition in (WAITING, SENDING)
    )


def counts(connection: Connection) -> dict[State, int]:
    """Rows per state, for doctor and metrics."""
    found = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    return {State(state): number for state, number in found}


def oldest_waiting(connection: Connection) -> datetime | None:
    """When the oldest message that still has to leave was queued."""
    oldest: datetime | None = connection.execute(
        select(func.min(outbox.c.created_at)).where(WAITING)
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
        select(*CLAIMED)
        .where(or_(WAITING, SENDING), outbox.c.priority <= priority, outbox.c.created_at < moment)
        .order_by(outbox.c.id)
    )
    return [claimed(row) for row in rows]
