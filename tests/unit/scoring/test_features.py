"""From history to figures: lags, states, inheritance, what is unknown."""

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from ews.scoring.features import Presence, build
from ews.signals.indicators import Direction, FromLocations, Indicator
from ews.signals.model import Unit
from tests.score_frames import AS_OF, features, history, row

ONE, TWO = "kvk:00000001", "kvk:00000002"
HOUSE, FLAT = "vestiging:000000000011", "vestiging:000000000012"


def indicator(formula: str, **changes) -> Indicator:
    values = {
        "id": "x",
        "name": "x",
        "formula": formula,
        "unit": Unit.NUMBER,
        "direction": Direction.HIGHER_IS_WORSE,
        "cadence": "kwartaal",
        "stale_after_days": 200,
        "horizons": ("medium",),
        "why_it_matters": "x",
    }
    return Indicator(**(values | changes))


def measured(rows, formula, **changes):
    options = {name: changes.pop(name) for name in ("seen_on", "states", "as_of") if name in changes}
    made = features(rows, indicators={"x": indicator(formula, **changes)}, **options)
    return made, made.measured["x"], made.presence["x"]


@pytest.mark.parametrize(
    ("rows", "formula", "expected"),
    [
        pytest.param([row(ONE, "a", 3), row(ONE, "b", 4)], "a / b", 0.75, id="two figures of one period"),
        pytest.param(
            [row(ONE, "a", 3), row(ONE, "b", 0)], "a / b", np.nan, id="a zero denominator is unknown"
        ),
        pytest.param(
            [row(ONE, "a", 3), row(ONE, "b", None)], "a / b", np.nan, id="seen to be empty is unknown"
        ),
        pytest.param([row(ONE, "a", 3)], "a / b", np.nan, id="never stated is unknown"),
        pytest.param(
            [row(ONE, "a", 3), row(ONE, "b", 4, "2026-Q2")], "a / b", np.nan, id="other periods do not mix"
        ),
        pytest.param(
            [row(ONE, "a", 3), row(ONE, "b", 4, source="kikv")],
            "a / b",
            np.nan,
            id="other sources do not mix",
        ),
        pytest.param(
            [row(ONE, "a", 3), row(ONE, "b", None)], "laagste(a, b)", 3, id="lowest of what is known"
        ),
        pytest.param([row(ONE, "a", 3), row(ONE, "b", 9)], "hoogste(a, b)", 9, id="highest"),
        pytest.param([row(ONE, "a", None), row(ONE, "b", 9)], "eerste(a, b)", 9, id="first that is known"),
        pytest.param([row(ONE, "a", -2)], "positief(a)", np.nan, id="a negative denominator is unknown"),
        pytest.param([row(ONE, "a", 25)], "per_jaar(a)", 100, id="a quarter counts four times a year"),
        pytest.param(
            [row(ONE, "a", 1, "2026-Q2"), row(ONE, "a", 2)],
            "som(a, 2)",
            3,
            id="sum over the last two periods",
        ),
        pytest.param([row(ONE, "a", 2)], "som(a, 2)", np.nan, id="a sum lacks a period"),
        pytest.param(
            [row(ONE, "a", None, "2026-Q2"), row(ONE, "a", 2)],
            "geteld(a, 2)",
            2,
            id="a counted period may be empty",
        ),
        pytest.param(
            [row(ONE, "a", "ja", "2026-Q2"), row(ONE, "a", "nee")],
            'keer(a, "ja", 2)',
            1,
            id="times the word stood there",
        ),
        pytest.param(
            [row(ONE, "a", "2025-11-20", None)], "maanden_sinds(a)", 11.9918, id="months since a date"
        ),
        pytest.param(
            [
                row(ONE, "a", "jan", None, on=date(2026, 1, 1)),
                row(ONE, "a", "piet", None, on=date(2026, 5, 1)),
                row(ONE, "a", "kees", None, on=date(2026, 9, 1)),
            ],
            "wijzigingen(a, 12)",
            2,
            id="changes in twelve months",
        ),
        pytest.param(
            [
                row(ONE, "a", "jan", None, on=date(2026, 1, 1)),
                row(ONE, "b", 1.0, None, on=date(2026, 5, 1)),
                row(ONE, "b", 2.0, None, on=date(2026, 9, 1)),
            ],
            "wijzigingen(a, 12)",
            0,
            id="another figure's change is none of its own",
        ),
        pytest.param(
            [row(ONE, "p[VG7]", 3, None), row(ONE, "p[VG8]", 4, None)],
            'p["*"]',
            7,
            id="summed over dimensions",
        ),
        pytest.param(
            [row(ONE, "a", 3, None, source="een"), row(ONE, "b", 4, None, source="twee")],
            "a / b",
            0.75,
            id="states of two sources may stand side by side",
        ),
    ],
)
def test_formulas(rows, formula, expected):
    made, one, _ = measured(rows, formula, states=("zorgaanbieders", "kwartaalopgave", "een", "twee"))
    at = made.subjects.get_loc(ONE)
    assert one.value[at] == pytest.approx(expected, nan_ok=True)


