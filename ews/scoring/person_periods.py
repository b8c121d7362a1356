"""What a model learns from: a row is a subject at a date, followed until it left or until no more could be known."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ews.scoring.shapes import Floats

YEAR = 12.0


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


def events(rows: Rows) -> int:
    """How many rows failed within a year."""
    return int((rows.failed & (rows.months < YEAR)).sum())


def of_late(rows: Rows, *, months: float, fewest: int) -> Rows:
    """The same rows with the older ones not followed at all: the base rate is that of late, if it can be told."""
    is_recent = rows.followable <= months
    if (rows.failed & is_recent & (rows.months < YEAR)).sum() < fewest:
        return rows
    return replace(rows, failed=rows.failed & is_recent, followable=np.where(is_recent, rows.followable, 0.0))


def last_known_year(rows: Rows) -> np.ndarray:
    """bool per row: of the newest date that could be followed for a whole year; none where no date could."""
    whole = rows.followable >= YEAR
    if not whole.any():
        return whole
    newest: np.ndarray = whole & (rows.followable <= rows.followable[whole].min() + 0.5)
    return newest
