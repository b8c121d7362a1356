"""The sender's side of the outbox: rows claimed by one process for a while, then marked with what became of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, literal, or_, select, text, update

from ews.notify.breaker import Answer
from ews.notify.model import Fault, Outcome, Receipt, State
from ews.store.schema import outbox, outbox_attempt, outbox_content

ANSWERS = 40
"""More than a relay needs to fail in a row to get its longest rest."""
# word for word the conditions of the partial indexes: SQLite uses these only for literal text
WAITING = text("state IN ('queued', 'deferred', 'unknown')")
SENDING = text("state = 'sending'")


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


def claim(
    connection: Connection, *, now: datetime, lease: timedelta, limit: int, due_by: datetime | None = None
) -> list[Claimed]:
    """Take up to `limit` rows due by a moment, gravest first. A row is taken by one process only, whoever asks."""
    due = (
        select(outbox.c.id)
        .where(WAITING, outbox.c.next_try_at <= (due_by or now))
        .order_by(outbox.c.priority, outbox.c.next_try_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(outbox)
        .where(outbox.c.id.in_(list(connection.scalars(due))), WAITING)
        .values(state=State.SENDING, fence=outbox.c.fence + 1, lease_until=now + lease)
        .returning(*CLAIMED)
    )
    rows = [claimed(row) for row in connection.execute(taken)]
    return sorted(rows, key=lambda row: (row.priority, row.created_at, row.id))


_CONTENT = (
    select(outbox_content.c.content)
    .where(outbox_content.c.outbox_id == outbox.c.id)
    .correlate(outbox)
    .scalar_subquery()
)
CLAIMED = (
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
    func.coalesce(_CONTENT, literal(b"")),
    outbox.c.tries,
    outbox.c.local_errors,
    outbox.c.created_at,
)


def claimed(row: Any) -> Claimed:
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
    attempts = [_attempt(row, one, now) for one in (*receipt.before, receipt)]
    connection.execute(insert(outbox_attempt), attempts)
    return moved.rowcount == 1


def _attempt(row: Claimed, receipt: Receipt, now: datetime) -> dict[str, object]:
    return {
        "outbox_id": row.id,
        "at": now,
        "result": receipt.outcome,
        "reply": receipt.reply,
        "relay": receipt.relay,
        "fault": receipt.fault,
    }


_ARRIVED = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("row"),
        outbox.c.fence == bindparam("held"),
        outbox.c.state == State.SENDING.value,
    )
    .values(
        state=State.SENT.value,
        lease_until=None,
        tries=outbox.c.tries + 1,
        last_reply=bindparam("said"),
        sent_at=bindparam("moment"),
        next_try_at=bindparam("moment"),
    )
)


def mark_sent(
    connection: Connection, results: Sequence[tuple[Claimed, Receipt]], *, now: datetime
) -> set[int]:
    """Record mails that a relay took, in one go. Returns the rows that were moved: those still ours."""
    if not results:
        return set()
    moves = [
        {"row": row.id, "held": row.fence, "said": receipt.reply, "moment": now} for row, receipt in results
    ]
    moved = connection.execute(_ARRIVED, moves)
    connection.execute(insert(outbox_attempt), [_attempt(*one, now) for one in results])
    if moved.rowcount == len(results):
        return {row.id for row, _ in results}
    held = {row.id: row.fence for row, _ in results}
    query = select(outbox.c.id, outbox.c.fence).where(
        outbox.c.id.in_(held), outbox.c.state == State.SENT, outbox.c.sent_at == now
    )
    return {row.id for row in connection.execute(query) if held[row.id] == row.fence}


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
        .where(and_(SENDING, dead))
        .values(
            state=State.UNKNOWN,
            lease_until=None,
            next_try_at=now,
            fence=outbox.c.fence + 1,
            last_reply="verzender viel weg voordat de uitkomst vaststond",
        )
    )
    return freed.rowcount
