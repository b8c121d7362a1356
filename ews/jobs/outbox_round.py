"""One round of sending: rows claimed, in hand, and marked with what became of them."""

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from ews.jobs import post_trouble
from ews.jobs.run import Context
from ews.notify.breaker import Breakers
from ews.notify.model import Fault, Outcome, Receipt, State
from ews.notify.retry import Next, after
from ews.store import sending as sending_rows
from ews.store.engine import writing
from ews.store.sending import Claimed

BATCH = 30
LEASE = timedelta(seconds=45)
log = structlog.get_logger()


@dataclass(slots=True)
class Round:
    """One round of sending: what is in hand, and what came of it."""

    context: Context
    breakers: Breakers
    lease: timedelta = LEASE
    in_hand: dict[int, Claimed] = field(default_factory=dict)
    buffer: deque[Claimed] = field(default_factory=deque)
    outcomes: Counter[State] = field(default_factory=Counter)
    exhausted: bool = False
    may_be_more: bool = False
    """Whether the last batch was full."""
    now: Callable[[], datetime] = field(init=False)

    def __post_init__(self) -> None:
        started, at_start = time.monotonic(), self.context.now
        self.now = lambda: at_start + timedelta(seconds=time.monotonic() - started)

    def take(self) -> Claimed | None:
        """The next row, claiming a new batch when there is none in hand; never the same row twice in a round."""
        if not self.buffer and not self.exhausted:
            with writing(self.context.engine) as connection:
                claimed = self._claim(connection)
            self.buffer.extend(claimed)
            self.exhausted = not claimed
        if not self.buffer:
            return None
        row = self.buffer.popleft()
        self.in_hand[row.id] = row
        return row

    def _claim(self, connection: Connection) -> list[Claimed]:
        """Ours to send once the caller has committed."""
        rows = sending_rows.claim(connection, now=self.context.now, lease=self.lease, limit=BATCH)
        self.may_be_more = len(rows) == BATCH
        return rows

    def mark(self, results: Sequence[tuple[Claimed, Receipt]]) -> None:
        """Record what became of rows, with the tasks for people that follow from it, in one transaction.

        The same transaction claims the next batch when little is left in hand: a commit costs more than a mail.
        """
        moment = self.now()
        moves = [(row, receipt, self._following(row, receipt, moment)) for row, receipt in results]
        runs_low = self.may_be_more and len(self.buffer) < BATCH // 2
        with writing(self.context.engine) as connection:
            kept = self._move_all(connection, moves, moment)
            claimed = self._claim(connection) if runs_low else []
        self.buffer.extend(claimed)
        for (row, receipt, following), moved in zip(moves, kept, strict=True):
            self.in_hand.pop(row.id, None)
            if moved:
                self.outcomes[following.state] += 1
            self._log(row, receipt, following, moved=moved)

    def _move_all(
        self, connection: Connection, moves: Sequence[tuple[Claimed, Receipt, Next]], moment: datetime
    ) -> list[bool]:
        """Mails that simply arrived in one statement, the others one by one."""
        plain = [(row, receipt) for row, receipt, _ in moves if _is_plain(receipt)]
        moved = sending_rows.mark_sent(connection, plain, now=moment)
        return [
            row.id in moved if _is_plain(receipt) else self._move(connection, row, receipt, following, moment)
            for row, receipt, following in moves
        ]

    def _following(self, row: Claimed, receipt: Receipt, moment: datetime) -> Next:
        return after(
            receipt.outcome,
            tries=row.tries + 1,
            local_errors=row.local_errors + (receipt.outcome is Outcome.LOCAL),
            created_at=row.created_at,
            now=moment,
        )

    def _move(
        self, connection: Connection, row: Claimed, receipt: Receipt, following: Next, moment: datetime
    ) -> bool:
        moved = sending_rows.mark(
            connection, row, receipt, state=following.state, now=moment, next_try_at=following.at
        )
        if moved and following.needs_a_person:
            post_trouble.undeliverable(connection, self.context, row, receipt)
            self.exhausted = False  # what was queued just now leaves in the same round
        if moved:
            for one in (*receipt.before, receipt):
                self._tell_of_relay(connection, row, one)
        return moved

    def _tell_of_relay(self, connection: Connection, row: Claimed, receipt: Receipt) -> None:
        """At once when its security failed; else when it is left alone, or the message had to wait twice."""
        if receipt.fault not in {Fault.SECURITY, Fault.RELAY}:
            return
        is_left_alone = self.breakers.of(receipt.relay).trips > 0
        if receipt.fault is Fault.SECURITY or is_left_alone or row.tries >= 2:
            post_trouble.relay(connection, self.context, receipt)

    def give_back(self, *rows: Claimed) -> None:
        """Return what could not be tried, and all that is still in the buffer."""
        rest = [*rows, *self.buffer]
        self.buffer.clear()
        self.exhausted, self.may_be_more = True, False
        with writing(self.context.engine) as connection:
            sending_rows.release(connection, rest, next_try_at=self.now() + timedelta(seconds=30))
        for one in rest:
            self.in_hand.pop(one.id, None)

    def renew(self) -> None:
        """Tell others that these rows are still being sent."""
        with writing(self.context.engine) as connection:
            rows = [*self.in_hand.values(), *self.buffer]
            sending_rows.renew(connection, rows, lease_until=self.now() + self.lease)

    def _log(self, row: Claimed, receipt: Receipt, following: Next, *, moved: bool) -> None:
        if following.state is not State.SENT or not moved:
            log.warning(
                "mail not sent",
                outbox=row.id,
                about=row.about,
                state=following.state,
                reply=receipt.reply,
                lease_kept=moved,
            )


def _is_plain(receipt: Receipt) -> bool:
    return receipt.outcome is Outcome.SENT and not receipt.before
