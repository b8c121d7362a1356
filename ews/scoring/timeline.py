"""Every version of every figure, gathered once, and what of it was known at any moment."""

from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_SERIES = ["subject", "figure", "source"]


class Timeline:
    """A history frame with all versions (columns of `store.history`), sliced in memory.

    `at(as_of)` gives what one select of the store would give at that moment.
    """

    def __init__(self, versions: pd.DataFrame, *, periods_back: int) -> None:
        ordered = versions.sort_values([*_SERIES, "period_end", "known_at"], kind="stable", ignore_index=True)
        series = ordered.groupby(_SERIES, sort=False, observed=True).ngroup().to_numpy()
        period = ordered["period_end"].to_numpy()
        known = _instants(ordered["known_at"])
        same = (series[1:] == series[:-1]) & (period[1:] == period[:-1])
        never = np.iinfo(np.int64).max
        self._superseded = np.append(np.where(same, known[1:], never), never) if len(known) else known
        self._known = known
        self._series = series
        self._periods_back = periods_back
        self.versions = ordered

    def at(self, as_of: datetime) -> pd.DataFrame:
        """The newest version of the last periods of each series, as known at `as_of`."""
        moment = pd.Timestamp(as_of).value
        held = np.flatnonzero((self._known <= moment) & (moment < self._superseded))
        series = self._series[held]
        last_of_series = np.flatnonzero(np.append(series[1:] != series[:-1], True)) if held.size else held
        ends = last_of_series[np.searchsorted(last_of_series, np.arange(held.size))] if held.size else held
        recent = ends - np.arange(held.size) < self._periods_back
        return self.versions.iloc[held[recent]].reset_index(drop=True)


def _instants(moments: pd.Series) -> NDArray[np.int64]:
    """Nanoseconds since 1970, UTC."""
    utc = moments.dt.tz_convert("UTC").dt.tz_localize(None)
    instants: NDArray[np.int64] = utc.to_numpy(dtype="datetime64[ns]").astype(np.int64)
    return instants
