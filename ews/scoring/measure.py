"""Each indicator over all subjects: its latest value, what it was before, and where it came from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ews.scoring.derive import columns_of, origin_of, texts_of, work_out
from ews.scoring.tables import NOTHING, Bools, Days, Floats, History, Ints, Table
from ews.signals.indicators import Indicator
from ews.signals.model import Unit

RECENT = 8
_YEAR = np.timedelta64(350, "D")
_YEAR_AT_MOST = np.timedelta64(400, "D")
_QUARTER = np.timedelta64(80, "D")


@dataclass(frozen=True, slots=True)
class Measured:
    """One indicator; every array has one element per subject (`recent`: the last periods, newest first)."""

    value: Floats
    text: NDArray[Any]
    previous: Floats
    year_ago: Floats
    recent: Floats
    stated: Bools
    """The source said something about it, if only that it is empty."""
    period_end: Days
    reference: Days
    """The day that staleness counts from: seen (states), or the period's end."""
    origins: Ints
    """Positions in the history of the raw figures behind the value (subject × figure)."""
    earlier: Ints
    """The same for what it is compared with."""
    parted: Days
    """The day of a merger or split before which there are figures that it is not compared with; NaT: none."""


def measure(
    indicator: Indicator,
    tables: Iterable[Table],
    history: History,
    seen: Mapping[str, Days],
    *,
    partings: Days,
) -> Measured:
    """The freshest source of each subject decides; sources are never mixed in one value.

    `seen` has per source of states the day on which each subject was last seen in it (NaT: never), `partings` the
    day of a merger or split of each subject (NaT: none).
    """
    formula = indicator.parsed()
    found = nothing_measured(len(history.subjects), len(formula.figures))
    for table in tables:
        if not any(columns_of(figure, table) for figure in formula.figures):
            continue
        one = _from_table(indicator, table, history, seen=seen.get(table.source), partings=partings)
        fresher = one.stated & (~found.stated | (one.reference > found.reference))
        found = _preferred(one, found, fresher)
    return found


def nothing_measured(subjects: int, figures: int) -> Measured:
    """Of an indicator that no source states."""
    unknown = np.full(subjects, np.nan)
    never = np.full(subjects, np.datetime64("NaT"), dtype="datetime64[D]")
    none = np.full((subjects, figures), NOTHING, dtype=np.int64)
    return Measured(
        value=unknown,
        text=_silent(subjects),
        previous=unknown,
        year_ago=unknown,
        recent=np.full((subjects, RECENT), np.nan),
        stated=np.zeros(subjects, dtype=bool),
        period_end=never,
        reference=never,
        origins=none,
        earlier=none,
        parted=never,
    )


def _preferred(one: Measured, other: Measured, chosen: Bools) -> Measured:
    def pick(name: str) -> Any:
        a, b = getattr(one, name), getattr(other, name)
        return np.where(chosen[:, None] if a.ndim == 2 else chosen, a, b)

    return Measured(**{name: pick(name) for name in Measured.__slots__})


def _from_table(
    indicator: Indicator, table: Table, history: History, *, seen: Days | None, partings: Days
) -> Measured:
    formula = indicator.parsed()
    value, stated = work_out(formula.tree, table, history)
    value = np.round(value, indicator.decimals)
    cells = np.column_stack([origin_of(figure, table) for figure in formula.figures])
    rows = np.flatnonzero(stated)
    subjects = len(history.subjects)
    latest = _last_per_subject(rows, table, subjects)
    back = _backwards(rows, latest, table)
    if table.is_state:
        previous = _as_of_row(table, stated, latest, history.as_of - _QUARTER)
        year_ago = _as_of_row(table, stated, latest, history.as_of - _YEAR)
        back[:, 1:] = NOTHING
    else:
        previous, year_ago = back[:, 1], _row_a_year_before(table, rows, latest)
    parted = np.zeros((subjects, 0), dtype=bool)
    if not np.isnat(partings).all():
        parted = _crossed(np.column_stack([back, previous, year_ago]), latest, table, partings)
        back, previous, year_ago = _kept(back, previous, year_ago, parted)
    is_text = indicator.unit in {Unit.TEXT, Unit.DATE}
    period_end = _at(table.period_end, latest)
    return Measured(
        value=_at(value, latest),
        text=_said(texts_of(formula.tree, table, history), latest) if is_text else _silent(subjects),
        previous=_at(value, previous),
        year_ago=_at(value, year_ago),
        recent=np.where(back != NOTHING, value[np.maximum(back, 0)], np.nan),
        stated=latest != NOTHING,
        period_end=period_end,
        reference=period_end if seen is None else np.where(latest != NOTHING, seen, np.datetime64("NaT")),
        origins=_at_rows(cells, latest),
        earlier=_at_rows(cells, np.where(year_ago != NOTHING, year_ago, previous)),
        parted=np.where(parted.any(axis=1), partings, np.datetime64("NaT")),
    )


