"""Brieven: letters of a case from draft to answer, and the register of what was put on somebody else's agenda."""

from collections.abc import Callable
from contextlib import ExitStack

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from ews.cases import letter_book, log
from ews.cases.letter_book import LetterState
from ews.cases.model import CaseFile
from ews.errors import NotFoundError, RefusedError
from ews.jobs import letters as writing_letters
from ews.jobs.letters import Written, letters_folder
from ews.jobs.watching import note_view
from ews.store import cases, scope
from ews.store.engine import reading
from ews.web.acts import put_beside
from ews.web.errands import Task
from ews.web.forms import Field, Reading, blank, read
from ews.web.letter_acts import BESIDE, LETTER_ACTS, LetterAct, forms_of, wanted, write_fields
from ews.web.pages.cases import latest_evidence, seen_case
from ews.web.pages.errand import begin
from ews.web.policy import may
from ews.web.rendering import page
from ews.web.uploads import lay_down
from ews.web.visit import Posting, Visit, Visiting, back_to

router = APIRouter()
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {".pdf": "application/pdf", ".docx": WORD}


@router.get("/geagendeerd", name="agenda")
def agenda_page(visit: Visiting, alles: str = "") -> Response:
    """The register of what was raised, over every case within reach; finished lines on request."""
    context = visit.context
    with reading(context.engine) as connection:
        found = scope.within(connection, visit.scope, cases.all_cases(connection), as_of=context.now)
    lines = [(case, state) for case in found for state in letter_book.agenda(case)]
    shown = [pair for pair in lines if alles == "ja" or pair[1].due_on is not None]
    shown.sort(key=lambda pair: (pair[1].due_on is None, pair[1].due_on or pair[1].raised.answer_by))
    return page(
        visit.request,
        "agenda.html",
        lines=shown,
        finished=len(lines) - len(shown),
        everything=alles == "ja",
        can_work=may(visit.person.role, "case_agenda-antwoord"),
    )


@router.get("/zaak/{number}/brieven", name="letters")
def letters_page(visit: Visiting, number: str) -> Response:
    """Every letter of a case with how far it is, and what of this case was put on somebody's agenda."""
    case = seen_case(visit, number)
    note_view(visit.context, number, action="case.viewed")
    return page(
        visit.request,
        "letters.html",
        case=case,
        letters=letter_book.letters(case)[::-1],
        agenda=letter_book.agenda(case),
        can_write=may(visit.person.role, "letter_write") and case.closed_at is None,
        asked_places=[one for one in log.alternatives(case) if one.answer is None],
    )


@router.get("/zaak/{number}/brief/{letter}", name="letter")
def letter_page(visit: Visiting, number: str, letter: int) -> Response:
    """One letter: its files, its recipients, and the next thing to do with it."""
    case = seen_case(visit, number)
    state = _find(case, letter)
    note_view(visit.context, number, action="case.viewed")
    folder = letters_folder(visit.context)
    return page(
        visit.request,
        "letter.html",
        case=case,
        state=state,
        people=visit.context.settings.people,
        ground=visit.context.settings.naming_grounds.get(state.letter.ground),
        files=[name for name in forms_of(state) if (folder / name).is_file()],
        is_own=state.entry.author == visit.person.id,
        can_act=may(visit.person.role, "letter_sent") and case.closed_at is None,
        can_approve=may(visit.person.role, "letter_approve") and case.closed_at is None,
    )


def _find(case: CaseFile, number: int) -> LetterState:
    for one in letter_book.letters(case):
        if one.entry.id == number:
            return one
    raise NotFoundError("Deze brief bestaat niet.")


@router.get("/zaak/{number}/brief/{letter}/bestand/{name}", name="letter_file")
def letter_file(visit: Visiting, number: str, letter: int, name: str) -> Response:
    """One of the files of a letter: only those that the record names."""
    state = _find(seen_case(visit, number), letter)
    path = letters_folder(visit.context) / name
    if name not in forms_of(state) or not path.is_file():
        raise NotFoundError("Dit bestand hoort niet bij deze brief.")
    note_view(visit.context, f"{number}/{name}", action="dossier.viewed")
    return FileResponse(
        path,
        media_type=TYPES.get(path.suffix, "application/octet-stream"),
        filename=name,
        content_disposition_type="inline" if path.suffix == ".pdf" else "attachment",
    )


@router.get("/zaak/{number}/brief", name="letter_write")
def new_letter(visit: Visiting, number: str, soort: str = "") -> Response:
    """The form for a new letter."""
    case = seen_case(visit, number)
    return _write_page(visit, case, blank(_write_fields(visit, case, soort)), kind=soort)


@router.post("/zaak/{number}/brief", name="letter_write_do")
def write_letter(visit: Visiting, number: str, form: Posting) -> Response:
    """Lay a letter ready as a draft, in Word and PDF; when that takes long, its progress has a page."""
    case = seen_case(visit, number)
    typed = read(_write_fields(visit, case), form)
    if typed.faults:
        return _write_page(visit, case, typed, status=422)
    asked, ready = wanted(typed), list[Written]()
    title = visit.context.settings.letters[asked.kind].title

    def make() -> str:
        ready.append(writing_letters.write(visit.context, number, asked))
        return f"{title} ligt klaar als concept, regel {ready[0].entry.id}. Een ander stelt hem vast."

    back = str(visit.request.app.url_path_for("letters", number=number))
    made, answer = begin(visit, Task(f"{title} {number}", back, make))
    if isinstance(made.fault, RefusedError):
        return _write_page(visit, case, typed, status=422, told=put_beside(BESIDE, typed, made.fault))
    return back_to(visit.request, "letter", number=number, letter=str(ready[0].entry.id)) if ready else answer


