"""Numbers of persons (BSN) at the door: which columns, and which texts, may not come in.

Column rule first: a header that names a person's number or birth refuses the file. The eleven-test is only held
against tokens of nine digits in free text and undeclared columns of sources that may hold persons: one in eleven
random numbers passes it, and so do real inspection case numbers and KvK numbers.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ews.errors import FileRefusedError
from ews.signals.columns import match as match_columns
from ews.signals.contract import SourceContract
from ews.signals.fields import Figure
from ews.signals.model import Unit
from ews.signals.table import Table, place

_NEVER = re.compile(r"\b(?:bsn|sofi\w*|burgerservice\w*)", re.IGNORECASE)
_UNDECLARED = re.compile(r"^(?:client|geboorte)", re.IGNORECASE)
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_NINE = re.compile(r"(?<![0-9])(?:[0-9][ .\u00a0-]?){8}[0-9](?![0-9])")
_EIGHT = re.compile(r"(?<![0-9])[1-9][0-9]{7}(?![0-9])")


@dataclass(frozen=True, slots=True)
class Found:
    """Where a person's number stands; the number itself only masked."""

    place: str
    masked: str


def is_bsn(digits: str) -> bool:
    """Whether eight or nine ASCII digits pass the eleven-test."""
    if not re.fullmatch(r"[0-9]{8,9}", digits):
        return False
    nine = digits.zfill(9)
    if len(set(nine)) == 1 or nine.startswith("00"):
        return False  # never given out
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, nine, strict=True)) % 11 == 0


def bsn_in(text: str) -> str | None:
    """The first token that passes, masked: nine digits (spaced or dotted too), or eight after a lost zero."""
    plain = unicodedata.normalize("NFKC", text)
    for match in (*_NINE.finditer(plain), *_EIGHT.finditer(plain)):
        digits = re.sub(r"[^0-9]", "", match[0])
        if is_bsn(digits):
            return masked(digits)
    return None


def bsn_in_name(name: str) -> str | None:
    """The same in a file's name, nine digits in a row only: dates stand there too."""
    found = (digits for digits in re.findall(r"(?<![0-9])[0-9]{9}(?![0-9])", name) if is_bsn(digits))
    return next(found, None)


def cleaned(text: str) -> str:
    """Text for people, with nine digits that may be somebody's number masked."""
    found = (match[0] for match in _NINE.finditer(text))
    for token in [one for one in found if is_bsn(re.sub(r"[^0-9]", "", one))]:
        text = text.replace(token, masked(token))
    return text


def refuse_named(file: str, names: Iterable[str]) -> None:
    """Raise FileRefusedError when a person's number stands in the name of a sheet."""
    for name in names:
        number = bsn_in_name(name)
        if number is not None:
            raise FileRefusedError(
                f"{file}, blad '{name.replace(number, masked(number))}': de naam van het blad bevat een BSN. "
                "Niets is bewaard. Hernoem het blad."
            )


def masked(digits: str) -> str:
    """A number as messages and the audit chain may show it."""
    return "*****" + digits[-3:]


def forbidden_columns(header: Iterable[str], declared: frozenset[str]) -> list[str]:
    """Headers that may not come in. `declared` are those that the contract reads as counts or texts of its own."""
    found = []
    for name in header:
        plain = "".join(
            letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter)
        )
        words = re.sub(r"[_\-./]+", " ", plain).strip()
        if _NEVER.search(words) or (_UNDECLARED.match(words) and name not in declared):
            found.append(name.strip())
    return found


def search(tables: Iterable[Table], contract: SourceContract) -> Found | None:
    """The first person's number in tables that a contract reads, or None."""
    for table in tables:
        free = _free_columns(table, contract)
        declared = frozenset(name for position, name in enumerate(table.header) if position not in free[1])
        columns = forbidden_columns(table.header, declared)
        if columns:
            return Found(f"kolom '{columns[0]}'", "een nummer of geboortegegeven van een persoon")
        if not contract.may_hold_persons:
            continue
        found = _search_texts(table, free[0] | free[1], bsn_in) or _search_ragged(table)
        # in a column of numbers only words make nine digits somebody's
        found = found or _search_texts(table, set(range(len(table.header))), _bsn_beside_words)
        if found is not None:
            return found
    return None


def _bsn_beside_words(text: str) -> str | None:
    return bsn_in(text) if any(letter.isalpha() for letter in text) and cleaned(text) != text else None


def _free_columns(table: Table, contract: SourceContract) -> tuple[set[int], set[int]]:
    """Positions of declared free text, and of columns that the contract does not read."""
    from datetime import date

    columns = match_columns(table.header, contract, on=date.max)
    texts = {column.position for column in columns.figures if _is_free(column.figure)}
    texts |= {
        at for role, at in columns.keys.items() if role.startswith(("event.detail", "event.key", "value"))
    }
    unknown = {position for position, name in enumerate(table.header) if _is_unknown(name, columns.unknown)}
    return texts, unknown


def _is_unknown(name: str, unknown: tuple[str, ...]) -> bool:
    return not name.strip() or name.strip() in unknown


def _is_free(figure: Figure) -> bool:
    return figure.unit is Unit.TEXT and not figure.closed


def _search_texts(table: Table, positions: set[int], number_in: Callable[[str], str | None]) -> Found | None:
    # loads pandas, which a command that reads no file can do without
    from ews.signals.uniques import each_unique

    for position in sorted(positions):
        codes, answers = each_unique(table.columns[position], number_in)
        for code, answer in enumerate(answers):
            if answer is not None:
                row = int(table.rows[(codes == code).argmax()])
                return Found(f"{place(row)}, kolom '{table.header[position].strip()}'", answer)
    return None


def _search_ragged(table: Table) -> Found | None:
    for row, text in table.ragged:
        hidden = bsn_in(text)
        if hidden is not None:
            return Found(place(row), hidden)
    return None
