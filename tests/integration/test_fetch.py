"""Sources over a real line: what is taken in, what is refused, and that a failing source is told of."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from answers import Reply, Site, serving
from posts import server_tls
from sqlalchemy import select

from ews.errors import RefusedError
from ews.jobs.fetch import fetch
from ews.jobs.run import Context, open_site
from ews.store.engine import reading
from ews.store.schema import delivery, event, outbox

REGION = Path(__file__).parents[2] / "examples/region"
PROVIDERS = REGION / "lijsten/zorgaanbieders_2026-11-05.xlsx"
NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
LIST = "/Services/BekendmakingenService/getAll/"
DAY = "/Services/BekendmakingenService/haalOp/"
IDS = ("20261118000000", "20261119000000", "20261120000000")


@pytest.fixture
def register():
    """The insolvency register on this machine, with three days."""
    with serving() as site:
        site.on(LIST, Reply(listed(*IDS)))
        for one in IDS:
            site.on(
                DAY + one, Reply((REGION / f"cir/cir_{one}.json").read_bytes(), headers={"ETag": f'"{one}"'})
            )
        yield site


def listed(*ids: str) -> bytes:
    return json.dumps([{"Id": one, "Datum": "/Date(1788213600000)/"} for one in ids]).encode()


@pytest.fixture
def points_at(site):
    """The site with the contract of the register pointed at a server, and other keys of [fetch] laid over it."""
    return partial(pointed, open_site(site))


@pytest.fixture(scope="module")
def quiet_site(made_site, tmp_path_factory) -> Context:
    """One site for all faults after which nothing was delivered."""
    return open_site(Path(shutil.copytree(made_site, tmp_path_factory.mktemp("quiet") / "site")))


def pointed(context: Context, server: Site | str, **keys: object) -> Context:
    url = server if isinstance(server, str) else server.url
    contract = context.settings.sources["insolventieregister"]
    told = {"pause_seconds": 0.0, "retry_seconds": 0.01, "timeout_seconds": 5.0, "enabled": True, **keys}
    for key in ("url", "list_url"):
        told[key] = getattr(contract.fetch, key).replace("https://insolventies.rechtspraak.nl", url)
    changed = replace(contract, fetch=replace(contract.fetch, **told))
    return replace(context, now=NOW, settings=replace(context.settings, sources={contract.name: changed}))


def run(context: Context, *names: str, at: datetime = NOW) -> dict[str, Any]:
    """Fetch at a moment, as the scheduled job does, or by hand."""
    found = fetch(replace(context, now=at), names)["sources"]
    return found[0] if found else {}


def deliveries(site) -> list[str]:
    with reading(open_site(site).engine) as connection:
        query = (
            select(delivery.c.name).where(delivery.c.source == "insolventieregister").order_by(delivery.c.id)
        )
        return list(connection.execute(query).scalars())


def told(site) -> list[str]:
    with reading(open_site(site).engine) as connection:
        query = select(outbox.c.about).where(outbox.c.recipient == "beheerder@kantoor.example")
        return list(connection.execute(query.order_by(outbox.c.id)).scalars())


def test_every_day_that_was_missed_is_asked_once(site, register, points_at):
    """Catch-up after an outage: one call for each day that is not here yet, none for those that are."""
    context = points_at(register)
    first = run(context)
    assert (first["asked"], first["new"], first["problem"]) == (3, 3, "")
    assert deliveries(site) == [f"cir_{one}.json" for one in IDS]
    assert register.paths() == [LIST, *(DAY + one for one in IDS)]
    later = run(context, at=NOW + timedelta(hours=12))
    assert (later["asked"], later["new"], later["unchanged"]) == (1, 0, 1)
    assert register.paths()[4:] == [LIST, DAY + IDS[-1]]


def test_what_a_feed_says_about_a_provider_is_known_since_it_came_in(ews, site, register, points_at):
    """Through the same door as a file: the delivery under its hash, the event about a contracted provider."""
    assert ews("ingest", PROVIDERS).code == 0
    context = points_at(register)
    register.on(LIST, Reply(listed("20261104000000")))
    register.on(DAY + "20261104000000", Reply((REGION / "cir/cir_20261104000000.json").read_bytes()))
    assert run(context)["new"] == 1
    with reading(context.engine) as connection:
        query = select(event.c.kind, event.c.known_at).where(event.c.source == "insolventieregister")
        assert [tuple(row) for row in connection.execute(query)] == [("surseance", NOW)]


def test_what_did_not_change_is_not_sent_again(site, register, points_at):
    """The newest day is asked with its ETag; 304 adds no delivery."""
    context = points_at(register)
    run(context)
    register.on(DAY + IDS[-1], Reply(status=304))
    again = run(context, at=NOW + timedelta(hours=12))
    assert register.asked[-1][1]["if-none-match"] == f'"{IDS[-1]}"'
    assert (again["asked"], again["unchanged"], again["problem"]) == (1, 1, "")
    assert len(deliveries(site)) == 3


def test_the_days_of_an_outage_beyond_the_window_are_told(site, register, points_at):
    """What left the window unheard can't be fetched any more: somebody has to look it up."""
    context = points_at(register)
    run(context)
    register.on(LIST, Reply(listed("20270104000000")))
    register.on(DAY + "20270104000000", register.replies[DAY + IDS[0]][0])
    assert run(context, at=NOW + timedelta(days=42))["problem"] == ""
    assert told(site) == ["fetchgap:insolventieregister:20261120000000"]


