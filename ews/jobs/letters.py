"""Writing a letter from a case: drawn in both forms as a draft, and on the record with whom it names to whom."""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter

from ews.cases import log
from ews.cases.calendar import add_working_days, office_date
from ews.cases.correspondence import Letter
from ews.cases.entries import What
from ews.cases.model import Entry
from ews.cases.obstacles import SENTENCES, Obstacle
from ews.dossier.answer_form import answer_of
from ews.dossier.clients import in_natura
from ews.dossier.layout import plain_paper
from ews.dossier.letter_parts import Part, asked_of_provider
from ews.dossier.letters import AnswerUse, Filled, LetterText, may_name, write_letter
from ews.dossier.paper import Paper, PaperBlock
from ews.dossier.read_docx import read_tables
from ews.dossier.record import CaseFacts
from ews.dossier.words import long_date
from ews.errors import FileRefusedError, NotFoundError, RefusedError
from ews.jobs.cases import Act, act
from ews.jobs.dossier import Looked, look, write_file
from ews.jobs.dossier_requests import facts_named
from ews.jobs.evidence import Upload
from ews.jobs.run import Context
from ews.regulation import DossierKind
from ews.store.cases import load_case
from ews.store.engine import reading

PAPER: TypeAdapter[Paper] = TypeAdapter(Paper)
DRAFT = "Concept: nog niet door een ander vastgesteld. Niet verzenden."
LETTERS = "brieven"
"""Folder under `dossiers`."""
UNSIGNED = "[naam en functie van de ondertekenaar]"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks for. `ground` names a provider before stage 4; who approves then needs the mandate."""

    kind: str
    to: tuple[str, ...] = ()
    ground: str = ""
    reason: str = ""
    evidence: tuple[int, ...] = ()
    others: tuple[str, ...] = ()
    """Other cases that the same letter bundles, so that no one provider can be told from it."""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter that lies ready as a draft."""

    entry: Entry
    filled: Filled
    to: tuple[str, ...]
    word: Path
    pdf: Path


def write(context: Context, case: str, wanted: Wanted) -> Written:
    """Write one letter as a draft. Raises RefusedError when it may not name the provider so."""
    text = letter_text(context, wanted.kind)
    looked = look(context, case, DossierKind.OVERMACHTSMELDING, others=wanted.others, reader=text.to)
    allowed = may_name(text, looked.facts)
    if wanted.ground and not allowed:
        _check_ground(context, wanted)
    named = (allowed or bool(wanted.ground)) and not wanted.others
    to = wanted.to or text.default_to or _uitvoerders(context, text)
    today = office_date(context.now)
    by = (
        add_working_days(today, text.answer_days, context.settings.cases.case.days_off)
        if text.answer_days
        else None
    )
    filled = write_letter(text, looked.facts, looked.dossier, named=named, answer_by=by)
    paper = _paper(context, filled, case, to, looked.dossier.audit_head)
    if not text.is_letter:
        paper = replace(paper, salutation="", closing=())
    forms, (word, pdf) = draw(context, f"{case}_{wanted.kind}_{context.now:%Y%m%dT%H%M%S}", paper)
    letter = Letter(
        kind=wanted.kind,
        title=text.title,
        to=to,
        named=named,
        forms=forms,
        ground="" if allowed or not named else wanted.ground,
        asked=_asked(looked.facts) if text.answer is AnswerUse.ALTERNATIVE else (),
        facts=_facts_asked(context, looked, text),
        reason=wanted.reason,
    )
    entry = act(context, Act(case, evidence=wanted.evidence), letter)
    return Written(entry, filled, to, word, pdf)


def letter_text(context: Context, kind: str) -> LetterText:
    """One kind of letter. Raises NotFoundError that names those there are."""
    text = context.settings.letters.get(kind)
    if text is None:
        known = ", ".join(sorted(context.settings.letters))
        raise NotFoundError(f"Brief '{kind}' bestaat niet. Kies uit: {known}.")
    return text


