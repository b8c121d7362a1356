from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from ews.scoring.calibration import solve_intercept
from ews.scoring.hazard import (
    Hazard,
    TooFewEventsError,
    band_of,
    fit,
    known_enough,
    prior_corrected,
    probability,
    score,
)
from ews.scoring.logistic import fit_logistic
from ews.scoring.person_periods import Rows
from ews.scoring.plan import Knobs
from ews.scoring.shapes import Shape, contributions

KNOBS = Knobs(
    penalty=5.0,
    learning_rate=0.1,
    iterations=30,
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
SIGNS = {"verzuim": 1, "cijfer": -1}


def cohort(size: int = 4000, seed: int = 1) -> Rows:
    """Absence raises the hazard, a grade lowers it, `ruis` does nothing; a third is followed half a year."""
    rng = np.random.default_rng(seed)
    verzuim, cijfer = rng.normal(size=size), rng.integers(1, 7, size).astype(float)
    hazard = expit(-4.6 + 1.0 * verzuim - 0.4 * (cijfer - 3.5))
    left = 3.0 * rng.geometric(hazard) - 1.5
    followed = np.where(np.arange(size) % 3 == 0, 6.0, 40.0)
    features = pd.DataFrame({"verzuim": verzuim, "cijfer": cijfer, "ruis": rng.normal(size=size)})
    return Rows(
        features=features.mask(rng.random(features.shape) < 0.05),
        failed=left < followed,
        months=np.minimum(left, followed),
        groups=np.arange(size) // 2,
        followable=followed,
    )


@pytest.fixture(scope="module")
def fitted() -> tuple[Hazard, Rows]:
    rows = cohort()
    return fit(rows, KNOBS, SIGNS), rows


def test_the_planted_effect_is_found(fitted):
    from sklearn.metrics import roc_auc_score

    model, _ = fitted
    new = cohort(seed=2)
    year = new.failed & (new.months < 12)
    assert roc_auc_score(year, score(model, new.features)) > 0.70


def test_reasons_sum_exactly_to_the_score(fitted):
    model, rows = fitted
    summed = contributions(model.shapes, rows.features).sum(axis=1).to_numpy()
    assert np.abs(summed - score(model, rows.features)).max() < 1e-12


def test_a_longer_horizon_is_never_less_likely(fitted):
    model, rows = fitted
    scores = score(model, rows.features)
    three, twelve, thirty_six = (probability(model, scores, months=months) for months in (3, 12, 36))
    assert (three <= twelve).all()
    assert (twelve <= thirty_six).all()


def test_censored_rows_do_not_count_as_survivors():
    """A third of the rows is followed for half a year: the chance of a year must not sink with them."""
    rows = cohort(size=12_000)
    model = fit(rows, KNOBS, SIGNS)
    whole = cohort(size=12_000, seed=3)
    long_followed = np.arange(12_000) % 3 != 0
    expected = probability(model, score(model, whole.features), months=12)[long_followed].mean()
    observed = (whole.failed & (whole.months < 12))[long_followed].mean()
    assert expected == pytest.approx(observed, rel=0.12)


@pytest.mark.parametrize("name", ["verzuim", "cijfer"])
def test_m8_worse_input_never_lowers_the_score(fitted, name):
    model, rows = fitted
    curve = next(shape for shape in model.shapes if shape.feature == name)
    places = np.sort(np.r_[curve.points(), rows.features[name].dropna()])
    steps = np.diff(curve.at(places)) * SIGNS[name]
    assert (steps >= -1e-12).all()


def test_m7_the_same_rows_give_the_same_model(fitted):
    model, rows = fitted
    assert fit(rows, KNOBS, SIGNS) == model


def test_too_few_failures_are_refused():
    rows = cohort()
    few = replace(rows, failed=rows.failed & (np.arange(4000) < 60))
    with pytest.raises(TooFewEventsError):
        fit(few, KNOBS, SIGNS)


def test_a_wrong_sign_in_the_data_gives_a_flat_line_not_a_flipped_one():
    rng = np.random.default_rng(0)
    x = pd.DataFrame({"cijfer": rng.normal(size=2000)})
    failed = (rng.random(2000) < expit(-2 + x["cijfer"])).astype(float)
    shape = fit_logistic(x, failed, np.ones(2000), penalty=1.0, signs={"cijfer": -1})["cijfer"]
    assert shape.slope == 0.0


def test_missing_has_a_weight_of_its_own():
    rng = np.random.default_rng(0)
    x = pd.DataFrame({"personeel": np.where(rng.random(4000) < 0.3, np.nan, rng.normal(size=4000))})
    failed = (rng.random(4000) < np.where(x["personeel"].isna(), 0.3, 0.1)).astype(float)
    shape = fit_logistic(x, failed, np.ones(4000), penalty=1.0, signs={})["personeel"]
    assert shape.missing - shape.at(np.array([0.0]))[0] == pytest.approx(
        np.log(0.3 / 0.7 / (0.1 / 0.9)), abs=0.25
    )


def test_expected_is_moved_to_the_failures_of_another_office(fitted):
    model, rows = fitted
    scores = score(model, rows.features)
    expected = probability(model, scores, months=12).sum()
    moved = prior_corrected(model, scores, observed=int(expected / 4), prior_events=1.0)
    assert probability(moved, scores, months=12).sum() == pytest.approx(expected / 4, rel=0.1)
    unmoved = prior_corrected(model, scores, observed=0, prior_events=1e9)
    assert probability(unmoved, scores, months=12).sum() == pytest.approx(expected, rel=1e-4)


def test_each_score_knows_how_many_failures_stand_behind_it(fitted):
    model, rows = fitted
    assert sum(band.rows for band in model.bands) == len(rows.failed)
    assert band_of(model, -1e9).events < band_of(model, 1e9).events


def test_solve_intercept_by_hand():
    assert solve_intercept(np.zeros(4), 2.0) == pytest.approx(0.0, abs=1e-9)


def test_score_of_a_hand_made_model():
    model = Hazard((Shape("a", (0.0,), (1.0, 3.0), -1.0),), (-2.0, -2.0), 0.5, (), 0.0, 0.5)
    scores = score(model, pd.DataFrame({"a": [0.0, 5.0, np.nan]}))
    assert scores.tolist() == [1.0, 3.0, -1.0]
    # two quarters at hazard 1/(1+e^1.5) = 0.18243: 1 - 0.81757^2
    assert probability(model, scores, months=6)[0] == pytest.approx(0.33158, abs=1e-5)


def test_failures_of_rows_not_followed_to_the_end_do_not_raise_the_base_rate():
    """Late rows show their failures first: counted without their survivors they would double the rate."""
    rows = cohort(size=12_000)
    late = np.arange(12_000) % 3 == 0
    month = 4.0  # the second quarter of these rows is cut short
    cut_short = replace(
        rows,
        followable=np.where(late, month, rows.followable),
        failed=rows.failed & ~(late & (rows.months >= month)),
        months=np.where(late, np.minimum(rows.months, month), rows.months),
    )
    whole = fit(rows, KNOBS, SIGNS)
    assert fit(cut_short, KNOBS, SIGNS).baseline[1] == pytest.approx(whole.baseline[1], abs=0.15)


def test_the_base_rate_is_that_of_the_last_year_that_is_known():
    """Half as many stop in the last year: what is expected of it is what came, but for the prior."""
    rows = cohort(size=12_000)
    last = np.arange(12_000) % 4 == 1
    stopped = rows.failed & (rows.months < 12)
    spared = stopped & last & (np.arange(12_000) % 8 == 1)
    late = replace(
        rows,
        failed=rows.failed & ~spared & ~(last & (rows.months >= 12)),
        months=np.where(last, np.where(stopped & ~spared, rows.months, 12.0), rows.months),
        followable=np.where(last, 12.0, 40.0),
    )
    model = fit(late, KNOBS, SIGNS)
    expected = probability(model, score(model, late.features), months=12)[last].sum()
    assert expected == pytest.approx((stopped & ~spared)[last].sum(), rel=0.15)


def test_the_level_holds_where_all_scores_have_drifted():
    """Every absence is two higher today than in the years it was learned from: no more of them will stop for that."""
    rows, knobs = cohort(), replace(KNOBS, share=0.0)
    today = rows.features.assign(verzuim=rows.features["verzuim"] + 2.0)
    model = fit(rows, knobs, SIGNS, today=today)
    expected = probability(model, score(model, today), months=12).mean()
    known = fit(rows, knobs, SIGNS)
    assert expected == pytest.approx(
        probability(known, score(known, rows.features), months=12).mean(), rel=0.15
    )


def test_a_figure_that_only_tells_the_date_is_not_learned():
    """Twice as many stop at one of the dates: who is of that date is known, and says nothing of who will stop."""
    rng = np.random.default_rng(3)
    date = np.arange(3000) % 2
    failed = rng.random(3000) < 0.05 * (1 + date)
    rows = Rows(
        features=pd.DataFrame({"kolom_is_er": date.astype(float), "cijfer": rng.normal(size=3000)}),
        failed=failed,
        months=np.where(failed, 6.0, 24.0),
        groups=np.arange(3000) // 2,
        followable=np.where(date, 24.0, 36.0),
    )
    curves = {curve.feature: curve for curve in fit(rows, replace(KNOBS, share=0.0), {}).shapes}
    assert abs(np.diff(curves["kolom_is_er"].at(np.array([0.0, 1.0])))[0]) < 0.02


def test_m1_of_whom_nothing_is_known_the_model_says_nothing(fitted):
    model, _ = fitted
    some = pd.DataFrame(
        {"verzuim": [np.nan, np.nan, 1.0], "cijfer": [np.nan, 3.0, 3.0], "ruis": [np.nan, np.nan, 0.0]}
    )
    assert list(known_enough(model, some, 0.5).index) == [2]


def test_a_model_says_how_well_it_ranks_who_it_did_not_see(fitted):
    model, _ = fitted
    assert 0.70 < model.unseen_auc < 0.85
