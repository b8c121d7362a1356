"""Bytes into tables of text. What a file is, is seen from its content, never from its name.

Everything here refuses rather than guesses: FileRefusedError names the file, the place and the remedy.
"""

import csv
import gzip
import importlib
import io
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from ews.errors import FileRefusedError
from ews.signals.cells import Separator
from ews.signals.contract import SourceContract
from ews.signals.table import Table, table_of

Shape = Literal["text", "json", "xml", "workbook"]
LONGEST_FIELD = 1_000_000
_CHUNK = 1 << 20
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Refused beyond these, before anything is parsed. Sizes in bytes."""

    file_bytes: int
    unpacked_bytes: int
    unpack_ratio: int
    zip_entries: int
    rows: int
    memory_bytes: int = 1_000_000_000
    """What reading one foreign file may take, beyond the reading process itself."""
    cpu_seconds: int = 60


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds, unpacked."""

    name: str
    raw: bytes
    """As it came in."""
    data: bytes
    """Unpacked when it was a .gz."""
    shape: Shape


def read_content(path: Path, limits: FileLimits) -> Content:
    """Read a file from disk. Raises FileRefusedError when it is absent, too large or of an unknown kind."""
    try:
        with path.open("rb") as file:
            raw = file.read(limits.file_bytes + 1)
    except FileNotFoundError:
        raise FileRefusedError(f"{path}: bestaat niet. Controleer het pad.") from None
    except OSError as error:
        raise FileRefusedError(
            f"{path}: kan niet worden gelezen ({error.strerror}). Controleer de rechten op dit bestand."
        ) from None
    return open_content(path.name, raw, limits)


def open_content(name: str, raw: bytes, limits: FileLimits) -> Content:
    """Bytes that came in under a name: unpacked, and their kind told from what they are."""
    if len(raw) > limits.file_bytes:
        raise FileRefusedError(
            f"{name}: groter dan {limits.file_bytes:,} bytes. Splits het bestand, of verhoog "
            "[limits] file_bytes in settings.toml."
        )
    data = _gunzip(name, raw, limits) if raw.startswith(b"\x1f\x8b") else raw
    return Content(name, raw, data, _shape(name, data))


def _gunzip(name: str, raw: bytes, limits: FileLimits) -> bytes:
    most = min(limits.unpacked_bytes, max(len(raw), 1024) * limits.unpack_ratio)
    pieces, size = [], 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as packed:
            while piece := packed.read(_CHUNK):
                size += len(piece)
                if size > most:
                    raise FileRefusedError(
                        f"{name}: pakt uit tot meer dan {most:,} bytes (zip-bom). Lever het bestand onverpakt aan."
                    )
                pieces.append(piece)
    except (OSError, EOFError, zlib.error):
        raise FileRefusedError(
            f"{name}: het .gz-bestand is beschadigd. Vraag de leverancier om een nieuw bestand."
        ) from None
    return b"".join(pieces)


def _shape(name: str, data: bytes) -> Shape:
    if not data.strip():
        raise FileRefusedError(f"{name}: het bestand is leeg. Vraag de leverancier om een nieuw bestand.")
    if data.startswith(b"PK\x03\x04"):
        return "workbook"
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise FileRefusedError(
            f"{name}: is met een wachtwoord beveiligd of een oud Office-bestand (.xls, .doc). "
            "Sla het zonder wachtwoord op als .xlsx en lever het opnieuw aan."
        )
    for magic, kind in ((b"%PDF", "een PDF"), (b"\x7fELF", "een programma"), (b"MZ", "een programma"), (b"\x89PNG", "een afbeelding"), (b"\xff\xd8\xff", "een afbeelding"), (b"{\\rtf", "een RTF-document"), (b"7z\xbc\xaf", "een 7z-archief"), (b"Rar!", "een RAR-archief")):  # fmt: skip
        if data.startswith(magic):
            raise FileRefusedError(f"{name}: is {kind}. Lever de cijfers aan als CSV, XLSX of JSON.")
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"{", b"[")):
        return "json"
    return "xml" if start.startswith(b"<") else "text"


