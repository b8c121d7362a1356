"""Chance that care stops within a term: one discrete-time hazard per quarter ahead, additive in the features.

A row is a subject at a date. log-odds(stops in the k-th quarter after it) = baseline(k) + slope × score,
so that a longer horizon is never less likely than a shorter one. A row is followed until it left, or until
what happened could be known; who was not followed long enough weighs less, never as "did not fail".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import expit

from ews.scoring.logistic import fit_logistic
from ews.scoring.plan import Knobs
from ews.scoring.shapes import Floats, Shape, average, contributions, shapes_of_boosting

QUARTERS = 12
MONTHS_PER_QUARTER = 3
_YEAR = 12.0


@dataclass(frozen=True, slots=True)
class Rows:
    """What a model learns from; arrays and the frame have one element per row."""

    features: pd.DataFrame
    failed: np.ndarray
    """bool: it stopped, as far as could be known at the cut."""
    months: Floats
    """From the row's date to when it left or was last followed."""
    groups: np.ndarray
    """int: the provider, kept together in every fold."""
    followable: Floats
    """Months from the row's date to where following ends, had it stayed."""


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


class TooFewEventsError(ValueError):
    """Fewer failures than a model may be fitted on."""


def score(model: Hazard, features: pd.DataFrame) -> Floats:
    """The sum of what each feature adds."""
    summed: Floats = contributions(model.shapes, features).to_numpy(dtype=np.float64).sum(axis=1)
    return summed


def probability(model: Hazard, scores: Floats, *, months: int) -> Floats:
    """Chance of stopping within `months` (a multiple of 3, at most 36)."""
    quarters = months // MONTHS_PER_QUARTER
    survives = np.ones(len(scores))
    for baseline in model.baseline[:quarters]:
        survives = survives * (1 - expit(baseline + model.slope * scores))
    return 1 - survives


def fit(rows: Rows, knobs: Knobs, signs: Mapping[str, int]) -> Hazard:
    """Fit on `rows`. The mix of boosting and logistic, and the slope, come from folds over providers.

    Raises TooFewEventsError when fewer than `minimum_events` failures are known.
    """
    failed, weights = _within_a_year(rows)
    if failed.sum() < knobs.minimum_events:
        raise TooFewEventsError(f"{int(failed.sum())} failures, at least {knobs.minimum_events} are needed")
    varying = rows.features.loc[:, rows.features.nunique() > 1].astype(np.float64)
    unseen = _unseen_scores(varying, failed, weights, (rows, knobs, signs))
    share, slope = _calibrated(unseen, failed, weights, knobs.blends)
    parts = _fit_parts(varying, failed, weights, knobs, signs)
    shapes = tuple(_rounded(shape) for shape in average(parts, (1 - share, share)).values())
    model = Hazard(shapes, (), slope, (), share)
    held_out = (1 - share) * unseen[:, 0] + share * unseen[:, 1]
    # folds have no fixed zero of their own; what they saw themselves would look too certain
    held_out += score(model, rows.features).mean() - held_out.mean()
    baseline = _baseline(_recent(rows, knobs), slope * held_out)
    return replace(model, baseline=baseline, bands=_bands(held_out, failed))


def _recent(rows: Rows, knobs: Knobs) -> Rows:
    """The same rows with the older ones not followed at all: the base rate is that of late, if it can be told."""
    is_recent = rows.followable <= knobs.base_rate_months
    if (rows.failed & is_recent & (rows.months < _YEAR)).sum() < knobs.minimum_events:
        return rows
    return replace(rows, failed=rows.failed & is_recent, followable=np.where(is_recent, rows.followable, 0.0))


def _within_a_year(rows: Rows) -> tuple[Floats, Floats]:
    """Failed within 12 months, and weight: the share of the year that a row without failure was followed.

    For rare events this is the likelihood of the person-periods, with equal periods of a row taken together.
    """
    failed = (rows.failed & (rows.months < _YEAR)).astype(np.float64)
    followed = np.clip(rows.months, 0.0, _YEAR) / _YEAR
    return failed, np.where(failed > 0, 1.0, followed)


def _fit_parts(
    features: pd.DataFrame, failed: Floats, weights: Floats, knobs: Knobs, signs: Mapping[str, int]
) -> tuple[dict[str, Shape], dict[str, Shape]]:
    logistic = fit_logistic(features, failed, weights, penalty=knobs.penalty, signs=signs)
    if max(knobs.blends) == 0:
        return logistic, {}
    return logistic, _fit_boosting(features, failed, weights, knobs, signs)


