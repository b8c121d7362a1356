"""I4: unit slips, lost signs and copied years are held apart; real decline is not."""

from datetime import date

import numpy as np
import pandas as pd
from contracts import contract, read

from ews.signals.model import RejectionReason
from ews.signals.plausibility import doubts, without

DAY = date(2026, 4, 15)
COLUMNS = [
    "subject_id",
    "indicator_id",
    "dimension_id",
    "period_start",
    "period_end",
    "value_int",
    "value_real",
]


def quarter(number, value, *, subject=1, indicator=1):
    start = pd.Timestamp("2023-01-01") + pd.DateOffset(months=3 * number)
    return (subject, indicator, 1, start, start + pd.DateOffset(months=3, days=-1), value, np.nan)


def frame(*rows):
    made = pd.DataFrame(list(rows), columns=COLUMNS)
    days = {name: "datetime64[s]" for name in ("period_start", "period_end")}
    return made.astype({"value_int": "Int64", "value_real": "float64"} | days)


def doubt(past, now, rule="history"):
    before = frame(*(quarter(place, value) for place, value in enumerate(past)))
    return doubts(frame(quarter(len(past), now)), before, indicators={1: rule}, day=DAY)[0]


def test_a_unit_slip_is_caught_and_the_same_slip_back_too():
    assert doubt([1_000, 1_100, 1_050], 1_050_000) == "jump"
    assert doubt([1_000_000, 1_100_000], 1_050) == "jump"


def test_decline_growth_and_a_first_value_are_believed():
    assert doubt([1_000, 600, 200], 60) is None
    assert doubt([1_000], 15_000) is None
    assert doubt([], 15_000) is None
    assert doubt([0, 0], 15_000) is None


def test_another_sign_after_three_alike_is_doubted_but_not_a_slide_through_zero():
    assert doubt([1_000, 1_100, 1_050], -1_050) == "sign"
    assert doubt([1_000, 600, 100], -40) is None
    assert doubt([1_000, -900, 1_050], -1_050) is None


def test_a_flow_may_change_sign_but_not_grow_beyond_belief():
    assert doubt([1_000, 1_100, 1_050], -1_050, rule="size") is None
    assert doubt([1_000, 1_100, 1_050], 3, rule="size") is None
    assert doubt([1_000, 1_100, 1_050], -1_050_000, rule="size") == "jump"


def test_figures_of_another_indicator_are_left_alone():
    before = frame(quarter(0, 1, indicator=2))
    assert (
        doubts(frame(quarter(1, 10_000, indicator=2)), before, indicators={1: "history"}, day=DAY)[0] is None
    )


def test_a_year_copied_from_the_year_before_is_doubted_whole():
    before = frame(*(quarter(0, 100 + n, indicator=n) for n in range(5)))
    same = frame(*(quarter(1, 100 + n, indicator=n) for n in range(5)))
    rules = dict.fromkeys(range(5), "history")
    assert doubts(same, before, indicators=rules, day=DAY).tolist() == ["copied"] * 5
    one_differs = frame(*(quarter(1, 100 + n + (n == 4), indicator=n) for n in range(5)))
    assert doubts(one_differs, before, indicators=rules, day=DAY).tolist() == [None] * 5
    restated = frame(*(quarter(0, 100 + n, indicator=n) for n in range(5)))
    assert doubts(restated, before, indicators=rules, day=DAY).tolist() == [None] * 5


def test_a_period_far_ahead_is_doubted():
    before = frame(quarter(0, 100))
    assert doubts(frame(quarter(30, 100)), before, indicators={1: "history"}, day=DAY)[0] == "ahead"


def test_i4_of_a_thousand_slips_nearly_all_are_caught_and_hardly_a_true_figure_is():
    numbers = np.random.default_rng(4)
    sizes = 10 ** numbers.uniform(3, 9, 1000)
    series = np.round(sizes[:, None] * numbers.lognormal(0, 0.15, (1000, 7))).astype(int)
    rows = [quarter(n, series[s, n], subject=s) for s in range(1000) for n in range(6)]

    def held(times):
        now = frame(*(quarter(6, series[s, 6] * times, subject=s) for s in range(1000)))
        return sum(one is not None for one in doubts(now, before, indicators={1: "history"}, day=DAY))

    before = frame(*rows)
    assert held(1000) >= 990
    assert held(1) <= 10


def test_held_figures_become_rejections_and_the_rows_still_add_up():
    figures = [
        {"id": "schuld", "column": "Schuld", "unit": "eurocent"},
        {"id": "naam", "column": "Naam", "unit": "text"},
    ]
    parsed = read(
        ("KvK", "Schuld", "Naam"),
        ("08111924", "5", "Zorg"),
        ("00000012", "7", ""),
        by=contract(figure=figures),
    )
    amounts = np.where(parsed.cells["kind"] == 1, "jump", None)
    left = without(parsed, amounts, amounts={"schuld"})
    assert [(one.row, one.column, one.value, one.reason) for one in left.rejections] == [
        (2, "schuld", "5,00", RejectionReason.IMPLAUSIBLE),
        (3, "schuld", "7,00", RejectionReason.IMPLAUSIBLE),
    ]
    assert (left.rows.kept, left.rows.rejected, left.rows.cells_rejected) == (1, 1, 2)
    assert left.rows.read == left.rows.kept + left.rows.rejected + left.rows.out_of_scope
