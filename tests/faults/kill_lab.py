"""Kill writers and senders at random: run as a process of its own, whose children are forked warm.

    python kill_lab.py SITE KILLS SEED ACKS

Prints one JSON document. The mail server is elsewhere and outlives everyone here.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from portfolios import assessed, change, register

from ews.jobs import logs, post
from ews.jobs.deliver import deliver
from ews.jobs.run import Context, clock, open_site
from ews.notify.model import Channel, MessageKind, OutgoingMessage, Priority
from ews.store import outbox
from ews.store.engine import reading, writing

LEASE = timedelta(seconds=1)
READERS = ("officier@kantoor.example", "teamleider@kantoor.example")


def now(context: Context) -> Context:
    return replace(context, now=clock())


def write(context: Context, acks: Path, first: int) -> None:
    """Open alerts with their messages, one transaction each; note each only after its commit."""
    number = first
    while True:
        mine = now(context)
        with writing(mine.engine) as connection:
            made = change(connection, assessed(number % 500 + 1, mine.now), now=mine.now, alert_id=1)
            outbox.enqueue(
                connection, [_mail(mine, made.change_id, reader) for reader in READERS], now=mine.now
            )
        with acks.open("a", encoding="utf-8") as file:
            file.write(f"{made.change_id}\n")
        number += 1
        time.sleep(0.01)


def _mail(context: Context, change_id: int, reader: str) -> outbox.SealedMessage:
    message = OutgoingMessage(
        about=f"alert_change:{change_id}",
        kind=MessageKind.ALERT,
        revision=0,
        recipient=reader,
        channel=Channel.EMAIL,
        priority=Priority.HIGH,
        thread="",
        subject="EWS W-1: hoog",
        text="proef",
    )
    return post.seal(context, message)


def send(context: Context) -> None:
    while True:
        deliver(now(context), lease=LEASE)
        time.sleep(0.02)


def fork(site: Path, work: Callable[[Context], None]) -> int:
    """A child with an engine of its own, returned once it is ready."""
    ready, tell = os.pipe()
    child = os.fork()
    if child:
        os.close(tell)
        os.read(ready, 1)
        os.close(ready)
        return child
    try:
        context = open_site(site)
        os.write(tell, b"1")
        work(context)
    finally:
        os._exit(9)


def main() -> None:
    site, kills, seed, acks = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    logs.configure()
    sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - for the life of the process
    dice = random.Random(seed)
    context = now(open_site(site))
    register(context, [(number, f"Zorggroep {number}") for number in range(1, 501)])
    with writing(context.engine) as connection:
        change(connection, assessed(1, context.now), now=context.now)
        connection.exec_driver_sql("DELETE FROM alert_change")
    context.engine.dispose()
    works: list[Callable[[Context], None]] = [lambda one: write(one, acks, dice.randrange(10**6)), send, send]
    children = [fork(site, work) for work in works]
    for _ in range(kills):
        time.sleep(dice.uniform(0.08, 0.35))
        who = dice.randrange(3)
        os.kill(children[who], signal.SIGKILL)
        os.waitpid(children[who], 0)
        children[who] = fork(site, works[who])
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    print(json.dumps({"kills": kills, "drained": drain(now(open_site(site)))}))


def drain(context: Context, limit: float = 60) -> bool:
    """Send until nothing waits; False when something is still left at the limit."""
    started = time.monotonic()
    while time.monotonic() - started < limit:
        mine = replace(context, now=clock() + timedelta(minutes=2))
        deliver(mine, lease=LEASE)
        with reading(mine.engine) as connection:
            if outbox.waiting(connection) == 0:
                return True
        time.sleep(0.2)
    return False


if __name__ == "__main__":
    main()
