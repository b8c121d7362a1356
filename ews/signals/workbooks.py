"""Excel workbooks and OpenDocument spreadsheets: looked through before they are opened, and read as text.

Refused by content: macros, embedded objects, links to other files, encryption, document types, archives in
archives, cells so far apart that the table between them would fill the memory.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import groupby
from pathlib import PurePosixPath
from typing import NoReturn

import numpy as np
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from ews.dutch import thousands
from ews.errors import FileRefusedError
from ews.signals.cells import Separator
from ews.signals.content import Content, FileLimits
from ews.signals.contract import SourceContract
from ews.signals.opendocument import stream
from ews.signals.persons import refuse_named
from ews.signals.table import SHEET_ROWS, Choose, SheetRow, Table, as_text, table_of

MOST_CELLS = 60_000_000
_CELL = re.compile(rb"\sr=\"([A-Z]{1,3})([0-9]{1,7})\"")
_FORBIDDEN = (
    ("vbaproject", "macro's"),
    ("basic/", "macro's"),
    ("scripts/", "macro's"),
    ("object 1/", "een ingesloten object"),
    ("oleobject", "een ingesloten object"),
    ("embeddings/", "een ingesloten object"),
    ("externallink", "koppelingen naar andere bestanden"),
    ("activex", "een ActiveX-onderdeel"),
    ("encryptedpackage", "versleutelde inhoud"),
)


def read_workbook(content: Content, contract: SourceContract, limits: FileLimits) -> list[Table]:
    """Every sheet with content (that the contract names), as text in the contract's locale."""
    inspect_archive(content, limits)
    if is_open_document(content):
        tables = list(_open_document_tables(content, contract))
        return tables or _without_content(content, contract)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content.data))
        if contract.may_hold_persons:
            refuse_named(content.name, workbook.sheet_names)
        sheets = [workbook.get_sheet_by_name(name) for name in _wanted(workbook.sheet_names, contract)]
        tables = [
            table
            for number, sheet in enumerate(sheets)
            if (table := _table(sheet, contract, number)) is not None
        ]
    except CalamineError as error:
        raise FileRefusedError(
            f"{content.name}: de werkmap is niet te openen ({error}). Sla haar zonder wachtwoord opnieuw op als .xlsx."
        ) from None
    return tables or _without_content(content, contract)


def _without_content(content: Content, contract: SourceContract) -> NoReturn:
    raise FileRefusedError(
        f"{content.name}: geen enkel blad heeft inhoud die bij bron {contract.name} hoort."
    )


def is_open_document(content: Content) -> bool:
    """Whether an archive that was looked through is an OpenDocument spreadsheet and no Excel workbook."""
    with zipfile.ZipFile(io.BytesIO(content.data)) as archive:
        return "content.xml" in archive.namelist()


def _open_document_tables(content: Content, contract: SourceContract) -> Iterator[Table]:
    headers: dict[str, tuple[str, ...]] = {}

    def choose(sheet: str, header: tuple[str, ...]) -> range | None:
        if contract.may_hold_persons:
            refuse_named(content.name, [sheet])
        if not header or not _wanted([sheet], contract):
            return None
        headers[sheet] = header
        return range(len(header))

    rows = stream(
        content.name, content.data, choose, decimal=contract.decimal, header_row=contract.header_row
    )
    grouped = {sheet: list(own) for sheet, own in groupby(rows, key=lambda row: row.sheet)}
    for place, (sheet, header) in enumerate(headers.items()):
        yield _table_of(header, grouped.get(sheet, []), sheet=place)


def _table_of(header: tuple[str, ...], rows: Sequence[SheetRow], *, sheet: int) -> Table:
    fitting = [row for row in rows if not row.overflow]
    columns = [np.array(column, dtype=object) for column in zip(*(row.cells for row in fitting), strict=True)]
    numbers = np.array([row.number + sheet * SHEET_ROWS for row in fitting], dtype=np.int64)
    ragged = tuple((row.number + sheet * SHEET_ROWS, " | ".join(row.cells)) for row in rows if row.overflow)
    return Table(header, tuple(columns or [np.empty(0, dtype=object) for _ in header]), numbers, ragged)


