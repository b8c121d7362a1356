"""Zaken: the list, and one case with all that people did in it."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from ews.cases import log, words
from ews.cases.entries import Agreement, AgreementOutcome, CrisisRole
from ews.cases.letter_book import LetterStage, letters
from ews.cases.model import CaseFile, Entry, Evidence
from ews.errors import NotFoundError, RefusedError
from ews.jobs import proposals as signing
from ews.jobs.case_view import view_case
from ews.jobs.cases import open_by_hand
from ews.jobs.run import end_of_day
from ews.jobs.scan import refuse_withheld
from ews.jobs.watching import note_view
from ews.store import audit, cases, evidence, proposals, scope
from ews.store.engine import reading
from ews.web.acts import CaseAct
from ews.web.case_work import next_step, seen_cases
from ews.web.decisions import DECISIONS
from ews.web.follow_ups import FOLLOW_UPS
from ews.web.forms import Field, blank, read
from ews.web.policy import may
from ews.web.record_words import action_text
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


@router.get("/zaken", name="cases")
def list_page(visit: Visiting, op: str = "", dicht: str = "") -> Response:
    """Every case within reach, the heaviest stage first."""
    found = seen_cases(visit, as_of=as_of_asked(op), closed=dicht == "ja")
    return page(
        visit.request,
        "cases.html",
        views=[one.view for one in found],
        steps={one.view.case.number: one.step for one in found},
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


@router.get("/zaak/{number}/audit", name="case_audit")
def audit_page(visit: Visiting, number: str) -> Response:
    """Who did and who looked at what in this case."""
    seen_case(visit, number)
    note_view(visit.context, number, action="case.viewed")
    with reading(visit.context.engine) as connection:
        rows = audit.about(connection, number, limit=500)
    return page(visit.request, "case_audit.html", number=number, rows=rows, action_text=action_text)


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