def refuse_doctype(name: str, data: bytes) -> None:
    """Entities can fetch files and blow up memory: no source needs a document type."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise FileRefusedError(f"{name}: bevat een DOCTYPE of ENTITY. Lever het bestand zonder aan.")


def read_tables(content: Content, contract: SourceContract, limits: FileLimits) -> list[Table]:
    """The tables of a file, by the contract's connector when it has one. Raises FileRefusedError."""
    most = contract.max_rows or limits.rows
    if content.shape == "xml":
        refuse_doctype(content.name, content.data)
    if contract.connector:
        connector = importlib.import_module(f"ews.signals.connectors.{contract.connector}")
        tables: list[Table] = [connector.read(content.data)]
    elif contract.joined is not None:
        from ews.signals.joined import read_joined

        tables = [read_joined(content, contract, limits)]
    elif content.shape == "workbook":
        from ews.signals.workbooks import read_workbook

        tables = read_workbook(content, contract, limits)
    elif content.shape == "text":
        tables = [read_csv(content, contract)]
    elif content.shape == "json":
        tables = [read_json(content, contract)]
    else:
        raise FileRefusedError(f"{content.name}: is XML; bron {contract.name} verwacht {contract.form}.")
    if sum(table.read for table in tables) > most:
        raise FileRefusedError(
            f"{content.name}: meer dan {most:,} rijen. Splits het bestand of verhoog max_rows."
        )
    return tables


def decode(content: Content, encodings: Sequence[str]) -> str:
    """The text, by the first encoding that fits strictly. Half UTF-8, half something else fits none."""
    if content.data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefusedError(f"{content.name}: is UTF-16. Sla het op als UTF-8 en lever het opnieuw aan.")
    place = 0
    for encoding in encodings:
        try:
            text = content.data.decode(encoding)
        except UnicodeDecodeError as error:
            place = error.start
            continue
        if encoding != "cp1252" or not _MULTIBYTE.search(content.data):
            return text
    line = content.data.count(b"\n", 0, place) + 1
    raise FileRefusedError(
        f"{content.name}, regel {line}: de tekens passen niet bij {' of '.join(encodings)}. "
        "Sla het bestand op als UTF-8 en lever het opnieuw aan."
    )


def read_csv(content: Content, contract: SourceContract) -> Table:
    """A CSV file as text, strictly: an unbalanced quote or a lone carriage return refuses the file."""
    csv.field_size_limit(LONGEST_FIELD)
    text = decode(content, contract.encodings)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=contract.delimiter, strict=True)
    try:
        for _ in range(contract.header_row - 1):
            next(reader)
        header = next(reader)
        return table_of(header, reader, first_row=contract.header_row + 1)
    except StopIteration:
        raise FileRefusedError(f"{content.name}: heeft geen rij met kolomnamen.") from None
    except csv.Error as error:
        raise FileRefusedError(
            f"{content.name}, regel {reader.line_num}: geen geldig CSV ({error}). Controleer aanhalingstekens "
            "en regeleinden, of sla het bestand opnieuw op."
        ) from None


def read_json(content: Content, contract: SourceContract) -> Table:
    """A list of flat objects (or an object with one such list) as text."""
    try:
        document = json.loads(decode(content, contract.encodings), parse_float=Decimal)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FileRefusedError(f"{content.name}: geen geldige JSON ({error}).") from None
    if isinstance(document, dict):
        lists = [value for value in document.values() if isinstance(value, list)]
        document = lists[0] if len(lists) == 1 else [document]
    if not all(isinstance(record, dict) for record in document):
        raise FileRefusedError(f"{content.name}: hoort een lijst van objecten te zijn.")
    header = list(dict.fromkeys(key for record in document for key in record))
    return table_of(header, list(_records(document, header, contract.decimal)))


def _records(
    document: list[dict[str, Any]], header: Sequence[str], decimal: Separator
) -> Iterator[list[str]]:
    for record in document:
        yield [as_text(record.get(key), decimal) for key in header]


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