def stream_workbook(content: Content, choose: Choose, *, decimal: Separator) -> Iterator[SheetRow]:
    """Rows of every sheet that `choose` wants, below its first row. Raises FileRefusedError."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content.data))
        for name in workbook.sheet_names:
            rows = _texts(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False), decimal)
            chosen = choose(name, tuple(cell.strip() for cell in next(rows, [])))
            for number, row in enumerate(rows, start=2):
                if chosen is not None and any(row):
                    yield SheetRow(name, number, tuple(row[place] for place in chosen))
    except CalamineError as error:
        raise FileRefusedError(
            f"{content.name}: de werkmap is niet te openen ({error}). Sla haar opnieuw op als .xlsx."
        ) from None


def inspect_archive(content: Content, limits: FileLimits) -> None:
    """Refuse a workbook for what is in it, before anything is unpacked."""
    name = content.name
    try:
        archive = zipfile.ZipFile(io.BytesIO(content.data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        raise FileRefusedError(
            f"{name}: het bestand is beschadigd. Vraag de leverancier om een nieuw bestand."
        ) from None
    with archive:
        _inspect_sizes(name, entries, limits)
        _inspect_names(name, entries)
        for entry in entries:
            if entry.filename.endswith((".xml", ".rels")) and entry.filename != "content.xml":
                _inspect_part(name, archive, entry)


def _inspect_sizes(name: str, entries: list[zipfile.ZipInfo], limits: FileLimits) -> None:
    if len(entries) > limits.zip_entries:
        raise FileRefusedError(
            f"{name}: {len(entries)} onderdelen, hoogstens {limits.zip_entries} toegestaan."
        )
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if unpacked > limits.unpacked_bytes or (
        unpacked > 10_000_000 and unpacked / packed > limits.unpack_ratio
    ):
        raise FileRefusedError(
            f"{name}: pakt uit tot {thousands(unpacked)} bytes (zip-bom). Lever een gewoon bestand aan."
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefusedError(f"{name}: is met een wachtwoord beveiligd. Sla het zonder wachtwoord op.")


def _inspect_names(name: str, entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename.casefold() for entry in entries]
    for part in names:
        for sign, what in _FORBIDDEN:
            if sign in part:
                raise FileRefusedError(f"{name}: bevat {what} ({part}). Sla het op als gewone .xlsx, zonder.")
        if PurePosixPath(part).suffix in {".zip", ".gz", ".7z", ".xlsx", ".xlsm", ".exe", ".dll"}:
            raise FileRefusedError(f"{name}: bevat een ander bestand ({part}). Lever dat apart aan.")
    if "xl/workbook.xml" not in names and "xl/workbook.bin" not in names and "content.xml" not in names:
        raise FileRefusedError(
            f"{name}: is een zip-bestand, geen Excel-werkmap. Pak het uit en lever de inhoud aan."
        )


def _inspect_part(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """No document type in any part; no sheet that spans more cells than memory holds."""
    sheet = entry.filename.casefold().startswith("xl/worksheets/")
    rows = columns = 0
    tail = b""
    try:
        with archive.open(entry) as part:
            while piece := part.read(1 << 20):
                window = tail + piece
                if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                    raise FileRefusedError(
                        f"{name}: {entry.filename} bevat een DOCTYPE of ENTITY. Sla het opnieuw op."
                    )
                if sheet:
                    rows, columns = _span(window, rows, columns)
                tail = window[-32:]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, RuntimeError, ValueError):
        raise FileRefusedError(f"{name}: {entry.filename} is beschadigd. Vraag een nieuw bestand.") from None
    if rows > SHEET_ROWS or rows * columns > MOST_CELLS:
        raise FileRefusedError(
            f"{name}: {entry.filename} beslaat {thousands(rows)} rijen en {thousands(columns)} kolommen. Verwijder de lege cellen eromheen."
        )


def _span(window: bytes, rows: int, columns: int) -> tuple[int, int]:
    for letters, digits in set(_CELL.findall(window)):
        rows = max(rows, int(digits))
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        columns = max(columns, column)
    return rows, columns


def _wanted(names: list[str], contract: SourceContract) -> list[str]:
    if not contract.sheets:
        return names
    return [name for name in names if any(re.search(one, name, re.IGNORECASE) for one in contract.sheets)]


def _table(sheet: CalamineSheet, contract: SourceContract, number: int) -> Table | None:
    rows = sheet.to_python(skip_empty_area=False)
    above = contract.header_row - 1
    if len(rows) <= above:
        return None
    header = [str(cell) for cell in rows[above]]
    width = max((place + 1 for place, name in enumerate(header) if name.strip()), default=0)
    if not width:
        return None
    body = _texts(rows[above + 1 :], contract.decimal)
    return table_of(header[:width], _trimmed(body, width), first_row=contract.header_row + 1, sheet=number)


def _trimmed(rows: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    """Rows as wide as the header; what stands to the right of it makes a row ragged."""
    for row in rows:
        yield row[:width] if not any(row[width:]) else row


def _texts(rows: Sequence[Sequence[object]], decimal: Separator) -> Iterator[list[str]]:
    for row in rows:
        yield [_text(cell, decimal) for cell in row]


def _text(cell: object, decimal: Separator) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return as_text(cell, decimal)
