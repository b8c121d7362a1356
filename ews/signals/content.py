"""What a file is: seen from its content, never from its name; unpacked, and its text decoded strictly.

Everything here refuses rather than guesses: FileRefusedError names the file, the place and the remedy.
"""

import gzip
import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ews.dutch import thousands
from ews.errors import FileRefusedError

Shape = Literal["text", "json", "xml", "workbook"]
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
            f"{name}: groter dan {thousands(limits.file_bytes)} bytes. Splits het bestand, of verhoog "
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
                        f"{name}: pakt uit tot meer dan {thousands(most)} bytes (zip-bom). Lever het bestand onverpakt aan."
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
