"""What a model learns from: a row is a subject at a date, followed until it left or until no more could be known."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ews.scoring.shapes import Floats

YEAR = 12.0
FEWEST_IN_HALF = 15
"""With fewer failures a half of the years says nothing of the other half."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Arrays and the frame have one element per row."""

    features: pd.DataFrame
    failed: np.ndarray
    """bool: it stopped, as far as could be known at the cut."""
    months: Floats
    """From the row's date to when it left or was last followed."""
    groups: np.ndarray
    """int: the provider, kept together in every fold."""
    followable: Floats
    """Months from the row's date to where following ends, had it stayed."""


def within_a_year(rows: Rows) -> tuple[Floats, Floats]:
    """Failed within 12 months, and weight: the share of the year that a row without failure was followed.

    For rare events this is the likelihood of the person-periods, with equal periods of a row taken together.
    """
    failed = (rows.failed & (rows.months < YEAR)).astype(np.float64)
    followed = np.clip(rows.months, 0.0, YEAR) / YEAR
    return failed, np.where(failed > 0, 1.0, followed)


def within_dates(rows: Rows) -> tuple[Floats, Floats]:
    """As `within_a_year`, with the failure rate of every date the same: who did not fail is weighed up or down.

    How many stop differs from year to year, and a figure that tells the year (a column that came late, a grade that
    froze) would be learned as if it told subjects apart. What is left to learn is who of one date stops.
    """
    failed, weights = within_a_year(rows)
    _, date = np.unique(rows.followable, return_inverse=True)
    stopped, stayed = np.bincount(date, failed), np.bincount(date, weights * (1 - failed))
    odds = np.divide(stopped, stayed, out=np.zeros(len(stayed)), where=stayed > 0)
    level = odds * stayed.sum() / max(stopped.sum(), 1.0)
    return failed, np.where(failed > 0, 1.0, weights * level[date])


def halves_of_time(rows: Rows) -> np.ndarray:
    """int per row: 0 for the older dates and 1 for the newer, cut where half of the failures are past.

    All 0 where a half would hold fewer than FEWEST_IN_HALF failures.
    """
    failed, _ = within_a_year(rows)
    followable, date = np.unique(-rows.followable, return_inverse=True)
    passed = np.cumsum(np.bincount(date, failed, minlength=len(followable)))
    before = passed - np.bincount(date, failed, minlength=len(followable))
    newer = (before + passed) / 2 >= passed[-1] / 2
    held = min(float(failed[newer[date]].sum()), float(failed[~newer[date]].sum()))
    halves: np.ndarray = newer[date].astype(np.int64) * (held >= FEWEST_IN_HALF)
    return halves


def events(rows: Rows) -> int:
    """How many rows failed within a year."""
    return int((rows.failed & (rows.months < YEAR)).sum())


def of_late(rows: Rows, *, months: float, fewest: int) -> Rows:
    """The same rows with the older ones not followed at all: the base rate is that of late, if it can be told."""
    is_recent = rows.followable <= months
    if (rows.failed & is_recent & (rows.months < YEAR)).sum() < fewest:
        return rows
    return replace(rows, failed=rows.failed & is_recent, followable=np.where(is_recent, rows.followable, 0.0))


def recent_rate(rows: Rows) -> float:
    """Failures per year of those followed, over the last twelve months that could be followed at all.

    Each date counts until the next one, so that nothing counts twice. Of the newest date that was followed a whole
    year half is older than that: a rate that falls would be seen half a year late.
    """
    followable, date = np.unique(rows.followable, return_inverse=True)
    # a newest date that was followed for longer than a year is looked at in its first
    followable = followable - max(followable[0] - YEAR, 0.0)
    # who is left of a date after a year is no longer like those who run
    until = np.minimum(followable - np.r_[0.0, followable[:-1]], YEAR)
    since = np.maximum(followable - YEAR, 0.0)
    was_there = rows.months >= since[date]
    stopped = rows.failed & was_there & (rows.months < until[date])
    years = np.bincount(date, was_there) * np.maximum(until - since, 0.0) / YEAR
    return float(stopped.sum() / years.sum())