def test_the_latest_period_counts_and_those_before_are_kept():
    rows = [
        row(ONE, "a", value, q)
        for q, value in (("2025-Q3", 1), ("2026-Q1", 5), ("2026-Q2", 7), ("2026-Q3", 9))
    ]
    _, one, _ = measured(rows, "a")
    assert (one.value[0], one.previous[0], one.year_ago[0]) == (9, 7, 1)
    assert one.recent[0][:4].tolist() == [9, 7, 5, 1]


def test_the_freshest_source_decides_and_its_own_past_is_compared():
    rows = [
        row(ONE, "a", 1, "2025-Q4", source="jaarrekeningen"),
        row(ONE, "a", 7, "2026-Q2"),
        row(ONE, "a", 9, "2026-Q3"),
    ]
    _, one, _ = measured(rows, "a")
    assert one.value[0] == 9
    assert np.isnan(one.recent[0][2])


def test_a_state_that_did_not_change_is_carried_forward():
    rows = [row(ONE, "a", 4, None, on=date(2024, 1, 1)), row(ONE, "b", 1, None, on=date(2026, 10, 1))]
    _, one, presence = measured(rows, "a", states=("kwartaalopgave",))
    assert (one.value[0], one.year_ago[0]) == (4, 4)
    assert presence[0] == Presence.PRESENT


@pytest.mark.parametrize(
    ("rows", "options", "expected"),
    [
        pytest.param([row(ONE, "a", 1)], {}, Presence.PRESENT, id="last quarter"),
        pytest.param([row(ONE, "a", 1, "2025-Q4")], {}, Presence.STALE, id="three quarters old"),
        pytest.param([row(ONE, "a", None)], {}, Presence.MISSING, id="seen to be empty"),
        pytest.param([row(ONE, "b", 1), row(TWO, "a", 1)], {}, Presence.MISSING, id="others have it"),
        pytest.param([row(ONE, "b", 1)], {}, Presence.NEVER, id="no source has it"),
        pytest.param(
            [row(ONE, "a", 1, None, on=date(2020, 1, 1))],
            {"states": ("kwartaalopgave",), "seen_on": date(2026, 11, 1)},
            Presence.PRESENT,
            id="an old state that was seen this month",
        ),
        pytest.param(
            [row(ONE, "a", 1, None, on=date(2020, 1, 1))],
            {"states": ("kwartaalopgave",), "seen_on": date(2026, 1, 1)},
            Presence.STALE,
            id="a state that was not seen for most of a year",
        ),
    ],
)
def test_present_missing_and_stale_are_told_apart(rows, options, expected):
    made, _, presence = measured(rows, "a", **options)
    assert presence[made.subjects.get_loc(ONE)] == expected


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (FromLocations.SUM, 30.0),
        (FromLocations.MEAN, 15.0),
        (FromLocations.WORST, 20.0),
        (FromLocations.BEST, 10.0),
        (FromLocations.NONE, np.nan),
    ],
)
def test_a_provider_without_a_figure_gets_it_from_its_locations(how, expected):
    rows = [
        row(ONE, "naam", "Een", None, source="zorgaanbieders"),
        row(HOUSE, "aanbieder", ONE, None, source="zorgaanbieders"),
        row(FLAT, "aanbieder", ONE, None, source="zorgaanbieders"),
        row(HOUSE, "a", 10),
        row(FLAT, "a", 20),
    ]
    made, one, _ = measured(rows, "a", from_locations=how)
    assert one.value[made.subjects.get_loc(ONE)] == pytest.approx(expected, nan_ok=True)


def test_a_provider_with_a_figure_of_its_own_keeps_it():
    rows = [
        row(ONE, "a", 1),
        row(HOUSE, "aanbieder", ONE, None, source="zorgaanbieders"),
        row(HOUSE, "a", 10),
    ]
    made, one, _ = measured(rows, "a", from_locations=FromLocations.WORST)
    assert one.value[made.subjects.get_loc(ONE)] == 1


def test_locations_that_left_the_register_do_not_count():
    old = datetime(2025, 1, 1, tzinfo=UTC)
    rows = [
        row(ONE, "naam", "Een", None, source="zorgaanbieders"),
        row(HOUSE, "aanbieder", ONE, None, source="zorgaanbieders"),
        row(FLAT, "aanbieder", ONE, None, source="zorgaanbieders"),
    ]
    made = features(rows, indicators={"x": indicator("aantal_locaties")})
    assert made.measured["x"].value[made.subjects.get_loc(ONE)] == 2
    seen = pd.DataFrame(
        {
            "subject": [ONE, HOUSE, FLAT],
            "source": ["zorgaanbieders"] * 3,
            "seen_at": pd.to_datetime([AS_OF, AS_OF, old], utc=True),
        }
    )
    gone = build(
        history(rows),
        indicators={"x": indicator("aantal_locaties")},
        as_of=AS_OF,
        seen=seen,
        state_sources=frozenset({"zorgaanbieders"}),
    )
    assert gone.measured["x"].value[gone.subjects.get_loc(ONE)] == 1
