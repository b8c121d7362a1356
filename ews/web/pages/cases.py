"""Zaken: the list, and one case with all that people did in it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from ews.cases import log, words
from ews.cases.entries import Agreement, AgreementOutcome, CrisisRole
from ews.cases.letter_book import LetterStage, letters
from ews.cases.model import CaseFile, Entry, Evidence
from ews.errors import NotFoundError, RefusedError
from ews.jobs import proposals as signing
from ews.jobs.case_view import CaseView, list_cases, view_case
from ews.jobs.cases import open_by_hand
from ews.jobs.run import end_of_day
from ews.jobs.scan import refuse_withheld
from ews.jobs.watching import note_view
from ews.store import audit, cases, evidence, proposals, scope
from ews.store.engine import reading
from ews.web.acts import CaseAct
from ews.web.decisions import DECISIONS
from ews.web.follow_ups import FOLLOW_UPS
from ews.web.forms import Field, blank, read
from ews.web.policy import may
from ews.web.rendering import page
from ews.web.visit import Posting, Visit, Visiting, back_to
from ews.web.work import WORK

router = APIRouter()
# a browser shows these itself; anything else is downloaded, so that a page from outside never runs here
SHOWN = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do first, and the form for it."""

    text: str
    due_on: date | None
    path: str
    button: str


def as_of_asked(op: str) -> datetime | None:
    """The moment that `?op=JJJJ-MM-DD` rewinds a page to; None for now."""
    try:
        return end_of_day(date.fromisoformat(op)) if op else None
    except ValueError:
        return None


def seen_case(visit: Visit, number: str) -> CaseFile:
    """A case that this person may see. Raises NotFoundError."""
    with reading(visit.context.engine) as connection:
        return scope.load_case(connection, visit.scope, number, as_of=visit.context.now)


def seen_cases(visit: Visit, *, as_of: datetime | None = None, closed: bool = False) -> list[CaseView]:
    """Every case that this person may see, the most urgent first."""
    views = list_cases(visit.context, as_of=as_of, closed=closed)
    with reading(visit.context.engine) as connection:
        seen = scope.within(
            connection, visit.scope, [view.case for view in views], as_of=as_of or visit.context.now
        )
    numbers = {case.number for case in seen}
    return [view for view in views if view.case.number in numbers]


@router.get("/zaken", name="cases")
def list_page(visit: Visiting, op: str = "", dicht: str = "") -> Response:
    """Every case within reach, the heaviest stage first."""
    views = seen_cases(visit, as_of=as_of_asked(op), closed=dicht == "ja")
    steps = {view.case.number: next_step(visit.request, view) for view in views}
    return page(
        visit.request,
        "cases.html",
        views=views,
        steps=steps,
        closed=dicht == "ja",
        on=op,
        stages=words.STAGES,
    )


@router.get("/zaak/{number}", name="case")
def case_page(visit: Visiting, number: str, op: str = "", klaar: int = 0) -> Response:
    """One case, as it is or as it was known on a day."""
    seen_case(visit, number)
    note_view(visit.context, number, action="case.viewed")
    view = view_case(visit.context, number, as_of=as_of_asked(op))
    with reading(visit.context.engine) as connection:
        waiting = proposals.open_in(connection, number)
    return page(
        visit.request,
        "case.html",
        view=view,
        on=op,
        recorded=klaar,
        step=next_step(visit.request, view),
        rewound=as_of_asked(op) is not None,
        waiting=waiting,
        tasks=sorted(log.tasks(view.case), key=lambda state: (not state.is_open, state.task.due_on)),
        alternatives=log.alternatives(view.case),
        measures=log.measures(view.case),
        groups=[
            (title, [one for one in acts if may(visit.person.role, f"case_{one.slug}")])
            for title, acts in ACTS
        ],
        corrections={one.makes: one.slug for one in (*WORK, *FOLLOW_UPS) if one.makes},
        roles=[what for _, what in log.current(view.case, CrisisRole)],
        agreements=_agreements(view.case),
        can_work=may(visit.person.role, "case_contact_do"),
        words=words,
        people=visit.context.settings.people,
        latest=latest_evidence(view.case),
        unapproved=sum(one.stage is LetterStage.DRAFT for one in letters(view.case)),
    )


ACTS: tuple[tuple[str, tuple[CaseAct, ...]], ...] = (
    ("Besluiten", DECISIONS),
    ("Werk", WORK),
    ("Vervolg, crisis en overdracht", FOLLOW_UPS),
)


def _agreements(case: CaseFile) -> list[tuple[Entry, Agreement, bool | None]]:
    """Every agreement with whether it was kept; None while it runs."""
    kept = {what.agreement: what.kept for _, what in log.current(case, AgreementOutcome)}
    return [(entry, what, kept.get(entry.id)) for entry, what in log.current(case, Agreement)]


def latest_evidence(case: CaseFile) -> list[Evidence]:
    """The newest version of every piece, by its number."""
    by_number = {piece.number: piece for piece in sorted(case.evidence, key=lambda one: one.version)}
    return [by_number[number] for number in sorted(by_number)]


