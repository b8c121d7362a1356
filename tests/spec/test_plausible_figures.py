"""I4 as a table: which figures are held apart until two people have looked, and which are believed."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from ews.signals.fields import AddsUp
from ews.signals.plausibility import doubts

DAY = date(2026, 4, 15)
STOCK, FLOW = "history", "size"
NAMES = {
    "balanstotaal": 1,
    "passiva": 2,
    "eigen_vermogen": 3,
    "schulden": 4,
    "opbrengsten": 5,
    "resultaat": 6,
}
RULES = {1: STOCK, 2: STOCK, 3: STOCK, 4: STOCK, 5: STOCK, 6: FLOW}
SUMS = (
    AddsUp(total="balanstotaal", parts=("passiva",), rule="equal"),
    AddsUp(total="balanstotaal", parts=("eigen_vermogen", "schulden"), rule="at_most"),
    AddsUp(total="opbrengsten", parts=("resultaat",), rule="at_most", size=True),
)
USUAL = {"balanstotaal": 9_000_000, "passiva": 9_000_000, "eigen_vermogen": 2_000_000, "schulden": 6_000_000}


def frame(periods):
    """Rows of {period end: {name: value}}, each quarter heard twenty days after its end."""
    rows = [
        (1, NAMES[name], 1, pd.Timestamp(end) - pd.DateOffset(months=3), end, value, np.nan, pd.Timestamp(end, tz="UTC") + pd.Timedelta(days=20))
        for end, figures in periods.items()
        for name, value in figures.items()
    ]  # fmt: skip
    columns = ["subject_id", "indicator_id", "dimension_id", "period_start", "period_end", "value_int", "value_real", "known_at"]  # fmt: skip
    days = {name: "datetime64[s]" for name in ("period_start", "period_end")}
    return pd.DataFrame(rows, columns=columns).astype({"value_int": "Int64", "value_real": "float64"} | days)


def doubted(past, now):
    """Name -> why it is doubted, of the figures that are."""
    cells = frame(now)
    found = doubts(cells, frame(past), indicators=RULES, day=DAY, sums=SUMS, ids=NAMES)
    names = {number: name for name, number in NAMES.items()}
    pairs = zip(cells["indicator_id"].map(names), found, strict=True)
    return {name: why for name, why in pairs if why is not None}


def quarters(**figures):
    """Four quarters of 2025: a list gives each its own value."""
    ends = ("2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31")
    return {
        end: {
            name: value[place] if isinstance(value, list) else value + place
            for name, value in figures.items()
        }
        for place, end in enumerate(ends)
    }


NEXT = "2026-03-31"
CASES = [
    pytest.param({}, {NEXT: USUAL}, {}, id="a first balance that adds up is believed"),
    pytest.param({}, {NEXT: USUAL | {"passiva": 8_000_000}}, {"balanstotaal": "sum", "passiva": "sum"},
                 id="activa and passiva differ: both are held, for which is wrong nobody can tell"),
    pytest.param({}, {NEXT: USUAL | {"passiva": 9_000_050}}, {}, id="rounding to euros is no difference"),
    pytest.param({}, {NEXT: USUAL | {"schulden": 7_500_000}}, {"balanstotaal": "sum", "eigen_vermogen": "sum", "schulden": "sum"},
                 id="equity and debts together are more than the balance"),
    pytest.param({}, {NEXT: {"opbrengsten": 1_000_000, "resultaat": -1_500_000}}, {"opbrengsten": "sum", "resultaat": "sum"},
                 id="a loss beyond the income"),
    pytest.param({}, {NEXT: {"balanstotaal": 9_000_000}}, {}, id="a sum of which a term lacks is not judged"),
    pytest.param(quarters(schulden=1_000_000), {NEXT: {"schulden": 21_000_000}}, {"schulden": "jump"},
                 id="more than 20 times the largest so far"),
    pytest.param(quarters(schulden=1_000_000), {NEXT: {"schulden": 19_000_000}}, {}, id="19 times is growth, however odd"),
    pytest.param(quarters(schulden=1_000_000), {NEXT: {"schulden": 1_000}}, {"schulden": "jump"},
                 id="a thousandth: thousands were meant"),
    pytest.param(quarters(eigen_vermogen=1_000_000), {NEXT: {"eigen_vermogen": -1_000_000}}, {"eigen_vermogen": "sign"},
                 id="another sign after four alike"),
    pytest.param(quarters(eigen_vermogen=[900_000, 600_000, 300_000, 50_000]), {NEXT: {"eigen_vermogen": -20_000}}, {},
                 id="a slide through zero is what we must hear, not a slip"),
    pytest.param(quarters(resultaat=[40_000, -35_000, 20_000, -60_000]), {NEXT: {"resultaat": 45_000}}, {},
                 id="a result may change its sign"),
    pytest.param(quarters(resultaat=[40_000, -35_000, 20_000, -60_000]), {NEXT: {"resultaat": -45_000_000}}, {"resultaat": "jump"},
                 id="a unit slip in a result, though its sign may change"),
    pytest.param(quarters(resultaat=[40_017, -35_428, 20_003, -60_841]), {NEXT: {"resultaat": 412_000}}, {"resultaat": "zeros"},
                 id="a small result in the wrong unit: within twenty times, but larger than any and with three zeros that none had"),
    pytest.param(quarters(resultaat=[40_017, -35_428, 20_003, -60_841]), {NEXT: {"resultaat": -412_630}}, {},
                 id="a loss of seven times any before, told as exactly as those: it is what we must hear"),
    pytest.param(quarters(resultaat=[40_000, -35_000, 20_000, -60_000]), {NEXT: {"resultaat": -412_000}}, {},
                 id="the same loss of who always rounds to thousands"),
    pytest.param(quarters(resultaat=[40_017, -35_428, 20_003, -60_841]), {NEXT: {"resultaat": 61_000}}, {},
                 id="a rounded result of the usual size"),
    pytest.param(quarters(resultaat=[40_000, -35_000, 20_000, -60_000], schulden=6_000_000, balanstotaal=9_000_000, eigen_vermogen=2_000_000),
                 {NEXT: {"resultaat": 30, "schulden": 6_100, "balanstotaal": 9_100, "eigen_vermogen": 2_050}},
                 {"resultaat": "unit", "schulden": "unit", "balanstotaal": "unit", "eigen_vermogen": "unit"},
                 id="a whole row in thousands: the result too, small as it may be"),
    pytest.param(quarters(**USUAL, opbrengsten=5_000_000), {NEXT: {name: value + 3 for name, value in (USUAL | {"opbrengsten": 5_000_000}).items()}},
                 dict.fromkeys([*USUAL, "opbrengsten"], "copied"), id="five figures, all those of the quarter before"),
    pytest.param(quarters(**USUAL, opbrengsten=5_000_000), {NEXT: USUAL | {"opbrengsten": 5_000_000}},
                 dict.fromkeys([*USUAL, "opbrengsten"], "copied"), id="all those of the year before"),
    pytest.param(quarters(**USUAL, opbrengsten=5_000_000), {NEXT: USUAL | {"opbrengsten": 5_000_007}}, {},
                 id="one of five differs: nothing is copied"),
    pytest.param(quarters(**USUAL, opbrengsten=5_000_000), {"2025-03-31": USUAL | {"opbrengsten": 5_000_000}}, {},
                 id="the same quarter said again"),
    pytest.param(quarters(schulden=1_000_000), {"2027-03-31": {"schulden": 1_000_000}}, {"schulden": "ahead"},
                 id="a year that has yet to come"),
    pytest.param(quarters(schulden=1_000_000), {"2026-06-30": {"schulden": 1_000_000}}, {"schulden": "ahead"},
                 id="a quarter that has not ended, of a figure that always came afterwards"),
    pytest.param(quarters(schulden=1_000_000), {"2016-03-31": {"schulden": 1_000_000}}, {"schulden": "behind"},
                 id="ten years back: 2016 for 2026"),
    pytest.param(quarters(schulden=1_000_000), {"2024-12-31": {"schulden": 990_000}}, {}, id="the quarter before the first is late, not wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("past", "now", "expected"), CASES)
def test_which_figures_wait_for_two_people(past, now, expected):
    assert doubted(past, now) == expected


def test_i4_of_a_thousand_results_in_the_wrong_unit_nearly_all_are_caught_and_hardly_a_true_one_is():
    numbers = np.random.default_rng(11)
    ends = pd.to_datetime(["2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31", NEXT])
    income = 10 ** numbers.uniform(6, 9, 1000)
    results = np.round(income[:, None] * numbers.normal(0.01, 0.02, (1000, 5))).astype(int)

    def rows(name, values, quarter):
        columns = {"subject_id": np.arange(1000), "indicator_id": NAMES[name], "dimension_id": 1}
        dates = {"period_start": ends[quarter] - pd.DateOffset(months=3), "period_end": ends[quarter]}
        told = {"value_int": values, "value_real": np.nan, "known_at": ends[quarter].tz_localize("UTC")}
        made = pd.DataFrame(columns | dates | told)
        return made.astype({"value_int": "Int64"} | dict.fromkeys(dates, "datetime64[s]"))

    def held(values):
        now = pd.concat([rows("resultaat", values, 4), rows("opbrengsten", income.astype(int), 4)])
        found = doubts(now, past, indicators=RULES, day=DAY, sums=SUMS, ids=NAMES)
        return sum(one is not None for one in found[:1000])

    past = pd.concat([rows("resultaat", results[:, quarter], quarter) for quarter in range(4)])
    assert (
        held(results[:, 4] * 1000) >= 990
    )  # what is left is so small that a thousandfold of it is of the usual size
    assert held(results[:, 4]) <= 10
