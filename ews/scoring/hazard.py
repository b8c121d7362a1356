"""Chance that care stops within a term: one discrete-time hazard per quarter ahead, additive in the features.

A row is a subject at a date. log-odds(stops in the k-th quarter after it) = baseline(k) + slope × score,
so that a longer horizon is never less likely than a shorter one. A row is followed until it left, or until
what happened could be known; who was not followed long enough weighs less, never as "did not fail".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd
from scipy.special import expit

from ews.scoring.calibration import MONTHS_PER_QUARTER, baseline, sigmoid
from ews.scoring.evaluation import Ranking
from ews.scoring.logistic import fit_logistic
from ews.scoring.person_periods import (
    Rows,
    events,
    halves_of_time,
    of_late,
    recent_rate,
    within_a_year,
    within_dates,
)
from ews.scoring.plan import Knobs
from ews.scoring.shapes import Floats, Shape, average, contributions, shapes_of_boosting

Part = Callable[[pd.DataFrame, Floats, Floats, Knobs, Mapping[str, int]], dict[str, Shape]]
"""Fits one half of the model: features, failed, weights, knobs and known directions in, curves out."""


@dataclass(frozen=True, slots=True)
class Band:
    """Rows of like score in folds that did not see them: what came true there."""

    below: float
    rows: int
    events: int


@dataclass(frozen=True, slots=True)
class Hazard:
    """A fitted model: everything that scoring needs, and nothing else."""

    shapes: tuple[Shape, ...]
    baseline: tuple[float, ...]
    """Log-odds per quarter ahead at score 0."""
    slope: float
    bands: tuple[Band, ...]
    boosting_share: float
    unseen_auc: float
    """How well scores of folds rank who they did not see: 0.5 is chance, 1 is too good to be true."""


class TooFewEventsError(ValueError):
    """Fewer failures than a model may be fitted on."""


def score(model: Hazard, features: pd.DataFrame) -> Floats:
    """The sum of what each feature adds."""
    summed: Floats = contributions(model.shapes, features).to_numpy(dtype=np.float64).sum(axis=1)
    return summed


def known_enough(model: Hazard, features: pd.DataFrame, share: float) -> pd.DataFrame:
    """Those of whom at least this share of what the model looks at is known; of the others it says nothing."""
    names = [shape.feature for shape in model.shapes]
    return features[features[names].notna().mean(axis=1) >= share]


def probability(model: Hazard, scores: Floats, *, months: int) -> Floats:
    """Chance of stopping within `months` (a multiple of 3, at most 36)."""
    quarters = months // MONTHS_PER_QUARTER
    survives = np.ones(len(scores))
    for log_odds in model.baseline[:quarters]:
        survives = survives * (1 - expit(log_odds + model.slope * scores))
    return 1 - survives


def fit(rows: Rows, knobs: Knobs, signs: Mapping[str, int], *, today: pd.DataFrame | None = None) -> Hazard:
    """Fit on `rows`: the slope from folds over providers and years, the base rate from the last year that is known.

    `today`: features of those that the model will speak of; without them it is levelled on its newest rows.
    Raises TooFewEventsError when fewer than `minimum_events` failures are known.
    """
    if events(rows) < knobs.minimum_events:
        raise TooFewEventsError(f"{events(rows)} failures, at least {knobs.minimum_events} are needed")
    failed, _ = within_a_year(rows)
    varying = rows.features.loc[:, rows.features.nunique() > 1].astype(np.float64)
    fitted, held_out = _both_halves(varying, rows, knobs, signs)
    # never sharper than it was fitted: later years are further away than the folds are
    slope = min(max(sigmoid(held_out, *within_dates(rows))[1], 0.0), 1.0)
    model = Hazard(fitted, (), slope, (), knobs.share, _auc(held_out, rows))
    newest = rows.followable == rows.followable.min()
    used_on = rows.features[newest] if today is None else today
    held_out = levelled(held_out, rows, float(score(model, used_on).mean()))
    late = of_late(rows, months=knobs.base_rate_months, fewest=knobs.minimum_events)
    model = replace(model, baseline=baseline(late, slope * held_out, prior_events=knobs.prior_events))
    came = recent_rate(rows) * float(newest.sum())
    model = prior_corrected(model, held_out[newest], came, prior_events=knobs.prior_events)
    return replace(model, bands=_bands(held_out, failed))


def levelled(scores: Floats, rows: Rows, level: float) -> Floats:
    """Scores with the same mean at every date.

    Figures age and freeze, so that all scores drift from year to year; that is no news of how many will stop. How
    many that is comes from the base rate, and has to hold at the level of the scores that it will be used on.
    """
    _, date = np.unique(rows.followable, return_inverse=True)
    means = np.bincount(date, scores) / np.bincount(date)
    moved: Floats = scores - means[date] + level
    return moved


def _auc(scores: Floats, rows: Rows) -> float:
    """Ranking among those of one date, the dates weighed by their failures."""
    failed, weights = within_a_year(rows)
    found, count = 0.0, 0.0
    for followable in np.unique(rows.followable):
        at = rows.followable == followable
        ranking = Ranking(scores[at], failed[at] > 0, np.zeros(int(at.sum()), dtype=np.int64))
        auc = ranking.auc(weights[at])
        if not np.isnan(auc):
            found, count = found + auc * failed[at].sum(), count + failed[at].sum()
    return round(float(found / count), 6) if count else 0.5


def _both_halves(
    features: pd.DataFrame, rows: Rows, knobs: Knobs, signs: Mapping[str, int]
) -> tuple[tuple[Shape, ...], Floats]:
    """The weighed curves of the logistic and the boosted half, and the scores that folds give to who they did not see."""
    failed, weights = within_dates(rows)
    parts: list[Mapping[str, Shape]] = []
    held_out = np.zeros(len(failed))
    shares = {fit_logistic_part: 1 - knobs.share, fit_boosting_part: knobs.share}
    used = {part: share for part, share in shares.items() if share > 0}
    for part, share in used.items():
        held_out = held_out + share * unseen_scores(features, rows, knobs, signs, part)
        parts.append(part(features, failed, weights, knobs, signs))
    return tuple(_rounded(shape) for shape in average(parts, list(used.values())).values()), held_out


def fit_logistic_part(
    features: pd.DataFrame, failed: Floats, weights: Floats, knobs: Knobs, signs: Mapping[str, int]
) -> dict[str, Shape]:
    """The logistic half."""
    return fit_logistic(features, failed, weights, penalty=knobs.penalty, signs=signs)


def fit_boosting_part(
    features: pd.DataFrame, failed: Floats, weights: Floats, knobs: Knobs, signs: Mapping[str, int]
) -> dict[str, Shape]:
    """The boosted half: trees of one feature each, so that it is a sum as well."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    varying = features.loc[:, features.nunique() > 1]
    model = HistGradientBoostingClassifier(
        learning_rate=knobs.learning_rate,
        max_iter=knobs.iterations,
        max_leaf_nodes=knobs.leaves,
        min_samples_leaf=knobs.leaf_rows,
        l2_regularization=knobs.l2,
        max_features=knobs.feature_share,
        monotonic_cst={name: sign for name, sign in signs.items() if name in varying.columns},
        interaction_cst="no_interactions",
        early_stopping=False,
        random_state=knobs.seed,
    )
    # spinning OpenMP threads take a hundred times as long on a busy machine (scikit-learn #30662)
    with threadpool_limits(1, user_api="openmp"):
        model.fit(varying, failed, sample_weight=weights)
    return shapes_of_boosting(model, list(varying.columns))


