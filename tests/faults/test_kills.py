"""D1 and D2: kill -9 anywhere loses nothing, leaves nothing half, and doubles only under the same Message-ID."""

import itertools
import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from kill_lab import LEASE, drain
from portfolios import assessed, change, register
from posts import put
from relays import relay
from sqlalchemy import event, select

from ews.jobs.deliver import deliver
from ews.jobs.run import Context, clock, open_site
from ews.jobs.tell import alert_changes
from ews.store import invariants
from ews.store.engine import integrity, reading, writing
from ews.store.schema import alert_change, outbox

HERE = Path(__file__).parent


@pytest.fixture
def to_relay(site, monkeypatch):
    """Processes started here send to this port."""

    def point(port: int) -> None:
        for key, value in {"HOST": "127.0.0.1", "PORT": port, "SECURITY": "insecure-loopback"}.items():
            monkeypatch.setenv(f"EWS_SMTP__{key}", str(value))

    return point


def lab(script: str, *words: object) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(HERE), str(HERE.parent / "integration"), str(HERE.parents[1])])
    return subprocess.run(
        [sys.executable, str(HERE / script), *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=3600,
        env={**os.environ, "PYTHONPATH": paths},
    )


def faults_of(context: Context) -> list[str]:
    with reading(context.engine) as connection:
        return [
            *invariants.untold_changes(connection),
            *invariants.odd_states(connection),
            *invariants.unproved_sent(connection),
            *integrity(connection),
        ]


def message_ids(context: Context) -> set[str]:
    with reading(context.engine) as connection:
        return set(connection.scalars(select(outbox.c.message_id).where(outbox.c.kind == "alert")))


@pytest.mark.parametrize(
    ("kills", "seed"),
    [
        (6, 11),
        pytest.param(200, 11, marks=pytest.mark.slow),
        # five thousand, in parts that each end with the questions below
        *(pytest.param(1000, seed, marks=pytest.mark.faults) for seed in range(21, 26)),
    ],
)
def test_d1_random_kills_of_a_writer_and_two_senders(kills, seed, site, to_relay, tmp_path):
    acks = tmp_path / "acks"
    acks.touch()
    with relay() as server:
        to_relay(server.port)
        done = lab("kill_lab.py", site, kills, seed, acks)
        assert done.returncode == 0, done.stderr[-2000:]
        context = replace(open_site(site), now=clock())
    assert json.loads(done.stdout) == {"kills": kills, "drained": True}
    with reading(context.engine) as connection:
        changes = set(connection.scalars(select(alert_change.c.id)))
    acknowledged = {int(line) for line in acks.read_text().split()}
    copies = Counter(server.box.ids())
    assert acknowledged
    assert acknowledged <= changes, "an alert that was acknowledged is gone"
    assert message_ids(context) <= set(copies), "a message never reached the server"
    assert faults_of(context) == []
    doubled = sum(count - 1 for count in copies.values())
    # six mails wait to be recorded while six more are under way
    assert doubled <= kills * 12, f"{doubled} copies too many"


@pytest.mark.parametrize(
    ("point", "most"),
    [
        ("before commit", 2),
        pytest.param("before commit", 100, marks=pytest.mark.slow),
        pytest.param("after commit", 100, marks=pytest.mark.slow),
    ],
)
def test_d2_a_crash_around_every_commit_of_a_sender(point, most, site, to_relay):
    """The nth commit is not reached or just done; then another sender finds what there is."""
    context = replace(open_site(site), now=clock() - timedelta(minutes=5))
    register(context, [(1, "Zorggroep 1")])
    with relay() as server:
        to_relay(server.port)
        nth, crashed = 0, True
        while crashed and nth < most:
            nth += 1
            with writing(context.engine) as connection:
                made = change(
                    connection,
                    assessed(1, context.now + timedelta(seconds=nth)),
                    now=context.now,
                    alert_id=1 if nth > 1 else None,
                )
                alert_changes(connection, context, [made])
            done = lab("crash_sender.py", site, point, nth)
            crashed = done.returncode == 137
            assert done.returncode in {0, 137}, done.stderr[-2000:]
            assert drain(replace(open_site(site), now=clock())), f"{point} {nth}"
            assert faults_of(context) == [], f"{point} {nth}"
            assert message_ids(context) <= set(server.box.ids()), f"{point} {nth}"
    assert nth > 4 or nth == most
    assert timedelta(seconds=5) > LEASE


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("at RCPT", marks=pytest.mark.slow),
        pytest.param("before the reply to DATA", marks=pytest.mark.slow),
        "after the reply to DATA",
    ],
)
def test_d2_a_crash_during_the_talk_with_the_relay(moment, site, to_relay):
    context = replace(open_site(site), now=clock() - timedelta(minutes=5))
    register(context, [(1, "Zorggroep 1")])
    with writing(context.engine) as connection:
        alert_changes(connection, context, [change(connection, assessed(1, context.now), now=context.now)])
    with relay() as server:
        to_relay(server.port)
        done = lab("crash_sender.py", site, moment, 1)
        assert done.returncode == 137, done.stderr[-2000:]
        assert drain(replace(open_site(site), now=clock()))
    assert faults_of(context) == []
    copies = Counter(server.box.ids())
    assert message_ids(context) == set(copies)
    assert max(copies.values()) <= 2


@pytest.mark.slow
def test_d1_while_nothing_can_be_recorded_at_most_twelve_mails_are_out(open_at):
    """As many as a kill at that moment would repeat: six reported, six under way."""
    with relay() as server:
        context = open_at(server, host="127.0.0.1", security="insecure-loopback")
        put(context, *[f"persoon{number}" for number in range(60)])
        lock = sqlite3.connect(context.folder / "ews.sqlite", isolation_level=None, check_same_thread=False)
        out: list[int] = []

        def give_way() -> None:
            out.append(len(server.box.accepted))
            lock.execute("ROLLBACK")

        timer, visits = threading.Timer(1.0, give_way), itertools.count(1)

        def hold(
            *_: object,
        ) -> None:  # what the relays answered, what was stuck, what is claimed: now nothing more
            if next(visits) == 3:
                lock.execute("BEGIN IMMEDIATE")
                timer.start()

        event.listen(context.engine.pool, "checkin", hold)
        done = deliver(context)
        timer.join()
        lock.close()
    assert done["sent"] == 60
    assert 1 <= out[0] <= 12
    assert max(Counter(server.box.recipients()).values()) == 1
