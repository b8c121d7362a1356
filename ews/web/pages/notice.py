"""Melding: a notice to the NZa item by item with its evidence, drafted, approved and noted as sent."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from ews.cases.clock import MeldingClock, melding_clock
from ews.dossier.approval import AnswerKind, Wish, channels_open, reopened
from ews.dossier.conditions import weigh
from ews.errors import NotFoundError, RefusedError
from ews.jobs import dossier as drafting
from ews.jobs import dossier_acts as acting
from ews.jobs.watching import note_view
from ews.regulation import DossierKind
from ews.store import dossiers
from ews.store.engine import reading
from ews.web.forms import Field, Posted, read
from ews.web.pages.cases import SHOWN, seen_case
from ews.web.policy import may
from ews.web.rendering import page
from ews.web.visit import Posting, Visit, Visiting, back_to

router = APIRouter()
KINDS = {"ews": DossierKind.EWS_MELDING, "overmacht": DossierKind.OVERMACHTSMELDING}
STATES = {"draft": "concept", "approved": "vastgesteld", "sent": "verzonden"}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {".docx": WORD, ".eml": "message/rfc822", **SHOWN}
ANSWERS = {"ontvangen": "ontvangen", "onvolledig": "onvolledig", "geweigerd": "geweigerd"}


def _kind(slug: str) -> DossierKind:
    if slug not in KINDS:
        raise NotFoundError("Deze melding bestaat niet.")
    return KINDS[slug]


@router.get("/zaak/{number}/melding/{slug}", name="notice")
def notice_page(visit: Visiting, number: str, slug: str) -> Response:
    """What stands between the office and sending, item by item."""
    return _show(visit, number, slug, status=200, faults={}, typed=None)


def _show(
    visit: Visit, number: str, slug: str, *, status: int, faults: dict[str, str], typed: Posted | None
) -> Response:
    kind, case = _kind(slug), seen_case(visit, number)
    note_view(visit.context, number, action="case.viewed")
    looked = drafting.look(visit.context, number, kind)
    with reading(visit.context.engine) as connection:
        versions = [one for one in dossiers.versions(connection, number) if one.kind is kind]
    newest = versions[-1] if versions else None
    ways = acting.channels(visit.context, newest) if newest else ()
    return page(
        visit.request,
        "notice.html",
        status=status,
        number=number,
        slug=slug,
        case=case,
        dossier=looked.dossier,
        advice=weigh(looked.facts).advice if kind is DossierKind.OVERMACHTSMELDING else "",
        warned=acting.warnings(visit.context, looked),
        versions=versions[::-1],
        newest=newest,
        ways=ways,
        waiting=channels_open(ways, newest.sent) if newest else (),
        reopened=reopened(newest.acts) is not None if newest else False,
        states=STATES,
        answers=ANSWERS,
        clock=_clock_lines(melding_clock(case), kind),
        faults=faults,
        typed=typed.values if typed else {},
        can_draft=may(visit.person.role, "notice_draft"),
        can_approve=may(visit.person.role, "notice_approve"),
    )


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


def _done(
    visit: Visit, number: str, slug: str, form: Posted, *, at: str, act: Callable[[DossierKind], object]
) -> Response:
    """Do an act on the notice, or show the page again with what was typed and why it was refused."""
    seen_case(visit, number)
    try:
        act(_kind(slug))
    except RefusedError as error:
        return _show(visit, number, slug, status=422, faults={at: str(error)}, typed=form)
    return back_to(visit.request, "notice", number=number, slug=slug)


@router.post("/zaak/{number}/melding/{slug}/opstellen", name="notice_draft")
def draft(visit: Visiting, number: str, slug: str, form: Posting) -> Response:
    """Draft a version in Word and PDF."""
    return _done(
        visit,
        number,
        slug,
        form,
        at="opstellen",
        act=lambda kind: drafting.draft(visit.context, number, kind),
    )


@router.post("/zaak/{number}/melding/{slug}/vaststellen", name="notice_approve")
def approve(visit: Visiting, number: str, slug: str, form: Posting) -> Response:
    """Approve the newest version; whoever drafted it can't."""
    given = form.values
    wish = Wish(given.get("spoed") == "ja", given.get("voorbehoud") == "ja", given.get("reden", "").strip())
    return _done(
        visit,
        number,
        slug,
        form,
        at="vaststellen",
        act=lambda kind: acting.approve(visit.context, number, kind, wish),
    )


SENT = (
    Field("wijze", "Hoe"),
    Field("wie", "Aan wie (functie)", required=False),
    Field("kenmerk", "Kenmerk van de ontvanger", required=False),
    Field("op", "Op", "date", required=False),
)


@router.post("/zaak/{number}/melding/{slug}/verzonden", name="notice_sent")
def sent(visit: Visiting, number: str, slug: str, form: Posting) -> Response:
    """Note one way in which the notice went out, or the call that was made; the product itself sends nothing."""
    typed = read(SENT, form)
    if typed.faults:
        told = {"verzonden": " ".join(typed.faults.values())}
        return _show(visit, number, slug, status=422, faults=told, typed=form)

    def note(kind: DossierKind) -> object:
        return acting.note_sent(
            visit.context,
            number,
            kind,
            typed.text("wijze"),
            whom=typed.text("wie"),
            reference=typed.text("kenmerk"),
            on=typed.values["op"],
        )

    return _done(visit, number, slug, form, at="verzonden", act=note)


@router.post("/zaak/{number}/melding/{slug}/antwoord", name="notice_answer")
def answer(visit: Visiting, number: str, slug: str, form: Posting) -> Response:
    """Note what the NZa answered."""
    outcome, text = form.values.get("uitkomst", ""), form.values.get("tekst", "")
    if outcome not in ANSWERS:
        told = {"antwoord": "Kies wat de NZa antwoordde."}
        return _show(visit, number, slug, status=422, faults=told, typed=form)
    return _done(
        visit,
        number,
        slug,
        form,
        at="antwoord",
        act=lambda kind: acting.note_answer(visit.context, number, kind, AnswerKind(outcome), text),
    )


@router.get("/zaak/{number}/melding/{slug}/bestand/{name}", name="notice_file")
def file(visit: Visiting, number: str, slug: str, name: str) -> Response:
    """One of the files of a version: only those that the record names."""
    kind = _kind(slug)
    seen_case(visit, number)
    with reading(visit.context.engine) as connection:
        known = {
            file for one in dossiers.versions(connection, number) if one.kind is kind for file in one.files
        }
    if name not in known:
        raise NotFoundError("Dit bestand hoort niet bij deze melding.")
    note_view(visit.context, f"{number}/{name}", action="dossier.viewed")
    path = visit.context.folder / "dossiers" / name
    return FileResponse(
        path,
        media_type=TYPES.get(path.suffix, "application/octet-stream"),
        filename=name,
        content_disposition_type="inline" if path.suffix == ".pdf" else "attachment",
    )
