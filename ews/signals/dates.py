"""Dates and periods as suppliers write them, without the machine's locale."""

import re
from datetime import date, timedelta
from functools import cache

from ews.signals.model import Period

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "januari", "january"),
            ("feb", "februari", "february"),
            ("mar", "mrt", "maart", "march"),
            ("apr", "april"),
            ("may", "mei"),
            ("jun", "juni", "june"),
            ("jul", "juli", "july"),
            ("aug", "augustus", "august"),
            ("sep", "september"),
            ("oct", "okt", "october", "oktober"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_PARTS = {
    "%d": "(?P<day>[0-9]{1,2})",
    "%m": "(?P<month>[0-9]{1,2})",
    "%b": "(?P<name>[a-z]{3,9})",
    "%B": "(?P<name>[a-z]{3,9})",
    "%Y": "(?P<year>[0-9]{4})",
    "%y": "(?P<short>[0-9]{2})",
    "%H": "[0-9]{1,2}",
    "%M": "[0-9]{1,2}",
    "%S": "[0-9]{1,2}",
    "%f": "[0-9]{1,9}",
    "%z": "(?:Z|[+-][0-9]{2}:?[0-9]{2})",
}
_YEARS = range(1900, 2101)


@cache
def _expression(form: str) -> re.Pattern[str]:
    parts = re.split(r"(%[a-zA-Z])", form)
    return re.compile("".join(_PARTS.get(part, re.escape(part)) for part in parts), re.IGNORECASE)


def read_date(text: str, form: str) -> date | None:
    """The date in `text` by a strptime format (day, month, year; a time of day is read and dropped), or None.

    Month names are Dutch or English whatever the machine's locale; a format without a day is the first of the month.
    Two-digit years from 70 on are 19xx.
    """
    match = _expression(form).fullmatch(text)
    if match is None:
        return None
    found = match.groupdict()
    month = _MONTHS.get(found["name"].casefold(), 0) if found.get("name") else int(found.get("month") or 1)
    year = int(found["year"]) if found.get("year") else _century(int(found.get("short") or 0))
    return _day(year, month, int(found.get("day") or 1))


def _century(short: int) -> int:
    return short + (1900 if short >= 70 else 2000)


def _day(year: int, month: int, day: int) -> date | None:
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def year_period(year: int, starts: int = 1) -> Period:
    """The (financial) year that starts in month `starts` of `year`."""
    return Period(date(year, starts, 1), date(year + 1, starts, 1) - timedelta(days=1))


def quarter_period(year: int, quarter: int) -> Period:
    """A calendar quarter, 1 to 4."""
    return Period(date(year, 3 * quarter - 2, 1), month_end(year, 3 * quarter))


def month_period(year: int, month: int) -> Period:
    """A calendar month."""
    return Period(date(year, month, 1), month_end(year, month))


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def week_period(year: int, week: int) -> Period | None:
    """An ISO week, Monday to Sunday; None for a week that the year does not have."""
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return Period(monday, monday + timedelta(days=6))


def read_period(text: str) -> Period | None:
    """A period label: 2025, 2025-Q3, Q3 2025, 2025K3, 3e kwartaal 2025, 2025-11, 2025-W47, and as CBS writes them 2025KW03 and 2025MM11. None for anything else."""
    body = text.strip().casefold()
    for expression, make in _LABELS:
        match = expression.fullmatch(body)
        if match:
            return make(int(match["year"]), int(match.groupdict().get("part") or 0))
    return None


def _year_or_none(year: int, _part: int) -> Period | None:
    return year_period(year) if year in _YEARS else None


def _quarter_or_none(year: int, part: int) -> Period | None:
    return quarter_period(year, part) if year in _YEARS and 1 <= part <= 4 else None


def _month_or_none(year: int, part: int) -> Period | None:
    return month_period(year, part) if year in _YEARS and 1 <= part <= 12 else None


_LABELS = (
    (re.compile(r"(?P<year>[0-9]{4})"), _year_or_none),
    (re.compile(r"(?P<year>[0-9]{4})[ _/-]?(?:q|k|kwartaal) ?(?P<part>[1-4])"), _quarter_or_none),
    (re.compile(r"(?P<year>[0-9]{4})kw0(?P<part>[1-4])"), _quarter_or_none),  # CBS
    (re.compile(r"(?P<year>[0-9]{4})mm(?P<part>[0-9]{2})"), _month_or_none),  # CBS
    (re.compile(r"(?:q|k|kwartaal) ?(?P<part>[1-4])[ _/-]?(?P<year>[0-9]{4})"), _quarter_or_none),
    (re.compile(r"(?P<part>[1-4])e kwartaal (?P<year>[0-9]{4})"), _quarter_or_none),
    (re.compile(r"(?P<year>[0-9]{4})[-/]?(?P<part>[0-9]{2})"), _month_or_none),
    (re.compile(r"(?P<year>[0-9]{4})-?w(?P<part>[0-9]{1,2})"), week_period),
)
