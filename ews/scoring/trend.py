"""One subject's indicators through time, beside the band that its peers moved in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ews.scoring.derive import columns_of, work_out
from ews.scoring.tables import Bools, Floats, History, Ints, Table
from ews.signals.indicators import Direction, Indicator

PEERS_MINIMUM = 5
"""Fewer values than this in a period make no band: it would show single providers."""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A period: the subject's value (None: stated to be empty, or not derivable) and its peers' middle half."""

    period_end: date
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    """One indicator through time, oldest first, as one source stated it."""

    indicator: str
    source: str
    points: tuple[TrendPoint, ...]


def trends(
    history: History,
    tables: Sequence[Table],
    indicators: Mapping[str, Indicator],
    *,
    subject: str,
    peers: Iterable[str],
) -> list[Trend]:
    """The trend of every indicator that the subject has at least one value of; none for a stranger."""
    if subject not in history.subjects:
        return []
    own = int(history.subjects.get_loc(subject))
    others = history.subjects.get_indexer([peer for peer in peers if peer != subject])
    found = (
        _trend(indicator, tables, history, own=own, peers=others[others >= 0])
        for indicator in indicators.values()
        if indicator.direction is not Direction.CATEGORY
    )
    return [one for one in found if one is not None]


def _trend(
    indicator: Indicator, tables: Sequence[Table], history: History, *, own: int, peers: Ints
) -> Trend | None:
    """From the source with the newest value of the subject; sources are not mixed in one line."""
    formula = indicator.parsed()
    best: Trend | None = None
    for table in tables:
        if not any(columns_of(figure, table) for figure in formula.figures):
            continue
        value, stated = work_out(formula.tree, table, history)
        mine = np.flatnonzero((table.subject == own) & stated)
        if not mine.size or np.isnan(value[mine]).all():
            continue
        if best is None or table.period_end[mine[-1]].astype(object) > best.points[-1].period_end:
            points = _points(table, value, mine, np.isin(table.subject, peers))
            best = Trend(indicator.id, table.source, points)
    return best


def _points(table: Table, value: Floats, mine: Ints, is_peer: Bools) -> tuple[TrendPoint, ...]:
    points = []
    for row in mine:
        there = value[is_peer & (table.period_end == table.period_end[row])]
        known = there[~np.isnan(there)]
        has_band = known.size >= PEERS_MINIMUM
        points.append(
            TrendPoint(
                period_end=table.period_end[row].astype(object),
                value=None if np.isnan(value[row]) else float(value[row]),
                low=float(np.quantile(known, 0.25)) if has_band else None,
                high=float(np.quantile(known, 0.75)) if has_band else None,
            )
        )
    return tuple(points)
