"""Files with the same bytes every time: workbooks without a clock in them, CSV and JSON."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

_STAMP = (2023, 1, 1, 0, 0, 0)
Cell = str | int | float | None


@dataclass(frozen=True)
class Arrival:
    """One file, the source it belongs to, and the moment at which the office received it (office time)."""

    at: datetime
    source: str
    path: str
    content: bytes


def workbook(sheets: Sequence[tuple[str, Sequence[Sequence[Cell]]]]) -> bytes:
    """An XLSX file of the given sheets; the first row of each is its bold header."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cell in sheet[1] if rows else ():
            cell.font = Font(bold=True)
    raw = io.BytesIO()
    book.save(raw)
    return _timeless(raw.getvalue())


def _timeless(content: bytes) -> bytes:
    """The same archive without the moment of saving: neither in its entries nor in its properties."""
    timeless = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(timeless, "w") as new:
        for name in sorted(old.namelist()):
            body = old.read(name)
            if name == "docProps/core.xml":
                body = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2023-01-01T00:00:00Z", body)
            entry = zipfile.ZipInfo(name, date_time=_STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, body)
    return timeless.getvalue()


def table(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, delimiter: str = ";") -> bytes:
    """A CSV file as Dutch spreadsheets write it: semicolons, Windows line ends, UTF-8 with its mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return ("\ufeff" + text.getvalue()).encode("utf-8")


def document(content: Any, *, indent: int | None = 1) -> bytes:
    """A JSON file."""
    separators = (",", ":") if indent is None else None
    return (json.dumps(content, ensure_ascii=False, indent=indent, separators=separators) + "\n").encode(
        "utf-8"
    )


def comma(value: float, digits: int) -> str:
    """12345.6 as people write it here: 12.345,60."""
    return f"{value:,.{digits}f}".translate(str.maketrans({",": ".", ".": ","}))


def plain_comma(value: float, digits: int) -> str:
    """12345.6 with a decimal comma and nothing between the thousands: 12345,60."""
    return f"{value:.{digits}f}".replace(".", ",")
