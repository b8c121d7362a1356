"""Whether a source as a whole is heard: silence, and the same bytes again, are signals themselves."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ews.signals.contract import Cadence, Every

DAYS_BETWEEN = {Every.DAY: 1, Every.WEEK: 7, Every.MONTH: 31, Every.QUARTER: 92, Every.YEAR: 366}
"""A source that comes when something happens is never late."""


class Trouble(StrEnum):
    """What is wrong with a source; value: its sentence, with days or what was said filled in."""

    SILENT = "verwacht, niet ontvangen ({})"
    SAME_AGAIN = "stuurt dezelfde bytes opnieuw; de cijfers zijn die van {} geleden"
    FAILING = "ophalen mislukt: {}"
    NEVER_FETCHED = "staat aan, maar is nog nooit opgehaald"


@dataclass(frozen=True, slots=True)
class Heard:
    """When a source was heard last, in days of the office."""

    new_on: date | None
    """A delivery that was taken in."""
    again_on: date | None = None
    """Bytes that were known already."""
    answered_on: date | None = None
    """A fetch that was answered as agreed."""
    failing: str = ""
    """What went wrong at the newest fetch."""
    is_fetched: bool = False
    """Whether the scheduled job fetches it."""


def trouble_with(heard: Heard, cadence: Cadence, *, today: date) -> tuple[Trouble, int] | None:
    """What is wrong with a source on a day, and for how many days; the gravest first, None when nothing is.

    For a source that may send the same (`must_change = false`) being heard is enough. For any other, the same bytes
    a whole rhythm after they were new say that nothing new was made: then no grace is due.
    """
    if heard.failing:
        return Trouble.FAILING, 0
    if heard.is_fetched and heard.new_on is None and heard.answered_on is None:
        return Trouble.NEVER_FETCHED, 0
    expected = DAYS_BETWEEN.get(cadence.every)
    last = _last_heard(heard, cadence)
    if expected is None or last is None:
        return None
    quiet = (today - last).days
    if _is_same_again(heard, cadence, expected):
        return Trouble.SAME_AGAIN, quiet
    return (Trouble.SILENT, quiet - expected) if quiet > expected + cadence.grace_days else None


def _last_heard(heard: Heard, cadence: Cadence) -> date | None:
    days = (heard.new_on,) if cadence.must_change else (heard.new_on, heard.again_on, heard.answered_on)
    return max((day for day in days if day is not None), default=None)


def _is_same_again(heard: Heard, cadence: Cadence, expected: int) -> bool:
    if not cadence.must_change or heard.new_on is None or heard.again_on is None:
        return False
    return (heard.again_on - heard.new_on).days >= expected
