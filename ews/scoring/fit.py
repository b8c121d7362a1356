"""Points from data: a penalised logistic on the card's own bins, shrunk to the points that experts gave.

A proposal and no more: people read it, and people put it into a new file of the card.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import rankdata

from ews.scoring.card import Card, Judged, Line
from ews.scoring.model import Level
from ews.scoring.scorecard import MISSING, UNJUDGED
from ews.scoring.tables import Bools, Floats, Ints
from ews.signals.indicators import Direction, Indicator

FEWEST_FAILURES = 30
_ALWAYS_UP = {Judged.DECLINES, Judged.BEYOND_NORM, Judged.PEERS}


@dataclass(frozen=True, slots=True)
class BinPoints:
    """One bin of one line: what it gave, what the data suggest, and on how many."""

    line: str
    bin: int
    """MISSING for the bin of what is missing."""
    old: int
    new: int
    subjects: int
    failures: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What a set of points would have done on the same past."""

    auc: float
    warned: int
    """Subject × date at or above the first level."""
    found: int
    """Of those, failures."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Old and new side by side. None of it is in force."""

    card: str
    subjects: int
    failures: int
    points: tuple[BinPoints, ...]
    old: Effect
    new: Effect


@dataclass(frozen=True, slots=True)
class _Step:
    """A column of the design: subjects in any of `bins` of a line get it; never negative."""

    line: int
    bins: frozenset[int]
    prior: float


def propose(
    card: Card,
    indicators: Mapping[str, Indicator],
    bins: NDArray[np.int16],
    failed: Bools,
    *,
    shrinkage: float,
) -> Proposal:
    """Points per bin for `bins` (subject × line of the card; UNJUDGED where a line does not apply).

    `shrinkage` weighs the experts: so many failures' worth of trust in each step. Steps stay monotone.
    """
    old = _old_points(card)
    total = _totals(bins, old)
    scale = _slope(total, failed)
    steps = [
        step for at, line in enumerate(card.lines) for step in _steps(at, line, indicators[line.indicator])
    ]
    design = np.column_stack([np.isin(bins[:, step.line], list(step.bins)) for step in steps]).astype(
        np.float64
    )
    prior = np.array([step.prior for step in steps]) * scale
    found = _fit(design, failed, prior, shrinkage)
    new = {key: 0 for key in old}
    for step, value in zip(steps, found, strict=True):
        for one in step.bins:
            new[step.line, one] += value / scale
    rounded = {key: round(value) for key, value in new.items()}
    return Proposal(
        card=card.id,
        subjects=len(failed),
        failures=int(failed.sum()),
        points=tuple(_bin_points(card, key, old[key], rounded[key], bins, failed) for key in sorted(old)),
        old=_effect(card, total, failed),
        new=_effect(card, _totals(bins, rounded), failed),
    )


def _old_points(card: Card) -> dict[tuple[int, int], int]:
    points = {
        (at, place): one.points for at, line in enumerate(card.lines) for place, one in enumerate(line.bins)
    }
    return points | {
        (at, MISSING): line.missing.points for at, line in enumerate(card.lines) if line.missing.reason
    }


def _totals(bins: NDArray[np.int16], points: Mapping[tuple[int, int], int]) -> Ints:
    total = np.zeros(len(bins), dtype=np.int64)
    for (line, place), given in points.items():
        total += np.where(bins[:, line] == place, given, 0)
    return total


def _steps(at: int, line: Line, indicator: Indicator) -> list[_Step]:
    """A numeric line rises step by step from its safest bin; every word and what is missing stand alone."""
    steps = [_Step(at, frozenset({MISSING}), float(line.missing.points))] if line.missing.reason else []
    points = [one.points for one in line.bins]
    if indicator.direction is Direction.CATEGORY:
        # the words that experts call harmless are what the others are held against
        return steps + [
            _Step(at, frozenset({place}), float(given)) for place, given in enumerate(points) if given
        ]
    rises = line.judged in _ALWAYS_UP or indicator.direction is Direction.HIGHER_IS_WORSE
    places = list(range(len(points))) if rises else list(range(len(points)))[::-1]
    return steps + [
        _Step(at, frozenset(places[rank:]), float(points[place] - points[places[rank - 1]]))
        for rank, place in enumerate(places)
        if rank
    ]


def _fit(design: Floats, failed: Bools, prior: Floats, shrinkage: float) -> Floats:
    share = failed.mean()
    start = np.append(prior, np.log(share / (1 - share)) - float(design.mean(axis=0) @ prior))

    def loss(parameters: Floats) -> tuple[float, Floats]:
        steps, intercept = parameters[:-1], parameters[-1]
        linear = design @ steps + intercept
        away = steps - prior
        value = np.logaddexp(0.0, linear).sum() - linear[failed].sum() + shrinkage / 2 * (away @ away)
        residual = expit(linear) - failed
        return float(value), np.append(design.T @ residual + shrinkage * away, residual.sum())

    bounds = [(0.0, None)] * len(prior) + [(None, None)]
    found: Floats = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return found[:-1]


def _slope(points: Ints, failed: Bools) -> float:
    """Log-odds per point: what one point of the experts has been worth; at least a little."""
    centred = (points - points.mean())[:, None].astype(np.float64)
    slope = float(_fit(centred, failed, np.array([0.1]), 1.0)[0])
    return max(slope, 0.02)


def _effect(card: Card, points: Ints, failed: Bools) -> Effect:
    warned = points >= card.cutoff(Level.ELEVATED).raise_at
    return Effect(round(_auc(points, failed), 4), int(warned.sum()), int((warned & failed).sum()))


def _auc(points: Ints, failed: Bools) -> float:
    positives = int(failed.sum())
    negatives = len(failed) - positives
    ranks = rankdata(points)
    return float((ranks[failed].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _bin_points(
    card: Card, key: tuple[int, int], old: int, new: int, bins: NDArray[np.int16], failed: Bools
) -> BinPoints:
    line, place = key
    inside = bins[:, line] == place
    return BinPoints(card.lines[line].id, place, old, new, int(inside.sum()), int((inside & failed).sum()))


def applying(card: Card, bins: NDArray[np.int16], *, kind: str, sectors: NDArray[Any]) -> NDArray[np.int16]:
    """The bins with UNJUDGED where a line is not about this kind of subject or its sector."""
    kept = bins.copy()
    for at, line in enumerate(card.lines):
        if kind not in line.subjects:
            kept[:, at] = UNJUDGED
        elif line.sectors:
            kept[~np.isin(sectors, line.sectors), at] = UNJUDGED
    return kept
