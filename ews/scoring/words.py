"""Figures as people in the Netherlands write them."""

from datetime import date

from ews.signals.model import Unit

_MONTHS = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]


def number(value: float, decimals: int) -> str:
    """1234.5 with one decimal is 1.234,5."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def figure(value: float, unit: Unit, decimals: int = 2) -> str:
    """A value in its unit: 12,3 %, € 1.234.567, 3,42. `decimals` are those of a plain number."""
    match unit:
        case Unit.RATIO:
            return f"{number(100 * value, 1)} %"
        case Unit.EUROCENT:
            return f"€ {number(value / 100, 0)}"
        case Unit.COUNT:
            return number(value, 0 if float(value).is_integer() else 1)
        case _:
            return number(value, 0 if float(value).is_integer() else min(decimals, 2))


def share(value: float) -> str:
    """0.25 is 25 %."""
    return f"{number(100 * value, 0)} %"


def long_date(day: date) -> str:
    """12 mei 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def period(start: date | None, end: date | None) -> str:
    """What a figure is about: `2026 Q3`, `2025`, `1 april 2019 – 31 maart 2020`, `stand 31 maart 2020`."""
    if end is None:
        return ""
    if start is None:
        return f"stand {long_date(end)}"
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year:
        return str(end.year)
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    if start.day == 1 and months == 3 and end.month % 3 == 0 and start.year == end.year:
        return f"{end.year} Q{end.month // 3}"
    if start.day == 1 and months == 1:
        return f"{_MONTHS[end.month - 1]} {end.year}"
    return f"{long_date(start)} – {long_date(end)}"
