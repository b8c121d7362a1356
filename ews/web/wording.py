"""Dutch for the pages: moments, numbers and levels as people read them."""

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

from ews.dutch import thousands
from ews.jobs.run import OFFICE_ZONE
from ews.notify.words import LEVEL, ROLE
from ews.people import Role
from ews.scoring.model import Level
from ews.scoring.words import figure
from ews.signals.model import Unit

LOCALE = "nl_NL"


def day_text(value: date | datetime | None) -> str:
    """`22 nov. 2026`; a dash for what has no date."""
    if value is None:
        return "–"
    on = value.astimezone(OFFICE_ZONE).date() if isinstance(value, datetime) else value
    return _day_text(on)


@lru_cache(maxsize=4096)
def _day_text(on: date) -> str:
    return format_date(on, "d MMM y", locale=LOCALE)


def moment_text(value: datetime | None) -> str:
    """`22 nov. 2026 09:15`, in office time."""
    if value is None:
        return "–"
    return f"{day_text(value)} {value.astimezone(OFFICE_ZONE):%H:%M}"


def number_text(value: float | None) -> str:
    """`1.234,5` with at most three decimals; a dash for what is not known."""
    if value is None:
        return "–"
    if isinstance(value, int) and value >= 0:  # the same, twenty times as quick: a list has hundreds
        return thousands(value)
    return str(format_decimal(value, format="#,##0.###", locale=LOCALE))


def figure_text(value: float | None, unit: Unit) -> str:
    """A value in its unit; a dash for what is not known."""
    return "–" if value is None else figure(value, unit)


def level_text(value: Level | str | None) -> str:
    """`hoog`; a dash where there is none."""
    return LEVEL[Level(value)] if value else "–"


def role_text(role: str) -> str:
    """A role as people write it; a role that nobody has stays as it was recorded."""
    return ROLE[Role(role)] if role in set(Role) else role
