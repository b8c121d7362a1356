"""Figures that should be there: late, left out, refused on reading, or excused. Late is not missing, missing is not zero."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ews.scoring.measure import Measured
from ews.scoring.tables import Bools, Days
from ews.signals.contract import Every
from ews.signals.expected import Due, Exemption, due_period_end, period_start
from ews.signals.indicators import Indicator


class Owed(IntEnum):
    """How an indicator stands to what was due; the graver is the greater."""

    NOTHING = 0
    """There, or not due."""
    LATE = 1
    """The source has not named the subject since the period that is due ended."""
    MISSING = 2
    """The source named the subject since, without this figure."""
    REFUSED = 3
    """The source's newest delivery is held, or its column could not be read."""
    EXEMPT = 4
    """Need not come: a person said so, with a reason and an end."""


@dataclass(frozen=True, slots=True)
class Duties:
    """All that is due at a moment."""

    due: tuple[Due, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    yearly: frozenset[str] = frozenset()
    """Subjects that by rule deliver once a year, whatever their sources ask of others."""
    unless_below: tuple[tuple[str, float], ...] = ()
    """Indicator and bound: who stands below it, or has no figure, delivers as often as all others."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """Per subject the period that is due, of the source that is furthest behind; NaT where nothing is."""

    start: Days
    end: Days
    until: Days
    """The last day on which it would have been in time."""

    def where(self, chosen: Bools, other: "Awaited") -> "Awaited":
        """These where chosen, the other elsewhere."""
        return Awaited(
            np.where(chosen, self.start, other.start),
            np.where(chosen, self.end, other.end),
            np.where(chosen, self.until, other.until),
        )


def owed(
    indicators: Mapping[str, Indicator],
    measured: Mapping[str, Measured],
    subjects: pd.Index,
    days: Mapping[str, Days],
    duties: Duties,
    *,
    today: Days,
) -> tuple[dict[str, NDArray[np.int8]], dict[str, Awaited]]:
    """Per indicator the state of every subject, and what it waits for. `days`: per source, when each was last named."""
    yearly = subjects.isin(list(duties.yearly))
    for name, bound in duties.unless_below:
        if name in measured:
            yearly = yearly & (measured[name].value >= bound)  # unknown is not above it
    wanted = {one.source: _wanted(one, yearly, today) for one in duties.due}
    found, awaited = {}, {}
    for name, indicator in indicators.items():
        raw = {figure.partition("[")[0] for figure in indicator.parsed().figures}
        states, waits = np.zeros(len(subjects), dtype=np.int8), _nothing_awaited(len(subjects))
        for due in duties.due:
            if raw & due.figures and due.source in days:
                period = wanted[due.source]
                one = _state(measured[name], days[due.source], period.end, bool(raw & due.refused))
                waits = period.where(one > states, waits)
                states = np.maximum(states, one)
        found[name] = _excused(states, raw, subjects, duties.exemptions, today)
        awaited[name] = waits
    return found, awaited


def _nothing_awaited(subjects: int) -> Awaited:
    none: Days = np.full(subjects, np.datetime64("NaT"), dtype="datetime64[D]")
    return Awaited(none, none, none)


def _wanted(due: Due, yearly: Bools, today: Days) -> Awaited:
    day = date.fromisoformat(str(today))
    usual = _period(due, due.cadence.every, day, len(yearly))
    rare = _period(due, Every.YEAR, day, len(yearly))
    return rare.where(yearly & (rare.end < usual.end), usual)


def _period(due: Due, every: Every, day: date, subjects: int) -> Awaited:
    end = due_period_end(every, due.cadence.grace_days, day)
    told = (period_start(every, end), end, end + timedelta(days=due.cadence.grace_days))
    return Awaited(*(np.full(subjects, np.datetime64(one), dtype="datetime64[D]") for one in told))


def _state(one: Measured, named: Days, wanted: Days, refused: bool) -> NDArray[np.int8]:
    """What another source has told about the period that is due counts as well."""
    behind = ~np.isnat(named) & ~(one.period_end >= wanted)
    absent = np.where(named > wanted, Owed.MISSING, Owed.LATE)
    return np.where(behind, Owed.REFUSED if refused else absent, Owed.NOTHING).astype(np.int8)


def _excused(
    states: NDArray[np.int8],
    raw: Iterable[str],
    subjects: pd.Index,
    exemptions: Sequence[Exemption],
    today: Days,
) -> NDArray[np.int8]:
    day = date.fromisoformat(str(today))
    excused = [one.subject for one in exemptions if any(one.covers(figure, day) for figure in raw)]
    return np.where(subjects.isin(excused), Owed.EXEMPT, states).astype(np.int8) if excused else states
