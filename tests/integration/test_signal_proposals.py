"""A feed proposes, a person decides: nothing becomes an event by itself."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from answers import Reply, serving

from ews.jobs.doctor import doctor
from ews.jobs.fetch import fetch
from ews.jobs.ingest import ingest
from ews.jobs.run import open_site
from ews.store import events
from ews.store.engine import reading

REGION = Path(__file__).parents[2] / "examples/region"


@pytest.fixture(scope="module")
def peopled(tmp_path_factory, made_site) -> Path:
    folder = Path(shutil.copytree(made_site, tmp_path_factory.mktemp("peopled") / "site"))
    context = open_site(folder)
    ingest(context, [REGION / "lijsten/zorgaanbieders_2026-11-05.xlsx"])
    context.engine.dispose()
    return folder


@pytest.fixture
def site(tmp_path, peopled) -> Path:
    return Path(shutil.copytree(peopled, tmp_path / "site"))


def feed(*items: tuple[str, str]) -> bytes:
    entries = "".join(
        f"<item><guid>{guid}</guid><title>{title}</title><link>https://igj.example/{guid}</link>"
        "<pubDate>Fri, 20 Nov 2026 09:30:00 +0100</pubDate></item>"
        for guid, title in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{entries}</channel></rss>'.encode()


BEVEL = ("a1", "Inspectie geeft Stichting De Vlasakkers in Rosmalen een bevel")
OTHER = ("a2", "Aanwijzing voor een zorginstelling elders")
NEWS = ("a3", "Jaarbeeld van de inspectie")


@pytest.fixture
def deliver(ews, site, tmp_path):
    """Take a feed in as a file; returns what `ews ingest` says of it."""

    def given(*items: tuple[str, str], name: str = "igj_berichten_20261121.xml") -> dict:
        path = tmp_path / name
        path.write_bytes(feed(*items))
        done = ews("ingest", path, "--json")
        assert done.out, done.err
        return done.json["files"][0]

    return given


def proposals(ews, *words: str) -> list[dict]:
    return ews("signal", "proposals", "list", "--json", *words).json["proposals"]


def measures(site) -> list[tuple]:
    context = open_site(site)
    with reading(context.engine) as connection:
        known = events.known_at(connection, context.now + timedelta(days=1))
    return [(one.subject, one.kind, one.occurred_on, one.ended_on) for one in known]


def test_an_item_waits_for_a_person_and_every_item_is_accounted_for(ews, site, deliver):
    told = deliver(BEVEL, OTHER, NEWS)
    assert (told["status"], told["source"], told["rows_read"]) == ("accepted", "igj_berichten", 3)
    assert (told["rows_accepted"], told["rows_unchanged"], told["rows_out_of_scope"]) == (1, 0, 2)
    [waiting] = proposals(ews)
    assert (waiting["kind"], waiting["is_end"], waiting["published_on"]) == ("bevel", False, "2026-11-20")
    assert [one["provider"] for one in waiting["candidates"]] == ["kvk:00552824"]
    aside = [one for one in proposals(ews, "--all") if one["state"] == "dismissed"]
    assert [(one["kind"], one["decided_by"]) for one in aside] == [("aanwijzing", "systeem")]
    assert measures(site) == []
    held = ews("rejections", "list", "--json").json
    assert (held["deliveries"], held["proposals_waiting"]) == ([], 1)
    assert "1 voorstel uit een feed wacht op een mens" in ews("rejections", "list").out


def test_the_same_item_is_heard_once_under_whatever_id(ews, deliver):
    """By id and by content: a feed that is read every few hours repeats itself."""
    deliver(BEVEL)
    again = deliver(BEVEL, NEWS, name="igj_berichten_20261122.xml")
    assert (again["rows_accepted"], again["rows_unchanged"], again["rows_out_of_scope"]) == (0, 1, 1)
    assert len(proposals(ews)) == 1


def test_an_item_that_changed_takes_the_place_of_the_one_that_waits(ews, deliver):
    deliver(BEVEL)
    deliver((BEVEL[0], BEVEL[1] + " (bijgewerkt)"), name="igj_berichten_20261122.xml")
    assert [one["title"].endswith("(bijgewerkt)") for one in proposals(ews)] == [True]
    assert len(proposals(ews, "--all")) == 2


def test_a_confirmed_proposal_is_an_event_of_the_day_of_the_decision(ews, site, deliver):
    deliver(BEVEL)
    [waiting] = proposals(ews)
    number = waiting["proposal"]
    nobody = ews("signal", "proposals", "confirm", number, "--on", "2026-11-18")
    assert (nobody.code, measures(site)) == (2, [])
    no_day = ews("--user", "officier", "signal", "proposals", "confirm", number)
    assert (no_day.code, "niet de publicatiedatum" in no_day.err) == (2, True)
    done = ews("--user", "officier", "signal", "proposals", "confirm", number, "--on", "2026-11-18", "--json")
    assert (done.code, done.json["state"], done.json["decided_by"]) == (0, "confirmed", "officier")
    assert measures(site) == [("kvk:00552824", "igj_bevel", date(2026, 11, 18), None)]
    assert proposals(ews) == []
    twice = ews("--user", "officier", "signal", "proposals", "confirm", number, "--on", "2026-11-18")
    assert (twice.code, "al bevestigd door officier" in twice.err) == (2, True)
    assert not list((site / "inbox").iterdir())


def test_an_end_closes_the_measure_that_runs(ews, site, deliver):
    deliver(BEVEL)
    ews("--user", "officier", "signal", "proposals", "confirm", 1, "--on", "2026-11-18")
    deliver(("a9", "Inspectie heft bevel De Vlasakkers op"), name="igj_berichten_20261123.xml")
    [waiting] = proposals(ews)
    assert waiting["is_end"]
    no_day = ews("--user", "officier", "signal", "proposals", "confirm", waiting["proposal"])
    assert (no_day.code, "--until" in no_day.err) == (2, True)
    closing = ("signal", "proposals", "confirm", waiting["proposal"], "--until", "2026-11-22")
    assert ews("--user", "officier", *closing).code == 0
    assert measures(site) == [("kvk:00552824", "igj_bevel", date(2026, 11, 18), date(2026, 11, 22))]


REFUSED = {
    "another kind": (["--on", "2026-11-18", "--kind", "sluiting"], "Soort 'sluiting' bestaat niet"),
    "a stranger": (["--on", "2026-11-18", "--provider", "kvk:12345678"], "geen gecontracteerde aanbieder"),
    "a day to come": (["--on", "2999-01-01"], "in de toekomst"),
    "an end before the begin": (["--on", "2026-11-18", "--until", "2026-11-01"], "het einde voor het begin"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_proposal_that_can_not_be_confirmed_keeps_waiting(ews, site, deliver, case):
    words, sentence = REFUSED[case]
    deliver(BEVEL)
    done = ews("--user", "officier", "signal", "proposals", "confirm", 1, *words)
    assert (done.code, sentence in done.err) == (2, True)
    assert (measures(site), len(proposals(ews))) == ([], 1)


def test_what_the_system_put_aside_a_person_can_still_confirm(ews, site, deliver):
    """A measure about a trade name that no list has: the item is kept, and can be taken up."""
    deliver(OTHER)
    assert proposals(ews) == []
    words = ("signal", "proposals", "confirm", 1, "--on", "2026-11-18", "--provider", "kvk:00552809")
    assert ews("--user", "officier", *words).code == 0
    assert measures(site) == [("kvk:00552809", "igj_aanwijzing", date(2026, 11, 18), None)]


def test_a_dismissed_proposal_is_kept_with_its_reason(ews, site, deliver):
    deliver(BEVEL)
    assert ews("--user", "officier", "signal", "proposals", "dismiss", 1, "--reason", " ").code == 2
    told = ews(
        "--user", "officier", "signal", "proposals", "dismiss", 1, "--reason", "oud bericht", "--json"
    ).json
    assert (told["state"], told["reason"], measures(site)) == ("dismissed", "oud bericht", [])
    assert ews("--user", "officier", "signal", "proposals", "confirm", 1, "--on", "2026-11-18").code == 2


def test_a_citizen_number_in_a_feed_refuses_it(ews, site, deliver):
    """I18: nothing of it is kept."""
    told = deliver(("a1", "Bevel voor De Vlasakkers over cliënt 111222333"))
    assert told["status"] == "refused"
    assert proposals(ews, "--all") == []


def test_a_proposal_that_waits_too_long_is_told_of(ews, site, deliver):
    deliver(BEVEL)
    checks = {}
    for days in (1, 9):
        context = open_site(site)
        late = replace(context, now=context.now + timedelta(days=days))
        checks[days] = next(one for one in doctor(late, with_relay=False) if one.check == "voorstellen")
    assert (checks[1].ok, checks[9].ok) == (True, False)
    assert "1 voorstel wacht" in checks[1].message


def test_a_feed_that_is_fetched_makes_proposals(ews, site):
    with serving() as server:
        server.on("/rss", Reply(feed(BEVEL), headers={"Content-Type": "text/html"}))
        context = open_site(site)
        contract = context.settings.sources["igj_berichten"]
        plan = replace(contract.fetch, url=f"{server.url}/rss", enabled=True, pause_seconds=0.0)
        sources = {**context.settings.sources, contract.name: replace(contract, fetch=plan)}
        context = replace(context, settings=replace(context.settings, sources=sources))
        assert fetch(context)["sources"][0]["new"] == 1
    assert [one["kind"] for one in proposals(ews)] == ["bevel"]


def test_the_feed_of_the_example_region_brings_one_measure_and_one_end(ews, site):
    """Of seven items that come in twice over, two wait: the others name nobody or nothing, or were heard before."""
    ews("ingest", REGION / "lijsten/zorglocaties_2026-11-05.csv")
    first, second = ews("ingest", REGION / "igj_berichten", "--json").json["files"]
    assert (first["rows_accepted"], first["rows_out_of_scope"]) == (1, 2)
    assert (second["rows_accepted"], second["rows_unchanged"], second["rows_out_of_scope"]) == (1, 2, 1)
    waiting = [(one["kind"], one["is_end"], one["candidates"][0]["score"]) for one in proposals(ews)]
    assert waiting == [("last_onder_dwangsom", True, 100), ("verscherpt_toezicht", False, 100)]
