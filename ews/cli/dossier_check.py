"""What `ews dossier check` prints: what stands between the office and sending, who supplies it, what is ready."""

from collections.abc import Sequence
from typing import Any

from ews.dossier.approval import reopened, second_overdue
from ews.dossier.conditions import Check, weigh
from ews.dossier.guards import Warned
from ews.dossier.model import DossierItem, ItemState
from ews.dossier.requests import requests
from ews.dossier.words import cite, count, listed
from ews.jobs.dossier import Looked, is_outdated
from ews.regulation import DossierKind


def document_of(looked: Looked, found: Sequence[Warned]) -> dict[str, Any]:
    """The check as JSON."""
    dossier = looked.dossier
    return {
        "case": dossier.case,
        "cases": list(dossier.cases),
        "kind": dossier.kind.value,
        "sendable": is_sendable(looked, found),
        "sendable_under_reservation": not any(one.blocks for one in found),
        "items": [_item(one) for one in dossier.items],
        "criteria": [_item(one) for one in dossier.criteria],
        "guards": [{"guard": one.guard.value, "blocks": one.blocks, "why": one.why} for one in found],
        "requests": [
            {"to": one.to, "subject": one.subject, "items": list(one.items), "text": one.text}
            for one in requests(dossier)
        ],
        "overmacht": weigh(looked.facts).outcome.value if _is_overmacht(looked) else None,
        "advice": weigh(looked.facts).advice if _is_overmacht(looked) else "",
        "conditions": [_condition(one) for one in weigh(looked.facts).checks]
        if _is_overmacht(looked)
        else [],
        "regulation": dossier.regulation,
        "version": looked.stored.version if looked.stored else None,
        "outdated": is_outdated(looked),
    }


def is_sendable(looked: Looked, found: Sequence[Warned]) -> bool:
    """Nothing blocks, and nothing is missing; an EWS-melding is never held up by what is missing in it."""
    if any(one.blocks for one in found) or (looked.stored and reopened(looked.stored.acts)):
        return False
    return looked.dossier.is_complete or looked.dossier.kind is DossierKind.EWS_MELDING


def _is_overmacht(looked: Looked) -> bool:
    return looked.dossier.kind is DossierKind.OVERMACHTSMELDING


def _condition(one: Check) -> dict[str, Any]:
    return {
        "limb": one.limb,
        "question": one.question,
        "met": one.met,
        "why": one.why,
        "on": one.on.isoformat() if one.on else None,
        "evidence": [str(ref) for ref in one.refs],
    }


def _item(one: DossierItem) -> dict[str, str]:
    return {
        "item": one.item,
        "title": one.title,
        "state": one.state.value,
        "why": one.why,
        "from_whom": one.from_whom,
    }


def text_of(looked: Looked, found: Sequence[Warned]) -> str:
    """The check for people: what blocks first, then what is missing, then what is thin."""
    dossier = looked.dossier
    span = f" (met {listed(dossier.others)})" if dossier.others else ""
    lines = [f"{dossier.title} {dossier.case}{span}: {_head(looked, found)}"]
    lines += [f"  onderdeel {one.item:<3} {one.why}\n{'':16}van: {one.from_whom}" for one in dossier.missing]
    lines += _part("Dit houdt versturen tegen:", [one.why for one in found if one.blocks])
    notes = [one.why for one in found if not one.blocks]
    if looked.stored and is_outdated(looked):
        notes.append(f"de zaak is gewijzigd sinds versie {looked.stored.version}; stel zo nodig opnieuw op")
    lines += _part("Let op:", notes)
    weak = [one for one in (*dossier.items, *dossier.criteria) if one.state is ItemState.WEAK]
    lines += _part("Zwak, de NZa zal hiernaar vragen:", [f"{one.item:<3} {one.why}" for one in weak])
    silent = [one for one in dossier.criteria if one.state is ItemState.MISSING]
    lines += _part(
        "Aandachtspunten zonder antwoord:",
        [f"{one.item:<3} {one.title} (van: {one.from_whom})" for one in silent],
    )
    ready = [f"aan {one.to}: onderdelen {', '.join(one.items)}" for one in requests(dossier)]
    lines += _part(
        f"Verzoeken die klaarliggen (ews dossier request {dossier.case} --kind {dossier.kind}):", ready
    )
    if _is_overmacht(looked):
        lines += _conditions(looked)
        if dossier.missing and not any(one.blocks for one in found):
            lines.append(
                "Wilt u niet wachten: verzendbaar onder voorbehoud, met deze onderdelen genoemd (artikel 5.3).\n"
                f"  ews --user ID dossier approve {dossier.case} --kind {dossier.kind} --onder-voorbehoud --reason …"
            )
    return "\n".join(lines)


def _conditions(looked: Looked) -> list[str]:
    """The guided checklist: what is met and what is not, since when it was foreseeable, and the office's target."""
    weighed = weigh(looked.facts)
    lines = [f"Toets van de twee voorwaarden: {weighed.advice}"]
    for one in weighed.checks:
        since = f", {one.on:%d-%m-%Y}" if one.on else ""
        proof = f" {cite(one.refs)}" if one.refs else ""
        lines.append(f"  {'ja ' if one.met else 'nee'} {one.question}: {one.why}{since}{proof}")
    spans = (
        ("Voorzienbaar sinds", weighed.clock.foreseeable_on, "foreseeable_to_overmachtsmelding"),
        ("Laatste alternatief gesloten op", weighed.clock.alternatives_closed_on, CLOSED_TO_NOTICE),
    )
    for what, since_on, target in spans:
        if since_on is not None:
            own = looked.facts.targets.get(target)
            aim = (
                f"; eigen streven van het kantoor: binnen {count(own, 'dag', 'dagen')}"
                if own is not None
                else ""
            )
            days = (looked.facts.today - since_on).days
            lines.append(f"  {what} {since_on:%d-%m-%Y}, {count(days, 'dag', 'dagen')} geleden{aim}.")
    return [*lines, "  De regeling zegt terstond en noemt geen aantal dagen."]


CLOSED_TO_NOTICE = "alternatives_closed_to_overmachtsmelding"
"""Name of one of the office's own targets in escalation.toml."""


def _part(head: str, told: Sequence[str]) -> list[str]:
    return [head, *(f"  {one}" for one in told)] if told else []


def _head(looked: Looked, found: Sequence[Warned]) -> str:
    stored, number = looked.stored, len(looked.dossier.missing)
    again = reopened(stored.acts) if stored else None
    if again is not None:
        return f"de NZa antwoordde '{again.outcome}'; vul aan met een nieuwe versie ({again.text})."
    if stored and second_overdue(stored.signatures, looked.facts.today):
        return "de tweede handtekening na het spoedmandaat is te laat."
    if stored is not None and stored.state == "approved" and any(one.blocks for one in found):
        return f"versie {stored.version} is vastgesteld, maar kan zo niet weg."
    if stored is not None and stored.state != "draft":
        sent = (
            "verzonden"
            if stored.state == "sent"
            else "vastgesteld; noteer elke wijze van melden met ews dossier sent"
        )
        return f"versie {stored.version} is {sent}."
    if is_sendable(looked, found) and number == 0:
        return "alle onderdelen zijn ingevuld; verzendbaar zodra zij is vastgesteld."
    if number == 0:
        return "nog niet verzendbaar."
    told = "1 onderdeel staat" if number == 1 else f"{number} onderdelen staan"
    if is_sendable(looked, found):
        return f"verzendbaar, maar niet compleet. {told} nog open:"
    return f"nog niet verzendbaar. {told} ertussen:"
