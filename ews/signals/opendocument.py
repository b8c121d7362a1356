"""OpenDocument spreadsheets (.ods), row by row from the packed file: a sheet of 1.5 GB never stands in memory.

Blanks and rows that a file repeats instead of writing out are counted, not made: a repeated blank costs nothing, and
one repeated figure beyond the header is never expanded.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import IO, Any

from lxml import etree

from ews.dutch import thousands
from ews.errors import FileRefusedError
from ews.signals.cells import Separator
from ews.signals.table import SHEET_ROWS, Choose, SheetRow, number_text

WIDEST = 16_384
"""Columns of a sheet at most."""
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_SHEET, _ROW = f"{_TABLE}table", f"{_TABLE}table-row"
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}


class _Guarded(io.RawIOBase):
    """Refuses a document type before the parser meets it."""

    def __init__(self, name: str, packed: IO[bytes]) -> None:
        self._name, self._packed, self._tail = name, packed, b""

    def read(self, size: int = -1) -> bytes:
        piece = self._packed.read(size)
        window = self._tail + piece
        if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
            raise FileRefusedError(
                f"{self._name}: content.xml bevat een DOCTYPE of ENTITY. Sla het bestand opnieuw op."
            )
        self._tail = window[-16:]
        return piece


def stream(
    name: str, data: bytes, choose: Choose, *, decimal: Separator, header_row: int = 1
) -> Iterator[SheetRow]:
    """Rows of every sheet that `choose` wants, below its header. Raises FileRefusedError."""
    try:
        with (
            zipfile.ZipFile(io.BytesIO(data)) as archive,
            archive.open("content.xml") as packed,
        ):
            yield from _rows(name, _Guarded(name, packed), choose, decimal=decimal, header_row=header_row)
    except (
        etree.XMLSyntaxError,
        zipfile.BadZipFile,
        NotImplementedError,
        KeyError,
        EOFError,
        OSError,
        RuntimeError,  # zipfile: says that it is encrypted
        ValueError,  # zipfile: an entry that begins before the file does
        zlib.error,
    ):
        raise FileRefusedError(
            f"{name}: content.xml is beschadigd of geen ODS. Sla het bestand opnieuw op, of vraag een nieuw."
        ) from None


def _rows(
    name: str, packed: Any, choose: Choose, *, decimal: Separator, header_row: int
) -> Iterator[SheetRow]:
    sheet, number, width, chosen = "", 0, 0, None
    parsing = etree.iterparse(
        packed,
        events=("start", "end"),
        tag=(_SHEET, _ROW),
        huge_tree=True,  # else a file above 10 MB is refused for its size alone
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    for moment, element in parsing:
        if element.tag == _SHEET:
            sheet, number, width, chosen = element.get(f"{_TABLE}name", ""), 0, 0, None
            _drop(element, moment)
        elif moment == "end":
            times = _times(name, element, "rows", SHEET_ROWS)
            if number < header_row <= number + times:
                header = tuple(_header(name, element))
                width, chosen = len(header), choose(sheet, header)
            elif chosen is not None and number >= header_row:
                cells, overflow = _chosen(name, element, chosen, width=width, decimal=decimal)
                yield from _repeated(name, SheetRow(sheet, number + 1, cells, overflow), times)
            number += times
            _drop(element, moment)


def _repeated(name: str, row: SheetRow, times: int) -> Iterator[SheetRow]:
    if not any(row.cells) and not row.overflow:
        return
    if row.number + times > SHEET_ROWS + 1:
        raise FileRefusedError(f"{name}: blad {row.sheet} beslaat meer dan {thousands(SHEET_ROWS)} rijen.")
    for place in range(times):
        yield SheetRow(row.sheet, row.number + place, row.cells, row.overflow)


def _drop(element: Any, moment: str) -> None:
    """Forget what was read: the tree behind a streaming parser would grow to the whole file."""
    if moment == "start":
        return
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _times(name: str, element: Any, what: str, most: int) -> int:
    text = element.get(f"{_TABLE}number-{what}-repeated", "1")
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:12]) <= 10 * most:
        raise FileRefusedError(
            f"{name}: herhaalt een rij of cel '{text[:20]}' maal. Sla het bestand opnieuw op."
        )
    return int(text)


def _header(name: str, row: Any) -> list[str]:
    """Names up to the last one: a cell of several paragraphs keeps its line breaks."""
    names: list[str] = []
    for cell, times in _cells(name, row):
        text = _paragraphs(cell)
        if not text and times > WIDEST - len(names):
            break
        names += [text] * min(times, WIDEST + 1 - len(names))
        if len(names) > WIDEST:
            raise FileRefusedError(
                f"{name}: meer dan {thousands(WIDEST)} kolommen. Verwijder de lege eromheen."
            )
    while names and not names[-1]:
        names.pop()
    return names


def _cells(name: str, row: Any) -> Iterator[tuple[Any, int]]:
    for cell in row:
        if cell.tag in _CELLS:
            yield cell, _times(name, cell, "columns", WIDEST)


def _chosen(
    name: str, row: Any, chosen: Sequence[int], *, width: int, decimal: Separator
) -> tuple[tuple[str, ...], bool]:
    """Texts at the chosen positions (ascending), and whether anything stands beyond the header."""
    texts = [""] * len(chosen)
    position, next_one, overflow = 0, 0, False
    for cell, times in _cells(name, row):
        after = position + times
        while next_one < len(chosen) and chosen[next_one] < after:
            texts[next_one] = _text(cell, decimal)
            next_one += 1
        overflow = overflow or (after > width and bool(_text(cell, decimal)))
        position = after
    return tuple(texts), overflow


def _text(cell: Any, decimal: Separator) -> str:
    """What a cell says, a number and a date from the value behind it and not from how it is shown."""
    kind = cell.get(f"{_OFFICE}value-type", "")
    if kind in {"float", "percentage", "currency"}:
        return _number(cell.get(f"{_OFFICE}value", ""), decimal)
    if kind == "date":
        return str(cell.get(f"{_OFFICE}date-value", "")).removesuffix("T00:00:00").replace("T", " ")
    return _paragraphs(cell)


def _number(text: str, decimal: Separator) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    # an exponent of a million would be written out to a million digits
    return number_text(number, decimal) if abs(number.adjusted()) < 40 else text


def _paragraphs(cell: Any) -> str:
    return "\n".join("".join(part.itertext()) for part in cell.iterchildren(f"{_TEXT}p")).strip()
