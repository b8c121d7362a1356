"""A table of text as it stands in a file: what every reader makes and every contract reads."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from ews.signals.cells import Separator

LONGEST_FIELD = 1_000_000
"""Characters of a cell at most."""
SHEET_ROWS = 1_048_576
"""Rows of a sheet at most; row numbers of the second sheet of a workbook start above it."""


Choose = Callable[[str, tuple[str, ...]], Sequence[int] | None]
"""Sheet name and header -> positions of the columns to read, ascending; None: pass the sheet by."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """The chosen cells of one row of a sheet as text."""

    sheet: str
    number: int
    """In the sheet, the first row being 1."""
    cells: tuple[str, ...]
    overflow: bool = False
    """Whether something stands to the right of the header."""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of equal length with text cells, beside the number that each row has in the file."""

    header: tuple[str, ...]
    columns: tuple[NDArray[np.object_], ...]
    rows: NDArray[np.int64]
    """The row in the file, the header being row 1; see `place` for further sheets."""
    ragged: tuple[tuple[int, str], ...] = ()
    """Rows with more or fewer cells than the header: number and text. They are in no column."""

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def read(self) -> int:
        """All rows of the file, those without a fitting number of cells included."""
        return len(self.rows) + len(self.ragged)


def table_of(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, first_row: int = 2, sheet: int = 0
) -> Table:
    """A table from rows of text, numbered from `first_row` on; an empty row is none, one of another width is ragged."""
    width = len(header)
    cells: list[Sequence[str]] = []
    numbers: list[int] = []
    ragged: list[tuple[int, str]] = []
    for number, row in enumerate(rows, start=first_row + sheet * SHEET_ROWS):
        if not any(row):
            continue
        if len(row) == width:
            cells.append(row)
            numbers.append(number)
        else:
            ragged.append((number, " | ".join(row)))
    columns = [np.array(column, dtype=object) for column in zip(*cells, strict=True)]
    if not cells:
        columns = [np.empty(0, dtype=object) for _ in header]
    return Table(tuple(header), tuple(columns), np.array(numbers, dtype=np.int64), tuple(ragged))


def place(row: int) -> str:
    """A row number as people look it up: `rij 12`, or `blad 2, rij 12`."""
    sheet, within = divmod(row - 1, SHEET_ROWS)
    return f"blad {sheet + 1}, rij {within + 1}" if sheet else f"rij {row}"


def as_text(value: object, decimal: Separator) -> str:
    """A typed value (of a workbook or JSON) as the source itself would have written it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float | Decimal):
        return number_text(value, decimal)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return str(value)


def number_text(value: float | Decimal, decimal: Separator) -> str:
    """A number without exponent, in the source's locale: 8111924.0 is 8111924, 0.5 is 0,5 where commas are used."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not exact.is_finite():
        return str(value)
    body = f"{exact:f}"
    body = body.rstrip("0").rstrip(".") if "." in body else body
    return body.replace(".", ",") if decimal == "comma" else body
