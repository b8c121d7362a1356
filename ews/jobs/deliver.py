"""Send what is queued: claim, send, then mark. A crash in between repeats a mail and never loses one."""

import asyncio
import contextlib
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from ews.jobs import post_trouble
from ews.jobs.run import Context
from ews.notify.breaker import Breakers, remembered
from ews.notify.model import Fault, Outcome, Receipt, State
from ews.notify.retry import Next, after
from ews.notify.sink import write_eml
from ews.notify.smtp import CONNECTIONS, Parcel, Relay, send_all
from ews.settings.secrets import read_secret
from ews.store import outbox
from ews.store import sending as sending_rows
from ews.store.engine import reading, writing
from ews.store.sending import Claimed

BATCH = 30
UNMARKED = CONNECTIONS
LEASE = timedelta(seconds=45)
log = structlog.get_logger()


def deliver(context: Context, *, lease: timedelta = LEASE) -> dict[str, Any]:
    """One round over everything that is due. `lease`: how long others leave alone what we are sending.

    Returns `{"sent", "deferred", "refused", "unknown", "parked", "queued"}`: outcomes of this round, and
    `queued` what still has to leave.
    """
    servers = () if uses_file_sink(context) else relays(context)
    with reading(context.engine) as connection:
        record = sending_rows.answers_of(connection, [relay.name for relay in servers])
    sending = Round(context, remembered(record), lease)
    with writing(context.engine) as connection:
        freed = sending_rows.free_stuck(connection, now=context.now, longest_lease=lease)
    if servers:
        asyncio.run(_over_smtp(sending, servers))
    else:
        _to_folder(sending)
    with writing(context.engine) as connection:
        queued = outbox.waiting(connection)
    states = (State.SENT, State.DEFERRED, State.REFUSED, State.UNKNOWN, State.PARKED)
    return {**{str(state): sending.outcomes[state] for state in states}, "queued": queued, "freed": freed}


def uses_file_sink(context: Context) -> bool:
    """No mail leaves a demo or drill site, nor one without a relay: it is written as files."""
    site = context.settings.site
    return site.kind != "production" or not site.smtp.host


def relays(context: Context) -> tuple[Relay, ...]:
    """The relays of this site in the order in which they are tried."""
    smtp = context.settings.site.smtp
    password = read_secret(context.folder, "smtp_password") or ""
    found = []
    for place in (smtp.host, *smtp.fallback_hosts):
        host, _, port = place.partition(":")
        found.append(
            Relay(
                host=host,
                port=int(port) if port else smtp.port,
                security=smtp.security,
                sender=smtp.sender,
                user=smtp.user,
                password=password,
                ca_file=smtp.ca_file,
                connect_timeout=smtp.timeout_seconds / 3,
                command_timeout=smtp.timeout_seconds,
                data_timeout=smtp.timeout_seconds * 4,
            )
        )
    return tuple(found)


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
    claiming: asyncio.Lock = field(default_factory=asyncio.Lock)
    now: Callable[[], datetime] = field(init=False)

    def __post_init__(self) -> None:
        started, at_start = time.monotonic(), self.context.now
        self.now = lambda: at_start + timedelta(seconds=time.monotonic() - started)

    def take(self) -> Claimed | None:
        """The next row, claiming a new batch when there is none in hand; never the same row twice in a round."""
        if not self.buffer and not self.exhausted:
            with writing(self.context.engine) as connection:
                self.buffer.extend(
                    sending_rows.claim(connection, now=self.context.now, lease=self.lease, limit=BATCH)
                )
            self.exhausted = not self.buffer
        if not self.buffer:
            return None
        row = self.buffer.popleft()
        self.in_hand[row.id] = row
        return row

    def mark(self, results: Sequence[tuple[Claimed, Receipt]]) -> None:
        """Record what became of rows, with the tasks for people that follow from it, in one transaction."""
        moment = self.now()
        moves = [(row, receipt, self._following(row, receipt, moment)) for row, receipt in results]
        with writing(self.context.engine) as connection:
            kept = self._move_all(connection, moves, moment)
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

    def give_back(self, row: Claimed) -> None:
        """Return what could not be tried, and all that is still in the buffer."""
        rest = [row, *self.buffer]
        self.buffer.clear()
        self.exhausted = True
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


def _to_folder(sending: Round) -> None:
    folder = sending.context.folder / "outbox"
    while (row := sending.take()) is not None:
        name = f"{row.id:06d}-{row.kind}-{row.recipient.partition('@')[0]}"
        sending.mark([(row, write_eml(folder, name, row.content))])


def _is_plain(receipt: Receipt) -> bool:
    return receipt.outcome is Outcome.SENT and not receipt.before


class Recorder:
    """Records outcomes beside the sending, all that came in meanwhile in one transaction.

    At most UNMARKED mails wait to be recorded while each connection sends one more: so many at most go twice
    after a crash, under the same Message-ID.
    """

    def __init__(self, sending: Round) -> None:
        self._sending = sending
        self._reported: list[tuple[Claimed, Receipt]] = []
        self._room = asyncio.Semaphore(UNMARKED)
        self._news = asyncio.Event()
        self._is_last = False

    async def take(self) -> Parcel | None:
        """The next parcel; a new batch is claimed beside the sending."""
        sending = self._sending
        async with sending.claiming:
            row = sending.take() if sending.buffer else await asyncio.to_thread(sending.take)
        return Parcel(row.id, row.recipient, row.content) if row else None

    async def report(self, parcel: Parcel, receipt: Receipt | None) -> None:
        """What became of a parcel: given back when no relay could be tried, else recorded soon."""
        row = self._sending.in_hand[parcel.key]
        if receipt is None:
            await asyncio.to_thread(self._sending.give_back, row)
            return
        await self._room.acquire()
        self._reported.append((row, receipt))
        self._news.set()

    async def record(self) -> None:
        """Record until `end`, and then what is left."""
        while not self._is_last or self._reported:
            await self._news.wait()
            self._news.clear()
            results, self._reported = self._reported, []
            if results:
                await asyncio.to_thread(self._sending.mark, results)
            for _ in results:
                self._room.release()

    def end(self) -> None:
        """Nothing more is coming."""
        self._is_last = True
        self._news.set()


async def _over_smtp(sending: Round, servers: Sequence[Relay]) -> None:
    keeping = asyncio.create_task(_keep(sending))
    try:
        sending.exhausted = False
        while not sending.exhausted:  # a mark may queue more: what a refusal makes leaves in the same round
            async with asyncio.TaskGroup() as group:  # a fault of the database ends the sending too
                recorder = Recorder(sending)
                group.create_task(recorder.record())
                await send_all(
                    recorder.take,
                    servers,
                    sending.breakers,
                    report=recorder.report,
                    now=sending.now,
                    connections=CONNECTIONS,
                )
                recorder.end()
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping


async def _keep(sending: Round) -> None:
    while True:
        await asyncio.sleep(sending.lease.total_seconds() / 4)
        await asyncio.to_thread(sending.renew)
