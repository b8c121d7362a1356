"""Late, missing, refused, stale and excused figures: each scored as what it is, and none ever lowers a risk."""

from dataclasses import replace
from datetime import date

import pytest

from ews.scoring.explain import Explainer
from ews.scoring.features import Features
from ews.scoring.model import Assessment, ReasonKind
from ews.scoring.owed import Duties, Owed
from ews.scoring.scorecard import score
from ews.signals.contract import Cadence, Every
from ews.signals.expected import Due, Exemption
from tests.score_frames import features, row, shipped, shipped_card

ONE, OTHER = "kvk:00000001", "kvk:00000002"
QUARTERLY = Cadence(every=Every.QUARTER, grace_days=45)
FIGURES = frozenset({"liquide_middelen", "maandelijkse_uitgaven"})
DUE = Due("kwartaalopgave", QUARTERLY, FIGURES)
AS_AGREED = Duties((DUE,))
# Eight weeks of money: 14 points; twenty weeks: none.
THIN, AMPLE = 1.2, 4.6


def told(quarter: str = "2026-Q3", months: float = AMPLE, subject: str = ONE) -> list[dict]:
    return [
        row(subject, "liquide_middelen", months * 100, quarter),
        row(subject, "maandelijkse_uitgaven", 100.0, quarter),
    ]


def judged(rows: list[dict], duties: Duties = AS_AGREED, *, seen_on: date | None = None) -> tuple[str, int]:
    """Kind and points of the line on liquidity."""
    made = features([*rows, *told(subject=OTHER)], duties=duties, seen_on=seen_on)
    reasons = [
        one for one in assessed(made)[ONE].reasons if one.indicator == "liquiditeit_weken" and one.points != 5
    ]
    return (reasons[0].kind.value, reasons[0].points) if reasons else ("", 0)


def assessed(made: Features) -> dict[str, Assessment]:
    sums = score(made, shipped_card("wlz"), shipped().indicators)
    versions = {"scorecard": "test", "config": "test", "engine": "test"}
    return {one.subject: one for one in Explainer(made, shipped().indicators, versions).assessments(sums)}


BEFORE = date(2026, 8, 20)
"""The source named the provider about the second quarter last."""


@pytest.mark.parametrize(
    ("rows", "seen_on", "expected"),
    [
        pytest.param(told(), None, ("", 0), id="the newest quarter is there"),
        pytest.param(
            told("2026-Q2"), BEFORE, ("late", 3), id="the term has passed and the source did not come"
        ),
        pytest.param(told("2026-Q2"), None, ("missing", 4), id="the source came without this figure"),
        pytest.param(
            told("2026-Q2", THIN), BEFORE, ("value", 14), id="late keeps the points of a worse last value"
        ),
        pytest.param(told("2025-Q3"), BEFORE, ("stale", 3), id="a year old is stale as well as late"),
    ],
)
def test_a_figure_that_should_be_there(rows, seen_on, expected):
    assert judged(rows, seen_on=seen_on) == expected


@pytest.mark.parametrize(("months", "expected"), [(AMPLE, ("refused", 4)), (THIN, ("value", 14))])
def test_a_refused_column_counts_as_refused_and_never_less_than_the_last_value(months, expected):
    refused = Duties((replace(DUE, refused=frozenset({"liquide_middelen"})),))
    assert judged(told("2026-Q2", months), refused) == expected


def test_what_another_source_told_of_the_period_is_not_late():
    form = [one | {"source": "kwartaalformulier"} for one in told()]
    assert judged([*told("2026-Q2"), *form], seen_on=BEFORE) == ("", 0)


def test_an_excused_figure_gives_nothing_for_its_absence_and_is_not_expected():
    excused = Exemption(
        "klein", date(2026, 12, 31), date(2026, 1, 1), ONE, frozenset({"liquide_middelen"}), "teamleider"
    )
    duties = Duties((DUE,), (excused,))
    assert judged(told("2026-Q2"), duties, seen_on=BEFORE) == ("", 0)
    assert judged(told("2026-Q2", THIN), duties, seen_on=BEFORE) == ("value", 14)
    made = features(
        [row(ONE, "sector", "vv", None, source="zorgaanbieders"), *told(subject=OTHER)], duties=duties
    )
    assert made.owed["liquiditeit_weken"][made.subjects.get_loc(ONE)] == Owed.EXEMPT
    assert "liquiditeit_weken" not in {one.indicator for one in assessed(made)[ONE].reasons}


def test_an_exemption_that_ended_or_is_of_another_excuses_nothing():
    over = Exemption("klein", date(2026, 11, 19), date(2026, 1, 1), ONE)
    other = Exemption("klein", date(2026, 12, 31), date(2026, 1, 1), OTHER)
    assert judged(told("2026-Q2"), Duties((DUE,), (over, other)), seen_on=BEFORE) == ("late", 3)


def test_who_delivers_once_a_year_by_rule_is_not_late_each_quarter():
    assert judged(told("2026-Q2"), Duties((DUE,), (), frozenset({ONE})), seen_on=BEFORE) == ("", 0)


def test_lateness_alone_can_bring_a_provider_to_an_alert():
    def level(seen_on: date | None) -> str:
        rows = [
            *told("2026-Q2"),
            row(ONE, "jaarrekening_oordeel", "afkeurend"),
            row(ONE, "ziekteverzuim", 0.14),
        ]
        made = features(rows, duties=Duties((DUE,)), seen_on=seen_on)
        return assessed(made)[ONE].level.value

    told_in_time = features(
        [*told(), row(ONE, "jaarrekening_oordeel", "afkeurend"), row(ONE, "ziekteverzuim", 0.14)],
        duties=Duties((DUE,)),
    )
    assert assessed(told_in_time)[ONE].level.value != "elevated"
    assert level(BEFORE) == "elevated"


def test_the_reason_says_that_it_is_late_and_what_was_last_known():
    made = features(told("2026-Q2"), duties=Duties((DUE,)), seen_on=BEFORE)
    said = next(one for one in assessed(made)[ONE].reasons if one.kind is ReasonKind.LATE)
    assert (said.text, said.norm) == (
        "Cijfer over liquiditeit is te laat: 2026 Q3 had er uiterlijk 14 november 2026 moeten zijn; laatst bekend: 2026 Q2",
        "",
    )