def _crossed(rows: Ints, latest: Ints, table: Table, partings: Days) -> Bools:
    """Which earlier rows stand before the day of a merger or split that the latest row stands after."""
    after = (latest != NOTHING) & (table.period_end[np.maximum(latest, 0)] >= partings)
    before = (rows != NOTHING) & (table.period_end[np.maximum(rows, 0)] < partings[:, None])
    crossed: Bools = after[:, None] & before
    return crossed


def _kept(back: Ints, previous: Ints, year_ago: Ints, crossed: Bools) -> tuple[Ints, Ints, Ints]:
    return (
        np.where(crossed[:, :-2], NOTHING, back),
        np.where(crossed[:, -2], NOTHING, previous),
        np.where(crossed[:, -1], NOTHING, year_ago),
    )


def _last_per_subject(rows: Ints, table: Table, subjects: int) -> Ints:
    latest = np.full(subjects, NOTHING, dtype=np.int64)
    subject = table.subject[rows]
    ends = np.flatnonzero(np.append(subject[1:] != subject[:-1], True)) if rows.size else rows
    latest[subject[ends]] = rows[ends]
    return latest


def _backwards(rows: Ints, latest: Ints, table: Table) -> Ints:
    """Per subject the last RECENT stated rows, newest first."""
    place = np.searchsorted(rows, latest)
    back = np.full((len(latest), RECENT), NOTHING, dtype=np.int64)
    for lag in range(RECENT):
        at = place - lag
        inside = (latest != NOTHING) & (at >= 0)
        row = rows[np.clip(at, 0, max(rows.size - 1, 0))] if rows.size else np.full(len(latest), NOTHING)
        same = inside & (table.subject[np.maximum(row, 0)] == table.subject[np.maximum(latest, 0)])
        back[:, lag] = np.where(same, row, NOTHING)
    return back


def _as_of_row(table: Table, stated: Bools, latest: Ints, day: Days) -> Ints:
    """The row that held on a day, carried forward as states are."""
    keys = (table.subject << 20) + table.period_end.astype(np.int64)
    subject = table.subject[np.maximum(latest, 0)]
    row = np.searchsorted(keys, (subject << 20) + day.astype(np.int64), side="right") - 1
    at = np.maximum(row, 0)
    held = (latest != NOTHING) & (row >= 0) & (table.subject[at] == subject) & stated[at]
    return np.where(held, row, NOTHING)


def _row_a_year_before(table: Table, rows: Ints, latest: Ints) -> Ints:
    found = np.full(len(latest), NOTHING, dtype=np.int64)
    if not rows.size:
        return found
    keys = (table.subject[rows] << 20) + table.period_end[rows].astype(np.int64)
    at = np.maximum(latest, 0)
    wanted = (table.subject[at] << 20) + (table.period_end[at] - _YEAR).astype(np.int64)
    place = np.searchsorted(keys, wanted, side="right") - 1
    row = rows[np.maximum(place, 0)]
    gap = table.period_end[at] - table.period_end[row]
    near = (
        (latest != NOTHING)
        & (place >= 0)
        & (table.subject[row] == table.subject[at])
        & (gap <= _YEAR_AT_MOST)
    )
    return np.where(near, row, NOTHING)


def _at(values: NDArray[Any], rows: Ints) -> NDArray[Any]:
    blank = np.datetime64("NaT") if values.dtype.kind == "M" else np.nan
    return np.where(rows != NOTHING, values[np.maximum(rows, 0)], blank)


def _at_rows(cells: Ints, rows: Ints) -> Ints:
    return np.where((rows != NOTHING)[:, None], cells[np.maximum(rows, 0)], NOTHING)


def _said(texts: NDArray[Any], rows: Ints) -> NDArray[Any]:
    return np.asarray(np.where(rows != NOTHING, texts[np.maximum(rows, 0)], ""), dtype=object)


def _silent(subjects: int) -> NDArray[Any]:
    return np.full(subjects, "", dtype=object)
