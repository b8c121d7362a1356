"""From scores to chances: a sigmoid, which few events can bear, and the base rate of quarters ahead."""

import numpy as np
from scipy.special import expit

from ews.scoring.person_periods import Rows
from ews.scoring.shapes import Floats

QUARTERS = 12
MONTHS_PER_QUARTER = 3


def sigmoid(scores: Floats, failed: Floats, weights: Floats) -> tuple[float, float]:
    """Intercept and slope by Newton's method, the slope held a little towards 1."""
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


def log_losses(scores: Floats, failed: Floats, weights: Floats, line: tuple[float, float]) -> Floats:
    """Log-loss per row, by its weight, of chances on a line of intercept and slope."""
    z = line[0] + line[1] * scores
    losses: Floats = weights * (np.logaddexp(0, z) - failed * z)
    return losses


def baseline(rows: Rows, scores: Floats, *, prior_events: float) -> tuple[float, ...]:
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
