"""What people write down about a provider: own observations, its own warnings, exemptions; and what follows."""

import pytest

from tests.offices import copied, office_with

FILES = (
    "lijsten/zorgaanbieders_2026-11-05.xlsx",
    "contracten/contractregister_2026-01-12.xlsx",
    "kwartaalopgave/kwartaalopgave_2026-Q1.xlsx",
)
WILGENHOF, NOTHING_SAID = "kvk:00552819", "kvk:00552820"


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """The files taken in once."""
    return office_with(tmp_path_factory.mktemp("known"), FILES, moment="2026-05-20T09:30")


@pytest.fixture
def office(ews, known, tmp_path, monkeypatch):
    """A demo site that knows its providers, their agreements and the return of the first quarter of 2026."""
    monkeypatch.setenv("EWS_KIND", "demo")
    copied(known, tmp_path)

    def act(*words, user="officier", now="2026-06-01T10:00"):
        return ews("--user", user, "--now", now, *words)

    return act


def reasons(office, now):
    shown = office("provider", "show", WILGENHOF, "--as-of", now[:10], "--json", now=now).json
    return {one["indicator"]: one["points"] for one in shown["assessment"]["reasons"]}


def test_own_observations_count_in_the_sum_and_ask_to_come_back(office):
    before = ("--on", "2026-05-28", "--follow-up", "2026-06-10")
    done = office(
        "signal", "observe", WILGENHOF, "--kind", "klachten", "--outcome", "zorgen", "--count", "7", *before
    )
    assert done.code == 0
    assert (
        office("signal", "observe", WILGENHOF, "--kind", "locatiebezoek", "--outcome", "onvoldoende").code
        == 0
    )
    found = reasons(office, "2026-06-01T11:00")
    assert (found["waargenomen_klachten"], found["waargenomen_zorgen"]) == (2, 3)
    again = ("--on", "2026-06-01", "--follow-up", "2026-06-15", "--text", "rooster nazien")
    assert (
        office(
            "signal", "observe", WILGENHOF, "--kind", "kwaliteitsgesprek", "--outcome", "zorgen", *again
        ).code
        == 0
    )
    waiting = office("signal", "followups", "--json", now="2026-06-16T10:00").json["follow_ups"]
    assert [(one["kind"], one["before"], one["overdue"]) for one in waiting] == [
        ("kwaliteitsgesprek", "2026-06-15", True)
    ]


def test_the_same_observation_on_the_same_day_is_put_right_not_counted_twice(office):
    for count in ("70", "7"):
        done = office(
            "signal", "observe", WILGENHOF, "--kind", "klachten", "--outcome", "zorgen", "--count", count
        )
        assert done.code == 0
    assert reasons(office, "2026-06-01T11:00")["waargenomen_klachten"] == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(("--kind", "weer", "--outcome", "zorgen"), "Kies uit", id="no such kind"),
        pytest.param(
            ("--kind", "klachten", "--outcome", "zorgen", "--on", "2026-06-02"), "toekomst", id="tomorrow"
        ),
        pytest.param(
            ("--kind", "klachten", "--outcome", "zorgen", "--text", "Bsn 111222333"),
            "niet vastgelegd",
            id="a BSN",
        ),
    ],
)
def test_what_may_not_be_written_down_is_refused(office, words, says):
    refused = office("signal", "observe", WILGENHOF, *words)
    assert (refused.code, says in refused.err) == (2, True)


def test_a_warning_of_the_provider_is_a_tripwire_and_stands_beside_when_we_knew(office):
    told = office("signal", "warned", WILGENHOF, "--kind", "lonen_niet_betaald", "--text", "Lonen mei later")
    assert told.code == 0
    assert reasons(office, "2026-06-01T11:00")["lonen_niet_betaald"] == 75
    assert office("assess", now="2026-06-03T07:00").code == 0
    warned = office("signal", "warnings", "--json", now="2026-06-03T08:00").json["warnings"]
    mine = next(one for one in warned if one["provider"] == WILGENHOF)
    assert (mine["warned_on"], mine["obliged"]) == ("2026-06-01", True)
    silent = [one for one in warned if one["verdict"] == "niet"]
    assert all(one["breach"] for one in silent if one["obliged"])


LATE = "2026-08-25T10:00"


def owed(office, subject, now):
    shown = office("provider", "show", subject, "--as-of", now[:10], "--json", now=now).json
    states = {(one["source"], one["figure"]): one["state"] for one in shown["owed"]}
    kinds = {one["indicator"]: (one["kind"], one["points"]) for one in shown["assessment"]["reasons"]}
    return (
        states.get(("kwartaalopgave", "liquide_middelen")),
        kinds.get("liquiditeit_weken"),
        shown["assessment"],
    )


def test_a_return_that_does_not_come_is_late_shown_counted_and_scored(office):
    assert owed(office, NOTHING_SAID, "2026-08-19T10:00")[:2] == (None, None)
    assert owed(office, NOTHING_SAID, LATE)[:2] == ("te_laat", ("late", 3))
    counted = office("source", "expected", "--json", now=LATE).json["figures"]
    liquid = next(one for one in counted if one["indicator"] == "liquide_middelen")
    assert set(liquid["states"]) == {"te_laat"}
    page = office("provider", "show", NOTHING_SAID, now=LATE).out
    assert "te laat     kwartaalopgave" in page


def test_an_exemption_by_a_person_ends_the_points_until_its_last_day(office):
    reason = ("--figure", "liquide_middelen", "--reason", "Nieuw systeem", "--until", "2026-09-10")
    assert office("signal", "exempt", NOTHING_SAID, *reason).code == 0
    state, kind, _ = owed(office, NOTHING_SAID, LATE)
    assert (state, kind) == ("vrijgesteld", None)
    assert owed(office, NOTHING_SAID, "2026-09-11T10:00")[:2] == ("te_laat", ("late", 3))
    assert "Nieuw systeem" in office("provider", "show", NOTHING_SAID, now=LATE).out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(
            ("--figure", "weer", "--until", "2026-07-01"), "Geen cijfer van een bron", id="no such figure"
        ),
        pytest.param(("--until", "2029-01-01"), "eindigt binnen", id="without a real end"),
        pytest.param(("--until", "2026-05-01"), "eindigt binnen", id="ended before it began"),
    ],
)
def test_an_exemption_names_figures_and_has_an_end(office, words, says):
    refused = office("signal", "exempt", NOTHING_SAID, "--reason", "klein", *words)
    assert (refused.code, says in refused.err) == (2, True)