def next_step(request: Request, view: CaseView) -> NextStep | None:
    """What to do first: take it, then what is due first."""
    case, path = view.case, request.app.url_path_for
    if case.closed_at is not None:
        return None
    if case.owner is None:
        due = path("case_bevestigen", number=case.number)
        return NextStep("Niemand draagt deze zaak: bevestig ontvangst", None, due, "Bevestigen")
    steps = [
        NextStep(
            duty.text,
            duty.due_on,
            duty_path(request, case.number, duty.kind.value),
            _button(duty.kind.value),
        )
        for duty in view.duties
    ]
    for state in log.tasks(case):
        if state.is_open:
            there = f"{path('case_taak-klaar', number=case.number)}?taak={state.entry.id}"
            steps.append(NextStep(state.task.title, state.task.due_on, there, "Afronden"))
    return min(steps, key=lambda step: step.due_on or date.max, default=None)


def _button(duty: str) -> str:
    if duty in _NOTICES:
        return "Naar de melding"
    return "Besluiten" if duty in _DUTY_DECISIONS else "Vastleggen"


_DUTY_DECISIONS = {
    "ews_besluit": "ews_melding",
    "overmachtsvraag": "overmacht",
    "risicocommissie": "risicocommissie",
    "noodzakelijkheidsbesluit": "noodzakelijkheid",
    "betaalbesluit": "betaling",
}


_FORMS = {
    "crisisorganisatie": "case_rol",
    "regie": "case_regie",
    "situatierapport": "case_situatie",
    "agendering": "letters",
}
_NOTICES = {"ews_melding_versturen": "ews", "overmachtsmelding_versturen": "overmacht"}


def duty_path(request: Request, number: str, duty: str) -> str:
    """Where a duty is fulfilled: its form, the notice or letters that it is about, or the case."""
    path = request.app.url_path_for
    if duty in _NOTICES:
        return str(path("notice", number=number, slug=_NOTICES[duty]))
    if duty in _FORMS:
        return str(path(_FORMS[duty], number=number))
    if duty in _DUTY_DECISIONS:
        return f"{path('case_besluit', number=number)}?soort={_DUTY_DECISIONS[duty]}"
    return str(path("case", number=number))


@router.get("/zaak/{number}/audit", name="case_audit")
def audit_page(visit: Visiting, number: str) -> Response:
    """Who did and who looked at what in this case."""
    seen_case(visit, number)
    note_view(visit.context, number, action="case.viewed")
    with reading(visit.context.engine) as connection:
        rows = audit.about(connection, number, limit=500)
    return page(visit.request, "case_audit.html", number=number, rows=rows)


@router.get("/zaak/{number}/bewijs/{piece}", name="case_evidence")
def evidence_file(visit: Visiting, number: str, piece: int, versie: int = 0) -> Response:
    """The bytes of a piece of evidence, as they were handed in."""
    case = seen_case(visit, number)
    found = [one for one in case.evidence if one.number == piece and versie in {0, one.version}]
    if not found:
        raise NotFoundError(f"Zaak {number} heeft geen bewijsstuk B{piece}.")
    chosen = max(found, key=lambda one: one.version)
    refuse_withheld(visit.context, [chosen], leaves=False)
    note_view(visit.context, f"{number}/B{piece}", action="evidence.viewed")
    stored = evidence.stored_at(visit.context.folder / "evidence", chosen.sha256)
    kind = SHOWN.get(Path(chosen.name).suffix.lower())
    return FileResponse(
        stored,
        media_type=kind or "application/octet-stream",
        filename=chosen.name,
        content_disposition_type="inline" if kind else "attachment",
    )


@router.post("/zaak/{number}/voorstel/{proposal}", name="case_sign")
def sign(visit: Visiting, number: str, proposal: int, form: Posting) -> Response:
    """Sign what another proposed, or take it back."""
    seen_case(visit, number)
    with reading(visit.context.engine) as connection:
        if proposals.find(connection, proposal).case != number:
            raise NotFoundError("Dit voorstel hoort niet bij deze zaak.")
    if form.values.get("wat") == "intrekken":
        signing.withdraw(visit.context, proposal)
    else:
        signing.sign(visit.context, proposal)
    return back_to(visit.request, "case", number=number)


_OPENING = (
    Field("aanbieder", "Aanbieder", help="Bijvoorbeeld kvk:08111924"),
    Field("reden", "Reden", "long"),
)


@router.get("/zaak-openen", name="case_open")
def open_form(visit: Visiting, aanbieder: str = "") -> Response:
    """The form to open a case by hand."""
    typed = replace(blank(_OPENING), typed={"aanbieder": aanbieder})
    return page(visit.request, "case_open.html", fields=_OPENING, reading=typed)


@router.post("/zaak-openen", name="case_open_do")
def open_case(visit: Visiting, form: Posting) -> Response:
    """Open a case because a person sees cause for it."""
    typed = read(_OPENING, form)
    if not typed.faults:
        subject = typed.text("aanbieder")
        try:
            with reading(visit.context.engine) as connection:
                scope.check_subject(connection, visit.scope, subject, as_of=visit.context.now)
            number = open_by_hand(visit.context, subject, typed.text("reden"))
            return back_to(visit.request, "case", number=number)
        except NotFoundError:
            typed.faults["aanbieder"] = f"Aanbieder {subject} is niet bekend."
        except RefusedError as error:
            typed.faults["aanbieder"] = str(error)
    return page(visit.request, "case_open.html", status=422, fields=_OPENING, reading=typed)


def version_of(visit: Visit, number: str) -> int:
    """How often the case was written to: what a form holds on to."""
    with reading(visit.context.engine) as connection:
        return cases.version_of(connection, number)
