"""Delivery against real SMTP servers, with a real database between."""

import socket
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from posts import NOW, put, server_tls, states
from relays import raw_server, relay
from sqlalchemy import select

from ews.jobs.deliver import deliver
from ews.jobs.outbox_round import Round
from ews.jobs.run import at, open_site
from ews.notify.breaker import Breakers, remembered
from ews.notify.model import MessageKind, Outcome, Receipt, State
from ews.store.engine import reading
from ews.store.outbox import counts
from ews.store.schema import outbox, outbox_attempt, outbox_content
from ews.store.sending import answers_of


def test_mail_goes_over_verified_tls_and_is_recorded_with_the_servers_reply(open_at, authority):
    with relay(tls=server_tls(authority)) as server:
        context = open_at(server)
        put(context, "officier", "teamleider")
        done = deliver(context)
    assert (done["sent"], done["queued"]) == (2, 0)
    assert sorted(server.box.recipients()) == ["officier@kantoor.example", "teamleider@kantoor.example"]
    with reading(context.engine) as connection:
        replies = connection.scalars(select(outbox_attempt.c.reply)).all()
    assert replies == ["250 2.0.0 aangenomen"] * 2


def test_the_bytes_on_the_wire_are_the_bytes_in_the_outbox(open_at, authority):
    with relay(tls=server_tls(authority)) as server:
        context = open_at(server)
        put(context, "officier")
        with reading(context.engine) as connection:
            stored = connection.scalars(select(outbox_content.c.content)).one()
        deliver(context)
    assert server.box.accepted[0][1].rstrip() == stored.rstrip()


def test_a_second_round_sends_nothing_again(open_at, authority):
    with relay(tls=server_tls(authority)) as server:
        context = open_at(server)
        put(context, "officier")
        deliver(context)
        again = deliver(context)
    assert again["sent"] == 0
    assert len(server.box.accepted) == 1


def test_connections_are_reused(open_at, authority):
    with relay(tls=server_tls(authority)) as server:
        context = open_at(server)
        put(context, *[f"persoon{number}" for number in range(60)])
        assert deliver(context)["sent"] == 60
    # STARTTLS makes the protocol begin anew on the same socket: two beginnings a connection
    assert server.box.connections <= 12


def test_what_was_claimed_with_the_last_marks_goes_back_when_no_relay_is_left(site):
    context = replace(open_site(site), now=NOW)
    put(context, *[f"persoon{number}" for number in range(70)])
    sending = Round(context, Breakers())
    taken = [row for _ in range(20) if (row := sending.take())]
    sending.mark([(row, Receipt(Outcome.SENT, "250 2.0.0 aangenomen")) for row in taken])
    assert len(sending.buffer) == 10 + 30
    sending.give_back()
    with reading(context.engine) as connection:
        assert counts(connection) == {State.SENT: 20, State.QUEUED: 50}


def test_without_a_relay_mail_is_written_as_files(site):
    context = replace(open_site(site), now=NOW)
    put(context, "officier")
    assert deliver(context)["sent"] == 1
    files = list((site / "outbox").glob("*.eml"))
    assert [file.name for file in files] == ["000001-alert-officier.eml"]
    mail = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert mail["To"] == "officier@kantoor.example"
    assert mail["Subject"] == "EWS C-2026-014: hoog"


@pytest.mark.parametrize("kind", ["demo", "drill"])
def test_demo_and_drill_sites_never_reach_a_relay(kind, open_at, authority, monkeypatch):
    monkeypatch.setenv("EWS_KIND", kind)
    with relay(tls=server_tls(authority)) as server:
        context = open_at(server)
        put(context, "officier")
        assert deliver(context)["sent"] == 1
    assert server.box.connections == 0


