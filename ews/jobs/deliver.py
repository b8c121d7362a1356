"""Send what is queued: claim, send, then mark. A crash in between repeats a mail and never loses one."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from ews.jobs.outbox_round import LEASE, Round
from ews.jobs.run import Context
from ews.notify.breaker import remembered
from ews.notify.model import Receipt, State
from ews.notify.sink import write_eml
from ews.notify.smtp import CONNECTIONS, Parcel, Relay, send_all
from ews.settings.secrets import read_secret
from ews.store import outbox
from ews.store import sending as sending_rows
from ews.store.engine import reading, writing
from ews.store.sending import Claimed

UNMARKED = CONNECTIONS
GATHERING = 0.02
"""Seconds that an outcome waits at most for others to be recorded with: a commit costs more than a mail."""


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


def _to_folder(sending: Round) -> None:
    folder = sending.context.folder / "outbox"
    while (row := sending.take()) is not None:
        name = f"{row.id:06d}-{row.kind}-{row.recipient.partition('@')[0]}"
        sending.mark([(row, write_eml(folder, name, row.content))])


class Recorder:
    """Records outcomes beside the sending, a handful in one transaction.

    At most UNMARKED mails wait to be recorded while each connection sends one more: so many at most go twice
    after a crash, under the same Message-ID.
    """

    def __init__(self, sending: Round) -> None:
        self._sending = sending
        self._reported: list[tuple[Claimed, Receipt]] = []
        self._under_way = 0
        self._claiming = asyncio.Lock()
        self._room = asyncio.Semaphore(UNMARKED)
        self._news = asyncio.Event()
        self._is_enough = asyncio.Event()
        self._is_last = False

    async def take(self) -> Parcel | None:
        """The next parcel; a new batch is claimed beside the sending."""
        sending = self._sending
        async with self._claiming:
            row = sending.take() if sending.buffer else await asyncio.to_thread(sending.take)
        if row is None:
            return None
        self._under_way += 1
        return Parcel(row.id, row.recipient, row.content)

    async def report(self, parcel: Parcel, receipt: Receipt | None) -> None:
        """What became of a parcel: given back when no relay could be tried, else recorded soon."""
        row = self._sending.in_hand[parcel.key]
        if receipt is None:
            await asyncio.to_thread(self._sending.give_back, row)
        else:
            await self._room.acquire()
            self._reported.append((row, receipt))
        self._under_way -= 1
        self._tell()

    async def record(self) -> None:
        """Record until `end`, and then what is left."""
        while not self._is_last or self._reported:
            await self._news.wait()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._is_enough.wait(), GATHERING)
            self._news.clear()
            self._is_enough.clear()
            results, self._reported = self._reported, []
            if results:
                await asyncio.to_thread(self._sending.mark, results)
            for _ in results:
                self._room.release()

    def end(self) -> None:
        """Nothing more is coming."""
        self._is_last = True
        self._tell()

    def _tell(self) -> None:
        self._news.set()
        if self._is_last or len(self._reported) == UNMARKED or not self._under_way:
            self._is_enough.set()


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
        if sending.buffer:  # claimed with the last marks, while every relay came to be left alone
            sending.give_back()
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping


async def _keep(sending: Round) -> None:
    while True:
        await asyncio.sleep(sending.lease.total_seconds() / 4)
        await asyncio.to_thread(sending.renew)
