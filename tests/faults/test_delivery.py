"""D6, D8-D12, D14, D17: relays that hang, lie or are away; messages nobody foresaw; two workers at once."""

import socket
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from portfolios import assessed, change, register
from posts import NOW, put, server_tls, states
from relays import raw_server, relay
from sqlalchemy import delete, func, select, update

from ews.jobs import canary as canary_job
from ews.jobs.deliver import deliver
from ews.jobs.doctor import doctor, selfcheck
from ews.jobs.escalate import due_steps, escalate, take_steps
from ews.jobs.post import seal
from ews.jobs.run import Context, at, open_site
from ews.jobs.tell import alert_changes
from ews.jobs.watcher import ping
from ews.notify.model import Channel, MessageKind, OutgoingMessage, Priority
from ews.scoring.model import Level
from ews.store import escalations, invariants, job_runs, sending
from ews.store import outbox as store
from ews.store.engine import reading, writing
from ews.store.schema import alert_change, escalation_step, outbox, outbox_attempt, outbox_content

ROOT = Path(__file__).parents[2]


def kinds(context: Context) -> Counter[str]:
    with reading(context.engine) as connection:
        return Counter(connection.scalars(select(outbox.c.kind)))


# --- D6: relays that hang -----------------------------------------------------------------------


def silent(_: socket.socket) -> None:
    """Never says hello."""


def greets(client: socket.socket) -> None:
    client.sendall(b"220 relay\r\n")


def hangs_at_starttls(client: socket.socket) -> None:
    client.sendall(b"220 relay\r\n")
    client.recv(1000)
    client.sendall(b"250-relay\r\n250 STARTTLS\r\n")
    client.recv(1000)


def a_byte_a_second(client: socket.socket) -> None:
    for byte in b"220 a relay that takes its time\r\n":
        client.sendall(bytes([byte]))
        time.sleep(1)


STALLS = {"banner": silent, "EHLO": greets, "STARTTLS": hangs_at_starttls, "slow bytes": a_byte_a_second}


@pytest.mark.parametrize("phase", list(STALLS))
def test_d6_a_relay_that_hangs_is_given_up_and_the_mail_waits(phase, open_at):
    with raw_server(STALLS[phase]) as port:
        context = open_at(port, timeout_seconds=0.6)
        put(context, "officier")
        started = time.monotonic()
        done = deliver(context)
    assert done["deferred"] == 1
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("phase", ["hang", "hangdata"])
def test_d6_a_relay_that_hangs_in_the_talk_holds_up_nobody_else(phase, open_at, authority):
    with relay(tls=server_tls(authority), pause=20) as server:
        context = open_at(server, timeout_seconds=1.5)
        put(context, phase, "officier", "teamleider")
        started = time.monotonic()
        deliver(context)
    assert time.monotonic() - started < 12
    found = states(context)
    assert (found["officier"], found["teamleider"]) == ("sent", "sent")
    assert found[phase] == ("deferred" if phase == "hang" else "unknown")


def hangs_at_rcpt(client: socket.socket) -> None:
    client.sendall(b"220 relay\r\n")
    while data := client.recv(1000):
        if not data.upper().startswith(b"RCPT"):
            client.sendall(b"250 ok\r\n")


@pytest.mark.parametrize(
    ("talks", "security"),
    [
        ((hangs_at_starttls, silent, greets, a_byte_a_second, silent), "starttls"),
        ((hangs_at_rcpt,) * 5, "insecure-loopback"),
    ],
    ids=["before TLS", "at RCPT"],
)
def test_d6_a_healthy_alert_leaves_within_a_minute_while_five_relays_hang(
    talks, security, open_at, authority
):
    """With time-outs a tenth of the real ones the minute is six seconds; ten times that is allowed.

    Five relays of a third of the time-out each: 50 of the 60 seconds with the time-outs of settings.toml.
    """
    tls = server_tls(authority) if security == "starttls" else None
    with ExitStack() as stack:
        hanging = [stack.enter_context(raw_server(talk)) for talk in talks]
        server = stack.enter_context(relay(tls=tls))
        others = [f'"localhost:{port}"' for port in (*hanging[1:], server.port)]
        context = open_at(
            hanging[0], timeout_seconds=3, fallback_hosts=f"[{', '.join(others)}]", security=security
        )
        put(context, "officier")
        started = time.monotonic()
        assert deliver(context)["sent"] == 1
        assert time.monotonic() - started < 60


