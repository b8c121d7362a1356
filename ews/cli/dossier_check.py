"""What `ews dossier check` prints: what stands between the office and sending."""

from typing import Any

from ews.dossier.conditions import weigh
from ews.dossier.model import DossierItem, ItemState
from ews.jobs.dossier import Looked
from ews.regulation import DossierKind

STATES = {ItemState.FILLED: "ingevuld", ItemState.WEAK: "zwak", ItemState.MISSING: "ontbreekt"}


def document_of(looked: Looked) -> dict[str, Any]:
    """The check as JSON."""
    dossier = looked.dossier
    return {
        "case": dossier.case,
        "kind": dossier.kind.value,
        "sendable": is_sendable(looked),
        "items": [_item(one) for one in dossier.items],
        "criteria": [_item(one) for one in dossier.criteria],
        "advice": weigh(looked.facts).advice if dossier.kind is DossierKind.OVERMACHTSMELDING else "",
        "regulation": dossier.regulation,
    }


def is_sendable(looked: Looked) -> bool:
    """An EWS-melding is never held up by what is missing in it."""
    return looked.dossier.is_complete or looked.dossier.kind is DossierKind.EWS_MELDING


def _item(one: DossierItem) -> dict[str, str]:
    return {
        "item": one.item,
        "title": one.title,
        "state": one.state.value,
        "why": one.why,
        "from_whom": one.from_whom,
    }


def text_of(looked: Looked) -> str:
    """The check for people."""
    dossier = looked.dossier
    number = len(dossier.missing)
    if number == 0:
        head = "alle onderdelen zijn ingevuld."
    else:
        head = f"nog niet compleet. {number} {'onderdeel staat' if number == 1 else 'onderdelen staan'} ertussen:"
    lines = [f"{dossier.title} {dossier.case}: {head}"]
    lines += [f"  onderdeel {one.item:<3} {one.why}   van: {one.from_whom}" for one in dossier.missing]
    weak = [one for one in (*dossier.items, *dossier.criteria) if one.state is ItemState.WEAK]
    if weak:
        lines += ["Zwak, de NZa zal hiernaar vragen:", *(f"  {one.item:<3} {one.why}" for one in weak)]
    open_points = [one for one in dossier.criteria if one.state is ItemState.MISSING]
    if open_points:
        lines += ["Aandachtspunten uit het toezicht zonder antwoord:"]
        lines += [f"  {one.item:<3} {one.title}   van: {one.from_whom}" for one in open_points]
    if dossier.kind is DossierKind.OVERMACHTSMELDING:
        lines.append(f"Toets van de twee voorwaarden: {weigh(looked.facts).advice}")
    return "\n".join(lines)
