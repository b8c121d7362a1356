"""A table as a file that a spreadsheet opens without running anything in it, marked with who took it."""

import csv
import io
from dataclasses import dataclass

Value = str | int | float | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Sheet:
    """`mark` says whose copy this is: it stands above the table and, on paper, below every page."""

    mark: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def harmless(value: Value) -> Value:
    """Text that a spreadsheet would take for a formula, made plain text."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def csv_bytes(sheet: Sheet) -> bytes:
    """With a byte order mark and semicolons, as spreadsheets here open it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([harmless(sheet.mark)])
    writer.writerow(sheet.columns)
    writer.writerows([["" if value is None else harmless(value) for value in row] for row in sheet.rows])
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(sheet: Sheet) -> bytes:
    """A workbook; text cells are stored as text, whatever they begin with."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    page = book.create_sheet("portefeuille")
    page.oddFooter.left.text = sheet.mark.replace("&", "&&")[:200]
    for row in ((sheet.mark,), sheet.columns, *sheet.rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(page, value=harmless(value))
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        page.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
