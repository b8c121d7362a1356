"""Raw figures side by side: per source one table of subject × period, each cell pointing at its observation.

The history frame that comes in (`store.history.history_at`) has one row per observation with columns
subject, kind, figure, source, period_start, period_end, known_at, value, text, delivery, row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Days = NDArray[np.datetime64]
NOTHING = -1
ALL_STATES = "*"
"""The table in which the states of all sources stand side by side, for formulas over more than one."""


@dataclass(frozen=True, slots=True)
class History:
    """The history frame as arrays; `subjects` are sorted, `subject` are positions in them."""

    frame: pd.DataFrame
    subjects: pd.Index
    subject: Ints
    value: Floats
    text: NDArray[Any]
    """Empty where there is none."""
    period_start: Days
    period_end: Days
    known_at: Days
    moment: Days
    """known_at to the microsecond, UTC."""
    source: NDArray[Any]
    delivery: Ints
    row: Ints
    as_of: Days
    """A day, as a 0-dimensional array."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows are subject × period of one source, sorted by both; `origin[row, figure]` is a position in History.

    In a table of states a figure that did not change is carried forward: it is not stored again.
    """

    source: str
    is_state: bool
    subject: Ints
    period_end: Days
    origin: Ints
    columns: Mapping[str, int]
    first: Ints
    """Per row, the first row of its subject."""


def read_history(frame: pd.DataFrame, *, as_of: datetime) -> History:
    """The frame in a fixed order, so that the order in which rows came has no say."""
    keys = [frame[name].astype("category").cat.codes for name in ("subject", "source", "figure")]
    times = [frame[name].astype("int64") for name in ("period_end", "known_at")]
    ordered = frame.iloc[np.lexsort([*times[::-1], *keys[::-1]])].reset_index(drop=True)
    categories = ordered["subject"].astype("category")
    subjects = pd.Index(categories.cat.categories.astype(object), dtype=object)
    return History(
        frame=ordered,
        subjects=subjects,
        subject=categories.cat.codes.to_numpy(dtype=np.int64),
        value=ordered["value"].to_numpy(dtype=np.float64, na_value=np.nan),
        text=ordered["text"].fillna("").to_numpy(dtype=object),
        period_start=ordered["period_start"].to_numpy(dtype="datetime64[D]"),
        period_end=ordered["period_end"].to_numpy(dtype="datetime64[D]"),
        known_at=_utc(ordered["known_at"], "D"),
        moment=_utc(ordered["known_at"], "us"),
        source=ordered["source"].to_numpy(dtype=object),
        delivery=ordered["delivery"].to_numpy(dtype=np.int64),
        row=ordered["row"].to_numpy(dtype=np.int64),
        as_of=np.asarray(as_of.date(), dtype="datetime64[D]"),
    )


def _utc(moments: pd.Series, unit: str) -> Days:
    plain: Days = moments.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype=f"datetime64[{unit}]")
    return plain


def source_tables(history: History) -> list[Table]:
    """One table per source for its states and one for its periods, in the order of their names."""
    has_start = history.frame["period_start"].notna().to_numpy()
    sources = history.frame["source"].astype("category")
    tables = []
    for place, source in enumerate(sources.cat.categories):
        for is_state in (True, False):
            chosen = np.flatnonzero((sources.cat.codes.to_numpy() == place) & (has_start != is_state))
            if chosen.size:
                tables.append(_table(history, str(source), chosen, is_state=is_state))
    if sum(table.is_state for table in tables) > 1:
        tables.append(_table(history, ALL_STATES, np.flatnonzero(~has_start), is_state=True))
    return tables


def _table(history: History, source: str, chosen: Ints, *, is_state: bool) -> Table:
    figures = history.frame["figure"].iloc[chosen].astype("category")
    names, figure = figures.cat.categories, figures.cat.codes.to_numpy()
    days = history.period_end[chosen].astype(np.int64)
    keys, row = np.unique((history.subject[chosen] << 20) + days, return_inverse=True)
    origin = np.full((keys.size, names.size), NOTHING, dtype=np.int64)
    origin[row, figure] = chosen
    subject = keys >> 20
    first = np.searchsorted(subject, subject, side="left")
    return Table(
        source=source,
        is_state=is_state,
        subject=subject,
        period_end=(keys & ((1 << 20) - 1)).astype("datetime64[D]"),
        origin=_carried(origin, first) if is_state else origin,
        columns={str(name): position for position, name in enumerate(names)},
        first=first,
    )


def _carried(origin: Ints, first: Ints) -> Ints:
    rows = np.arange(len(origin))[:, None]
    last = np.maximum.accumulate(np.where(origin != NOTHING, rows, NOTHING), axis=0)
    carried = np.take_along_axis(origin, np.maximum(last, 0), axis=0)
    return np.where(last >= first[:, None], carried, NOTHING)
