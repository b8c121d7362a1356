"""The open day feed of the Centraal Insolventieregister: publications as free text under court and cluster.

`GET https://insolventies.rechtspraak.nl/Services/BekendmakingenService/haalOp/{Id}`, Id = YYYYMMDD000000.
What is said of the procedure is in the cluster and the sentence; KvK number, case number and date in the text.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from ews.errors import FileRefusedError
from ews.signals.table import Table, table_of

HEADER = ("kvk", "soort", "datum", "insolventienummer", "cluster", "rechtbank", "gepubliceerd_op", "tekst")
_KVK = re.compile(r"\bKvK(?:-nummer)?[:\s]*(\d{6,8})\b", re.IGNORECASE)
_CASE = re.compile(r"\(?\b([FSR]\.\d{2}/\d{2}/\d+)")
_DAY = re.compile(
    r"\b(\d{1,2}) (januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december) (\d{4})",
    re.IGNORECASE,
)
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
# In this order: an annulled judgement is also "a bankruptcy", an end of a surseance names the surseance.
_KINDS = (
    ("schuldsanering", re.compile(r"schuldsanering", re.IGNORECASE)),
    ("vernietiging", re.compile(r"vernietig", re.IGNORECASE)),
    ("einde_faillissement", re.compile(r"(einde|opheffing)\s+faillissement", re.IGNORECASE)),
    ("einde_surseance", re.compile(r"(einde|beëindiging|intrekking)\s+(van de\s+)?surseance", re.IGNORECASE)),
    ("faillissement", re.compile(r"uitspra(ak|ken)\s+faillissement", re.IGNORECASE)),
    (
        "surseance",
        re.compile(r"(uitspra(ak|ken)|voorlopige|definitieve)\s+(voorlopige\s+)?surseance", re.IGNORECASE),
    ),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read(content: bytes) -> Table:
    """A row per publication of a legal person: who, what, when, and the whole text.

    `soort` is a procedure step in our words, or `overig`. Publications without a KvK number are about natural
    persons: they have no row, so that their text is stored nowhere but in the delivery. Raises FileRefusedError.
    """
    try:
        day = json.loads(content)
        return table_of(HEADER, list(_rows(day)), first_row=1)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FileRefusedError(
            "Geen dagfeed van het insolventieregister: verwacht wordt JSON met Datum en Instanties. "
            "Haal de dag opnieuw op via BekendmakingenService/haalOp."
        ) from None


def _rows(day: dict[str, Any]) -> Iterator[list[str]]:
    published = _published_on(day["Datum"])
    for court in day["Instanties"]:
        for cluster in court["Publicatieclusters"]:
            for text in _publications(cluster):
                row = _row(text, cluster["PublicatieclusterOmschrijving"])
                if row:
                    yield [*row[:5], court["PublicerendeInstantieOmschrijving"], published, text]


def _publications(cluster: dict[str, Any]) -> Iterator[str]:
    for kind in cluster["Publicatiesoorten"]:
        for place in kind["PublicatiesNaarLocatie"]:
            yield from place["Publicaties"]


def _row(text: str, cluster: str) -> list[str] | None:
    company = _KVK.search(text)
    if company is None:
        return None
    case = _CASE.search(text)
    return [company[1], _kind(cluster, text), _judged_on(text), case[1] if case else "", cluster]


def _kind(cluster: str, text: str) -> str:
    """The step of the procedure: what the sentence says, else what its cluster says."""
    for words in (text, cluster):
        for kind, pattern in _KINDS:
            if pattern.search(words):
                return kind
    return "overig"


def _judged_on(text: str) -> str:
    found = _DAY.search(text)
    if found is None:
        return ""
    return f"{found[3]}-{_MONTHS.index(found[2].lower()) + 1:02d}-{int(found[1]):02d}"


def _published_on(stamp: str) -> str:
    """The day in `/Date(1788213600000+0200)/`: milliseconds since 1970, as the office's calendar shows it."""
    found = re.fullmatch(r"/Date\((\d+)([+-]\d{4})?\)/", stamp)
    if found is None:
        raise ValueError(stamp)
    # midnight of the office lies on the day before in UTC, hence the hours
    return (_EPOCH + timedelta(milliseconds=int(found[1]), hours=2)).date().isoformat()
