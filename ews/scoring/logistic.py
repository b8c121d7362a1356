"""Penalised logistic regression on winsorised figures with a flag for missing; known signs are kept.

scikit-learn's has no bounds on coefficients, and a sign that is known must not flip on a few events.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit

from ews.scoring.shapes import Floats, Shape

TAILS = (0.01, 0.99)
Bounds = tuple[float | None, float | None]


def fit_logistic(
    features: pd.DataFrame,
    failed: Floats,
    weights: Floats,
    *,
    penalty: float,
    signs: Mapping[str, int],
) -> dict[str, Shape]:
    """One clipped line per feature, with what missing adds. `signs`: +1 when higher is riskier, -1 lower.

    `penalty` is on the standardised coefficients, in units of summed log-loss. Features that hardly vary
    are left out. What missing adds is free of sign: it tells who did not report, not how bad it was.
    """
    lines = {name: _line(features[name].to_numpy(dtype=np.float64), weights) for name in features.columns}
    kept = {name: line for name, line in lines.items() if line is not None}
    columns: list[Floats] = []
    bounds: list[Bounds] = []
    names: list[tuple[str, bool]] = []
    for name, (low, high, middle, spread) in kept.items():
        x = features[name].to_numpy(dtype=np.float64)
        missing = np.isnan(x)
        columns.append((np.clip(np.where(missing, middle, x), low, high) - middle) / spread)
        sign = signs.get(name, 0)
        bounds.append((0.0, None) if sign > 0 else (None, 0.0) if sign < 0 else (None, None))
        names.append((name, False))
        if missing.mean() > TAILS[0]:
            share = missing.mean()
            columns.append((missing - share) / np.sqrt(share * (1 - share)) if share < 1 else missing * 0.0)
            bounds.append((None, None))
            names.append((name, True))
    if not columns:
        return {}
    found = _minimise(np.column_stack(columns), failed, weights, penalty, bounds)
    coefficients = dict(zip(names, found, strict=True))
    return {name: _shape(name, features[name], line, coefficients) for name, line in kept.items()}


def _line(x: Floats, weights: Floats) -> tuple[float, float, float, float] | None:
    """Lowest and highest that counts, middle and spread; None where there is nothing to tell apart."""
    known = x[~np.isnan(x)]
    if known.size == 0:
        return None
    low, high = np.quantile(known, TAILS)
    if high <= low:
        # a rare mark: more than 99 in 100 are equal, and the rest is what it is about
        low, high = known.min(), known.max()
        if known.size < 100 or np.sum(known != np.median(known)) < 20:
            return None
    clipped = np.clip(known, low, high)
    middle, spread = float(np.mean(clipped)), float(np.std(clipped))
    return (float(low), float(high), middle, spread) if spread > 0 else None


def _minimise(
    design: Floats,
    failed: Floats,
    weights: Floats,
    penalty: float,
    bounds: Sequence[Bounds],
) -> Floats:
    def loss(beta: Floats) -> tuple[float, Floats]:
        z = beta[0] + design @ beta[1:]
        slack = weights * (expit(z) - failed)
        value = float(
            np.sum(weights * (np.logaddexp(0, z) - failed * z)) + penalty / 2 * (beta[1:] @ beta[1:])
        )
        return value, np.r_[slack.sum(), design.T @ slack + penalty * beta[1:]]

    rate = np.clip(np.average(failed, weights=weights), 1e-6, 1 - 1e-6)
    start = np.r_[np.log(rate / (1 - rate)), np.zeros(design.shape[1])]
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[(None, None), *bounds], options={"maxiter": 300}
    )
    fitted: Floats = found.x[1:]
    return fitted


def _shape(
    name: str,
    values: pd.Series,
    line: tuple[float, float, float, float],
    coefficients: Mapping[tuple[str, bool], float],
) -> Shape:
    low, high, middle, spread = line
    slope = coefficients[(name, False)] / spread
    share = float(values.isna().mean())
    flag, at_known, at_missing = coefficients.get((name, True), 0.0), 0.0, 0.0
    if flag:
        width = np.sqrt(share * (1 - share)) if share < 1 else 1.0
        at_known, at_missing = -flag * share / width, flag * (1 - share) / width
    return Shape(name, (), (at_known - slope * middle,), at_missing, slope, low, high)
