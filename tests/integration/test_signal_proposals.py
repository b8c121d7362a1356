"""A feed proposes, a person decides: nothing becomes an event by itself."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from answers import Reply, serving

from ews.errors import RefusedError
from ews.jobs.bulletin_acts import Confirmed, confirm, dismiss, listed
from ews.jobs.doctor import doctor
from ews.jobs.fetch import fetch
from ews.jobs.ingest import ingest
from ews.jobs.ingest_report import FileReport
from ews.jobs.run import Context, open_site
from ews.store import events
from ews.store.audit import Actor
from ews.store.bulletins import Bulletin
from ews.store.engine import reading

REGION = Path(__file__).parents[2] / "examples/region"
DECIDED = date(2026, 11, 18)


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


@pytest.fixture
def office(site) -> Context:
    """The site, with an officer at work."""
    return replace(open_site(site), actor=Actor("officier", "beweerd"))


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
VLASAKKERS = "kvk:00552824"


@pytest.fixture
def deliver(office, tmp_path) -> Callable[..., FileReport]:
    """Take a feed in as a file."""

    def given(*items: tuple[str, str], name: str = "igj_berichten_20261121.xml") -> FileReport:
        path = tmp_path / name
        path.write_bytes(feed(*items))
        return ingest(office, [path]).files[0]

    return given


def aside(context: Context) -> list[Bulletin]:
    return [one for one in listed(context, everything=True) if one.state == "dismissed"]


def measures(context: Context) -> list[tuple]:
    with reading(context.engine) as connection:
        known = events.known_at(connection, context.now + timedelta(days=1))
    return [(one.subject, one.kind, one.occurred_on, one.ended_on) for one in known]


def test_an_item_waits_for_a_person_and_every_item_is_accounted_for(office, deliver):
    told = deliver(BEVEL, OTHER, NEWS)
    assert (told.status, told.source, told.rows_read) == ("accepted", "igj_berichten", 3)
    assert (told.rows_accepted, told.rows_unchanged, told.rows_out_of_scope) == (1, 0, 2)
    [waiting] = listed(office)
    assert (waiting.kind, waiting.is_end, waiting.published_on) == ("bevel", False, date(2026, 11, 20))
    assert [one.provider for one in waiting.candidates] == [VLASAKKERS]
    assert [(one.kind, one.decided_by) for one in aside(office)] == [("aanwijzing", "systeem")]
    assert measures(office) == []


def test_the_same_item_is_heard_once_under_whatever_id(office, deliver):
    """By id and by content: a feed that is read every few hours repeats itself."""
    deliver(BEVEL)
    again = deliver(BEVEL, NEWS, ("b1", BEVEL[1]), name="igj_berichten_20261122.xml")
    assert (again.rows_accepted, again.rows_unchanged, again.rows_out_of_scope) == (0, 2, 1)
    assert len(listed(office)) == 1


def test_an_item_that_changed_takes_the_place_of_the_one_that_waits(office, deliver):
    deliver(BEVEL)
    deliver((BEVEL[0], BEVEL[1] + " (bijgewerkt)"), name="igj_berichten_20261122.xml")
    assert [one.title.endswith("(bijgewerkt)") for one in listed(office)] == [True]
    assert [one.reason for one in aside(office)] == ["het bericht is gewijzigd; zie het nieuwere voorstel"]


def test_by_command_a_proposal_becomes_an_event_of_the_day_of_the_decision(ews, site, office, deliver):
    deliver(BEVEL)
    held = ews("rejections", "list", "--json").json
    assert (held["deliveries"], held["proposals_waiting"]) == ([], 1)
    [waiting] = ews("signal", "proposals", "list", "--json").json["proposals"]
    words = ("signal", "proposals", "confirm", waiting["proposal"])
    assert ews(*words, "--on", "2026-11-18").code == 2  # nobody said who confirms
    no_day = ews("--user", "officier", *words)
    assert (no_day.code, "niet de publicatiedatum" in no_day.err) == (2, True)
    assert measures(office) == []
    done = ews("--user", "officier", *words, "--on", "2026-11-18", "--json")
    assert (done.code, done.json["state"], done.json["decided_by"]) == (0, "confirmed", "officier")
    assert measures(office) == [(VLASAKKERS, "igj_bevel", DECIDED, None)]
    assert listed(office) == []
    assert not list((site / "inbox").iterdir())


def test_an_end_closes_the_measure_that_runs(office, deliver):
    deliver(BEVEL)
    confirm(office, 1, Confirmed(began_on=DECIDED))
    deliver(("a9", "Inspectie heft bevel De Vlasakkers op"), name="igj_berichten_20261123.xml")
    [waiting] = listed(office)
    assert waiting.is_end
    with pytest.raises(RefusedError, match="--until"):
        confirm(office, waiting.id, Confirmed())
    confirm(office, waiting.id, Confirmed(ended_on=date(2026, 11, 22)))
    assert measures(office) == [(VLASAKKERS, "igj_bevel", DECIDED, date(2026, 11, 22))]


REFUSED = {
    "Soort 'sluiting' bestaat niet": Confirmed(began_on=DECIDED, kind="sluiting"),
    "geen gecontracteerde aanbieder": Confirmed(began_on=DECIDED, provider="kvk:12345678"),
    "in de toekomst": Confirmed(began_on=date(2999, 1, 1)),
    "het einde voor het begin": Confirmed(began_on=DECIDED, ended_on=date(2026, 11, 1)),
}


def test_a_proposal_that_can_not_be_confirmed_keeps_waiting(office, deliver):
    """Another kind, a stranger, a day to come, an end before the begin."""
    deliver(BEVEL)
    for sentence, given in REFUSED.items():
        with pytest.raises(RefusedError, match=sentence):
            confirm(office, 1, given)
    assert (measures(office), len(listed(office))) == ([], 1)


def test_what_was_decided_is_not_decided_again(office, deliver):
    deliver(BEVEL)
    confirm(office, 1, Confirmed(began_on=DECIDED))
    with pytest.raises(RefusedError, match="al bevestigd door officier"):
        confirm(office, 1, Confirmed(began_on=DECIDED))
    with pytest.raises(RefusedError, match="al bevestigd door officier"):
        dismiss(office, 1, "toch niet")


def test_what_the_system_put_aside_a_person_can_still_confirm(office, deliver):
    """A measure about a trade name that no list has: the item is kept, and can be taken up."""
    deliver(OTHER)
    assert listed(office) == []
    confirm(office, 1, Confirmed(began_on=DECIDED, provider="kvk:00552809"))
    assert measures(office) == [("kvk:00552809", "igj_aanwijzing", DECIDED, None)]


def test_a_dismissed_proposal_is_kept_with_its_reason(office, deliver):
    deliver(BEVEL)
    with pytest.raises(RefusedError, match="--reason"):
        dismiss(office, 1, " ")
    told = dismiss(office, 1, "oud bericht")
    assert (told.state, told.reason, measures(office)) == ("dismissed", "oud bericht", [])
    with pytest.raises(RefusedError, match="al afgewezen door officier"):
        confirm(office, 1, Confirmed(began_on=DECIDED))


BSN = "111222333"
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>{id}</id><title>Bevel voor De Vlasakkers{title}</title>'
    "<updated>2026-11-20T09:30:00+01:00</updated><summary>{summary}</summary>"
    '<link href="https://igj.example/{link}"/></entry></feed>'
)
PLACES = {"id": "a1", "title": "", "summary": "", "link": "x"}


@pytest.mark.parametrize("place", [*PLACES, "name"])
def test_i18_a_citizen_number_in_a_feed_is_kept_nowhere(office, site, tmp_path, place):
    """RSS in its title and Atom anywhere; not in database, raw store, log or mail."""
    name = f"igj_berichten_20261121_{BSN}.xml" if place == "name" else "igj_berichten_20261121.xml"
    atom = ATOM.format(**PLACES | ({} if place == "name" else {place: f" over {BSN} "}))
    rss = feed(("a1", f"Bevel voor De Vlasakkers over cliënt {BSN}"))
    for number, content in enumerate([atom.encode(), rss]):
        path = tmp_path / str(number) / name
        path.parent.mkdir()
        path.write_bytes(content)
        told = ingest(office, [path], source="igj_berichten").files[0]
        assert told.status == "refused"
        assert BSN not in told.path + told.message
    assert listed(office, everything=True) == []
    for kept in site.rglob("*"):
        assert not kept.is_file() or BSN.encode() not in kept.read_bytes(), kept


def test_a_proposal_that_waits_too_long_is_told_of(office, deliver):
    deliver(BEVEL)
    checks = {}
    for days in (1, 9):
        late = replace(office, now=office.now + timedelta(days=days))
        checks[days] = next(one for one in doctor(late, with_relay=False) if one.check == "voorstellen")
    assert (checks[1].ok, checks[9].ok) == (True, False)
    assert "1 voorstel wacht" in checks[1].message


def test_a_feed_that_is_fetched_makes_proposals(office):
    with serving() as server:
        server.on("/rss", Reply(feed(BEVEL), headers={"Content-Type": "text/html"}))
        contract = office.settings.sources["igj_berichten"]
        plan = replace(contract.fetch, url=f"{server.url}/rss", enabled=True, pause_seconds=0.0)
        sources = {**office.settings.sources, contract.name: replace(contract, fetch=plan)}
        pointed = replace(office, settings=replace(office.settings, sources=sources))
        assert fetch(pointed)["sources"][0]["new"] == 1
    assert [one.kind for one in listed(office)] == ["bevel"]


def test_the_feed_of_the_example_region_brings_one_measure_and_one_end(office):
    """Of seven items that come in twice over, two wait: the others name nobody or nothing, or were heard before."""
    ingest(office, [REGION / "lijsten/zorglocaties_2026-11-05.csv"])
    first, second = ingest(office, [REGION / "igj_berichten"]).files
    assert (first.rows_accepted, first.rows_out_of_scope) == (1, 2)
    assert (second.rows_accepted, second.rows_unchanged, second.rows_out_of_scope) == (1, 2, 1)
    waiting = [(one.kind, one.is_end, one.candidates[0].score) for one in listed(office)]
    assert waiting == [("last_onder_dwangsom", True, 100), ("verscherpt_toezicht", False, 100)]
