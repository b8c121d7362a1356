"""A figure beside that of its branch: absence is high in winter everywhere, and higher in one sector than another."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ews.scoring.measure import Measured
from ews.scoring.tables import Days, Floats
from ews.signals.indicators import Benchmark, Indicator

_QUARTER, _YEAR = np.timedelta64(91, "D"), np.timedelta64(365, "D")


def beside_branch(indicator: Indicator, one: Measured, sector: NDArray[Any]) -> Measured:
    """The distance to the branch at the time of each value; unknown where the branch has no figure."""
    if not indicator.benchmarks:
        return one
    back = [
        _branch(indicator.benchmarks, sector, one.period_end - lag * _QUARTER)
        for lag in range(one.recent.shape[1])
    ]

    def apart(values: Floats, days: Days) -> Floats:
        return np.round(values - _branch(indicator.benchmarks, sector, days), indicator.decimals)

    return replace(
        one,
        value=apart(one.value, one.period_end),
        previous=apart(one.previous, one.period_end - _QUARTER),
        year_ago=apart(one.year_ago, one.period_end - _YEAR),
        recent=np.round(one.recent - np.column_stack(back), indicator.decimals),
    )


def _branch(benchmarks: Sequence[Benchmark], sector: NDArray[Any], days: Days) -> Floats:
    found = np.full(len(sector), np.nan)
    for one in sorted(benchmarks, key=lambda benchmark: benchmark.valid_from):
        holds = (sector == one.sector) & (days >= np.datetime64(one.valid_from))
        found[holds] = one.value
    return found
