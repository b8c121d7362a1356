"""iWlz messages (AW35, AW39, AW317) counted while they are read: what comes out holds no client.

Elements are matched on their local name, for releases differ in namespace only. A message is walked once and each
element is dropped as soon as it was counted; client numbers are never taken out of it.
"""

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from ews.errors import FileRefusedError
from ews.signals.table import Table, table_of

HEADER = ("agb", "maand", "indicator", "profiel", "leveringsvorm", "status", "aantal")
# Mutatiecode (COD588): what a stop or a delay says about the provider.
_MUTATIONS = {
    "02": "uitstroom",
    "12": "client_wil_nog_niet",
    "17": "overplaatsing",
    "18": "kan_niet_leveren",
    "19": "uitstroom",
    "20": "uitstroom",
    "21": "overdracht_zonder_melding",
}
_DELETED = "3"
"""StatusAanlevering of a message that takes an earlier one back."""


@dataclass(frozen=True, slots=True)
class _Line:
    provider: str
    month: str
    indicator: str
    profile: str
    form: str
    status: str


def read(content: bytes) -> Table:
    """Counts per AGB code, month, kind, care profile and delivery form. Raises FileRefusedError."""
    counts: Counter[_Line] = Counter()
    try:
        for line in _lines(content):
            counts[line] += 1
    except (ParseError, DefusedXmlException, ValueError):
        raise FileRefusedError(
            "Geen leesbaar iWlz-bericht: verwacht wordt XML met AW35, AW39 of AW317. Haal het bericht opnieuw op."
        ) from None
    rows = [
        [line.provider, line.month, line.indicator, line.profile, line.form, line.status, str(count)]
        for line, count in sorted(counts.items(), key=lambda item: repr(item[0]))
    ]
    return table_of(HEADER, rows, first_row=1)


def _lines(content: bytes) -> Iterator[_Line]:
    known = {
        "GeleverdZorgzwaartepakket": _delivered,
        "MutatieZorgzwaartepakket": _mutated,
        "WachtlijstZorgzwaartepakket": _waiting,
    }
    seen = False
    for _, element in iterparse(io.BytesIO(content), forbid_dtd=True):
        name = _local(element.tag)
        if name in known:
            seen = True
            yield known[name](element)
            element.clear()
        elif name == "Client":
            element.clear()
    if not seen:
        raise ValueError("no message")


def _delivered(element: Element) -> _Line:
    return _line(element, "instroom", day=_text(element, "Begindatum"))


def _mutated(element: Element) -> _Line:
    code = _text(element, "Mutatiecode").zfill(2)
    return _line(element, _MUTATIONS.get(code, "overig"), day=_text(element, "Mutatiedatum"))


def _waiting(element: Element) -> _Line:
    day = _text(element, "Peildatum") or _text(element, "DatumWachtstatus")
    return _line(element, "wachtend", day=day, status=_text(element, "Leveringsstatus"))


def _line(element: Element, kind: str, *, day: str, status: str = "") -> _Line:
    deleted = _text(element, "StatusAanlevering") == _DELETED
    return _Line(
        provider=_text(element, "Instelling"),
        month=day[:7],
        indicator=f"iwlz_{'ingetrokken' if deleted else kind}",
        profile=_text(element, "ZzpCode"),
        form=_text(element, "Leveringsvorm"),
        status=status,
    )


def _text(element: Element, name: str) -> str:
    return next((child.text or "" for child in element.iter() if _local(child.tag) == name), "").strip()


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
