"""One wide table that a file spreads over sheets: rows with the same code are one row, whatever their order.

Only the columns that the contract reads are kept: of the fifteen thousand of an annual data set a few dozen.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from ews.dutch import thousands
from ews.errors import FileRefusedError
from ews.signals.columns import fold, is_valid, match, position
from ews.signals.content import Content, FileLimits, decode
from ews.signals.contract import SourceContract
from ews.signals.opendocument import stream
from ews.signals.table import LONGEST_FIELD, SHEET_ROWS, Choose, SheetRow, Table
from ews.signals.workbooks import inspect_archive, is_open_document, stream_workbook

_Key = tuple[str, int]
"""A code, and which row with that code of a sheet: a code that stands there twice is two rows."""


def read_joined(content: Content, contract: SourceContract, limits: FileLimits) -> Table:
    """The rows of a file by its joining column. Raises FileRefusedError."""
    day = contract.day_about(content.name)
    if day is None:
        raise FileRefusedError(
            f"{content.name}: in de naam staat geen boekjaar. Hernoem het bestand zoals de leverancier het noemt."
        )
    if not any(is_valid(figure, day) for figure in contract.figure):
        raise FileRefusedError(
            f"{content.name}: voor {day.year} is nog geen kolom van bron {contract.name} bevestigd. Maak een voorstel "
            f"met 'ews source map {contract.name} {content.name}', kijk het na en voeg het toe aan config/sources."
        )
    gathered = _Gathered(content.name, contract, day, contract.max_rows or limits.rows)
    for row in sheet_rows(content, contract, gathered.choose, limits):
        gathered.add(row)
    return gathered.table()


def sheet_rows(
    content: Content, contract: SourceContract, choose: Choose, limits: FileLimits
) -> Iterator[SheetRow]:
    """The rows of every sheet that `choose` wants, from whichever form the file has."""
    if content.shape == "text":
        return _stacked(content, contract, choose)
    if content.shape != "workbook":
        raise FileRefusedError(f"{content.name}: bron {contract.name} verwacht ODS, XLSX of CSV.")
    inspect_archive(content, limits)
    if is_open_document(content):
        return stream(content.name, content.data, choose, decimal=contract.decimal)
    return stream_workbook(content, choose, decimal=contract.decimal)


def _stacked(content: Content, contract: SourceContract, choose: Choose) -> Iterator[SheetRow]:
    """Tables one below the other in one CSV: each starts with a header line, whose first cell is the join."""
    assert contract.joined is not None
    starts = {fold(name) for name in contract.joined.names}
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(decode(content, contract.encodings), newline=""), strict=True)
    chosen, width, sheet = None, 0, 0
    try:
        for number, row in enumerate(reader, start=1):
            if row and fold(column_names((row[0],))[0]) in starts:
                sheet, width = sheet + 1, len(row)
                chosen = choose(f"deel {sheet}", tuple(row))
            elif chosen is not None and any(row):
                padded = [*row, *[""] * (width - len(row))]
                yield SheetRow(f"deel {sheet}", number, tuple(padded[place] for place in chosen))
    except csv.Error as error:
        raise FileRefusedError(
            f"{content.name}, regel {reader.line_num}: geen geldig CSV ({error}). Sla het bestand opnieuw op."
        ) from None


def column_names(header: tuple[str, ...]) -> list[str]:
    """The names in a header whose cells may hold a label in a paragraph above the name."""
    return [cell.rsplit("\n", 1)[-1].strip() for cell in header]


@dataclass(slots=True)
class _Gathered:
    """What has been read of a file so far."""

    file: str
    contract: SourceContract
    day: date
    most: int
    rows: dict[_Key, int] = field(default_factory=dict)
    """With the number of the first row that has the code."""
    columns: list[tuple[str, dict[_Key, str]]] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    """Codes of the sheet that is being read."""
    own: list[dict[_Key, str]] = field(default_factory=list)
    """The columns of the sheet that is being read."""
    at: int = 0
    """Where its code stands among the chosen cells."""

    def choose(self, sheet: str, header: tuple[str, ...]) -> list[int] | None:
        """The columns of a sheet that the contract reads, its code among them."""
        assert self.contract.joined is not None
        names = column_names(header)
        place = position(self.contract.joined, names)
        if place is None or not self._is_data(sheet):
            return None
        columns = match(names, self.contract, on=self.day)
        used = {*columns.keys.values(), *(column.position for column in columns.figures), place}
        chosen = sorted(used)
        self.sheets.append(sheet)
        self.seen, self.at = Counter(), chosen.index(place)
        fresh: list[tuple[str, dict[_Key, str]]] = [(names[one], {}) for one in chosen]
        self.own = [values for _, values in fresh]
        self.columns += [one for number, one in enumerate(fresh) if number != self.at]
        return chosen

    def _is_data(self, sheet: str) -> bool:
        patterns = self.contract.sheets
        return (
            not patterns
            or sheet.startswith("deel ")
            or any(re.search(pattern, sheet, re.IGNORECASE) for pattern in patterns)
        )

    def add(self, row: SheetRow) -> None:
        """Take in a row of the sheet that was chosen last."""
        code = row.cells[self.at].strip()
        self.seen[code] += 1
        key = (code, self.seen[code])
        if key not in self.rows:
            if len(self.rows) >= self.most:
                raise FileRefusedError(
                    f"{self.file}: meer dan {thousands(self.most)} rijen. Verhoog max_rows."
                )
            self.rows[key] = (len(self.sheets) - 1) * SHEET_ROWS + row.number
        for values, cell in zip(self.own, row.cells, strict=True):
            if cell:
                values[key] = cell

    def table(self) -> Table:
        """Everything as one table; a column that sheets repeat word for word is one column."""
        if not self.sheets:
            assert self.contract.joined is not None
            raise FileRefusedError(
                f"{self.file}: geen blad met een kolom '{self.contract.joined.names[0]}'. Lever het bestand aan zoals het is gepubliceerd."
            )
        different: list[tuple[str, dict[_Key, str]]] = []
        for name, values in self.columns:
            if (name, values) not in different:
                different.append((name, values))
        made = [np.array([values.get(key, "") for key in self.rows], dtype=object) for _, values in different]
        years = np.full(len(self.rows), str(self.day.year), dtype=object)
        assert self.contract.joined is not None
        header = (*(name for name, _ in different), self.contract.joined.year_column)
        return Table(header, (*made, years), np.array([*self.rows.values()], dtype=np.int64))
