"""Working days as the Algemene termijnenwet counts them, and days off that the office adds."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

OFFICE_ZONE = ZoneInfo("Europe/Amsterdam")
OFFICE_CLOSES = time(17)


@cache
def _feestdagen(year: int) -> frozenset[date]:
    # "public" alone misses Good Friday and knows 5 May only in lustrum years; art. 3 Algemene termijnenwet
    # counts both, every year
    return frozenset(holidays.country_holidays("NL", years=year, categories=("public", "optional")))


def is_working_day(day: date, days_off: Collection[date] = ()) -> bool:
    """Monday to Friday, no general holiday, no day that the office itself closes."""
    return day.weekday() < 5 and day not in _feestdagen(day.year) and day not in days_off


def add_working_days(start: date, days: int, days_off: Collection[date] = ()) -> date:
    """The last day of a term of `days` working days that begins the day after `start`.

    A term of 0 ends on the first working day from `start` itself on.
    """
    if days < 0:
        raise ValueError(f"a term has no negative number of days: {days}")
    day = start
    for _ in range(days):
        day = _working_day_from(day + timedelta(days=1), days_off)
    return _working_day_from(day, days_off)


def working_days_between(start: date, end: date, days_off: Collection[date] = ()) -> int:
    """Working days after `start` up to and including `end`; 0 when `end` is not later."""
    span = range(1, (end - start).days + 1)
    return sum(is_working_day(start + timedelta(days=step), days_off) for step in span)


def closing_time(day: date) -> datetime:
    """The moment a term that ends on this day is over: the office closes at 17:00 in Amsterdam."""
    return datetime.combine(day, OFFICE_CLOSES, OFFICE_ZONE)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day: 31 August + 6 months is 28 or 29 February."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def office_date(moment: datetime) -> date:
    """The office's date at a moment."""
    return moment.astimezone(OFFICE_ZONE).date()


def _working_day_from(day: date, days_off: Collection[date]) -> date:
    while not is_working_day(day, days_off):
        day += timedelta(days=1)
    return day
