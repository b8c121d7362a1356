"""What people do with a notice: draft, hand in the edited Word file, approve, note how it went out, take the bundle."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from ews.dossier.approval import AnswerKind, Wish
from ews.errors import ChangedMeanwhileError, RefusedError
from ews.jobs import dossier as drafting
from ews.jobs import dossier_acts as acting
from ews.jobs.bundle import bundle
from ews.jobs.dossier_import import import_word
from ews.regulation import DossierKind
from ews.store import audit
from ews.store.engine import writing
from ews.web.errands import Task
from ews.web.forms import Reading, read
from ews.web.notice_forms import ANSWER, APPROVE, BUNDLE, DRAFT, IMPORT, NoticeForm, sent_form, tell_beside
from ews.web.notices import bundle_path, kind_of, versions_of
from ews.web.pages.cases import seen_case
from ews.web.pages.errand import begin
from ews.web.pages.notice import show, ways_of
from ews.web.uploads import lay_down
from ews.web.visit import Posting, Visit, Visiting, back_to
from ews.web.wording import number_text

router = APIRouter()


def _done(
    visit: Visit,
    number: str,
    slug: str,
    asked: tuple[NoticeForm, Reading],
    act: Callable[[DossierKind], object],
) -> Response:
    """Do an act on the notice, or show the page again with what was typed and why it was refused."""
    form, typed = asked
    seen_case(visit, number)
    if typed.faults:
        return show(visit, number, slug, status=422, typed=typed)
    try:
        act(kind_of(slug))
    except RefusedError as error:
        status = 409 if isinstance(error, ChangedMeanwhileError) else 422
        told = tell_beside(form, typed, error)
        return show(visit, number, slug, status=status, typed=typed, told=told)
    return back_to(visit.request, "notice", number=number, slug=slug)


@router.post("/zaak/{number}/melding/{slug}/opstellen", name="notice_draft")
def draft(visit: Visiting, number: str, slug: str, form: Posting) -> Response:
    """Draft a version in Word and PDF; when that takes long, its progress has a page."""
    kind = kind_of(slug)
    seen_case(visit, number)

    def make() -> str:
        made = drafting.draft(visit.context, number, kind)
        new = "Opgesteld als" if made.is_new else "Er veranderde niets sinds"
        return f"{new} versie {made.dossier.version}, in Word en PDF."

    return _begun(visit, number, slug, (DRAFT, read((), form)), do=make)


def _begun(
    visit: Visit,
    number: str,
    slug: str,
    asked: tuple[NoticeForm, Reading],
    *,
    do: Callable[[], str],
    size: Path | None = None,
) -> Response:
    back = str(visit.request.app.url_path_for("notice", number=number, slug=slug))
    title = f"{drafting.TITLES[kind_of(slug)]} {number}: {asked[0].button.lower()}"
    task = Task(title, back, do)
    if size is not None:
        task = replace(task, size=lambda: size.stat().st_size if size.exists() else 0)
    made, answer = begin(visit, task)
    if isinstance(made.fault, RefusedError):
        told = tell_beside(*asked, made.fault)
        return show(visit, number, slug, status=422, typed=asked[1], told=told)
    return answer


@router.post("/zaak/{number}/melding/{slug}/word", name="notice_import")
def take_word(visit: Visiting, number: str, slug: str, form: Posting) -> Response:
    """File the edited Word file as the next version, and lead to what differs."""
    kind = kind_of(slug)
    seen_case(visit, number)
    typed = read(IMPORT.fields, form)
    if typed.faults:
        typed.faults["word"] = "Kies het Word-bestand dat u bewerkte."
        return show(visit, number, slug, status=422, typed=typed)
    with ExitStack() as stack:
        path = lay_down(typed.values["word"], stack, otherwise="bestand.docx")
        try:
            done = import_word(visit.context, number, kind, path)
        except RefusedError as error:
            told = tell_beside(IMPORT, typed, error)
            return show(visit, number, slug, status=422, typed=typed, told=told)
    version = str(done.dossier.version)
    there = visit.request.app.url_path_for("notice_changes", number=number, slug=slug, version=version)
    query = "" if done.is_new else "?gelijk=ja"
    ignored = f"{'&' if query else '?'}buiten={len(done.ignored)}" if done.ignored else ""
    return RedirectResponse(f"{there}{query}{ignored}", status_code=303)


@router.post("/zaak/{number}/melding/{slug}/vaststellen", name="notice_approve")
def approve(visit: Visiting, number: str, slug: str, form: Posting) -> Response:
    """Approve the newest version; whoever drafted it can't."""
    typed = read(APPROVE.fields, form)
    given = typed.values
    wish = Wish(
        bool(given.get("spoed")), bool(given.get("voorbehoud")), typed.text("reden"), given.get("aanvullen")
    )
    seen = form.values.get("versie", "")
    version = int(seen) if seen.isdigit() else None
    return _done(
        visit,
        number,
        slug,
        (APPROVE, typed),
        lambda kind: acting.approve(visit.context, number, kind, wish, version=version),
    )


@router.post("/zaak/{number}/melding/{slug}/bundelen", name="notice_bundle")
def make_bundle(visit: Visiting, number: str, slug: str, form: Posting) -> Response:
    """Bundle the approved version with all its evidence; for what it is, stands on the record."""
    kind, typed = kind_of(slug), read(BUNDLE.fields, form)
    reason = typed.text("waarvoor").strip()
    seen_case(visit, number)
    approved = [one for one in versions_of(visit, number, kind) if one.state != "draft"]
    fault = "Schrijf in een paar woorden waarvoor de bundel is." if len(reason) < 5 else ""
    fault = fault if approved else "Een bundel hoort bij een vastgestelde versie; stel eerst vast."
    if fault:
        typed.faults["waarvoor"] = fault
        return show(visit, number, slug, status=422, typed=typed)
    out = bundle_path(visit.context, approved[-1])
    with writing(visit.context.engine) as connection:
        detail = {"reason": reason[:200]}
        about = f"{number}/{kind}/v{approved[-1].version}"
        audit.append(
            connection, visit.context.actor, "dossier.bundle.asked", about, detail, now=visit.context.now
        )

    def make() -> str:
        made = bundle(visit.context, number, kind, out)
        held = f" Niet opgenomen wegens rubricering: {', '.join(made.withheld)}." if made.withheld else ""
        return f"De bundel is klaar: {made.files} bestanden, {number_text(made.size / 1e6)} MB.{held}"

    unfinished = out.with_name(f".{out.name}.part")
    return _begun(visit, number, slug, (BUNDLE, typed), do=make, size=unfinished)


@router.post("/zaak/{number}/melding/{slug}/verzonden", name="notice_sent")
def sent(visit: Visiting, number: str, slug: str, form: Posting) -> Response:
    """Note one way in which the notice went out, or the call that was made; the product itself sends nothing."""
    asked = sent_form(ways_of(visit, number, slug))
    typed = read(asked.fields, form)

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

    return _done(visit, number, slug, (asked, typed), note)


@router.post("/zaak/{number}/melding/{slug}/antwoord", name="notice_answer")
def answer(visit: Visiting, number: str, slug: str, form: Posting) -> Response:
    """Note what the NZa answered."""
    typed = read(ANSWER.fields, form)

    def note(kind: DossierKind) -> object:
        outcome = AnswerKind(typed.values["uitkomst"])
        return acting.note_answer(visit.context, number, kind, outcome, typed.text("tekst"))

    return _done(visit, number, slug, (ANSWER, typed), note)
