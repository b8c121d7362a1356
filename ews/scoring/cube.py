"""All figures as subject × date arrays, each cell as known at its date: what trajectories are read from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
NO_WORD = -1
PERIODS = 3
_ISO = r"\d{4}-\d{2}-\d{2}"


@dataclass(frozen=True, slots=True)
class Words:
    """A text figure: per cell the place of its word in `words`, NO_WORD where there is none."""

    words: tuple[str, ...]
    code: Ints


@dataclass(frozen=True, slots=True)
class Cube:
    """Arrays are subject × date; `yearly` has the current period and the two before it as a third axis."""

    subjects: pd.Index
    dates: tuple[date, ...]
    present: Bools
    """In the newest extract of a source at that date."""
    numbers: dict[str, Floats]
    words: dict[str, Words]
    days: dict[str, Floats]
    """Months from a date that a source states to the date of the column."""
    yearly: dict[str, Floats]
    yearly_words: dict[str, dict[str, Floats]]
    """Per word 1 or 0, NaN where the period says nothing."""


def build_cube(
    versions: pd.DataFrame, seen: pd.DataFrame, *, dates: Sequence[date], moments: Sequence[datetime]
) -> Cube:
    """The cube on `dates`, each as known at its moment, of locations and providers together.

    `versions` has every version of every figure (columns of `store.history`); `seen` has subject, source
    and seen_at, one row per subject and extract of a source of states. A figure holds until its source
    says otherwise.
    """
    ticks = np.array([pd.Timestamp(moment).value for moment in moments], dtype=np.int64)
    subjects = pd.Index(sorted(set(versions["subject"]) | set(seen["subject"])), dtype=object)
    rows = versions.assign(
        row=subjects.get_indexer(versions["subject"]), column=_column(versions["known_at"], ticks)
    )
    rows = rows[rows["column"] < len(dates)]
    is_state = rows["period_start"].isna()
    cube = Cube(subjects, tuple(dates), _present(seen, subjects, ticks), {}, {}, {}, {}, {})
    for figure, part in rows[is_state].groupby("figure", sort=True):
        _add_state(cube, str(figure), part)
    for figure, part in rows[~is_state].groupby("figure", sort=True):
        _add_yearly(cube, str(figure), part)
    return cube


def _nanoseconds(moments: pd.Series) -> Ints:
    utc = moments.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[ns]")
    return np.asarray(utc.astype(np.int64))


def _column(known_at: pd.Series, ticks: Ints) -> Ints:
    return np.asarray(np.searchsorted(ticks, _nanoseconds(known_at), side="left"), dtype=np.int64)


def _present(seen: pd.DataFrame, subjects: pd.Index, ticks: Ints) -> Bools:
    """In the newest extract of at least one of its sources at each column."""
    present = np.zeros((len(subjects), len(ticks)), dtype=bool)
    for _, part in seen.groupby("source", sort=True):
        extracts, number = np.unique(_nanoseconds(part["seen_at"]), return_inverse=True)
        listed = np.zeros((len(subjects), len(extracts)), dtype=bool)
        listed[subjects.get_indexer(part["subject"]), number] = True
        newest = np.searchsorted(extracts, ticks, side="right") - 1
        present |= np.where(newest >= 0, listed[:, np.maximum(newest, 0)], False)
    return present


def _newest_state(part: pd.DataFrame) -> pd.DataFrame:
    """Drop versions of a state that is older than one already known: they change nothing any more."""
    ordered = part.sort_values(["row", "known_at", "period_end"], kind="stable")
    newest = ordered.groupby("row", sort=False)["period_end"].cummax()
    return ordered[ordered["period_end"] >= newest]


def _filled(part: pd.DataFrame, values: NDArray[np.generic], cube: Cube) -> tuple[Ints, Bools]:
    """Per cell the position in `values` that holds there, and whether anything was stated yet."""
    shape = cube.present.shape
    place = np.full(shape, -1, dtype=np.int64)
    place[part["row"].to_numpy(), part["column"].to_numpy()] = np.arange(len(values))
    place = np.maximum.accumulate(
        np.where(place >= 0, place, -1), axis=1
    )  # rows are sorted by known_at within a subject, so a later position is a later statement
    return np.maximum(place, 0), place >= 0


def _add_state(cube: Cube, figure: str, part: pd.DataFrame) -> None:
    part = _newest_state(part)
    text = part["text"].fillna("").to_numpy(dtype=object)
    place, stated = _filled(part, text, cube)
    if not (text != "").any():
        value = part["value"].to_numpy(dtype=np.float64)
        cube.numbers[figure] = np.where(stated, value[place], np.nan)
        return
    filled = pd.Series(text[text != ""])
    if filled.str.fullmatch(_ISO).all():
        cube.days[figure] = _months_since(text, place, stated, cube.dates)
        return
    words, code = np.unique(text.astype(str), return_inverse=True)
    shown = np.where(stated, code[place], NO_WORD)
    blank = np.flatnonzero(words == "")
    code = np.where(np.isin(shown, blank), NO_WORD, shown)
    cube.words[figure] = Words(tuple(str(word) for word in words), code.astype(np.int64))


def _months_since(text: NDArray[np.object_], place: Ints, stated: Bools, dates: Sequence[date]) -> Floats:
    day = pd.to_datetime(pd.Series(text), format="%Y-%m-%d", errors="coerce")
    days = day.to_numpy(dtype="datetime64[D]")
    columns = np.array(dates, dtype="datetime64[D]")[None, :]
    past = (columns - days[place]).astype(np.float64)
    past[np.isnat(days[place]) | ~stated] = np.nan
    months: Floats = past / 30.4375
    return months


def _add_yearly(cube: Cube, figure: str, part: pd.DataFrame) -> None:
    part = part.sort_values(["row", "known_at"], kind="stable")
    has_text = part["text"].fillna("").ne("").any()
    words = sorted(set(part["text"].dropna()) - {""}) if has_text else [""]
    for word in words:
        stack = np.full((*cube.present.shape, PERIODS), np.nan)
        for lag, layer in _layers(cube, part, word):
            stack[:, layer[1], lag] = layer[0][:, layer[1]]
        if has_text:
            cube.yearly_words.setdefault(figure, {})[str(word)] = stack
        else:
            cube.yearly[figure] = stack


def _layers(cube: Cube, part: pd.DataFrame, word: str) -> list[tuple[int, tuple[Floats, Ints]]]:
    """Each period's values as known over time, with the columns at which it is current, last or the one before."""
    found = []
    for (begin, end), one in part.groupby(["period_start", "period_end"], sort=True):
        text = one["text"].fillna("").to_numpy(dtype=object)
        value = one["value"].to_numpy(dtype=np.float64)
        if word:
            value = np.where(text == word, 1.0, np.where(text != "", 0.0, np.nan))
        place, stated = _filled(one, value, cube)
        layer = np.where(stated, value[place], np.nan)
        # counted in its own length, so that which other periods are known has no say
        lags = _periods_since(cube.dates, begin, end)
        for lag in range(PERIODS):
            at = np.flatnonzero(lags == lag)
            if at.size:
                found.append((lag, (layer, at)))
    return found


def _periods_since(dates: Sequence[date], begin: pd.Timestamp, end: pd.Timestamp) -> Ints:
    """How many periods of this length began since this one did, by the calendar: a leap day is no period more."""
    after = end + pd.Timedelta(days=1)
    length = max((after.year - begin.year) * 12 + after.month - begin.month, 1)
    months = [(day.year - begin.year) * 12 + day.month - begin.month - (day.day < begin.day) for day in dates]
    found: Ints = np.array(months, dtype=np.int64) // length
    return found


def months_between(dates: Sequence[date], earlier: int, later: int) -> float:
    """Months from one column to another."""
    return (dates[later] - dates[earlier]).days / 30.4375


def column_before(dates: Sequence[date], column: int, months: int) -> int | None:
    """The last column at least `months` (less half a month) before this one; None when there is none."""
    found = [place for place in range(column) if months_between(dates, place, column) >= months - 0.5]
    return found[-1] if found else None