def test_d3_one_refused_recipient_stops_nobody_else_and_becomes_a_task(open_at, authority):
    with relay(tls=server_tls(authority), answers={"weg": "550 5.1.1 onbekend"}) as server:
        context = open_at(server)
        put(context, "officier", "weg", "teamleider")
        done = deliver(context)
    assert states(context) == {
        "officier": "sent",
        "weg": "refused",
        "teamleider": "sent",
        "continuiteit": "sent",
    }
    assert done["refused"] == 1
    with reading(context.engine) as connection:
        attempts = connection.execute(select(outbox_attempt.c.result)).all()
        tasks = connection.scalars(select(outbox.c.recipient).where(outbox.c.kind == "system")).all()
    assert len(attempts) >= 3
    assert sorted(tasks) == ["analist@kantoor.example", "beheerder@kantoor.example"]
    # who should have been told was not, so the office's own address is
    assert "continuiteit@kantoor.example" in server.box.recipients()


def test_d4_a_greylisted_message_is_tried_again_and_arrives(open_at, authority):
    with relay(tls=server_tls(authority), answers={"grijs": "451 4.7.1 greylisted, later"}) as server:
        context = open_at(server)
        put(context, "grijs")
        assert deliver(context)["deferred"] == 1
        port = server.port
    with relay(tls=server_tls(authority), port=port) as server:
        assert deliver(at(context, NOW + timedelta(seconds=50)))["sent"] == 0
        assert deliver(at(context, NOW + timedelta(seconds=90)))["sent"] == 1


def test_d5_after_data_451_is_tried_again_and_554_is_a_task(open_at, authority):
    answers = {"data vol": "451 4.3.0 straks", "data spam": "554 5.7.1 nee"}
    with relay(tls=server_tls(authority), answers=answers) as server:
        context = open_at(server)
        put(context, "vol", "spam")
        deliver(context)
    found = states(context)
    assert (found["vol"], found["spam"]) == ("deferred", "refused")


@pytest.mark.parametrize("mode", ["drop", "late"])
def test_d7_an_unknown_outcome_is_repeated_under_the_same_message_id(mode, open_at, authority):
    with relay(tls=server_tls(authority), pause=20) as server:
        context = open_at(server, timeout_seconds=1.2)
        put(context, mode)
        assert deliver(context)["unknown"] == 1
        assert deliver(at(context, NOW + timedelta(minutes=2)))["unknown"] == 1
    assert len(server.box.accepted) == 2
    assert len(set(server.box.ids())) == 1


def test_a_dead_relay_defers_and_the_next_one_carries(open_at, authority):
    with relay(tls=server_tls(authority)) as server:
        context = open_at(1, fallback_hosts=f'["localhost:{server.port}"]')
        put(context, "officier")
        assert deliver(context)["sent"] == 1


def test_a_relay_that_keeps_failing_is_left_alone_and_nothing_is_lost(open_at):
    context = open_at(1)
    put(context, *[f"persoon{number}" for number in range(30)])
    done = deliver(context)
    assert done["sent"] == 0
    assert done["deferred"] < 30
    assert done["queued"] >= 30
    with reading(context.engine) as connection:
        breakers = remembered(answers_of(connection, ["localhost:1"]))
    assert breakers.of("localhost:1").is_open(NOW + timedelta(seconds=20))


def test_a_round_knows_from_the_record_which_relay_to_leave_alone_and_says_so(open_at, authority):
    """Six connections find out in the first round; until the rest is over no later round or process tries again."""
    tried: list[int] = []

    def hangs_up(client: socket.socket) -> None:
        tried.append(1)
        client.close()

    with raw_server(hangs_up) as broken, relay(tls=server_tls(authority)) as server:
        context = open_at(broken, fallback_hosts=f'["localhost:{server.port}"]', timeout_seconds=3)
        put(context, *[f"persoon{number}" for number in range(12)])
        assert deliver(context)["queued"] == 0
        first = len(tried)
        assert 3 <= first <= 6
        later = at(context, NOW + timedelta(seconds=20))
        put(later, "officier", kind=MessageKind.REPEAT)
        assert deliver(later)["sent"] == 1
        assert len(tried) == first
        rested = at(context, NOW + timedelta(seconds=90))
        put(rested, "een", "twee", "drie", kind=MessageKind.CLEARED)
        assert deliver(rested)["sent"] == 3
        assert len(tried) == first + 1  # one message finds out that it is no better
    with reading(context.engine) as connection:
        about = connection.scalars(select(outbox.c.about).where(outbox.c.kind == "system")).all()
    assert any(f"localhost:{broken}" in one for one in about)
