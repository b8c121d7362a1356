"""Delivery beside bare aiosmtplib in the same run, and deciding whom to tell for a whole country.

    python benchmarks/delivery.py [MAILS] [PROVIDERS] [CHANGES] [FOLDER]

The mails are alerts as a reader gets them, picture and all. The mail server runs in a process of its own on this
machine; the ratio says more than the rate. Each pair sends the same bytes over as many reused connections, and the
database is a file with synchronous=FULL: below FOLDER (default the folder for temporary files) and, when there is
one, below /dev/shm.
"""

import asyncio
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import aiosmtplib
import psutil
from aiosmtpd.smtp import SMTP, Envelope

for folder in ("integration", "unit/notify"):
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / folder))

from mail_examples import ALERT
from memory import peak_megabytes
from portfolios import assessed, register

from ews.alerts.round import Ties, decide_round
from ews.identifiers import parse_subject
from ews.jobs import logs, post
from ews.jobs.deliver import deliver
from ews.jobs.digest import digest
from ews.jobs.run import Context, open_site
from ews.jobs.scoring import cards_by_scheme
from ews.jobs.site import create_site
from ews.jobs.tell import alert_changes
from ews.notify import messages
from ews.notify.messages import Rendered
from ews.notify.model import MessageKind, OutgoingMessage, Priority, SealedMessage
from ews.notify.smtp import CONNECTIONS
from ews.scoring.model import Level
from ews.store import alerts, assessments, outbox
from ews.store.engine import reading, writing
from ews.store.register import register_at

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
PAIRS = 5
MEMORY = Path("/dev/shm")


class Swallow:
    async def handle_DATA(self, server: SMTP, session: object, envelope: Envelope) -> str:
        return "250 2.0.0 aangenomen"


def serve(pipe) -> None:
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: SMTP(Swallow(), loop=loop), "127.0.0.1", 0))
    pipe.send(server.sockets[0].getsockname()[1])
    loop.run_forever()


def mail(number: int, rendered: Rendered) -> OutgoingMessage:
    return post.message_from(
        rendered,
        about=f"alert_change:{number}",
        kind=MessageKind.ALERT,
        recipient="officier@kantoor.example",
        priority=Priority.HIGH,
    )


@dataclass(frozen=True)
class Server:
    """A mail server in a process of its own."""

    pid: int
    port: int


async def bare(port: int, contents: list[bytes]) -> None:
    """The same bytes, as many connections, nothing recorded."""
    waiting = list(contents)

    async def work() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            while waiting:
                content = waiting.pop()
                await client.mail("ews@kantoor.example")
                await client.rcpt("officier@kantoor.example")
                await client.data(content)

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))


@dataclass(frozen=True)
class Run:
    """Seconds that sending took: on the clock, and of processor here and at the server together."""

    wall: float
    busy: float


def sending(context: Context, server: Server, count: int, *, where: str) -> None:
    """PAIRS times bare and ours, each first in turn; the median of what the pairs say."""
    rendered = messages.alert(ALERT)
    runs: dict[str, list[Run]] = {"bare": [], "ours": []}
    for pair in range(PAIRS):
        sealed = [post.seal(context, mail(pair * count + n, rendered)) for n in range(count)]
        with writing(context.engine) as connection:
            outbox.enqueue(connection, sealed, now=context.now)
        for who in ("bare", "ours") if pair % 2 else ("ours", "bare"):
            runs[who].append(one_run(context, server, sealed, who))
    size = len(sealed[0].content) / 1000
    print(f"{PAIRS} times {count} mails of {size:.0f} kB, {CONNECTIONS} connections, database {where}")
    for who, name in (("bare", "bare aiosmtplib"), ("ours", "ews deliver    ")):
        rate = count / statistics.median(run.wall for run in runs[who])
        busy = statistics.median(run.busy for run in runs[who]) / count * 1000
        print(f"    {name} {rate:6.0f} mails/s; {busy:.2f} ms of processor a mail, server included")
    pairs = list(zip(runs["bare"], runs["ours"], strict=True))
    said_ratio("by the clock", [plain.wall / mine.wall for plain, mine in pairs])
    said_ratio("by processor", [plain.busy / mine.busy for plain, mine in pairs])


def said_ratio(how: str, ratios: list[float]) -> None:
    middle = statistics.median(ratios)
    print(f"    ratio {how} {middle:.2f}, {min(ratios):.2f} to {max(ratios):.2f} (aim 0.70)", flush=True)


