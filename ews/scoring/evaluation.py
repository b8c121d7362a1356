"""How well a ranking finds failures: AUC, average precision, budgets, calibration, lead times.

All figures take weights, so that a bootstrap over providers is one pass over rows sorted once.
Equal scores share their places: a budget that ends inside a tie takes its expected part.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Budget:
    """What is found when the riskiest `share` of each date is alerted. Recall and precision 0-1."""

    share: float
    recall: float
    precision: float


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


def fill_missing(scores: Floats, dates: NDArray[np.int64]) -> Floats:
    """Put missing scores in the middle of their date: neither warned for nor cleared."""
    frame = pd.DataFrame({"score": scores, "date": dates})
    middle = frame.groupby("date")["score"].transform("median")
    filled: Floats = frame["score"].fillna(middle).fillna(0.0).to_numpy(dtype=float)
    return filled


class Ranking:
    """Rows sorted once by score; every figure is then linear in the weights.

    `scores`: higher is riskier, no NaN. `failed`: bool. `dates`: any integer code per date.
    """

    def __init__(self, scores: Floats, failed: NDArray[np.bool_], dates: NDArray[np.int64]) -> None:
        self._failed = failed.astype(float)
        self._order = np.argsort(-scores, kind="stable")
        ranked = scores[self._order]
        self._starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
        self._by_date = np.lexsort((-scores, dates))
        date, ranked = dates[self._by_date], scores[self._by_date]
        new_date = np.r_[True, date[1:] != date[:-1]]
        self._ties = np.flatnonzero(new_date | np.r_[True, ranked[1:] != ranked[:-1]])
        self._date_of_tie = (np.cumsum(new_date) - 1)[self._ties]

    def auc(self, weights: Floats) -> float:
        """Chance that a failure ranks above a non-failure; NaN when one of them is absent."""
        failed, other = self._groups(weights)
        total = failed.sum() * other.sum()
        if total == 0:
            return float("nan")
        below = other.sum() - np.cumsum(other) + other / 2
        return float((failed * below).sum() / total)

    def average_precision(self, weights: Floats) -> float:
        """Mean precision over the failures, going down the ranking."""
        failed, other = self._groups(weights)
        if failed.sum() == 0:
            return float("nan")
        found = np.cumsum(failed)
        alerted = found + np.cumsum(other)
        precision = np.divide(found, alerted, out=np.zeros_like(found), where=alerted > 0)
        return float((failed * precision).sum() / failed.sum())

    def budget(self, weights: Floats, share: float) -> Budget:
        """Recall and precision when at each date the riskiest `share` is alerted."""
        weight = weights[self._by_date]
        failed = np.add.reduceat(weight * self._failed[self._by_date], self._ties)
        size = np.add.reduceat(weight, self._ties)
        per_date = np.bincount(self._date_of_tie, size)
        passed = np.cumsum(size) - size
        passed -= np.r_[0.0, np.cumsum(per_date)[:-1]][self._date_of_tie]
        room = share * per_date[self._date_of_tie] - passed
        part = np.clip(np.divide(room, size, out=np.zeros_like(size), where=size > 0), 0.0, 1.0)
        found, alerted = float((part * failed).sum()), float((part * size).sum())
        return Budget(
            share=share,
            recall=found / failed.sum() if failed.sum() else float("nan"),
            precision=found / alerted if alerted else float("nan"),
        )

    def _groups(self, weights: Floats) -> tuple[Floats, Floats]:
        weight = weights[self._order]
        failed = weight * self._failed[self._order]
        return np.add.reduceat(failed, self._starts), np.add.reduceat(weight - failed, self._starts)


def bootstrap_weights(clusters: NDArray[np.int64], *, draws: int, seed: int) -> list[Floats]:
    """Weights per row when whole clusters (providers) are drawn with replacement."""
    generator = np.random.default_rng(seed)
    count = int(clusters.max()) + 1
    chance = np.full(count, 1 / count)
    return [generator.multinomial(count, chance).astype(float)[clusters] for _ in range(draws)]


def interval(figure: Callable[[Floats], float], size: int, draws: list[Floats]) -> Interval:
    """The figure on the rows as they are, with the 2.5th and 97.5th percentile over the draws."""
    drawn = np.array([figure(weights) for weights in draws])
    drawn = drawn[~np.isnan(drawn)]
    low, high = np.percentile(drawn, [2.5, 97.5]) if len(drawn) else (float("nan"), float("nan"))
    return Interval(figure(np.ones(size)), float(low), float(high))


def proportion(found: float, total: float) -> Interval:
    """A share with its 95 % Wilson interval: five out of five still allows a miss."""
    if total == 0:
        return Interval(float("nan"), float("nan"), float("nan"))
    z2, share = 1.959964**2, found / total
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = 1.959964 * np.sqrt(share * (1 - share) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    return Interval(share, max(0.0, float(centre - half)), min(1.0, float(centre + half)))


def lead_times(warned: pd.DataFrame) -> pd.Series:
    """Months from the first warning to the event, per failed subject that stood warned at the last.

    `warned` has subject, as_of, is_warned, left_on (NaT where it did not fail), every date a
    subject was judged. Only the unbroken run of warnings up to the event counts: a warning that
    was lifted is no warning. A run that began before the first date counts from that date.
    """
    rows = warned.sort_values(["subject", "as_of"])
    failing = rows.groupby("subject")["left_on"].transform("max")
    rows = rows[failing.notna()].assign(event=failing)
    rows = rows[pd.to_datetime(rows["as_of"]) <= rows["event"]]
    quiet_after = (~rows["is_warned"].astype(bool))[::-1].groupby(rows["subject"]).cummax()[::-1]
    run = rows[~quiet_after].groupby("subject").agg(first=("as_of", "min"), event=("event", "max"))
    months = (run["event"] - pd.to_datetime(run["first"])).dt.days / (365.25 / 12)
    return months.astype(float)


def brier(probability: Floats, failed: NDArray[np.bool_]) -> float:
    """Mean squared distance of probability to outcome."""
    return float(np.mean((probability - failed) ** 2))


@dataclass(frozen=True, slots=True)
class Calibration:
    """One fifth of the rows: how many failures were expected and how many came."""

    expected: float
    observed: int
    rows: int
    low: float
    high: float
    """95 % interval of observed/expected, taking the failures as Poisson."""


def calibration(probability: Floats, failed: NDArray[np.bool_], *, parts: int = 5) -> list[Calibration]:
    """Observed against expected failures in equal parts from low to high probability."""
    from scipy.stats import chi2

    order = np.argsort(probability, kind="stable")
    found = []
    for part in np.array_split(order, parts):
        expected, observed = float(probability[part].sum()), int(failed[part].sum())
        low = float(chi2.ppf(0.025, 2 * observed)) / 2 if observed else 0.0
        high = float(chi2.ppf(0.975, 2 * observed + 2)) / 2
        found.append(Calibration(expected, observed, len(part), low / expected, high / expected))
    return found


def peers(
    values: Mapping[str, Floats], failed: NDArray[np.bool_], dates: NDArray[np.int64]
) -> dict[str, float]:
    """AUC of each naive ranking, missing values in the middle of their date; NaN without any value."""
    ones = np.ones(len(failed))
    return {
        name: float("nan")
        if np.isnan(scores).all()
        else Ranking(fill_missing(scores, dates), failed, dates).auc(ones)
        for name, scores in values.items()
    }