def test_nothing_is_fetched_unless_the_office_turned_it_on(site, register, points_at):
    context = points_at(register, enabled=False)
    assert run(context) == {}
    assert register.asked == []
    assert run(context, "insolventieregister")["new"] == 3


BUSY = Reply(b"even niet", 503)
TRANSIENT = {
    "a server that fails twice": [BUSY, BUSY],
    "too many requests, with a moment to come back": [Reply(b"", 429, {"Retry-After": "0"})],
    "an answer that is cut in the middle": [Reply(listed(*IDS), drop_after=20)],
    "a closed door": [Reply(status=500, drop_after=0)],
}


def test_a_passing_fault_is_tried_again(register, points_at):
    context = points_at(register)
    for night, (name, faults) in enumerate(TRANSIENT.items()):
        register.asked.clear()
        register.on(LIST, *faults, Reply(listed(*IDS)))
        done = run(context, at=NOW + timedelta(hours=12 * night))
        assert (name, done["problem"], done["asked"]) == (name, "", 1 if night else 3)
        assert register.paths()[: len(faults) + 1] == [LIST] * (len(faults) + 1)


LOGIN = b"<!DOCTYPE html><html><body><form>Inloggen</form></body></html>"
LASTING = {
    "a server that stays away": (Reply(b"", 500), {}, "antwoordt met status 500", 4),
    "forbidden": (Reply(b"", 403), {}, "antwoordt met status 403", 1),
    "gone": (Reply(b"", 404), {}, "antwoordt met status 404", 1),
    "a server that hangs": (
        Reply(listed(*IDS), hang=30),
        {"timeout_seconds": 0.2, "tries": 2},
        "antwoordt niet binnen de tijd",
        2,
    ),
    "one byte at a time": (
        Reply(listed(*IDS), drip=0.05),
        {"deadline_seconds": 0.4, "tries": 1},
        "antwoordt niet binnen de tijd",
        1,
    ),
    "a wait that is longer than the deadline": (
        Reply(b"", 429, {"Retry-After": "3600"}),
        {"deadline_seconds": 20.0},
        "antwoordt met status 429",
        1,
    ),
    "a body without end": (Reply(b"[" + b" " * 300_000), {"max_bytes": 100_000}, "stuurt meer dan", 1),
    "a login page where a list belongs": (Reply(LOGIN), {}, "niet leesbaar", 1),
    "ids that could leave the inbox": (Reply(listed("../../config/people")), {}, "niet leesbaar", 1),
    "sent to another host": (
        Reply(status=302, headers={"Location": "http://169.254.169.254/latest/"}),
        {},
        "verwijst door naar 169.254.169.254",
        1,
    ),
    "sent from one page to the next for ever": (
        Reply(status=302, headers={"Location": LIST}),
        {},
        "blijft doorverwijzen",
        4,
    ),
}


@pytest.mark.parametrize("case", LASTING)
def test_a_source_that_fails_is_told_of_and_nothing_breaks(quiet_site, register, case):
    """A failed source is a message to operations, once a day, and the reason can be read."""
    reply, keys, problem, calls = LASTING[case]
    day = NOW + timedelta(days=list(LASTING).index(case))
    context = pointed(quiet_site, register, **keys)
    register.on(LIST, reply)
    done = run(context, at=day)
    assert problem in done["problem"]
    assert len(register.asked) == calls
    run(context, at=day + timedelta(hours=3))
    assert told(quiet_site.folder).count(f"fetch:insolventieregister:{day:%Y-%m-%d}") == 1
    assert deliveries(quiet_site.folder) == []


