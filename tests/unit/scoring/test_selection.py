"""The choice of groups, shrinkage and trees: by rule, on what was known, and on nothing else."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from ews.scoring.outcomes import Exit, Outcome, label_locations
from ews.scoring.person_periods import Rows, last_known_year, within_a_year
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


def cohort(size: int = 3000) -> Rows:
    rng = np.random.default_rng(4)
    features = pd.DataFrame(
        rng.normal(size=(size, 6)), columns=["solv", "solv:oud", "verzuim", "ruis1", "ruis2", "ruis3"]
    )
    failed = rng.random(size) < expit(-2.6 - 1.2 * features["solv"] + 0.8 * features["verzuim"])
    return Rows(
        features=features,
        failed=failed.to_numpy(),
        months=np.where(failed, 6.0, 24.0),
        groups=np.arange(size) // 3,
        followable=np.repeat([30.0, 24.0, 12.0], size // 3),
    )


@pytest.fixture(scope="module")
def found() -> Selected:
    return select(cohort(), PLAN, KNOBS, {}, choice=CHOICE)


def test_groups_that_tell_are_taken_strongest_first_and_noise_is_left(found):
    assert found.choice.groups == ("geld", "werk")
    assert [step.what for step in found.steps][-3:] == [
        "krimp",
        "bomen (aantal, rijen per blad)",
        "aandeel bomen",
    ]
    # a straight line made these data: trees have nothing to add
    assert found.choice.share < 1.0


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
    few = replace(PLAN, rows_at_most=1500)
    assert select(cohort(), few, KNOBS, {}, choice=CHOICE).choice.penalty in few.penalties


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


def test_the_last_known_year_is_of_the_newest_date_that_could_be_followed_for_one():
    rows = cohort()
    assert set(rows.followable[last_known_year(rows)]) == {12.0}
    assert not last_known_year(replace(rows, followable=np.full(3000, 11.0))).any()


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
