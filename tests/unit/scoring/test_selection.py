"""The choice of groups, shrinkage and trees: by rule, on what was known, and on nothing else."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from ews.scoring.hazard import fit
from ews.scoring.outcomes import Exit, Outcome, label_locations
from ews.scoring.person_periods import Rows, halves_of_time, recent_rate, within_a_year, within_dates
from ews.scoring.plan import Choice, Knobs, SelectionPlan
from ews.scoring.selection import Selected, chosen_columns, features_of_groups, select, thinned
from ews.scoring.training import Cut, calendar_months, location_rows

KNOBS = Knobs(
    penalty=10.0,
    learning_rate=0.1,
    iterations=20,
    leaves=4,
    leaf_rows=40,
    l2=10.0,
    feature_share=1.0,
    folds=3,
    share=0.5,
    minimum_events=30,
    base_rate_months=999.0,
    prior_events=10.0,
)
PLAN = SelectionPlan(
    folds=3,
    rows_at_most=9000,
    groups={"geld": ("solv*",), "werk": ("verzuim",), "ruis": ("ruis*",)},
    penalties=(3.0, 30.0),
    iterations=(10, 20),
    leaf_rows=(50,),
    shares=(0.0, 0.5, 1.0),
)
CHOICE = Choice("provider", date(2018, 3, 31), (), 0, 0, 0, 0)


def cohort(size: int = 3000, *, turned: float = 0.0) -> Rows:
    """`turned`: how much the first noise raises the chance at the oldest date, and lowers it at the others."""
    rng = np.random.default_rng(4)
    features = pd.DataFrame(
        rng.normal(size=(size, 6)), columns=["solv", "solv:oud", "verzuim", "ruis1", "ruis2", "ruis3"]
    )
    followable = np.repeat([30.0, 24.0, 12.0], size // 3)
    effect = turned * np.where(followable > 25, 1.0, -1.0) * features["ruis1"]
    failed = rng.random(size) < expit(-2.6 - 1.2 * features["solv"] + 0.8 * features["verzuim"] + effect)
    return Rows(
        features=features,
        failed=failed.to_numpy(),
        months=np.where(failed, 6.0, 24.0),
        groups=np.arange(size) // 3,
        followable=followable,
    )


@pytest.fixture(scope="module")
def found() -> Selected:
    return select(cohort(), PLAN, KNOBS, {}, choice=CHOICE)


def test_groups_that_tell_are_kept_and_noise_weighs_next_to_nothing(found):
    assert {"geld", "werk"} <= set(found.choice.groups)
    assert [step.what for step in found.steps][-3:] == [
        "krimp",
        "bomen (aantal, rijen per blad)",
        "aandeel bomen",
    ]
    # a straight line made these data: trees have nothing to add
    assert found.choice.share < 1.0
    knobs = replace(KNOBS, penalty=found.choice.penalty, share=0.0)
    curves = fit(
        replace(cohort(), features=chosen_columns(cohort().features, PLAN, found.choice)), knobs, {}
    ).shapes
    slope = {curve.feature: abs(curve.slope) for curve in curves}
    assert (
        max(slope.get("ruis1", 0.0), slope.get("ruis2", 0.0), slope.get("ruis3", 0.0)) < slope["verzuim"] / 4
    )


def test_a_group_that_tells_the_opposite_in_another_year_is_left_out():
    """It fits every year by itself, and harms in the next: only folds over years as well as providers see that."""
    plan = replace(PLAN, penalties=(3.0,), iterations=(10,), shares=(0.0,))
    assert select(cohort(turned=1.5), plan, KNOBS, {}, choice=CHOICE).choice.groups == ("geld", "werk")


def test_each_step_takes_the_lowest_loss_it_tried(found):
    for step in found.steps:
        lowest = min(step.tried, key=lambda pair: pair[1])[0]
        assert step.taken in {lowest, "geen"}


def test_m7_the_same_rows_give_the_same_choice(found):
    assert select(cohort(), PLAN, KNOBS, {}, choice=CHOICE) == found


def test_thinning_keeps_every_second_date_newest_first():
    kept = thinned(cohort(), 2)
    assert sorted(set(kept.followable)) == [12.0, 30.0]
    assert len(kept.failed) == 2000


def test_with_more_rows_than_asked_shrinkage_is_counted_in_all_of_them():
    less = replace(PLAN, rows_at_most=1500)
    assert select(cohort(), less, KNOBS, {}, choice=CHOICE).choice.penalty in less.penalties


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(["werk"], ["verzuim", "verzuim:slechtste"], id="a provider's worst goes with the mean"),
        pytest.param(
            ["geld", "werk"], ["solv", "verzuim", "verzuim:slechtste"], id="in the order of the table"
        ),
    ],
)
def test_groups_name_features_by_pattern(wanted, expected):
    names = ["ruis1", "solv", "verzuim", "verzuim:slechtste"]
    assert features_of_groups(names, PLAN.groups, wanted) == expected


def test_a_choice_without_groups_looks_at_everything():
    features = cohort().features
    assert list(chosen_columns(features, PLAN, CHOICE).columns) == list(features.columns)


def few(months: list[float], followable: list[float], failed: list[bool]) -> Rows:
    return Rows(
        features=pd.DataFrame({"a": np.arange(len(months), dtype=float)}),
        failed=np.array(failed),
        months=np.array(months),
        groups=np.arange(len(months)),
        followable=np.array(followable),
    )


def test_the_base_rate_is_that_of_the_last_twelve_months_that_could_be_followed():
    """Dates followed 15 and 6 months: of the first the third month to the ninth counts, of the second all six."""
    rows = few(
        months=[1.0, 5.0, 9.0, 15.0, 4.0, 6.0],
        followable=[15.0, 15.0, 15.0, 15.0, 6.0, 6.0],
        failed=[True, True, True, False, True, False],
    )
    # who left in month 1 is too long ago, who left in month 9 counts at the second date; three were there for half a
    # year and two for half a year: two failures in two and a half years
    assert recent_rate(rows) == pytest.approx(2 / 2.5)


def test_where_no_date_is_recent_the_first_year_of_the_newest_counts():
    """Two dates, followed for two and three years: of the newest half stopped within its first year."""
    rows = few([5.0, 24.0, 30.0, 36.0], [24.0, 24.0, 36.0, 36.0], [True, False, True, False])
    assert recent_rate(rows) == pytest.approx(1 / 2)


def test_the_failure_rate_of_every_date_is_made_the_same():
    rows = few(
        months=[3.0, 24.0, 24.0, 24.0, 3.0, 24.0],
        followable=[30.0, 30.0, 30.0, 30.0, 18.0, 18.0],
        failed=[True, False, False, False, True, False],
    )
    failed, weights = within_dates(rows)
    assert failed.tolist() == [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    # two failed and four did not: at each date two for one
    assert weights.tolist() == [
        1.0,
        pytest.approx(2 / 3),
        pytest.approx(2 / 3),
        pytest.approx(2 / 3),
        1.0,
        2.0,
    ]


@pytest.mark.parametrize(
    ("failures", "expected"),
    [
        pytest.param([20, 0, 20], {30.0: 0, 24.0: 1, 12.0: 1}, id="half of the failures on each side"),
        pytest.param([20, 3, 2], {30.0: 0, 24.0: 0, 12.0: 0}, id="too few in a half: one part"),
        pytest.param([10, 20, 30], {30.0: 0, 24.0: 0, 12.0: 1}, id="the newest date holds half"),
    ],
)
def test_the_years_are_cut_where_half_of_the_failures_is_past(failures, expected):
    followable = np.repeat([30.0, 24.0, 12.0], 40)
    failed = [place < count for count in failures for place in range(40)]
    rows = few([3.0 if one else 24.0 for one in failed], list(followable), failed)
    assert dict(zip(followable, halves_of_time(rows), strict=True)) == expected


@pytest.mark.parametrize(
    ("begin", "end", "months"),
    [
        pytest.param("2018-03-31", "2018-06-30", 3.0, id="quarter end to quarter end"),
        pytest.param("2018-03-31", "2019-03-31", 12.0, id="a year, also of 365 days"),
        pytest.param("2018-03-31", "2018-03-31", 0.0, id="the day itself"),
        pytest.param("2020-03-31", "2021-03-22", 11.7333, id="a register that came nine days early"),
        pytest.param("2017-12-31", "2018-02-28", 2.0, id="the last of February"),
    ],
)
def test_months_are_those_of_the_calendar(begin, end, months):
    found = calendar_months(pd.Series([pd.Timestamp(begin)]), pd.Series([pd.Timestamp(end)]))
    assert found[0] == pytest.approx(months, abs=1e-4)


def test_who_is_last_seen_a_year_later_did_not_stop_within_the_year():
    """The label says so, and so do the rows that a model learns from."""
    day = date(2018, 3, 31)
    features = pd.DataFrame(
        {"subject": ["cs:CS2003000001"], "as_of": [day], "provider": ["p"], "status": ["Active"]}
    )
    left = [Exit("cs:CS2003000001", date(2019, 3, 31), Outcome.CLOSED)]
    rows = location_rows(features, left, Cut(date(2020, 3, 31), 200))
    assert within_a_year(rows)[0].tolist() == [0.0]
    assert label_locations(features, left, months=12)["outcome"].tolist() == ["none"]


def test_who_left_in_a_gap_of_a_year_left_evenly_over_its_quarters():
    """Registers of March 2016, March 2017 and June 2017: of the first only the year of leaving is known."""
    days = [date(2016, 3, 31), date(2017, 3, 31), date(2017, 6, 30)]
    names = [f"cs:CS200300000{number}" for number in range(8)]
    features = pd.DataFrame(
        [
            {"subject": name, "as_of": day, "provider": name, "status": "Active"}
            for day in days
            for name in names
        ]
    )
    left = [Exit(name, days[0], Outcome.CLOSED) for name in names[:4]]
    left += [Exit(name, days[1], Outcome.CLOSED) for name in names[4:6]]
    gone = {(one.subject, day) for one in left for day in days if day > one.left_on}
    there = [(row.subject, row.as_of) not in gone for row in features.itertuples()]
    rows = location_rows(features[there].reset_index(drop=True), left, Cut(date(2019, 3, 31), 200))
    assert rows.months[:4].tolist() == [0.0, 3.0, 6.0, 9.0]
    # the next register came a quarter later: nothing to spread
    assert rows.months[4:6].tolist() == [12.0, 12.0]
    assert within_a_year(rows)[0][:8].tolist() == [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]