def test_a_login_page_among_the_days_is_no_delivery(site, register, points_at):
    context = points_at(register)
    register.on(DAY + IDS[1], Reply(LOGIN, headers={"Content-Type": "application/json"}))
    done = run(context)
    assert "een webpagina (een inlogscherm of storing?)" in done["problem"]
    assert deliveries(site) == [f"cir_{IDS[0]}.json"]
    register.on(DAY + IDS[1], Reply((REGION / f"cir/cir_{IDS[1]}.json").read_bytes()))
    assert run(context, at=NOW + timedelta(hours=12))["new"] == 2


def test_a_kind_of_file_is_told_from_its_content_not_from_its_header(register, points_at):
    context = points_at(register)
    register.on(LIST, Reply(listed(*IDS), headers={"Content-Type": "text/html"}))
    assert run(context)["new"] == 3


def test_a_redirect_within_the_host_is_followed(register, points_at):
    context = points_at(register)
    register.on("/nieuw/", Reply(listed(*IDS)))
    register.on(LIST, Reply(status=301, headers={"Location": "/nieuw/"}))
    assert run(context)["new"] == 3


def test_calls_to_one_host_are_spaced(register, points_at):
    context = points_at(register, pause_seconds=0.1)
    run(context)
    gaps = [after - before for before, after in zip(register.moments, register.moments[1:], strict=False)]
    assert min(gaps) >= 0.09


def test_a_crash_between_taking_in_and_remembering_changes_nothing(site, register, points_at):
    """The inbox holds what was fetched: the next run asks again and the same bytes add nothing."""
    context = points_at(register)
    (site / "inbox" / f"cir_{IDS[0]}.json").write_bytes(register.replies[DAY + IDS[0]][0].body)
    done = run(context)
    assert (done["new"], done["unchanged"]) == (3, 0)
    assert not list((site / "inbox").iterdir())


def test_a_secret_goes_along_and_its_absence_is_told(site, register, points_at):
    context = points_at(register, secret="register_key", secret_header="apikey")
    assert "De sleutel 'register_key' ontbreekt" in run(context)["problem"]
    assert register.asked == []
    (site / "secrets/register_key").write_text("geheim-van-de-plek")
    (site / "secrets/register_key").chmod(0o600)
    assert run(context, at=NOW + timedelta(hours=12))["new"] == 3
    assert {headers["apikey"] for _, headers in register.asked} == {"geheim-van-de-plek"}
    held = b"".join(
        path.read_bytes() for path in site.rglob("*") if path.is_file() and path.parent.name != "secrets"
    )
    assert b"geheim-van-de-plek" not in held


def test_an_unknown_certificate_is_refused(quiet_site, authority):
    """TLS is verified: a server that nobody vouches for gets no question."""
    with serving(server_tls(authority)) as stranger:
        stranger.on(LIST, Reply(listed(*IDS)))
        done = run(pointed(quiet_site, f"https://localhost:{stranger.port}", tries=1))
    assert "is niet te bereiken" in done["problem"]
    assert stranger.asked == []


def test_on_a_demo_site_nothing_is_fetched(register, points_at):
    context = points_at(register)
    drill = context.settings.site.model_copy(update={"kind": "drill"})
    context = replace(context, settings=replace(context.settings, site=drill))
    assert run(context) == {}
    with pytest.raises(RefusedError, match="wordt niets opgehaald"):
        run(context, "insolventieregister")
    assert register.asked == []


def test_the_command_says_what_came_of_each_source(ews, site, register):
    path = site / "config/sources/insolventieregister.toml"
    text = path.read_text(encoding="utf-8").replace("https://insolventies.rechtspraak.nl", register.url)
    path.write_text(
        text.replace("enabled = false", "enabled = true").replace(
            "pause_seconds = 1.0", "pause_seconds = 0.0"
        )
    )
    assert ews("--user", "analist", "config", "activate", "--second", "teamleider").code == 0
    done = ews("source", "fetch", "--json")
    assert done.code == 0
    assert done.json["sources"] == [
        {
            "source": "insolventieregister",
            "asked": 3,
            "new": 3,
            "unchanged": 0,
            "absent": 0,
            "held": 0,
            "problem": "",
        }
    ]
    register.on(LIST, Reply(b"", 403))
    failed = ews("source", "fetch")
    assert (failed.code, "MISLUKT: 127.0.0.1" in failed.out) == (1, True)
    assert ews("source", "fetch", "zorgaanbieders").code == 2
    assert ews("source", "fetch", "bestaat_niet").code == 2
