"""Melding: a notice to the NZa item by item with its evidence beside it, and what stands before sending."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response

from ews.cases.clock import MeldingClock, melding_clock
from ews.dossier.approval import channels_open, reopened
from ews.dossier.conditions import weigh
from ews.dossier.model import Dossier, DossierItem, EvidenceLine, Paragraph, Table
from ews.jobs import dossier as drafting
from ews.jobs import dossier_acts as acting
from ews.jobs.dossier import Looked
from ews.jobs.watching import note_view
from ews.regulation import Channel, DossierKind
from ews.store.dossiers import StoredDossier
from ews.web.forms import Reading, blank
from ews.web.notice_forms import ANSWER, APPROVE, BUNDLE, DRAFT, IMPORT, sent_form
from ews.web.notices import bundle_ready, kind_of, versions_of
from ews.web.pages.cases import seen_case
from ews.web.policy import may
from ews.web.rendering import page
from ews.web.visit import Visit, Visiting

router = APIRouter()
STATES = {"draft": "concept", "approved": "vastgesteld", "sent": "verzonden"}
REMEDIES = {
    "geen_wederhoor": ("case_wederhoor", "", "Hoor en wederhoor vastleggen"),
    "wlz_uitvoerder_niet_ingelicht": ("letter_write", "?soort=wlz_uitvoerder_bericht", "Bericht opstellen"),
    "wlz_uitvoerder_antwoordt_niet": ("letters", "", "Naar de brieven"),
    "alternatief_zonder_antwoord": ("case_antwoord", "", "Antwoord vastleggen"),
    "uitgeput_zonder_besluit": ("case_besluit", "?soort=overmacht", "Besluit vastleggen"),
}
"""Guard -> (route, query, words) of the form that takes its cause away."""
_LABEL = re.compile(r"(?:C-\d{4}-\d+/)?B\d+")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing between the office and a sent notice."""

    what: str
    is_done: bool
    told: str


@router.get("/zaak/{number}/melding/{slug}", name="notice")
def notice_page(visit: Visiting, number: str, slug: str) -> Response:
    """What stands between the office and sending, item by item."""
    return show(visit, number, slug)


def show(
    visit: Visit,
    number: str,
    slug: str,
    *,
    status: int = 200,
    typed: Reading | None = None,
    told: str = "",
) -> Response:
    """The page, also after a form on it was refused: with what was typed."""
    kind, case = kind_of(slug), seen_case(visit, number)
    note_view(visit.context, number, action="case.viewed")
    looked = drafting.look(visit.context, number, kind)
    versions = versions_of(visit, number, kind)
    newest = versions[-1] if versions else None
    return page(
        visit.request,
        "notice.html",
        status=status,
        number=number,
        slug=slug,
        case=case,
        dossier=looked.dossier,
        cited=_cited(looked.dossier),
        advice=weigh(looked.facts).advice if kind is DossierKind.OVERMACHTSMELDING else "",
        warned=acting.warnings(visit.context, looked),
        remedies=REMEDIES,
        versions=versions[::-1],
        newest=newest,
        **_standing(visit, looked, newest),
        states=STATES,
        clock=_clock_lines(melding_clock(case), kind),
        forms={one.name: one for one in (DRAFT, IMPORT, APPROVE, BUNDLE, ANSWER)},
        sending=sent_form(acting.channels(visit.context, newest)) if newest else None,
        reading=typed or blank(()),
        told=told,
        can_draft=may(visit.person.role, "notice_draft"),
        can_approve=may(visit.person.role, "notice_approve"),
        can_take=may(visit.person.role, "notice_bundle_file"),
    )


def ways_of(visit: Visit, number: str, slug: str) -> tuple[Channel, ...]:
    """The ways in which the newest version must go out; none while there is no version."""
    versions = versions_of(visit, number, kind_of(slug))
    return acting.channels(visit.context, versions[-1]) if versions else ()


def _standing(visit: Visit, looked: Looked, newest: StoredDossier | None) -> dict[str, Any]:
    """How far the newest version is: its steps, its bundle, and the ways in which it must go out."""
    ways = acting.channels(visit.context, newest) if newest else ()
    return {
        "steps": _steps(looked, newest, ways),
        "bundle": bundle_ready(visit.context, newest) if newest else None,
        "ways": ways,
        "waiting": channels_open(ways, newest.sent) if newest else (),
        "reopened": reopened(newest.acts) is not None if newest else False,
    }


def _steps(looked: Looked, newest: StoredDossier | None, ways: tuple[Channel, ...]) -> list[Step]:
    """The way to a sent notice, each step with how far it is."""
    dossier = looked.dossier
    filled = len(dossier.items) - len(dossier.missing)
    steps = [
        Step("Onderdelen ingevuld", dossier.is_complete, f"{filled} van {len(dossier.items)}"),
        Step("Opgesteld", newest is not None, f"versie {newest.version}" if newest else "nog niet"),
    ]
    if newest and newest.state == "draft" and drafting.is_outdated(looked):
        steps[1] = Step(
            "Opgesteld", False, f"versie {newest.version}, intussen veranderde de zaak: stel opnieuw op"
        )
    signed = ", ".join(one.name for one in newest.signatures) if newest else ""
    steps.append(Step("Vastgesteld", bool(newest and newest.state != "draft"), signed or "nog niet"))
    done = {one.channel for one in newest.sent} if newest else set()
    for way in ways:
        if way.required or way.id in done:
            steps.append(Step(way.label, way.id in done, "gedaan" if way.id in done else way.value))
    return steps


def _cited(dossier: Dossier) -> dict[str, list[EvidenceLine]]:
    """Item -> the pieces of evidence that its text names, in their order."""
    lines = {line.label: line for line in dossier.evidence}
    return {
        item.item: [lines[label] for label in dict.fromkeys(_labels(item)) if label in lines]
        for item in dossier.sections
    }


def _labels(item: DossierItem) -> Iterable[str]:
    for block in item.blocks:
        if isinstance(block, Paragraph):
            for sentence in block.sentences:
                yield from (label for ref in sentence.refs for label in _LABEL.findall(str(ref)))
        elif isinstance(block, Table):
            for row in block.rows:
                yield from _LABEL.findall(row[-1])


def _clock_lines(clock: MeldingClock, kind: DossierKind) -> list[tuple[str, Any]]:
    """The days that the NZa asks after, for this notice."""
    lines = [
        ("Eerste signaal", clock.first_signal_on),
        ("Eerste gesprek met het bestuur", clock.first_board_talk_on),
    ]
    if kind is DossierKind.OVERMACHTSMELDING:
        lines += [
            ("EWS-melding verstuurd", clock.ews_melding_sent_on),
            ("Overmacht voorzienbaar sinds", clock.foreseeable_on),
            ("Laatste alternatief gesloten", clock.alternatives_closed_on),
            ("Overmachtsmelding verstuurd", clock.overmachtsmelding_sent_on),
        ]
    else:
        lines.append(("EWS-melding verstuurd", clock.ews_melding_sent_on))
    return lines
