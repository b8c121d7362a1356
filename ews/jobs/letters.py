"""Writing a letter from a case, and putting on the record that it was made and whom it names."""

from dataclasses import dataclass, replace
from pathlib import Path

from ews.cases import log
from ews.cases.calendar import add_working_days, office_date
from ews.cases.entries import Note
from ews.cases.model import Entry
from ews.dossier.answer_form import answer_of
from ews.dossier.layout import plain_paper
from ews.dossier.letters import Filled, may_name, write_letter
from ews.dossier.paper import Paper, PaperBlock
from ews.dossier.read_docx import read_tables
from ews.dossier.words import long_date
from ews.errors import FileRefusedError, NotAllowedError, NotFoundError, RefusedError
from ews.jobs.case_log import record
from ews.jobs.cases import Act, act
from ews.jobs.dossier import look, write_file
from ews.jobs.evidence import Upload
from ews.jobs.run import Context
from ews.people import Mandate
from ews.regulation import DossierKind
from ews.store import audit
from ews.store.cases import load_case
from ews.store.engine import reading, writing


@dataclass(frozen=True, slots=True)
class Naming:
    """A decision to name the provider before stage 4: ground, and the second person."""

    ground: str
    second: str


def letter(
    context: Context, case: str, kind: str, to: str, naming: Naming | None = None
) -> tuple[Filled, Path, Path]:
    """Write one letter in both forms. Raises NotAllowedError when it may not name the provider yet."""
    person = context.person()
    text = context.settings.letters.get(kind)
    if text is None:
        raise NotFoundError(
            f"Brief '{kind}' bestaat niet. Kies uit: {', '.join(sorted(context.settings.letters))}."
        )
    looked = look(context, case, DossierKind.OVERMACHTSMELDING)
    named = may_name(text, looked.facts)
    if naming is not None and not named:
        _check_naming(context, naming)
        named = True
    today = office_date(context.now)
    answer_by = add_working_days(today, text.answer_days) if text.answer_days else None
    filled = write_letter(text, looked.facts, looked.dossier, named=named, answer_by=answer_by)
    paper = _paper(context, filled, case, to, looked.dossier.audit_head)
    stem = f"{case}_{kind}_{context.now:%Y%m%dT%H%M}"
    paths = _written(context, stem, paper)
    told = f"Brief '{text.title}' opgesteld voor {to or text.to}; aanbieder {'genoemd' if named else 'niet genoemd'}"
    with writing(context.engine) as connection:
        note = Note(f"{told}{f', grond: {naming.ground}' if naming else ''}.")
        second = naming.second if naming else None
        record(connection, context, case, note, on=today, author=person.id, second=second)
        detail = {"kind": kind, "to": text.to.value, "named": named, "hidden": filled.hidden}
        audit.append(connection, context.actor, "letter.written", case, detail, now=context.now)
    return filled, *paths


def _check_naming(context: Context, naming: Naming) -> None:
    if not naming.ground.strip():
        raise RefusedError("De aanbieder eerder noemen vraagt een grond: --ground.")
    people = {context.actor.id, naming.second} & set(context.settings.people)
    if len(people) < 2:
        raise NotAllowedError("De aanbieder eerder noemen vraagt een tweede, andere persoon: --second ID.")
    if not any(Mandate.EWS_MELDING in context.settings.people[one].mandates for one in people):
        raise NotAllowedError("Geen van beiden heeft mandaat om de aanbieder eerder te noemen.")


def _paper(context: Context, filled: Filled, case: str, to: str, head: str) -> Paper:
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
        addressee=(to,) if to else (),
        reference=(
            ("Plaats en datum", f"{style.place}, {long_date(office_date(context.now))}"),
            ("Kenmerk", case),
            ("Onderwerp", filled.title),
        ),
        salutation=style.salutation,
        letter=(*body, *filled.blocks),
        closing=(style.closing, office.name, "[naam en functie van de ondertekenaar]"),
        sections=(),
        footer=f"Vertrouwelijk · {case} · auditkop {head}",
    )


def _written(context: Context, stem: str, paper: Paper) -> tuple[Path, Path]:
    from ews.dossier.render_docx import write_docx
    from ews.dossier.render_pdf import typeset

    folder = context.folder / "dossiers" / "brieven"
    word, pdf = folder / f"{stem}.docx", folder / f"{stem}.pdf"
    write_file(word, write_docx(paper))
    write_file(pdf, typeset(paper))
    return word, pdf


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
    answer = answer_of(alternative, asked, [one.rows for one in read_tables(content)])
    return act(context, Act(case, uploads=(Upload(path, kind="antwoord"),)), answer)