def _check_ground(context: Context, wanted: Wanted) -> None:
    ground = context.settings.naming_grounds.get(wanted.ground)
    if ground is None:
        known = ", ".join(sorted(context.settings.naming_grounds))
        raise RefusedError(f"Grond '{wanted.ground}' staat niet in brieven.toml. Kies uit: {known}.")
    obstacles = [
        obstacle
        for obstacle, lacks in (
            (Obstacle.GROUND_NEEDS_LIST, not wanted.to),
            (Obstacle.GROUND_NEEDS_REASON, not wanted.reason.strip()),
            (Obstacle.GROUND_NEEDS_EVIDENCE, ground.needs_evidence and not wanted.evidence),
        )
        if lacks
    ]
    if obstacles:
        raise RefusedError(" ".join(SENTENCES[one] for one in obstacles), reasons=obstacles)


def _uitvoerders(context: Context, text: LetterText) -> tuple[str, ...]:
    if text.to != "wlz_uitvoerder" or text.answer_days == 0:
        return ()
    return tuple(one.name for one in context.settings.wlz_uitvoerders.values())


def _facts_asked(context: Context, looked: Looked, text: LetterText) -> tuple[str, ...]:
    if Part.ASKED not in text.parts or text.answer_days == 0:
        return ()
    asked = asked_of_provider(looked.dossier)
    return facts_named(context, looked, DossierKind.OVERMACHTSMELDING, asked)


def _asked(facts: CaseFacts) -> tuple[tuple[str, int], ...]:
    counted: Counter[str] = Counter()
    for _, line in in_natura(facts):
        counted[line.profile] += line.nowhere if line.nowhere is not None else line.clients
    return tuple((profile, count) for profile, count in sorted(counted.items()) if count)


def _paper(context: Context, filled: Filled, case: str, to: tuple[str, ...], head: str) -> Paper:
    office, style = context.settings.site.office, context.settings.house_style
    paper = plain_paper(
        filled.title,
        "",
        (),
        style=style,
        sender=(office.legal_name, office.name, office.address, office.contact),
        created=office_date(context.now).isoformat(),
        fictitious=context.settings.site.kind != "production",
        audit_head=head,
    )
    body = tuple(PaperBlock("paragraph", runs=((one, "plain"),)) for one in filled.paragraphs)
    return replace(
        paper,
        addressee=to,
        reference=(
            ("Plaats en datum", f"{style.place}, {long_date(office_date(context.now))}"),
            ("Kenmerk", case),
            ("Onderwerp", filled.title),
        ),
        status=(DRAFT,),
        salutation=style.salutation,
        letter=(*body, *filled.blocks),
        closing=(style.closing, office.name, UNSIGNED),
        sections=(),
        footer=f"Vertrouwelijk · {case} · auditkop {head}",
    )


def draw(context: Context, stem: str, paper: Paper) -> tuple[tuple[tuple[str, str], ...], tuple[Path, Path]]:
    """Both forms and what they were drawn from, with their hashes: an approval draws from the same again."""
    from ews.dossier.render_docx import write_docx
    from ews.dossier.render_pdf import typeset

    folder = letters_folder(context)
    made = {
        f"{stem}.docx": write_docx(paper),
        f"{stem}.pdf": typeset(paper),
        f"{stem}.json": PAPER.dump_json(paper, indent=1),
    }
    for name, content in made.items():
        write_file(folder / name, content)
    forms = tuple((name, hashlib.sha256(content).hexdigest()) for name, content in made.items())
    return forms, (folder / f"{stem}.docx", folder / f"{stem}.pdf")


def letters_folder(context: Context) -> Path:
    """Where letters lie."""
    return context.folder / "dossiers" / LETTERS


def read_answer(context: Context, case: str, alternative: int, path: Path) -> Entry:
    """File a returned answer form as the answer to an alternative, the form itself as its evidence."""
    with reading(context.engine) as connection:
        found = log.alternatives(load_case(connection, case))
    asked = next((one.alternative for one in found if one.entry.id == alternative), None)
    if asked is None:
        known = ", ".join(str(one.entry.id) for one in found) or "geen"
        raise NotFoundError(
            f"Zaak {case} heeft geen alternatief op regel {alternative}. Alternatieven: {known}."
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileRefusedError(f"{path} is niet te lezen: {error.strerror}.") from error
    answer: What = answer_of(alternative, asked, [one.rows for one in read_tables(content)])
    return act(context, Act(case, uploads=(Upload(path, kind="antwoord"),)), answer)
