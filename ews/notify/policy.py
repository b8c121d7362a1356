"""How the office tells: within what time it wants an answer, and when single mails become one list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from ews.cases.calendar import OFFICE_ZONE, add_working_days, is_working_day, office_date
from ews.scoring.model import Level

_FORBID: dict[str, str] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class AnswerTerm:
    """Within what time receipt of an alert of this level must be confirmed."""

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID

    id: Level
    working_days: int
    before: time
    """Office time on the last day."""
    hours: int = 0
    """When over 0: so many hours after the alert, day or night, instead of working days."""


@dataclass(frozen=True, slots=True)
class Telling:
    """[telling] and [[answer]] of recipients.toml."""

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID

    valid_from: date
    source: str
    single_per_hour: int
    """Single alert mails to one address; the rest of that hour goes in one list."""
    link_days: int
    """How long a link to acknowledge stays valid."""
    late_minutes: int
    """An acute mail that no relay accepted within this time also goes to the duty address."""
    answer: tuple[AnswerTerm, ...]

    def answer_by(self, level: Level, now: datetime, days_off: Collection[date] = ()) -> datetime | None:
        """The moment by which receipt must be confirmed; None when no answer is asked."""
        term = next((one for one in self.answer if one.id is level), None)
        if term is None:
            return None
        if term.hours:
            return now + timedelta(hours=term.hours)
        today = office_date(now)
        start = today if is_working_day(today, days_off) else add_working_days(today, 0, days_off)
        last = add_working_days(start, term.working_days, days_off)
        return datetime.combine(last, term.before, OFFICE_ZONE)
