"""Who is who and since when, in the store and by command."""

import pytest

from tests.offices import copied, office_with

FILES = ("lijsten/zorgaanbieders_2026-11-05.xlsx", "kwartaalopgave/kwartaalopgave_2026-Q3.xlsx")
WILGENHOF, MEANDER = "kvk:00552819", "kvk:00552820"


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """The files taken in once."""
    return office_with(tmp_path_factory.mktemp("known"), FILES, moment="2026-11-20T09:30")


@pytest.fixture
def office(ews, known, tmp_path, monkeypatch):
    """A demo site that knows its providers and one return."""
    monkeypatch.setenv("EWS_KIND", "demo")
    copied(known, tmp_path)

    def act(*words):
        return ews("--user", "officier", "--now", "2026-11-22T10:00", *words)

    return act


def test_a_number_is_whose_it_was_from_day_to_day(office):
    ties = office("source", "crosswalk", WILGENHOF, "--json").json["ties"]
    assert {
        "subject": WILGENHOF,
        "link": "agb",
        "to": "99552819",
        "since": "2026-11-05",
        "until": None,
    } in ties


def test_a_succession_is_written_down_by_a_person_and_read_on(office):
    done = office("source", "successor", WILGENHOF, "--by", MEANDER, "--on", "2026-11-15", "--how", "fusie")
    assert done.code == 0
    known = office("source", "crosswalk", MEANDER, "--json").json["successions"]
    assert known == [{"predecessor": WILGENHOF, "successor": MEANDER, "since": "2026-11-15", "how": "fusie"}]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param((WILGENHOF, "--by", WILGENHOF, "--on", "2026-11-15"), "eigen, ander", id="itself"),
        pytest.param(
            (WILGENHOF, "--by", "kvk:99999999", "--on", "2026-11-15"), "geen gecontracteerde", id="a stranger"
        ),
        pytest.param((WILGENHOF, "--by", MEANDER, "--on", "2027-01-01"), "toekomst", id="not yet"),
    ],
)
def test_what_can_not_be_a_succession_is_refused(office, words, says):
    refused = office("source", "successor", *words)
    assert (refused.code, says in refused.err) == (2, True)
