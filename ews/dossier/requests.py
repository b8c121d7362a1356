"""Requests for what is missing: one mail per supplier, ready to be read, changed and sent by a person."""

from collections.abc import Iterator
from dataclasses import dataclass

from ews.dossier.model import Dossier, DossierItem, Paragraph
from ews.regulation import DossierKind


@dataclass(frozen=True, slots=True)
class Request:
    """What one supplier is asked for."""

    to: str
    subject: str
    text: str
    items: tuple[str, ...]


def holes(item: DossierItem) -> Iterator[tuple[str, str]]:
    """(what is missing, who must supply it) of one item."""
    for block in item.blocks:
        if isinstance(block, Paragraph):
            for one in block.sentences:
                if one.missing:
                    inner = (
                        one.text.removeprefix("[ONTBREEKT: ").removesuffix("]").partition("; gevraagd ")[0]
                    )
                    what, _, whom = inner.rpartition(", van ")
                    yield what, whom


def requests(dossier: Dossier) -> tuple[Request, ...]:
    """One request per supplier, in the order of the items."""
    asked: dict[str, list[tuple[str, str]]] = {}
    for item in (*dossier.items, *dossier.criteria):
        for what, whom in holes(item):
            found = asked.setdefault(whom, [])
            if what not in [known for _, known in found]:
                found.append((item.item, what))
    return tuple(_request(dossier, whom, wanted) for whom, wanted in asked.items())


def _request(dossier: Dossier, whom: str, wanted: list[tuple[str, str]]) -> Request:
    lines = "\n".join(f"  - {what} (onderdeel {item})" for item, what in wanted)
    if dossier.kind is DossierKind.OVERMACHTSMELDING:
        why = "Wij bereiden een melding voor waarvoor de regeling 'terstond' voorschrijft; uw gegevens zijn daarvoor nodig."
    else:
        why = "Wij informeren de toezichthouder tijdig over de continuïteit van zorg; uw gegevens zijn daarvoor nodig."
    text = (
        f"Geachte heer, mevrouw,\n\n{why}\nWilt u ons het volgende zo spoedig mogelijk schriftelijk sturen, met een stuk "
        f"waaruit het blijkt?\n\n{lines}\n\nStuur geen gegevens over afzonderlijke cliënten; aantallen volstaan.\n"
        f"Kenmerk: {dossier.case}\n\nMet vriendelijke groet,\n{dossier.sender.contact}\n{dossier.sender.name}\n"
    )
    subject = f"Verzoek om gegevens, kenmerk {dossier.case}"
    return Request(whom, subject, text, tuple(dict.fromkeys(item for item, _ in wanted)))
