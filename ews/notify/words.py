"""Dutch for what messages say often: levels, moments, counts. One notion, one word."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from ews.dutch import thousands
from ews.people import Role
from ews.scoring.model import Confidence, Level

OFFICE_ZONE = ZoneInfo("Europe/Amsterdam")
LEVEL = {
    Level.UNKNOWN: "onbekend",
    Level.LOW: "laag",
    Level.ELEVATED: "verhoogd",
    Level.HIGH: "hoog",
    Level.ACUTE: "acuut",
}
CONFIDENCE = {Confidence.HIGH: "hoog", Confidence.MEDIUM: "redelijk", Confidence.LOW: "laag"}
STAGE = (
    "regulier",
    "verhoogde aandacht",
    "intensief onderzoek",
    "dreigende discontinuïteit",
    "crisis",
    "overmacht",
    "nazorg en evaluatie",
)
ROLE: dict[str, str] = {str(role.value): str(role.value) for role in Role} | {
    Role.CONTINUITY_OFFICER: "continuïteitsfunctionaris",
    Role.COMMITTEE: "lid van de risicocommissie",
}
_LONGEST = 200
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}  # controls, bidi marks, lone surrogates: never shown, never sent
_EURO = re.compile(r"€\s?-?[0-9][0-9.,]*(\s?(mln|miljoen|duizend))?")


def clean(text: str, longest: int = _LONGEST) -> str:
    """Foreign text as one printable line: no controls, no direction marks, cut to `longest`."""
    spaced = re.sub(r"\s+", " ", text[: 20 * longest])
    seen = "".join(mark for mark in spaced if unicodedata.category(mark) not in _UNSEEN).strip()
    return seen if len(seen) <= longest else seen[: longest - 1] + "…"


def without_amounts(text: str) -> str:
    """The same sentence for a reader whose role does not see amounts."""
    return _EURO.sub("€ (bedrag niet getoond)", text)


def day(moment: datetime | date) -> date:
    """The office day of a moment."""
    return moment.astimezone(OFFICE_ZONE).date() if isinstance(moment, datetime) else moment


def short_day(moment: datetime | date, *, today: date | None = None) -> str:
    """`24 november`, with the year when that is not today's."""
    on = day(moment)
    pattern = "d MMMM" if today is not None and on.year == today.year else "d MMMM y"
    return format_date(on, pattern, locale="nl_NL")


def month_name(moment: datetime | date) -> str:
    """`november`."""
    return format_date(day(moment), "MMMM", locale="nl_NL")


def long_day(moment: datetime | date) -> str:
    """`dinsdag 24 november`."""
    return format_date(day(moment), "EEEE d MMMM", locale="nl_NL")


def clock_time(moment: datetime) -> str:
    """`dinsdag 24 november 12:00`, in office time."""
    return f"{long_day(moment)} {moment.astimezone(OFFICE_ZONE):%H:%M}"


def counted(number: int, one: str, many: str) -> str:
    """`1 taak`, `3 taken`."""
    return f"{thousands(number)} {one if number == 1 else many}"


def listed(words: Sequence[str]) -> str:
    """`a, b en c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} en {words[-1]}"


def signed(points: int) -> str:
    """`+21`, `−3`, `0`."""
    return f"{points:+d}".replace("-", "−") if points else "0"