def _write_fields(visit: Visit, case: CaseFile, kind: str = "") -> tuple[Field, ...]:
    context = visit.context
    with reading(context.engine) as connection:
        found = scope.within(connection, visit.scope, cases.all_cases(connection), as_of=context.now)
    others = [one for one in found if one.closed_at is None and one.number != case.number]
    return write_fields(context, latest_evidence(case), others, kind)


def _write_page(
    visit: Visit, case: CaseFile, typed: Reading, *, status: int = 200, told: str = "", kind: str = ""
) -> Response:
    return page(
        visit.request,
        "letter_act.html",
        status=status,
        case=case,
        title="Brief opstellen",
        button="Opstellen",
        intro="Het programma schrijft een concept uit wat in de zaak staat. Een ander stelt het vast; mensen versturen het.",
        fields=_write_fields(visit, case, kind),
        reading=typed,
        told=told,
        back=visit.request.app.url_path_for("letters", number=case.number),
    )


def _ask(act: LetterAct) -> Callable[..., Response]:
    def ask(visit: Visiting, number: str, letter: int) -> Response:
        case = seen_case(visit, number)
        state = _find(case, letter)
        return _act_page(visit, case, act, state, blank(act.fields(state)))

    return ask


def _do(act: LetterAct) -> Callable[..., Response]:
    def do(visit: Visiting, number: str, letter: int, form: Posting) -> Response:
        case = seen_case(visit, number)
        state = _find(case, letter)
        typed = read(act.fields(state), form)
        if typed.faults:
            return _act_page(visit, case, act, state, typed, status=422)
        try:
            with ExitStack() as stack:
                file = typed.values.get("bestand")
                path = lay_down(file, stack) if file is not None else None
                act.do(visit.context, number, state, typed, path)
        except RefusedError as error:
            told = put_beside(act.beside, typed, error)
            return _act_page(visit, case, act, state, typed, status=422, told=told)
        return back_to(visit.request, "letter", number=number, letter=str(letter))

    return do


def _act_page(
    visit: Visit, case: CaseFile, act: LetterAct, state: LetterState, typed: Reading, *, status: int = 200, told: str = ""
) -> Response:  # fmt: skip
    return page(
        visit.request,
        "letter_act.html",
        status=status,
        case=case,
        title=act.title,
        button=act.button,
        intro=f"{state.letter.title}, regel {state.entry.id}. {act.intro}",
        fields=act.fields(state),
        reading=typed,
        told=told,
        back=visit.request.app.url_path_for("letter", number=case.number, letter=str(state.entry.id)),
    )


def _form_fields(case: CaseFile) -> tuple[Field, ...]:
    waiting = tuple(
        (str(one.entry.id), f"{one.entry.id}: {one.alternative.organisation or one.alternative.provider}")
        for one in log.alternatives(case)
        if one.answer is None
    )
    return (
        Field("alternatief", "Op welke vraag", "choice", choices=waiting),
        Field("bestand", "Het teruggestuurde Word-bestand", "file"),
    )


@router.get("/zaak/{number}/antwoordformulier", name="letter_form")
def returned_form(visit: Visiting, number: str) -> Response:
    """The form to hand in an answer form that came back."""
    case = seen_case(visit, number)
    return _form_page(visit, case, blank(_form_fields(case)))


@router.post("/zaak/{number}/antwoordformulier", name="letter_form_do")
def take_form(visit: Visiting, number: str, form: Posting) -> Response:
    """Read a returned form as the answer to a request for places, with the form as its evidence."""
    case = seen_case(visit, number)
    typed = read(_form_fields(case), form)
    if not typed.faults:
        try:
            with ExitStack() as stack:
                path = lay_down(typed.values["bestand"], stack)
                entry = writing_letters.read_answer(
                    visit.context, number, int(typed.values["alternatief"]), path
                )
            return back_to(visit.request, "case", f"?klaar={entry.id}", number=number)
        except RefusedError as error:
            told = put_beside(BESIDE, typed, error)
            return _form_page(visit, case, typed, status=422, told=told)
    return _form_page(visit, case, typed, status=422)


def _form_page(
    visit: Visit, case: CaseFile, typed: Reading, *, status: int = 200, told: str = ""
) -> Response:
    return page(
        visit.request,
        "letter_act.html",
        status=status,
        case=case,
        title="Antwoordformulier inlezen",
        button="Inlezen",
        intro="Het formulier uit een verzoek om plaatsen, ingevuld teruggekomen.",
        fields=_form_fields(case),
        reading=typed,
        told=told,
        back=visit.request.app.url_path_for("letters", number=case.number),
    )


_ROUTE = {"vaststellen": "letter_approve", "verzonden": "letter_sent", "antwoord": "letter_answer"}
for _act in LETTER_ACTS:
    _path = f"/zaak/{{number}}/brief/{{letter}}/{_act.slug}"
    router.add_api_route(_path, _ask(_act), methods=["GET"], name=_ROUTE[_act.slug])
    router.add_api_route(_path, _do(_act), methods=["POST"], name=f"{_ROUTE[_act.slug]}_do")
