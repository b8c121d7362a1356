"""Reading a Word file by its headings. Nothing in it is run, fetched or trusted."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from ews.dossier.roundtrip import Found, grouped, outside
from ews.errors import FileRefusedError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OURS = frozenset({"Gevraagd", "Zwak", "Caption"})
"""Paragraph styles that are drawn around the answer and are no part of it."""
MOST_BYTES = 200_000_000


def read_docx(content: bytes) -> dict[str, list[Found]]:
    """Item number -> its paragraphs and tables. Raises FileRefusedError for what is no Word file."""
    return grouped(_parts(_body(content)))


def read_outside(content: bytes) -> list[str]:
    """The words that stand under no item. Raises FileRefusedError for what is no Word file."""
    return outside(_parts(_body(content)))


def read_tables(content: bytes) -> list[Found]:
    """Every table, wherever it stands. Raises FileRefusedError for what is no Word file."""
    return [part for _, part in _parts(_body(content)) if isinstance(part, Found) and part.kind == "table"]


def _body(content: bytes) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if sum(one.file_size for one in package.infolist()) > MOST_BYTES:
                raise FileRefusedError(
                    "Het Word-bestand is uitgepakt te groot. Verwijder ingevoegde beelden."
                )
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
            body = etree.fromstring(package.read("word/document.xml"), parser).find(f"{W}body")
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as error:
        raise FileRefusedError("Dit is geen leesbaar Word-bestand (.docx). Sla het op als .docx.") from error
    if body is None:
        raise FileRefusedError("Dit Word-bestand is leeg.")
    return body


def _parts(parent: Any) -> Iterator[tuple[str, Found | str]]:
    for child in parent:
        if child.tag == f"{W}p":
            yield from _paragraph(child)
        elif child.tag == f"{W}tbl":
            rows = tuple(tuple(_text(cell) for cell in row.iter(f"{W}tc")) for row in child.iter(f"{W}tr"))
            yield "block", Found("table", rows)
        elif child.tag in {f"{W}sdt", f"{W}sdtContent"}:
            yield from _parts(child)


def _paragraph(paragraph: Any) -> Iterator[tuple[str, Found | str]]:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    name = style.get(f"{W}val") if style is not None else ""
    text = _text(paragraph)
    if name.startswith(("Heading", "Kop")):
        yield "heading", text
    elif name not in OURS and text.strip():
        yield "block", Found("paragraph", ((text,),))


def _text(parent: Any) -> str:
    """Words as they stand: deletions that a reviewer tracked are gone, insertions are there."""
    return "".join(one.text or "" for one in parent.iter(f"{W}t"))