def one_run(context: Context, server: Server, sealed: list[SealedMessage], who: str) -> Run:
    there = psutil.Process(server.pid)
    wall, busy = time.perf_counter(), time.process_time() + sum(there.cpu_times()[:2])
    if who == "bare":
        asyncio.run(bare(server.port, [one.content for one in sealed]))
    else:
        done = deliver(context)
        assert done["sent"] == len(sealed), done
    return Run(time.perf_counter() - wall, time.process_time() + sum(there.cpu_times()[:2]) - busy)


def telling(context: Context, providers: int, changes: int) -> None:
    """A round in which so many of all providers rise: who is told what, decided, recorded and queued."""
    register(context, [(number, f"Zorggroep {number}") for number in range(1, providers + 1)])
    calm = {"points": 10, "level": Level.LOW}
    made = [assessed(n, context.now, **({} if n <= changes else calm)) for n in range(1, providers + 1)]
    with writing(context.engine) as connection:
        rows = assessments.record(connection, made, now=context.now)
    by_subject = {one.subject: one for one in made}
    cards = cards_by_scheme(context.settings, context.now)
    started, busy = time.perf_counter(), time.process_time()
    with reading(context.engine) as connection:
        register_at(connection, context.now)  # as a round has done before it writes: who owes which figures
    locked = time.perf_counter(), time.process_time()
    with writing(context.engine) as connection:
        decided = decide_round(
            alerts.open_states(connection),
            by_subject,
            Ties({}, {}, frozenset()),
            context.settings.alerts,
            card_of=lambda subject: cards[parse_subject(subject).scheme],
            now=context.now,
            version=context.settings.hash,
        )
        recorded = alerts.record(
            connection, decided.changes, assessments=by_subject, rows=rows, actor="systeem"
        )
        told = alert_changes(connection, context, recorded)
    took(f"decide and queue, {len(recorded)} of {providers} changed", started, busy, aim=10)
    took("    of this in the transaction, when others wait", *locked, aim=10)
    print(f"    {told.single} single mails, {told.lists} lists with {told.listed} rows in them")
    started, busy = time.perf_counter(), time.process_time()
    digest(context)
    took(f"digest of {providers}", started, busy, aim=20)


def took(what: str, started: float, busy: float, *, aim: int) -> None:
    """Wall time says what a quiet machine needs; processor time says it on a busy one too."""
    wall, processor = time.perf_counter() - started, time.process_time() - busy
    print(f"{what}: {wall:.1f} s, of which {processor:.1f} s of processor (aim {aim} s)", flush=True)


def idling(site: Path, seconds: int = 60) -> None:
    """The scheduler with nothing due: what it costs to have it."""
    running = subprocess.Popen(
        [sys.executable, "-m", "ews", "--site", str(site), "run"], stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(15)
        process = psutil.Process(running.pid)
        before = sum(process.cpu_times()[:2])
        time.sleep(seconds)
        share = (sum(process.cpu_times()[:2]) - before) / seconds
        size = peak_megabytes(running.pid)
    finally:
        running.terminate()
        running.wait(timeout=30)
    print(
        f"scheduler, idle for {seconds} s: {share:.2%} of a processor (aim 1 %), {size:.0f} MB at its peak (aim 200)"
    )


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:4]] + [500, 40_000, 3_000][len(sys.argv[1:4]) :]
    count, providers, changes = numbers
    disk = sys.argv[4] if len(sys.argv) > 4 else tempfile.gettempdir()
    logs.configure()
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    server = Server(process.pid or 0, ours.recv())
    for key, value in {
        "HOST": "127.0.0.1",
        "PORT": str(server.port),
        "SECURITY": "insecure-loopback",
    }.items():
        os.environ[f"EWS_SMTP__{key}"] = value
    places = {"on disk": disk} | ({"in memory": str(MEMORY)} if MEMORY.is_dir() else {})
    for where, place in places.items():
        with tempfile.TemporaryDirectory(dir=place) as folder:
            site = create_site(Path(folder) / "site", now=NOW)
            sending(replace(open_site(site), now=NOW), server, count, where=where)
    with tempfile.TemporaryDirectory(dir=disk) as folder:
        site = create_site(Path(folder) / "site", now=NOW)
        idling(site)
        telling(replace(open_site(site), now=NOW), providers, changes)
    process.terminate()


if __name__ == "__main__":
    main()