def _fit_boosting(
    features: pd.DataFrame, failed: Floats, weights: Floats, knobs: Knobs, signs: Mapping[str, int]
) -> dict[str, Shape]:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    model = HistGradientBoostingClassifier(
        learning_rate=knobs.learning_rate,
        max_iter=knobs.iterations,
        max_leaf_nodes=knobs.leaves,
        min_samples_leaf=knobs.leaf_rows,
        l2_regularization=knobs.l2,
        max_features=knobs.feature_share,
        monotonic_cst={name: sign for name, sign in signs.items() if name in features.columns},
        interaction_cst="no_interactions",
        early_stopping=False,
        random_state=knobs.seed,
    )
    varying = features.loc[:, features.nunique() > 1]
    model.set_params(monotonic_cst={n: s for n, s in signs.items() if n in varying.columns})
    # spinning OpenMP threads take a hundred times as long on a busy machine (scikit-learn #30662)
    with threadpool_limits(1, user_api="openmp"):
        model.fit(varying, failed, sample_weight=weights)
    return shapes_of_boosting(model, list(varying.columns))


def _unseen_scores(
    features: pd.DataFrame, failed: Floats, weights: Floats, given: tuple[Rows, Knobs, Mapping[str, int]]
) -> Floats:
    """Scores by models that never saw the row's provider: column 0 logistic, 1 boosting."""
    rows, knobs, signs = given
    fold = (
        np.random.default_rng(knobs.seed).permutation(int(rows.groups.max()) + 1)[rows.groups] % knobs.folds
    )
    unseen = np.zeros((len(failed), 2))
    for left_out in range(knobs.folds):
        inside, outside = fold != left_out, fold == left_out
        parts = _fit_parts(features[inside], failed[inside], weights[inside], knobs, signs)
        for column, part in enumerate(parts):
            fitted = contributions(tuple(part.values()), features).to_numpy().sum(axis=1)
            unseen[outside, column] = fitted[outside] - np.average(fitted[inside], weights=weights[inside])
    return unseen


def _calibrated(
    unseen: Floats, failed: Floats, weights: Floats, blends: Sequence[float]
) -> tuple[float, float]:
    """The mix with the lowest log-loss on unseen providers, and the slope that its scores need."""
    best = (np.inf, 0.0, 1.0)
    for share in blends:
        mixed = (1 - share) * unseen[:, 0] + share * unseen[:, 1]
        intercept, slope = _sigmoid(mixed, failed, weights)
        z = intercept + slope * mixed
        loss = float(np.sum(weights * (np.logaddexp(0, z) - failed * z)))
        best = min(best, (loss, share, slope))
    # never sharper than it was fitted: later years are further away than the folds are
    return best[1], min(max(best[2], 0.0), 1.0)


def _sigmoid(scores: Floats, failed: Floats, weights: Floats) -> tuple[float, float]:
    """Intercept and slope by Newton's method: sigmoid calibration, which few events can bear."""
    beta = np.array([np.log(failed.sum() / max(weights.sum() - failed.sum(), 1.0)), 1.0])
    design = np.column_stack([np.ones(len(scores)), scores])
    for _ in range(25):
        p = expit(design @ beta)
        gradient = design.T @ (weights * (failed - p)) - np.array([0.0, 1.0]) * (beta[1] - 1.0)
        curvature = (design * (weights * p * (1 - p))[:, None]).T @ design + np.diag([1e-9, 1.0])
        step = np.linalg.solve(curvature, gradient)
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            break
    return float(beta[0]), float(beta[1])


def _baseline(rows: Rows, scores: Floats, *, prior_events: float = 10.0) -> tuple[float, ...]:
    """Log-odds per quarter ahead such that expected equals observed, shrunk to the quarters before.

    Only rows that could be followed to the end of a quarter count for it: to take from the others just those
    that stopped would count failures without the survivors beside them.
    """
    found: list[float] = []
    for quarter in range(1, QUARTERS + 1):
        start, end = (quarter - 1) * MONTHS_PER_QUARTER, quarter * MONTHS_PER_QUARTER
        followed = rows.followable >= end
        stopped = followed & rows.failed & (rows.months >= start) & (rows.months < end)
        at_risk = stopped | (followed & (rows.months >= end))
        if not at_risk.any():
            found.append(found[-1])
            continue
        expected = expit(found[-1] + scores[at_risk]).sum() if found else float(stopped.sum())
        weight = prior_events / max(expected, 1e-9)
        target = (
            (stopped.sum() + weight * expected) / (1 + weight) if found else max(float(stopped.sum()), 0.5)
        )
        found.append(round(solve_intercept(scores[at_risk], float(target)), 9))
    return tuple(found)


def solve_intercept(scores: Floats, expected: float) -> float:
    """The log-odds to add so that the chances sum to `expected`, by bisection."""
    low, high = -40.0, 20.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if expit(middle + scores).sum() < expected else (low, middle)
    return (low + high) / 2


def prior_corrected(model: Hazard, scores: Floats, observed: int, *, prior_events: float) -> Hazard:
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
