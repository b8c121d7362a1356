"""Has what comes in, or what comes of it, moved? Counts beside counts, and *too few to tell* as an answer of its own.

Population stability index: sum over bins of (share now - share then) × log(share now / share then). With few rows it
is never zero: without any shift it is about chi-square × (1/rows then + 1/rows now), so that is what it is held against.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np

FORBID: dict[str, str] = {"extra": "forbid"}
_HALF = 0.5
_SURE = 0.97
"""Worked out; with bins taken together and halves added 95 of 100 is left of it."""


class Verdict(StrEnum):
    TOO_FEW = "too_few"
    STEADY = "steady"
    SHIFTED = "shifted"


@dataclass(frozen=True, slots=True)
class WatchPlan:
    """From when on a difference is told."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    months_back: int
    """What is held beside what: now, and so long ago."""
    psi: float
    """From here on a shift is told."""
    psi_found: float
    """A true shift of this size must be found in 95 of 100 cases, or there are too few to tell."""
    missing_jump: float
    """Difference in the share that is missing, 0-1."""
    calibration: tuple[float, float]
    """Observed over expected may lie between these."""
    alert_ratio: float
    alert_weeks: int
    """So many weeks before this one are what is usual."""
    certainty: float
    """Chance that nothing is told of one figure when nothing happened, 0-1."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Counts per bin then and now, their index, and from where on it is more than chance."""

    psi: float
    by_chance: float
    then: tuple[int, ...]
    now: tuple[int, ...]
    verdict: Verdict


def shift(then: Sequence[int], now: Sequence[int], plan: WatchPlan) -> Shift:
    """Hold two sets of counts over the same bins beside each other; bins that hardly occur are taken together."""
    from scipy.stats import chi2, ncx2

    a, b = _merged(np.asarray(then, dtype=float), np.asarray(now, dtype=float))
    told = tuple(map(int, a)), tuple(map(int, b))
    if len(a) < 2 or not a.sum() or not b.sum():
        return Shift(0.0, float("inf"), *told, Verdict.TOO_FEW)
    p, q = (a + _HALF) / (a + _HALF).sum(), (b + _HALF) / (b + _HALF).sum()
    psi = float(np.sum((q - p) * np.log(q / p)))
    spread, degrees = 1 / a.sum() + 1 / b.sum(), len(a) - 1
    by_chance = float(chi2.ppf(plan.certainty, degrees) * spread)
    told_from = max(plan.psi, by_chance)
    if psi > told_from:
        return Shift(psi, by_chance, *told, Verdict.SHIFTED)
    found = float(ncx2.sf(told_from / spread, degrees, plan.psi_found / spread))
    return Shift(psi, by_chance, *told, Verdict.STEADY if found >= _SURE else Verdict.TOO_FEW)


def _merged(then: np.ndarray, now: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Neighbouring bins together until each holds ten of both moments; ten bins at most."""
    fewest = max(10.0, (then.sum() + now.sum()) / 10)
    a, b = [0.0], [0.0]
    for one, other in zip(then, now, strict=True):
        if a[-1] + b[-1] >= fewest:
            a.append(0.0)
            b.append(0.0)
        a[-1] += one
        b[-1] += other
    if len(a) > 1 and a[-1] + b[-1] < fewest:
        last_a, last_b = a.pop(), b.pop()
        a[-1] += last_a
        b[-1] += last_b
    return np.array(a), np.array(b)


@dataclass(frozen=True, slots=True)
class Missing:
    """How many lacked a figure, of how many, then and now; `chance` by Fisher's exact test."""

    then: tuple[int, int]
    now: tuple[int, int]
    chance: float
    verdict: Verdict


def missing(then: tuple[int, int], now: tuple[int, int], plan: WatchPlan) -> Missing:
    """`then` and `now` are (lacked it, of so many)."""
    chance = _fisher(then, now)
    jump = now[0] / max(now[1], 1) - then[0] / max(then[1], 1)
    if chance < 1 - plan.certainty and abs(jump) >= plan.missing_jump:
        return Missing(then, now, chance, Verdict.SHIFTED)
    # nothing that could have been seen would have been more than chance
    extremes = [(0, now[1]), (now[1], now[1])]
    could_tell = min(_fisher(then, one) for one in extremes) < 1 - plan.certainty
    return Missing(then, now, chance, Verdict.STEADY if could_tell else Verdict.TOO_FEW)


def _fisher(then: tuple[int, int], now: tuple[int, int]) -> float:
    from scipy.stats import fisher_exact

    if not then[1] or not now[1]:
        return 1.0
    table = [[then[0], then[1] - then[0]], [now[0], now[1] - now[0]]]
    return float(fisher_exact(table).pvalue)


@dataclass(frozen=True, slots=True)
class Came:
    """What was expected and what came, with the exact 95 % interval of observed over expected."""

    expected: float
    observed: int
    low: float
    high: float
    verdict: Verdict


def came_true(expected: float, observed: int, plan: WatchPlan) -> Came:
    """Expected failures beside those that came, taken as Poisson."""
    from scipy.stats import chi2

    if expected <= 0:
        return Came(expected, observed, 0.0, float("inf"), Verdict.TOO_FEW)
    low = float(chi2.ppf(0.025, 2 * observed)) / 2 / expected if observed else 0.0
    high = float(chi2.ppf(0.975, 2 * observed + 2)) / 2 / expected
    least, most = plan.calibration
    ratio = observed / expected
    if (ratio > most and low > 1) or (ratio < least and high < 1):
        return Came(expected, observed, low, high, Verdict.SHIFTED)
    cannot_say = low < least and high > most
    return Came(expected, observed, low, high, Verdict.TOO_FEW if cannot_say else Verdict.STEADY)


@dataclass(frozen=True, slots=True)
class AlertRate:
    """New alerts of this week beside those of the weeks before; `chance` that so many (or few) come by chance."""

    now: int
    before: int
    weeks: int
    chance: float
    verdict: Verdict


def alert_rate(now: int, before: int, plan: WatchPlan) -> AlertRate:
    """`before` is the sum over `plan.alert_weeks` weeks; at an even rate each alert falls in this week by 1/(weeks+1)."""
    from scipy.stats import binom

    total, share = now + before, 1 / (plan.alert_weeks + 1)
    usual = before / plan.alert_weeks
    more = float(binom.sf(now - 1, total, share)) if total else 1.0
    fewer = float(binom.cdf(now, total, share)) if total else 1.0
    chance = min(more, fewer)
    has_jumped = now >= plan.alert_ratio * usual or now * plan.alert_ratio <= usual
    if chance < 1 - plan.certainty and has_jumped:
        return AlertRate(now, before, plan.alert_weeks, chance, Verdict.SHIFTED)
    # even silence would not have been strange
    is_few = float(binom.cdf(0, total, share)) >= 1 - plan.certainty if total else True
    return AlertRate(now, before, plan.alert_weeks, chance, Verdict.TOO_FEW if is_few else Verdict.STEADY)
