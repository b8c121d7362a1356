"""What of a figure that should come: it is there, not due, late, missing, refused, stale, or excused.

Late is not missing, missing is not zero, stale is not low: each is a state of its own.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar

from ews.signals.contract import Cadence, Every
from ews.signals.dates import month_end


class FigureState(StrEnum):
    PRESENT = "aanwezig"
    NOT_DUE = "nog_niet_verwacht"
    LATE = "te_laat"
    """The source has not named the subject about the period yet, and should have."""
    MISSING = "ontbreekt"
    """The source named the subject about the period, but not this figure."""
    REFUSED = "geweigerd"
    """The delivery had no column for it, or it is held."""
    STALE = "verouderd"
    """There is a figure, of an older period than its source's rhythm allows."""
    EXEMPT = "vrijgesteld"


ALL_FIGURES = "*"


@dataclass(frozen=True, slots=True)
class Exemption:
    """Figures that a provider need not deliver, with reason, begin and end, given by a person."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    reason: str
    until: date
    begin: date = date.min
    subject: str = ""
    figures: frozenset[str] = frozenset({ALL_FIGURES})
    """Names of raw figures; ALL_FIGURES for every one."""
    by: str = ""
    id: str = ""

    def covers(self, figure: str, day: date) -> bool:
        """Whether a figure need not come on a day."""
        return self.begin <= day <= self.until and bool({figure, ALL_FIGURES} & self.figures)


@dataclass(frozen=True, slots=True)
class Due:
    """What one source owes: its rhythm, its figures, and which of them its newest delivery had refused."""

    source: str
    cadence: Cadence
    figures: frozenset[str]
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of one figure of one subject and source."""

    period_end: date | None
    """Of the newest value; for a state the day on which it was last seen. None: never."""
    named_on: date | None
    """When the source last named the subject at all."""
    refused: bool = False
    """Whether the source's newest delivery had the figure refused, or is held."""
    exemption: Exemption | None = None


def figure_state(heard: Heard, cadence: Cadence, *, today: date) -> FigureState:
    """The state of a figure on a day. A source without rhythm is never late."""
    if heard.exemption is not None and heard.exemption.begin <= today <= heard.exemption.until:
        return FigureState.EXEMPT
    if cadence.every is Every.NONE:
        return FigureState.PRESENT if heard.period_end else FigureState.NOT_DUE
    wanted = last_period_end(cadence.every, today)
    if heard.period_end is not None and heard.period_end >= wanted:
        return FigureState.PRESENT
    if heard.refused:
        return FigureState.REFUSED
    if today <= wanted + timedelta(days=cadence.grace_days):
        return _while_waiting(heard, cadence, today)
    if heard.named_on is not None and heard.named_on > wanted:
        return FigureState.MISSING
    return (
        FigureState.LATE
        if heard.period_end is None or _one_behind(heard, cadence, wanted)
        else FigureState.STALE
    )


def _while_waiting(heard: Heard, cadence: Cadence, today: date) -> FigureState:
    """The newest period is not due yet: the one before it has to be there."""
    before = last_period_end(cadence.every, last_period_end(cadence.every, today))
    if heard.period_end is None:
        return FigureState.NOT_DUE
    return FigureState.PRESENT if heard.period_end >= before else FigureState.STALE


def _one_behind(heard: Heard, cadence: Cadence, wanted: date) -> bool:
    return heard.period_end is not None and heard.period_end >= last_period_end(cadence.every, wanted)


def due_period_end(every: Every, grace_days: int, today: date) -> date:
    """The end of the newest period whose figures should be there by now."""
    last = last_period_end(every, today)
    return last if today > last + timedelta(days=grace_days) else last_period_end(every, last)


def last_period_end(every: Every, today: date) -> date:
    """The end of the last whole day, week, month, quarter or year before `today`."""
    if every is Every.WEEK:
        return today - timedelta(days=today.isoweekday())
    if every is Every.MONTH:
        return today.replace(day=1) - timedelta(days=1)
    if every is Every.QUARTER:
        return date(today.year, 3 * ((today.month - 1) // 3) + 1, 1) - timedelta(days=1)
    if every is Every.YEAR:
        return month_end(today.year - 1, 12)
    return today - timedelta(days=1)


def period_start(every: Every, end: date) -> date:
    """The first day of the day, week, month, quarter or year that ends on `end`."""
    if every is Every.WEEK:
        return end - timedelta(days=6)
    if every in {Every.MONTH, Every.QUARTER, Every.YEAR}:
        months = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}[every]
        return date(end.year, end.month - months + 1, 1)
    return end
