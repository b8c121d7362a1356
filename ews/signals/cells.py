"""One cell of text into one typed value, or the reason why not. Total: any text gets an answer.

Numbers are read by an ASCII expression in the one locale of the source and become int or Decimal first;
no float(), no guessing: `1.234` is a thousand or a fraction by contract, and Arabic digits are no digits.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

from ews.signals.dates import read_date
from ews.signals.fields import Figure
from ews.signals.model import RejectionReason, Unit, Value

Separator = Literal["point", "comma"]
LONGEST_TEXT = 100_000
_LARGEST = 2**63 - 1
_BODY = {
    "point": re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"),
    "comma": re.compile(r"(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]+)?|,[0-9]+"),
}
_BLANKS = " \t\u00a0\u202f"
_EXCEL_DAY_ZERO = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell could not be read, and what its supplier can do (Dutch)."""

    reason: RejectionReason
    remedy: str


EMPTY = object()
"""Read as: there is nothing here."""

Cell = Value | Fault | object
"""A value, a Fault, or EMPTY."""


@dataclass(frozen=True, slots=True)
class Conventions:
    """How one source writes: its locale, its words for nothing, its placeholders."""

    decimal: Separator
    empty: frozenset[str]
    placeholders: frozenset[str]


def plain(text: str) -> str:
    """Text to compare with what a contract lists: outer blanks and case aside."""
    return text.strip(_BLANKS + "\r\n").casefold()


def reader(figure: Figure, conventions: Conventions) -> Callable[[str], Cell]:
    """A function from the text of a cell to its value, a Fault or EMPTY."""
    read = _READERS[figure.unit]
    empty = conventions.empty | {plain(word) for word in figure.empty}
    mapped = {plain(cell): value for cell, value in figure.values.items()}

    def read_cell(text: str) -> Cell:
        key = plain(text)
        if key in empty:
            return EMPTY
        if key in conventions.placeholders:
            return Fault(
                RejectionReason.PLACEHOLDER, f"Vul een waarde in de plaats van '{text.strip()[:20]}'."
            )
        if key in mapped:
            text = mapped[key]
        elif figure.closed:
            return _unknown(figure.values)
        return read(text, figure, conventions.decimal)

    return read_cell


def _unknown(values: Mapping[str, str]) -> Fault:
    return Fault(RejectionReason.UNKNOWN_VALUE, f"Gebruik een van: {', '.join(list(values)[:8])}.")


def read_number(text: str, separator: Separator) -> tuple[Decimal, bool] | None:
    """The number and whether it was written with a percent sign; None when it is not a number of this locale."""
    body = text.strip(_BLANKS + "\r\n")
    negative = body.startswith("(") and body.endswith(")")
    if negative:
        body = body[1:-1]
    body = body.removeprefix("€").strip(_BLANKS)
    percent = body.endswith("%")
    body = body.removesuffix("%").strip(_BLANKS)
    if body[:1] in {"-", "+"} and not negative:
        negative, body = body[0] == "-", body[1:].lstrip(_BLANKS).removeprefix("€").lstrip(_BLANKS)
    if len(body) > 40 or not _BODY[separator].fullmatch(body):
        return None
    thousands, decimals = (",", ".") if separator == "point" else (".", ",")
    number = Decimal(body.replace(thousands, "").replace(decimals, "."))
    return (-number if negative else number), percent


def _number(text: str, figure: Figure, separator: Separator) -> Decimal | Fault:
    found = read_number(text, separator)
    if found is None:
        example = "1,234.5" if separator == "point" else "1.234,5"
        return Fault(RejectionReason.UNREADABLE_NUMBER, f"Schrijf een getal zoals {example}.")
    number, has_sign = found
    if has_sign and figure.unit is not Unit.RATIO:
        return Fault(RejectionReason.UNREADABLE_NUMBER, "Hier hoort een getal zonder procentteken.")
    if figure.percent or has_sign:
        number = number / 100
    number = number * figure.scale
    too_small = figure.minimum is not None and number < Decimal(str(figure.minimum))
    too_large = figure.maximum is not None and number > Decimal(str(figure.maximum))
    if too_small or too_large:
        return Fault(RejectionReason.OUT_OF_RANGE, _range_remedy(figure))
    return number


def _range_remedy(figure: Figure) -> str:
    low = "" if figure.minimum is None else f" vanaf {figure.minimum:g}"
    high = "" if figure.maximum is None else f" tot en met {figure.maximum:g}"
    return f"Controleer de waarde; mogelijk is{low}{high}."


def _read_count(text: str, figure: Figure, separator: Separator) -> Cell:
    number = _number(text, figure, separator)
    if isinstance(number, Fault):
        return number
    if number != number.to_integral_value():
        return Fault(RejectionReason.UNREADABLE_NUMBER, "Hier hoort een geheel getal.")
    return _bounded(int(number))


def _read_eurocent(text: str, figure: Figure, separator: Separator) -> Cell:
    number = _number(text, figure, separator)
    if isinstance(number, Fault):
        return number
    return _bounded(int((number * 100).to_integral_value(ROUND_HALF_EVEN)))


def _bounded(number: int) -> Cell:
    if abs(number) > _LARGEST:
        return Fault(RejectionReason.OUT_OF_RANGE, "Dit getal is te groot om te bewaren.")
    return number


def _read_real(text: str, figure: Figure, separator: Separator) -> Cell:
    number = _number(text, figure, separator)
    return number if isinstance(number, Fault) else float(number)


def _read_text(text: str, figure: Figure, separator: Separator) -> Cell:
    if "\x00" in text:
        return Fault(RejectionReason.UNKNOWN_VALUE, "Verwijder het nulteken uit deze cel.")
    stripped = text.strip()
    if len(stripped) > LONGEST_TEXT:
        return Fault(RejectionReason.OUT_OF_RANGE, f"Kort deze tekst in tot {LONGEST_TEXT} tekens.")
    return stripped or EMPTY


def _read_date(text: str, figure: Figure, separator: Separator) -> Cell:
    found = date_of(text, figure.formats)
    if found is None:
        return Fault(RejectionReason.UNREADABLE_DATE, f"Schrijf de datum als {' of '.join(figure.formats)}.")
    return found.isoformat()


def date_of(text: str, formats: tuple[str, ...]) -> date | None:
    """The date in a cell, by the first of the formats that fits; `excel` is a serial day number."""
    body = text.strip()
    for form in formats:
        found = _excel_day(body) if form == "excel" else read_date(body, form)
        if found is not None:
            return found
    return None


def _excel_day(text: str) -> date | None:
    match = re.fullmatch(r"([0-9]{1,6})(?:[.,][0-9]+)?", text)
    days = int(match[1]) if match else 0
    return _EXCEL_DAY_ZERO + timedelta(days=days) if 1 <= days <= 73_050 else None


_READERS: dict[Unit, Callable[[str, Figure, Separator], Cell]] = {
    Unit.COUNT: _read_count,
    Unit.EUROCENT: _read_eurocent,
    Unit.RATIO: _read_real,
    Unit.NUMBER: _read_real,
    Unit.TEXT: _read_text,
    Unit.DATE: _read_date,
}
