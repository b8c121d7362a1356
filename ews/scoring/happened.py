"""Figures made of events: a ladder of measures, a count of observations. No event says nothing: unknown, not zero."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from ews.scoring.measure import Measured, nothing_measured
from ews.scoring.tables import NOTHING, Floats
from ews.signals.event_formula import EventFormula
from ews.signals.indicators import Indicator
from ews.signals.model import Event

_DAYS_PER_MONTH = 30.4375
_QUARTER, _YEAR = timedelta(days=91), timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Happened:
    """The figure of every subject, and by position the events that it was made of."""

    measured: Measured
    events: Mapping[int, tuple[Event, ...]]


def happened(
    indicator: Indicator, events: Sequence[Event], subjects: pd.Index, *, as_of: datetime
) -> Happened:
    """An indicator over events. A subject of which no such event is known at all has no figure."""
    formula = indicator.parsed().events
    assert formula is not None
    mine = [event for event in events if event.kind in formula.kinds]
    empty = nothing_measured(len(subjects), 0)
    of = _by_position(mine, subjects)
    at = np.array(sorted(of), dtype=np.int64)
    today = as_of.date()

    def on(day: date) -> Floats:
        made = empty.value.copy()
        made[at] = [_worked(formula, of[int(one)], day) for one in at]
        return made

    value = on(today)
    stated = np.zeros(len(subjects), dtype=bool)
    stated[at] = True
    days = np.where(stated, np.datetime64(today), np.datetime64("NaT")).astype("datetime64[D]")
    recent = empty.recent.copy()
    recent[:, 0] = value
    measured = replace(
        empty,
        value=value,
        previous=on(today - _QUARTER),
        year_ago=on(today - _YEAR),
        recent=recent,
        stated=stated,
        period_end=days,
        reference=days,
    )
    counted = {
        position: tuple(one for one in found if _weighs(formula, one, today))
        for position, found in of.items()
    }
    return Happened(measured, counted)


def _by_position(events: Sequence[Event], subjects: pd.Index) -> dict[int, list[Event]]:
    of: dict[int, list[Event]] = {}
    for position, event in zip(subjects.get_indexer([one.subject for one in events]), events, strict=True):
        if position != NOTHING:
            of.setdefault(int(position), []).append(event)
    return of


def _worked(formula: EventFormula, events: Sequence[Event], day: date) -> float:
    held = [event for event in events if _weighs(formula, event, day)]
    if formula.name == "zwaarste":
        return float(max((formula.kinds.index(event.kind) + 1 for event in held), default=0))
    if formula.name == "opgeteld":
        return float(sum(_amount(event, formula.detail) for event in held))
    return float(len(held))


def _weighs(formula: EventFormula, event: Event, day: date) -> bool:
    if event.occurred_on > day:
        return False
    if formula.name == "zwaarste":
        return event.ended_on is None or event.ended_on > day
    if formula.outcomes and json.loads(event.detail).get("uitkomst", "") not in formula.outcomes:
        return False
    return (day - event.occurred_on).days < formula.months * _DAYS_PER_MONTH


def _amount(event: Event, detail: str) -> float:
    """What a detail says, 1 when it says no number: the event itself happened."""
    said = str(json.loads(event.detail).get(detail, "")).replace(",", ".")
    try:
        return max(0.0, float(said))
    except ValueError:
        return 1.0
