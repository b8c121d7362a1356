"""Looking at a document before it becomes evidence: by content, never by name. Nothing here unpacks to disk."""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from enum import StrEnum

LONGEST_NAME = 200


class Finding(StrEnum):
    """Why a document is refused."""

    EMPTY = "empty"
    UNKNOWN_KIND = "unknown_kind"
    TWO_KINDS = "two_kinds"
    OLD_OFFICE = "old_office"
    MACROS = "macros"
    EMBEDDED = "embedded"
    EXTERNAL = "external"
    ENCRYPTED = "encrypted"
    BOMB = "bomb"
    DOCTYPE = "doctype"
    DAMAGED = "damaged"


REMEDIES = {
    Finding.EMPTY: "het bestand is leeg. Lever het opnieuw aan.",
    Finding.UNKNOWN_KIND: "dit soort bestand nemen we niet aan. Sla het op als PDF, Word (docx), Excel (xlsx), "
    "ODF, PNG, JPEG of platte tekst.",
    Finding.TWO_KINDS: "het bestand is twee soorten tegelijk. Sla het opnieuw op als PDF.",
    Finding.OLD_OFFICE: "oud Office-formaat of met een wachtwoord beveiligd; dat is niet te controleren. Sla het "
    "zonder wachtwoord op als docx, xlsx of PDF.",
    Finding.MACROS: "er zitten macro's in. Sla het op zonder macro's of als PDF.",
    Finding.EMBEDDED: "er zit een ander bestand in verpakt. Lever dat apart aan, of sla dit op als PDF.",
    Finding.EXTERNAL: "het verwijst naar een bron buiten het bestand. Verbreek de koppelingen of sla het op als PDF.",
    Finding.ENCRYPTED: "het is met een wachtwoord beveiligd. Lever het zonder wachtwoord aan.",
    Finding.BOMB: "uitgepakt is het te groot. Lever een kleiner bestand aan.",
    Finding.DOCTYPE: "het bevat een DTD; die nemen we niet aan. Sla het op als PDF.",
    Finding.DAMAGED: "het is beschadigd. Lever het opnieuw aan.",
}
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE = ("[Content_Types].xml", "mimetype")
_PDF_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia)\b")
_SIGNS = (
    (Finding.MACROS, re.compile(r"vbaproject|macrosheets/|(^|/)basic/|scripts/", re.IGNORECASE)),
    (Finding.EMBEDDED, re.compile(r"oleobject|/embeddings/|/activex/", re.IGNORECASE)),
    (Finding.EXTERNAL, re.compile(r"externallinks?/", re.IGNORECASE)),
    (Finding.ENCRYPTED, re.compile(r"encryptedpackage|encryptioninfo", re.IGNORECASE)),
    (Finding.BOMB, re.compile(r"\.(zip|gz|7z|rar|xz|bz2)$", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a container may unpack to."""

    unpacked_bytes: int
    unpack_ratio: int
    zip_entries: int


def screen(content: bytes, bounds: Bounds) -> Finding | None:
    """The first reason to refuse a document, or None."""
    if not content.strip():
        return Finding.EMPTY
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(_OLE):
        return Finding.OLD_OFFICE
    if content.startswith(b"PK\x03\x04"):
        return _container(content, bounds)
    if zipfile.is_zipfile(io.BytesIO(content)):
        return Finding.TWO_KINDS
    if content.startswith(_IMAGES):
        return None
    return _text(content)


def readable_text(content: bytes) -> str:
    """The words of a text or Office document, for the search after persons' numbers; empty for other kinds."""
    if not content.startswith(b"PK\x03\x04"):
        return "" if content.startswith((b"%PDF-", *_IMAGES)) else content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if name.lower().endswith(".xml")]
    return "\n".join(re.sub(r"<[^>]*>", " ", part.decode("utf-8", "replace")) for part in parts)


def shown_name(name: str) -> str:
    """A file name as people may see it: no control or direction characters, at most 200 long."""
    plain = "".join("·" if unicodedata.category(one).startswith("C") else one for one in name)
    return plain if len(plain) <= LONGEST_NAME else f"{plain[: LONGEST_NAME - 1]}…"


def _pdf(content: bytes) -> Finding | None:
    if zipfile.is_zipfile(io.BytesIO(content)):
        return Finding.TWO_KINDS
    if b"/Encrypt" in content:
        return Finding.ENCRYPTED
    return Finding.EMBEDDED if _PDF_ACTIVE.search(content) else None


def _text(content: bytes) -> Finding | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Finding.UNKNOWN_KIND
    start = text.lstrip()[:200].lower()
    if "\x00" in text or start.startswith(("#!", "<!doctype", "<html", "<script", "<svg")):
        return Finding.UNKNOWN_KIND
    return Finding.DOCTYPE if start.startswith("<?xml") and "<!doctype" in text[:5000].lower() else None


def _container(content: bytes, bounds: Bounds) -> Finding | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _parts(archive, len(content), bounds)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, RuntimeError):
        return Finding.DAMAGED


def _parts(archive: zipfile.ZipFile, packed: int, bounds: Bounds) -> Finding | None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > bounds.zip_entries or unpacked > min(
        bounds.unpacked_bytes, packed * bounds.unpack_ratio
    ):
        return Finding.BOMB
    if any(entry.flag_bits & 1 for entry in entries):
        return Finding.ENCRYPTED
    names = [entry.filename for entry in entries]
    if not set(_OFFICE) & set(names):
        return Finding.UNKNOWN_KIND
    for finding, sign in _SIGNS:
        if any(sign.search(name) for name in names):
            return finding
    return _xml_parts(archive, entries)


def _xml_parts(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Finding | None:
    for entry in entries:
        if entry.filename.lower().endswith((".xml", ".rels")):
            part = archive.read(entry)
            if b"<!DOCTYPE" in part.upper() or b"<!ENTITY" in part.upper():
                return Finding.DOCTYPE
            if entry.filename.endswith(".rels") and _links_out(part):
                return Finding.EXTERNAL
            if b"DDEAUTO" in part or b"<ddeLink" in part:
                return Finding.EXTERNAL
    return None


def _links_out(relations: bytes) -> bool:
    """Whether something other than a hyperlink is fetched from outside when the document opens."""
    found = re.findall(rb"<Relationship\b[^>]*>", relations)
    return any(b'TargetMode="External"' in one and b"/hyperlink" not in one for one in found)