# --- D8: TLS that can't be trusted ----------------------------------------------------------------


def expired(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    past = datetime(2020, 1, 1, tzinfo=UTC)
    authority.issue_cert("localhost", not_before=past - timedelta(days=9), not_after=past).configure_cert(
        context
    )
    return context


def old_version(authority: trustme.CA) -> ssl.SSLContext:
    context = server_tls(authority)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


BAD_TLS: dict[str, Callable[[trustme.CA], ssl.SSLContext | None]] = {
    "missing": lambda _: None,
    "expired": expired,
    "another host": lambda authority: server_tls(authority, "elders.example"),
    "self-signed": lambda _: server_tls(trustme.CA()),
    "too old": old_version,
}


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("fault", list(BAD_TLS))
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_d8_without_tls_that_can_be_verified_no_mail_leaves_and_people_are_told(
    fault, security, open_at, authority
):
    context = BAD_TLS[fault](authority)
    with relay(tls=context, implicit_tls=security == "tls" and context is not None) as server:
        site = open_at(server, security=security, timeout_seconds=30)
        put(site, "officier")
        done = deliver(site)
    assert (done["sent"], done["deferred"]) == (0, 1)
    assert server.box.data_started == 0
    assert server.box.accepted == []
    if fault != "missing" or security == "starttls":
        with reading(site.engine) as connection:
            abouts = connection.scalars(select(outbox.c.about).where(outbox.c.kind == "system")).all()
        assert abouts, "nobody was told"
        assert all("security" in about for about in abouts)


def test_d8_starttls_that_was_stripped_on_the_way(open_at):
    seen: list[bytes] = []

    def strips(client: socket.socket) -> None:
        client.sendall(b"220 relay\r\n")
        while data := client.recv(4000):
            seen.append(data)
            client.sendall(b"250 relay\r\n" if data.upper().startswith(b"EHLO") else b"502 5.5.1 no\r\n")

    with raw_server(strips) as port:
        context = open_at(port, timeout_seconds=30)
        put(context, "officier")
        assert deliver(context)["deferred"] == 1
    assert not any(b"MAIL FROM" in data or b"C-2026" in data for data in seen)


def test_d8_plain_text_injected_before_tls_is_not_taken_as_said_after_it(open_at, authority):
    tls = server_tls(authority)
    seen: list[bytes] = []

    def injects(client: socket.socket) -> None:
        client.sendall(b"220 relay\r\n")
        client.recv(1000)
        client.sendall(b"250-relay\r\n250 STARTTLS\r\n")
        client.recv(1000)
        client.sendall(
            b"220 go\r\n250 injected\r\n250 injected\r\n250 injected\r\n354 injected\r\n250 injected\r\n"
        )
        with tls.wrap_socket(client, server_side=True) as secure:
            seen.append(secure.recv(1000))

    with raw_server(injects) as port:
        context = open_at(port, timeout_seconds=30)
        put(context, "officier")
        done = deliver(context)
    assert done["sent"] == 0
    assert not any(b"MAIL FROM" in data for data in seen)


# --- D9 and after ---------------------------------------------------------------------------------


def test_d9_a_relay_away_for_three_days_loses_nothing_and_acute_leaves_first(open_at, authority):
    context = open_at(1)
    put(context, "oud")
    with writing(context.engine) as connection:
        digest = OutgoingMessage(
            "digest:2026-W47", MessageKind.DIGEST, 0, "commissie@kantoor.example", Channel.EMAIL,
            Priority.DIGEST, "", "EWS week 47", "x",
        )  # fmt: skip
        acute = replace(digest, about="alert_change:9", kind=MessageKind.ALERT, priority=Priority.ACUTE)
        store.enqueue(connection, [seal(context, digest), seal(context, acute)], now=NOW)
    moment = NOW
    for _ in range(10):
        moment += timedelta(hours=7)
        deliver(at(context, moment))
    context.engine.dispose()
    with relay(tls=server_tls(authority)) as server:
        again = replace(open_at(server), now=NOW + timedelta(days=3, hours=1))
        one_at_a_time(again)
    assert {"oud", "commissie"} <= states(again).keys()
    assert set(states(again).values()) == {"sent"}


def test_d9_acute_is_taken_first_and_the_digest_last_whatever_came_first(site):
    context = replace(open_site(site), now=NOW)
    plain = OutgoingMessage(
        "x", MessageKind.ALERT, 0, "a@kantoor.example", Channel.EMAIL, Priority.DIGEST, "", "EWS", "x"
    )
    order = (Priority.DIGEST, Priority.ELEVATED, Priority.SYSTEM, Priority.ACUTE, Priority.HIGH)
    with writing(context.engine) as connection:
        for one in order:
            store.enqueue(connection, [seal(context, replace(plain, about=one.name, priority=one))], now=NOW)
        taken = sending.claim(connection, now=NOW, lease=timedelta(seconds=9), limit=9)
    assert [row.about for row in taken] == ["ACUTE", "SYSTEM", "HIGH", "ELEVATED", "DIGEST"]


def one_at_a_time(context: Context) -> None:
    """Send until nothing is due, as rounds of the scheduler would."""
    while deliver(context)["sent"]:
        pass


def test_d10_a_message_that_always_fails_on_our_side_is_parked_and_told_and_the_queue_goes_on(site):
    context = replace(open_site(site), now=NOW)
    put(context, "bezet", "officier")
    (site / "outbox" / "000001-alert-bezet.eml").mkdir()  # where its file should come, nothing can
    moment = NOW
    for _ in range(6):
        deliver(at(context, moment))
        moment += timedelta(hours=1)
    found = states(context)
    assert found["officier"] == "sent"
    with reading(context.engine) as connection:
        rows = connection.execute(
            select(outbox.c.state, outbox.c.revision, outbox.c.recipient).where(outbox.c.kind == "alert")
        ).all()
    assert ("parked", 0, "bezet@kantoor.example") in [tuple(row) for row in rows]
    assert any(row.revision >= 1000 for row in rows)
    assert kinds(context)["system"] == 2


@pytest.mark.parametrize(
    "name", ["naam\ud800", "\x00\x01\x02", "x" * 5_000_000, "{% endfor %}", "\r\n.\r\nQUIT", "\u202e\u2066"]
)
def test_d10_a_hostile_name_always_leaves_at_least_the_fallback(name, site):
    context = replace(open_site(site), now=NOW)
    register(context, [(1, "gewoon")])
    with writing(context.engine) as connection:
        made = change(connection, assessed(1, NOW, text=name.replace("\ud800", "?")), now=NOW)
        alert_changes(connection, context, [made])
    assert deliver(context)["sent"] >= 2


@pytest.mark.slow
def test_d11_three_thousand_levels_at_once_are_all_told_within_the_limit(site):
    context = replace(open_site(site), now=NOW)
    register(context, [(number, f"Zorggroep {number}") for number in range(1, 3001)])
    with writing(context.engine) as connection:
        changes = [change(connection, assessed(number, NOW), now=NOW) for number in range(1, 3001)]
        alert_changes(connection, context, changes)
    started = time.monotonic()
    deliver(context)
    assert time.monotonic() - started < 300
    with reading(context.engine) as connection:
        told = connection.execute(
            select(func.count()).where(outbox.c.about.like("alert_change:%"))
        ).scalar_one()
        sent = Counter(
            connection.scalars(
                select(outbox.c.recipient).where(outbox.c.state == "sent", outbox.c.kind != "system")
            )
        )
    assert told == 6000
    assert max(sent.values()) <= 25
    assert [
        one.check for one in doctor(context, with_relay=False) if not one.ok and one.check.startswith("V1")
    ] == []


class Watcher:
    """A watcher outside: remembers who gave a sign of life, and knows from when silence is an alarm."""

    def __init__(self, now: datetime) -> None:
        self.last: dict[str, datetime] = {}
        self.now = now

    def serve(self, client: socket.socket) -> None:
        request = client.recv(4000).decode()
        self.last[request.split()[1]] = self.now
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK")
        client.close()

    def silent(self, stage: str, limit: timedelta) -> bool:
        return self.now - self.last.get(f"/x/ews-{stage}", datetime.min.replace(tzinfo=UTC)) > limit


def test_d14_when_the_sender_stops_the_watcher_hears_the_silence():
    watcher = Watcher(NOW)
    with raw_server(watcher.serve) as port:
        assert ping(f"http://127.0.0.1:{port}/x", "deliver")
        assert not watcher.silent("deliver", timedelta(minutes=15))
        watcher.now += timedelta(minutes=16)
        assert watcher.silent("deliver", timedelta(minutes=15))


def test_d14_a_watcher_that_is_away_holds_up_nothing():
    assert ping("http://127.0.0.1:1/x", "deliver") is False
    assert ping("", "deliver") is False


def test_d14_a_scheduler_that_died_is_found_by_the_doctor(site):
    context = replace(open_site(site), now=NOW)
    with writing(context.engine) as connection:
        job_runs.tick(connection, owner="a", now=NOW - timedelta(minutes=20))
    found = {one.check: one.ok for one in doctor(context)}
    assert found["planner"] is False


def test_d15_a_canary_that_no_relay_takes_fails_loudly(open_at):
    context = open_at(1)
    with pytest.raises(RuntimeError, match="canary not accepted"):
        canary_job.canary(context)


def test_the_canary_goes_the_real_way(open_at, authority):
    with relay(tls=server_tls(authority)) as server:
        assert canary_job.canary(open_at(server)) == {"accepted": 1}
    assert server.box.recipients() == ["beheerder@kantoor.example"]


ESCALATE = """
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from ews.jobs import logs
from ews.jobs.escalate import due_steps, escalate, take_steps
from ews.jobs.run import open_site
from sqlalchemy.exc import OperationalError
logs.configure()
context = replace(open_site(Path(sys.argv[1])), now=datetime.fromisoformat(sys.argv[2]))
while True:
    try:
        print(escalate(context)["escalated"])
        break
    except OperationalError:  # another held the database longer than we wait: the scheduler tries again too
        continue
"""


def unanswered_site(site: Path, count: int) -> Context:
    context = replace(open_site(site), now=NOW)
    register(context, [(number, f"Zorggroep {number}") for number in range(1, count + 1)])
    with writing(context.engine) as connection:
        changes = [change(connection, assessed(number, NOW), now=NOW) for number in range(1, count + 1)]
        alert_changes(connection, context, changes)
    return context


@pytest.mark.parametrize(("workers", "alerts"), [(2, 5), pytest.param(8, 500, marks=pytest.mark.slow)])
def test_d17_however_many_workers_find_it_each_step_is_taken_once(workers, alerts, site):
    context = unanswered_site(site, alerts)
    late = (NOW + timedelta(days=2)).isoformat()
    running = [
        subprocess.Popen([sys.executable, "-c", ESCALATE, str(site), late], stdout=subprocess.PIPE, cwd=ROOT)
        for _ in range(workers)
    ]
    taken = [int(worker.communicate(timeout=300)[0]) for worker in running]
    with reading(context.engine) as connection:
        steps = connection.execute(select(func.count()).select_from(escalation_step)).scalar_one()
        changes = connection.execute(
            select(func.count()).where(alert_change.c.reason == "reescalated")
        ).scalar_one()
    assert (sum(taken), steps, changes) == (alerts, alerts, alerts)


def test_what_nobody_confirms_goes_to_the_team_lead_and_says_what_was_not_done(site):
    context = unanswered_site(site, 1)
    assert escalate(at(context, NOW + timedelta(hours=3)))["escalated"] == 0
    assert escalate(at(context, NOW + timedelta(days=2)))["escalated"] == 1
    assert escalate(at(context, NOW + timedelta(days=3)))["escalated"] == 0
    with reading(context.engine) as connection:
        row = connection.execute(
            select(outbox).where(
                outbox.c.kind == "escalation", outbox.c.recipient == "teamleider@kantoor.example"
            )
        ).one()
    assert row.subject == "EWS W-1: hoog, niet tijdig opgepakt"


def test_a_change_that_lost_its_messages_is_told_after_all_and_only_once(site):
    context = unanswered_site(site, 3)
    with writing(context.engine) as connection:
        connection.execute(delete(outbox).where(outbox.c.about == "alert_change:2"))
        connection.execute(update(alert_change).where(alert_change.c.id == 3).values(speaker="kvk:1"))
        connection.execute(delete(outbox).where(outbox.c.about == "alert_change:3"))  # another speaks for it
        assert invariants.untold_changes(connection) == ["wijziging 2 (opened) heeft geen bericht"]
    soon = at(context, NOW + timedelta(minutes=10))
    assert (escalate(soon)["retold"], escalate(soon)["retold"]) == (1, 0)
    with reading(context.engine) as connection:
        assert invariants.untold_changes(connection) == []
        told = connection.scalars(select(outbox.c.recipient).where(outbox.c.about == "alert_change:2")).all()
    assert sorted(told) == ["officier@kantoor.example", "teamleider@kantoor.example"]


def test_mails_of_a_step_are_rendered_without_holding_up_writers_and_a_confirmation_in_between_counts(site):
    context = unanswered_site(site, 2)
    late = at(context, NOW + timedelta(days=2))
    with writing(context.engine) as other, reading(context.engine) as connection:
        steps = due_steps(connection, late)  # another holds the database meanwhile
        escalations.acknowledge(
            other,
            1,
            by="officier",
            until=NOW + timedelta(days=30),
            now=NOW + timedelta(hours=1),
            held=Level.HIGH,
        )
    assert len(steps.changes) == 2
    with writing(context.engine) as connection:
        assert take_steps(connection, late, steps) == 1
    with writing(context.engine) as connection:
        assert take_steps(connection, late, steps) == 0
    with reading(context.engine) as connection:
        told = connection.execute(
            select(outbox.c.subject, outbox_content.c.content)
            .join(outbox_content)
            .where(outbox.c.kind == "escalation", outbox.c.recipient == "teamleider@kantoor.example")
        ).all()
    assert [row.subject for row in told] == ["EWS W-2: hoog, niet tijdig opgepakt"]
    assert b"plaats-van-de-eigen-link" not in told[0].content
    assert b"ontvangst?t" in told[0].content


def test_p3_an_acute_mail_not_taken_in_a_quarter_of_an_hour_goes_another_way(site):
    context = replace(open_site(site), now=NOW)
    register(context, [(1, "Zorggroep 1")])
    with writing(context.engine) as connection:
        made = change(connection, assessed(1, NOW, points=90, level=Level.ACUTE), now=NOW)
        alert_changes(connection, context, [made])
    escalate(at(context, NOW + timedelta(minutes=10)))
    assert kinds(context)["system"] == 0
    escalate(at(context, NOW + timedelta(minutes=16)))
    escalate(at(context, NOW + timedelta(minutes=40)))
    with reading(context.engine) as connection:
        duty = connection.scalars(
            select(outbox.c.kind).where(outbox.c.recipient == "continuiteit@kantoor.example")
        ).all()
    assert duty == ["alert"]
    assert kinds(context)["system"] >= 2


def test_a_locked_database_delays_and_loses_nothing(site):
    context = replace(open_site(site), now=NOW)
    put(context, "officier")
    held, freed = threading.Event(), threading.Event()

    def hold() -> None:
        with writing(context.engine):
            held.set()
            freed.wait(1.5)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(5)
    assert deliver(replace(open_site(site), now=NOW))["sent"] == 1
    freed.set()
    holder.join()


def test_a_full_disk_at_the_folder_of_mails_is_tried_again(site):
    context = replace(open_site(site), now=NOW)
    put(context, "officier")
    (site / "outbox").rmdir()
    (site / "outbox").write_text("hier kan niets in")
    assert deliver(context)["deferred"] == 1
    (site / "outbox").unlink()
    assert deliver(at(context, NOW + timedelta(minutes=2)))["sent"] == 1


def test_the_selfcheck_tells_operations_once_a_day(site):
    context = replace(open_site(site), now=NOW)
    put(context, "officier")
    late = at(context, NOW + timedelta(hours=1))
    first, again = selfcheck(late), selfcheck(late)
    assert first["wrong"] == again["wrong"] >= 1
    with reading(context.engine) as connection:
        told = connection.scalars(
            select(outbox.c.about).where(
                outbox.c.kind == "system", outbox.c.recipient == "beheerder@kantoor.example"
            )
        ).all()
    assert len(told) == len(set(told)) == first["wrong"]


def test_reconcilers_free_what_a_dead_sender_held_and_what_a_clock_that_stepped_back_locked(site):
    context = replace(open_site(site), now=NOW)
    put(context, "officier")
    with writing(context.engine) as connection:
        (row,) = sending.claim(connection, now=NOW, lease=timedelta(seconds=45), limit=5)
    assert deliver(at(context, NOW + timedelta(seconds=10)))["sent"] == 0
    back = deliver(at(context, NOW - timedelta(hours=2)))
    assert (back["freed"], back["sent"]) == (1, 1)
    with writing(context.engine) as connection:
        # the sender that was gone comes back with an old fence: it moves nothing
        from ews.notify.model import Outcome, Receipt, State

        late = Receipt(Outcome.REFUSED, "550 te laat")
        assert sending.mark(connection, row, late, state=State.REFUSED, now=NOW) is False
    assert states(context)["officier"] == "sent"
    with reading(context.engine) as connection:
        attempts = connection.scalars(select(outbox_attempt.c.result)).all()
    assert attempts == ["sent", "refused"]
