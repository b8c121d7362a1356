"""What a page asks of the database: as often for many providers as for few, and anew as soon as anything changed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from served import IN_NORTH, IN_SOUTH, NORTH, SOUTH, Browser, open_case, state_register, strike
from sqlalchemy import Engine, event

from ews.cases import entries
from ews.jobs.assess import assess
from ews.jobs.cases import Act, act
from ews.store.audit import SYSTEM, Actor
from ews.web.site import OpenSite

PAGES = (
    "/",
    "/portefeuille",
    "/portefeuille?niveau=acute&zoek=stichting",
    "/zaken",
    "/aanbieder/kvk:82000000",
)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    found: list[str] = []

    def note(_connection, _cursor, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def grow(site: OpenSite, first: int, last: int) -> None:
    """More providers, all assessed; one in five is struck and has a case."""
    subjects = [f"kvk:82{place:06d}" for place in range(first, last)]
    state_register(
        site,
        {one: {"naam": f"Stichting {one[-3:]}", "regio": NORTH, "sector": "vv"} for one in subjects},
    )
    for one in subjects[::5]:
        strike(site, one)
    assess(site.context(SYSTEM))


def asked(site: OpenSite, browser: Browser) -> dict[str, tuple[int, int]]:
    """Per page, how many statements its first visit after a change takes, and the next."""
    took = {}
    for path in PAGES:
        each = []
        for _ in range(2):
            with counted(site.opened.engine) as statements:
                assert browser.get(path).status_code == 200
            each.append(len(statements))
        took[path] = (each[0], each[1])
    return took


def test_a_page_asks_as_often_for_fifty_providers_as_for_five(
    browse: Callable[..., Browser], two_regions: OpenSite
) -> None:
    officer, south = browse("officier"), browse("zuid")
    grow(two_regions, 0, 5)
    few = {"officer": asked(two_regions, officer), "south": asked_of_lists(two_regions, south)}
    settings = two_regions.opened.settings
    grow(two_regions, 5, 50)
    many = {"officer": asked(two_regions, officer), "south": asked_of_lists(two_regions, south)}
    assert many == few
    assert max(again for _, again in many["officer"].values()) <= 30
    assert two_regions.opened.settings is settings  # the rules are read when they change, not by a page


def asked_of_lists(site: OpenSite, browser: Browser) -> dict[str, int]:
    """The same for a visitor of one region, who may not open those providers."""
    took = {}
    for path in PAGES[:-1]:
        with counted(site.opened.engine) as statements:
            assert browser.get(path).status_code == 200
        took[path] = len(statements)
    return took


def test_what_is_kept_for_many_visitors_is_never_older_than_the_store(
    browse: Callable[..., Browser], two_regions: OpenSite
) -> None:
    officer, south = browse("officier"), browse("zuid")
    concern = {"concern": "Zorggroep Tweeling"}
    state_register(two_regions, {IN_NORTH: concern, IN_SOUTH: concern})
    assess(two_regions.context(SYSTEM))

    def seen(who: Browser) -> str:
        pages = ("/", "/portefeuille", "/zaken", f"/aanbieder/{IN_SOUTH}")
        return "".join(who.get(path).text for path in pages)

    assert "Stichting Noordzijde" in seen(officer)
    assert "Stichting Noordzijde" not in seen(south)

    state_register(two_regions, {IN_SOUTH: {"naam": "Stichting Zuiderlicht (fictief)"}})
    assert seen(officer).count("Stichting Zuidzijde") == seen(south).count("Stichting Zuidzijde") == 0
    assert "Stichting Zuiderlicht" in seen(south)

    number = open_case(two_regions, IN_SOUTH)
    assert all(
        who.get(path).text.count(number) for who in (officer, south) for path in ("/", "/portefeuille")
    )
    officer_acts = two_regions.context(Actor("officier", "bewezen"))
    act(officer_acts, Act(number), entries.Acknowledgement("officier", officer_acts.now.replace(year=2099)))
    assert "trede 1 · officier" in south.get("/portefeuille").text
    assert "level-acute" not in south.get("/portefeuille").text

    strike(two_regions, IN_SOUTH)
    assess(two_regions.context(SYSTEM))
    assert all("level-acute" in south.get(path).text for path in ("/portefeuille", f"/aanbieder/{IN_SOUTH}"))
    assert SOUTH in south.get("/portefeuille").text
