"""What happens to a letter after it was written: approved by another, sent by a person, answered."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ews.cases.calendar import add_working_days, office_date
from ews.cases.correspondence import (
    Asked,
    LetterAnswer,
    LetterApproved,
    LetterSent,
    Raised,
    RaisedAnswer,
)
from ews.cases.entries import Alternative, Places, ProviderView, What
from ews.cases.kinds import AlternativeKind
from ews.cases.letter_book import LetterState, RaisedState, agenda, letters
from ews.cases.model import CaseFile, Entry
from ews.dossier.letters import AnswerUse, LetterText
from ews.dossier.paper import Paper
from ews.errors import FileRefusedError, NotFoundError, RefusedError
from ews.jobs.cases import Act, act
from ews.jobs.evidence import Upload
from ews.jobs.letters import PAPER, draw, letter_text, letters_folder
from ews.jobs.run import Context
from ews.notify.words import ROLE
from ews.store import cases
from ews.store.engine import reading


@dataclass(frozen=True, slots=True)
class Reply:
    """What a recipient answered, and what happens next."""

    who: str
    text: str
    next_step: str = ""
    next_on: date | None = None
    uploads: tuple[Upload, ...] = ()


def all_letters(context: Context, case: str) -> tuple[LetterState, ...]:
    """Every letter of a case."""
    with reading(context.engine) as connection:
        return letters(cases.load_case(connection, case))


def register(context: Context, case: str | None = None) -> list[tuple[str, RaisedState]]:
    """(case, line) of the register, of one case or of the whole office."""
    with reading(context.engine) as connection:
        found = cases.all_cases(connection) if case is None else [cases.load_case(connection, case)]
    return [(one.number, state) for one in found for state in agenda(one)]


def approve(context: Context, case: str, number: int, *, text: str, edited: Path | None = None) -> Entry:
    """Approve a letter as drawn, or as somebody edited it in Word. What is approved is kept as evidence."""
    person = context.person()
    found = _letter(context, case, number)
    if edited is not None:
        uploads: tuple[Upload, ...] = (Upload(edited, kind="brief"),)
        forms: tuple[tuple[str, str], ...] = ((edited.name, _hash_of(edited)),)
    else:
        stem, paper = _source(context, found)
        name = f"{person.name}, {ROLE[person.role]}"
        if paper.closing:
            signed = replace(paper, status=(), closing=(*paper.closing[:2], name))
        else:
            signed = replace(paper, status=(f"Vastgesteld door {name}.",))
        forms, (_, pdf) = draw(context, f"{stem}_vastgesteld", signed)
        uploads = (Upload(pdf, kind="brief"),)
    return act(context, Act(case, uploads=uploads), LetterApproved(number, forms, text))


def _source(context: Context, found: LetterState) -> tuple[str, Paper]:
    name, digest = next(pair for pair in found.letter.forms if pair[0].endswith(".json"))
    path = letters_folder(context) / name
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        raise RefusedError(f"{path} is weg of gewijzigd sinds de brief werd opgesteld. Stel hem opnieuw op.")
    return path.stem, PAPER.validate_json(path.read_bytes())


def _hash_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise FileRefusedError(f"{path} is niet te lezen: {error.strerror}.") from error


def _letter(context: Context, case: str, number: int) -> LetterState:
    found = all_letters(context, case)
    for one in found:
        if one.entry.id == number:
            return one
    known = ", ".join(str(one.entry.id) for one in found) or "geen"
    raise NotFoundError(f"Zaak {case} heeft geen brief op regel {number}. Brieven: {known}.")


def send(
    context: Context, case: str, number: int, *, channel: str, to: tuple[str, ...], on: date | None
) -> Entry:
    """Note that a person sent an approved letter; the programme itself sends nothing."""
    found = _letter(context, case, number)
    text = letter_text(context, found.letter.kind)
    sent_on, days_off = on or office_date(context.now), context.settings.cases.case.days_off
    waits = text.answer in {AnswerUse.FILED, AnswerUse.HEARING} and text.answer_days
    due = add_working_days(sent_on, text.answer_days, days_off) if waits else None
    what = LetterSent(number, to or found.letter.to, channel, due)
    along = tuple(_after_sending(found, text, what, sent_on, days_off=days_off))
    return act(context, Act(case, on=on, evidence=_proof(found)), what, along=along)


def _proof(found: LetterState) -> tuple[int, ...]:
    return found.approved.evidence if found.approved else ()


def _after_sending(
    found: LetterState, text: LetterText, sent: LetterSent, on: date, *, days_off: Collection[date]
) -> Iterator[What]:
    due = add_working_days(on, text.answer_days, days_off)
    asked = tuple(Places(profile, count) for profile, count in found.letter.asked)
    if found.letter.facts:
        yield Asked(found.letter.facts, ", ".join(sent.to))
    for name in sent.to:
        if text.answer is AnswerUse.ALTERNATIVE:
            yield Alternative(AlternativeKind.PROCUREMENT, asked, due, organisation=name)
        if text.answer is AnswerUse.AGENDA:
            yield Raised(text.party, name, due, found.entry.id, found.letter.reason or text.title)


def answered(context: Context, case: str, number: int, reply: Reply) -> Entry:
    """File an answer; it lands where this letter's answers belong: hearing, register, or the file alone."""
    found = _letter(context, case, number)
    text = letter_text(context, found.letter.kind)
    what = LetterAnswer(number, reply.who, reply.next_on, reply.text, reply.next_step)
    with reading(context.engine) as connection:
        case_file = cases.load_case(connection, case)
    along = tuple(_after_answer(case_file, found, text, what))
    return act(context, Act(case, uploads=reply.uploads), what, along=along)


def _after_answer(
    case: CaseFile, found: LetterState, text: LetterText, answer: LetterAnswer
) -> Iterator[What]:
    if text.answer is AnswerUse.HEARING:
        finding = f"{found.letter.title} van {found.entry.happened_on:%d-%m-%Y} (regel {found.entry.id})."
        yield ProviderView(finding, answer.text)
    if text.answer is AnswerUse.AGENDA:
        for state in agenda(case):
            if state.raised.letter == found.entry.id and state.raised.organisation == answer.who:
                yield RaisedAnswer(state.entry.id, answer.next_on, answer.text, answer.next_step)


def agenda_term(context: Context, on: date | None) -> date:
    """The day by which an answer is due by the office's own term for the register."""
    terms = [one.answer_days for one in context.settings.letters.values() if one.answer is AnswerUse.AGENDA]
    if not terms:
        raise RefusedError(
            "In brieven.toml staat geen brief met answer = 'agenda'. Noem de dag zelf: --answer-by."
        )
    return add_working_days(on or office_date(context.now), max(terms), context.settings.cases.case.days_off)
