"""A figure beside that of its branch: absence is high in winter everywhere, and higher in one sector than another."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ews.scoring.measure import Measured
from ews.scoring.tables import Days, Floats, History
from ews.signals.indicators import Indicator

_QUARTER, _YEAR = np.timedelta64(91, "D"), np.timedelta64(365, "D")
_OLDEST = np.timedelta64(400, "D")
"""A branch figure of longer before says nothing about the season."""


def beside_branch(indicator: Indicator, one: Measured, sector: NDArray[Any], history: History) -> Measured:
    """The distance to the branch at the time of each value; unknown where the branch has no figure."""
    if not indicator.benchmarks:
        return one

    def apart(values: Floats, days: Days) -> Floats:
        return np.round(values - _branch(indicator, sector, days, history), indicator.decimals)

    lags = range(one.recent.shape[1])
    recent = [apart(one.recent[:, lag], one.period_end - lag * _QUARTER) for lag in lags]
    return replace(
        one,
        value=apart(one.value, one.period_end),
        previous=apart(one.previous, one.period_end - _QUARTER),
        year_ago=apart(one.year_ago, one.period_end - _YEAR),
        recent=np.column_stack(recent),
    )


def _branch(indicator: Indicator, sector: NDArray[Any], days: Days, history: History) -> Floats:
    """What the branch of each subject had on a day: as received, else as the file of the indicator says."""
    found = np.full(len(sector), np.nan)
    for one in sorted(indicator.benchmarks, key=lambda benchmark: benchmark.valid_from):
        holds = (sector == one.sector) & (days >= np.datetime64(one.valid_from))
        found[holds] = one.value
    for name, branch in indicator.branches.items():
        ends, values = _received(indicator.branch_figure, branch, history)
        place = np.searchsorted(ends, days, side="right") - 1
        at = np.maximum(place, 0)
        if ends.size:
            fresh = (sector == name) & (place >= 0) & (days - ends[at] <= _OLDEST)
            found[fresh] = values[at][fresh]
    return found


def _received(figure: str, branch: str, history: History) -> tuple[Days, Floats]:
    """The branch's own figures by the end of their period, oldest first."""
    if branch not in history.subjects:
        return np.array([], dtype="datetime64[D]"), np.array([])
    mine = (history.subject == history.subjects.get_loc(branch)) & (
        history.frame["figure"] == figure
    ).to_numpy()
    rows = np.flatnonzero(mine & ~np.isnan(history.value))
    rows = rows[np.argsort(history.period_end[rows], kind="stable")]
    return history.period_end[rows], history.value[rows]
