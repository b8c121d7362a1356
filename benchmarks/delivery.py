"""Delivery beside bare aiosmtplib in the same run, and deciding whom to tell for a whole country.

    python benchmarks/delivery.py [MAILS] [PROVIDERS] [CHANGES]

The mail server runs in a process of its own on this machine; the ratio says more than the rate.
"""

import asyncio
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import aiosmtplib
import psutil
from aiosmtpd.smtp import SMTP, Envelope

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "integration"))

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
from ews.notify.model import Channel, MessageKind, OutgoingMessage, Priority
from ews.scoring.model import Level
from ews.store import alerts, assessments, outbox
from ews.store.engine import writing

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
BODY = "Zaak C-2026-014 · niveau HOOG sinds vandaag\n" * 200


class Swallow:
    async def handle_DATA(self, server: SMTP, session: object, envelope: Envelope) -> str:
        return "250 2.0.0 aangenomen"


def serve(pipe) -> None:
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: SMTP(Swallow(), loop=loop), "127.0.0.1", 0))
    pipe.send(server.sockets[0].getsockname()[1])
    loop.run_forever()


def mail(number: int) -> OutgoingMessage:
    return OutgoingMessage(
        about=f"alert_change:{number}",
        kind=MessageKind.ALERT,
        revision=0,
        recipient="officier@kantoor.example",
        channel=Channel.EMAIL,
        priority=Priority.HIGH,
        thread="",
        subject="EWS C-2026-014: hoog",
        text=BODY,
    )


async def bare(port: int, contents: list[bytes], connections: int = 6) -> None:
    """The same bytes, as many connections, nothing recorded."""
    waiting = list(contents)

    async def work() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            while waiting:
                content = waiting.pop()
                await client.mail("ews@kantoor.example")
                await client.rcpt("officier@kantoor.example")
                await client.data(content)

    await asyncio.gather(*(work() for _ in range(connections)))


def sending(context: Context, port: int, count: int) -> None:
    sealed = [post.seal(context, mail(number)) for number in range(count)]
    started = time.perf_counter()
    asyncio.run(bare(port, [one.content for one in sealed]))
    plain = time.perf_counter() - started
    with writing(context.engine) as connection:
        outbox.enqueue(connection, sealed, now=context.now)
    started = time.perf_counter()
    done = deliver(context)
    ours = time.perf_counter() - started
    assert done["sent"] == count, done
    print(f"mails                 {count}")
    print(f"bare aiosmtplib       {count / plain:8.0f} mails/s")
    print(f"ews deliver           {count / ours:8.0f} mails/s, every outcome recorded")
    print(f"ratio                 {plain / ours:8.2f}   (aim 0.70; at least 150 mails/s)")


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
        size = process.memory_info().rss / 1e6
    finally:
        running.terminate()
        running.wait(timeout=30)
    print(
        f"scheduler, idle for {seconds} s: {share:.2%} of a processor (aim 1 %), {size:.0f} MB (aim 200 MB)"
    )


def main() -> None:
    given = [int(word) for word in sys.argv[1:]] + [2000, 40_000, 3_000][len(sys.argv) - 1 :]
    count, providers, changes = given
    logs.configure()
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    for key, value in {"HOST": "127.0.0.1", "PORT": str(port), "SECURITY": "insecure-loopback"}.items():
        os.environ[f"EWS_SMTP__{key}"] = value
    with tempfile.TemporaryDirectory() as folder:
        site = create_site(Path(folder) / "site", now=NOW)
        sending(replace(open_site(site), now=NOW), port, count)
        idling(site)
        telling(replace(open_site(site), now=NOW), providers, changes)
    server.terminate()


if __name__ == "__main__":
    main()
