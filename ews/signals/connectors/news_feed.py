"""RSS 2.0 and Atom: an item per row, as text without markup.

https://www.rssboard.org/rss-specification and RFC 4287. Elements are matched on their local name.
"""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ews.errors import FileRefusedError
from ews.signals.table import Table, table_of

HEADER = ("id", "titel", "samenvatting", "link", "datum")
LONGEST = 4000
"""Characters of a summary that are kept."""
_MARKUP = re.compile(r"<[^>]{0,2000}>")
_BLANKS = re.compile(r"\s+")


def read(content: bytes) -> Table:
    """A row per item. An item without id goes by its link, else its title. Raises FileRefusedError."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise FileRefusedError(
            "Geen leesbare feed: verwacht wordt RSS of Atom. Controleer het adres."
        ) from None
    if _local(root.tag) not in {"rss", "feed", "RDF"}:
        raise FileRefusedError("Geen feed: het document is XML, maar geen RSS of Atom. Controleer het adres.")
    return table_of(HEADER, list(_rows(root)), first_row=1)


def _rows(root: Element) -> Iterator[list[str]]:
    for item in root.iter():
        if _local(item.tag) in {"item", "entry"}:
            title, link = _text(item, "title"), _link(item)
            day = _day(_text(item, "pubDate", "published", "date", "updated"))
            summary = _text(item, "description", "summary", "content", "encoded")
            yield [_text(item, "guid", "id") or link or title, title, summary[:LONGEST], link, day]


def _text(item: Element, *names: str) -> str:
    """The text of the first child that has any, by the order of names; markup and entities undone."""
    for name in names:
        for child in item:
            if _local(child.tag) == name:
                whole = html.unescape(_MARKUP.sub(" ", html.unescape("".join(child.itertext()))))
                text = _BLANKS.sub(" ", whole).strip()
                if text:
                    return text
    return ""


def _link(item: Element) -> str:
    """RSS has the address as text, Atom as `href` of the alternate link. Only http(s) is an address."""
    for child in item:
        if _local(child.tag) == "link" and child.get("rel", "alternate") == "alternate":
            found = (child.get("href") or child.text or "").strip()
            if found.startswith(("https://", "http://")):
                return found
    return ""


def _day(text: str) -> str:
    """The day that a stamp names, in its own zone; empty when it can't be read."""
    for read_one in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read_one(text)
        except (ValueError, TypeError):
            continue
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).date().isoformat()
    return ""


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