def unseen_scores(
    features: pd.DataFrame, rows: Rows, knobs: Knobs, signs: Mapping[str, int], part: Part
) -> Floats:
    """Scores by models that saw neither the row's provider nor its years, each fold around a zero of its own.

    A model is used on a year that it did not see. What holds for other providers of the same year only is not
    worth having, and a slope that comes of it is too steep.
    """
    failed, weights = within_dates(rows)
    places = np.random.default_rng(knobs.seed).permutation(int(rows.groups.max()) + 1)
    fold = places[rows.groups] % knobs.folds
    halves = halves_of_time(rows)
    parts = int(halves.max()) + 1
    # shrinkage and leaves are counted in rows, of which a half has half
    knobs = replace(knobs, penalty=knobs.penalty / parts, leaf_rows=max(knobs.leaf_rows // parts, 20))
    unseen = np.zeros(len(failed))
    for left_out, half in product(range(knobs.folds), range(parts)):
        outside = (fold == left_out) & (halves == half)
        inside = (fold != left_out) & ((halves != half) | (parts == 1))
        shapes = part(features[inside], failed[inside], weights[inside], knobs, signs)
        fitted = contributions(tuple(shapes.values()), features).to_numpy().sum(axis=1)
        unseen[outside] = fitted[outside] - np.average(fitted[inside], weights=weights[inside])
    return unseen


def prior_corrected(model: Hazard, scores: Floats, observed: float, *, prior_events: float) -> Hazard:
    """The model at the base rate of another office: expected 12-month failures moved towards its own.

    `prior_events` says how many failures the model's own rate is worth; with none seen it hardly moves.
    """
    expected = float(probability(model, scores, months=12).sum())
    target = expected * (observed + prior_events) / (expected + prior_events)
    low, high = -10.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        reached = probability(_shifted(model, middle), scores, months=12).sum()
        low, high = (middle, high) if reached < target else (low, middle)
    return _shifted(model, round((low + high) / 2, 9))


def _shifted(model: Hazard, shift: float) -> Hazard:
    return replace(model, baseline=tuple(value + shift for value in model.baseline))


def _bands(scores: Floats, failed: Floats, *, parts: int = 10) -> tuple[Band, ...]:
    order = np.argsort(scores, kind="stable")
    bands = []
    for part in np.array_split(order, parts):
        bands.append(Band(round(float(scores[part[-1]]), 9), len(part), int(failed[part].sum())))
    return (*bands[:-1], replace(bands[-1], below=float(np.finfo(np.float64).max)))


def band_of(model: Hazard, value: float) -> Band:
    """The band a score falls in: how many rows like it there were, and how many failed."""
    return next(band for band in model.bands if value <= band.below)


def _rounded(shape: Shape) -> Shape:
    return replace(
        shape,
        values=tuple(round(float(value), 12) for value in shape.values),
        missing=round(float(shape.missing), 12),
    )
