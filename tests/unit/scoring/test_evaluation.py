import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from ews.scoring.evaluation import (
    Ranking,
    bootstrap_weights,
    brier,
    calibration,
    fill_missing,
    interval,
    lead_times,
    peers,
    proportion,
)


def ranking(scores, failed, dates=None) -> Ranking:
    return Ranking(
        np.array(scores, dtype=float),
        np.array(failed, dtype=bool),
        np.array(dates if dates is not None else [0] * len(scores)),
    )


@pytest.mark.parametrize(
    ("scores", "failed", "expected"),
    [
        pytest.param([3, 2, 1, 0], [1, 1, 0, 0], 1.0, id="every failure above every other"),
        pytest.param([0, 1, 2, 3], [1, 1, 0, 0], 0.0, id="upside down"),
        pytest.param([1, 1, 1, 1], [1, 0, 0, 0], 0.5, id="all equal knows nothing"),
        pytest.param([3, 2, 2, 1], [0, 1, 0, 0], 0.5, id="loses one pair, ties one, wins one"),
    ],
)
def test_auc_by_counting_pairs(scores, failed, expected):
    assert ranking(scores, failed).auc(np.ones(4)) == expected


def test_auc_without_a_failure_is_unknown():
    assert np.isnan(ranking([1, 2], [0, 0]).auc(np.ones(2)))


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_auc_and_average_precision_agree_with_scikit_learn(rows):
    scores, failed = [row[0] for row in rows], [row[1] for row in rows]
    if all(failed) or not any(failed):
        return
    ours = ranking(scores, failed)
    assert ours.auc(np.ones(len(rows))) == pytest.approx(roc_auc_score(failed, scores))
    assert ours.average_precision(np.ones(len(rows))) == pytest.approx(
        average_precision_score(failed, scores)
    )


def test_average_precision_by_hand():
    # failures at places 1 and 3: (1/1 + 2/3) / 2
    assert ranking([4, 3, 2, 1], [1, 0, 1, 0]).average_precision(np.ones(4)) == pytest.approx(5 / 6)


def test_a_budget_is_spent_at_each_date_apart():
    # half of four rows a date = two; date 0 finds its failure, date 1 does not
    budget = ranking([9, 8, 7, 6, 4, 3, 2, 1], [1, 0, 0, 0, 0, 0, 0, 1], [0] * 4 + [1] * 4).budget(
        np.ones(8), 0.5
    )
    assert (budget.recall, budget.precision) == (0.5, 0.25)


def test_a_budget_that_ends_in_a_tie_takes_its_expected_part():
    # one place for two equal scores of which one failed
    budget = ranking([5, 5, 1, 0], [1, 0, 0, 0]).budget(np.ones(4), 0.25)
    assert (budget.recall, budget.precision) == (0.5, 0.5)


def test_a_weight_of_two_is_the_row_twice():
    once = ranking([3, 2, 1], [0, 1, 0]).auc(np.array([1.0, 1.0, 2.0]))
    twice = ranking([3, 2, 1, 1], [0, 1, 0, 0]).auc(np.ones(4))
    assert once == twice == pytest.approx(2 / 3)


def test_bootstrap_draws_whole_providers_and_repeats_itself():
    clusters = np.array([0, 0, 1, 2])
    draws = bootstrap_weights(clusters, draws=50, seed=1)
    assert all(weights[0] == weights[1] for weights in draws)
    again = bootstrap_weights(clusters, draws=50, seed=1)
    assert all((one == other).all() for one, other in zip(draws, again, strict=True))


def test_interval_holds_the_figure():
    rng = np.random.default_rng(0)
    scores, failed = rng.normal(size=400), rng.random(400) < 0.2
    found = interval(
        ranking(scores + failed, failed).auc, 400, bootstrap_weights(np.arange(400), draws=100, seed=0)
    )
    assert found.low < found.value < found.high


def test_five_out_of_five_still_allows_a_miss():
    found = proportion(5, 5)
    assert found.value == 1.0
    assert found.low == pytest.approx(0.566, abs=0.001)  # published Wilson bound for 5/5


def walk(*rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["subject", "as_of", "is_warned", "left_on"])
    return frame.assign(as_of=pd.to_datetime(frame["as_of"]), left_on=pd.to_datetime(frame["left_on"]))


@pytest.mark.parametrize(
    ("warned", "expected"),
    [
        pytest.param([True, True, True], [9.0], id="warned from the first date on"),
        pytest.param([False, True, True], [6.0], id="warned later"),
        pytest.param([True, False, True], [3.0], id="a warning that was lifted does not count"),
        pytest.param([True, True, False], [], id="lifted before the event: a miss, no lead time"),
    ],
)
def test_lead_time_counts_the_unbroken_run_up_to_the_event(warned, expected):
    dates = ["2018-03-31", "2018-06-30", "2018-09-30"]
    frame = walk(*[("a", day, state, "2018-12-31") for day, state in zip(dates, warned, strict=True)])
    assert lead_times(frame).round(0).tolist() == expected


def test_lead_time_is_for_failures_only():
    assert lead_times(walk(("a", "2018-03-31", True, None))).empty


def test_missing_scores_lie_in_the_middle_of_their_date():
    filled = fill_missing(np.array([1.0, np.nan, 5.0, np.nan]), np.array([0, 0, 0, 1]))
    assert filled.tolist() == [1.0, 3.0, 5.0, 0.0]


def test_a_naive_peer_without_any_value_is_unknown():
    found = peers(
        {"regulator_risk": np.array([np.nan, np.nan]), "worst_grade": np.array([-1.0, -5.0])},
        np.array([True, False]),
        np.array([0, 0]),
    )
    assert np.isnan(found["regulator_risk"])
    assert found["worst_grade"] == 1.0


def test_brier_and_calibration_by_hand():
    probability, failed = np.array([0.1, 0.1, 0.5, 0.5]), np.array([False, False, True, False])
    assert brier(probability, failed) == pytest.approx((0.01 + 0.01 + 0.25 + 0.25) / 4)
    low, high = calibration(probability, failed, parts=2)
    assert (low.expected, low.observed, high.expected, high.observed) == (0.2, 0, 1.0, 1)
    assert high.low == pytest.approx(0.0253, abs=0.001)  # exact Poisson bounds of one event
    assert high.high == pytest.approx(5.572, abs=0.001)
