"""`ews dossier letter write / list / approve / sent / answer` and `ews dossier read-answer`: letters from the record."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ews.cases.letter_book import LetterState
from ews.cases.words import day as words_of_day
from ews.cli.case_options import Attach, Case, Files, On, Reason, Text, entry_document, entry_text, given
from ews.cli.dossier import group
from ews.cli.frame import Json, day, emit, site_of

if TYPE_CHECKING:
    from ews.jobs.letters import Written

letters = typer.Typer(
    help="Brieven uit de zaak: opstellen, door een ander vaststellen, verzenden noteren, antwoord vastleggen.",
    no_args_is_help=True,
)
group.add_typer(letters, name="letter")

Number = Annotated[int, typer.Argument(metavar="BRIEF", help="Regelnummer van de brief; zie letter list.")]
To = Annotated[
    list[str] | None,
    typer.Option("--to", help="Ontvanger: organisatie of functie, geen cliënten; mag vaker."),
]


@letters.command()
def write(
    context: typer.Context,
    case: Case,
    kind: Annotated[str, typer.Option(help="Soort brief, zie config/brieven.toml.")],
    to: To = None,
    ground: Annotated[
        str, typer.Option(help="Noem de aanbieder vóór trede 4 op deze grond uit brieven.toml.")
    ] = "",
    reason: Reason = "",
    evidence: Attach = None,
    others: Annotated[
        list[str] | None,
        typer.Option("--with", help="Andere zaak die dezelfde brief bundelt, zonder namen; mag vaker."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Stel een brief op als concept; een ander stelt hem vast voordat hij uitgaat."""
    from ews.jobs.letters import Wanted
    from ews.jobs.letters import write as lay_ready

    wanted = Wanted(kind, tuple(to or ()), ground, reason, tuple(evidence or ()), tuple(others or ()))
    made = lay_ready(site_of(context), case, wanted)
    document = {
        "case": case,
        "entry": made.entry.id,
        "kind": kind,
        "to": list(made.to),
        "recipient": made.filled.recipient.value,
        "named": made.filled.is_named,
        "hidden": made.filled.hidden,
        "state": "concept",
        "files": {"docx": str(made.word), "pdf": str(made.pdf)},
    }
    emit(as_json, document, _laid_ready(case, made))


def _laid_ready(case: str, made: "Written") -> str:
    who = "noemt de aanbieder" if made.filled.is_named else "noemt de aanbieder niet"
    kept = f"; {made.filled.hidden} kleine aantallen weggelaten" if made.filled.hidden else ""
    told = f"{made.filled.title}, regel {made.entry.id}: concept ({who}{kept}).\n  {made.word}\n  {made.pdf}"
    return f"{told}\n  Laat een ander vaststellen: ews dossier letter approve {case} {made.entry.id}"


@letters.command("list")
def list_command(context: typer.Context, case: Case, as_json: Json = False) -> None:
    """Alle brieven van een zaak, met hun stand, ontvangers en antwoorden."""
    from ews.jobs.letter_steps import all_letters

    found = all_letters(site_of(context), case)
    lines = [_line(one) for one in found] or ["Er is nog geen brief opgesteld."]
    emit(as_json, {"case": case, "letters": [_document(one) for one in found]}, "\n".join(lines))


@letters.command()
def approve(
    context: typer.Context,
    case: Case,
    number: Number,
    file: Annotated[
        Path | None, typer.Option(help="De brief zoals die in Word is aangepast; die wordt dan vastgesteld.")
    ] = None,
    text: Text = "",
    as_json: Json = False,
) -> None:
    """Stel een brief vast; wie hem opstelde, doet dat niet zelf."""
    from ews.jobs.letter_steps import approve as stand_for

    entry = stand_for(site_of(context), case, number, text=text, edited=file)
    emit(as_json, entry_document(case, entry), entry_text(case, entry))


@letters.command()
def sent(
    context: typer.Context,
    case: Case,
    number: Number,
    channel: Annotated[str, typer.Option(help="Hoe: e-mail, post, telefoon, overhandigd.")] = "e-mail",
    to: To = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    """Noteer dat een vastgestelde brief is verzonden; het programma verstuurt zelf niets."""
    from ews.jobs.letter_steps import send

    dated = day(on, name="--on") if on else None
    entry = send(site_of(context), case, number, channel=channel, to=tuple(to or ()), on=dated)
    emit(as_json, entry_document(case, entry), entry_text(case, entry))


@letters.command()
def answer(
    context: typer.Context,
    case: Case,
    number: Number,
    who: Annotated[str, typer.Option(help="Wie antwoordde, zoals in de lijst van ontvangers.")],
    text: Text,
    next_step: Annotated[str, typer.Option(help="De volgende stap.")] = "",
    next_on: Annotated[str | None, typer.Option(help="Vóór wanneer (JJJJ-MM-DD).")] = None,
    files: Files = None,
    as_json: Json = False,
) -> None:
    """Leg een antwoord vast: als wederhoor, in het agenderingsregister, of bij de brief."""
    from ews.jobs.letter_steps import Reply, answered

    uploads = given(case, None, files=files, file_kind="antwoord").uploads
    due = day(next_on, name="--next-on") if next_on else None
    entry = answered(site_of(context), case, number, Reply(who, text, next_step, due, uploads))
    emit(as_json, entry_document(case, entry), entry_text(case, entry))


@group.command("read-answer")
def read_answer(
    context: typer.Context,
    case: Case,
    alternative: Annotated[
        int, typer.Argument(metavar="ALTERNATIEF", help="Regelnummer van het alternatief.")
    ],
    path: Annotated[Path, typer.Argument(metavar="BESTAND", help="Het teruggestuurde Word-bestand.")],
    as_json: Json = False,
) -> None:
    """Lees een teruggestuurd antwoordformulier in als antwoord op een alternatief, met het formulier als bewijs."""
    from ews.jobs.letters import read_answer as read

    entry = read(site_of(context), case, alternative, path)
    emit(as_json, entry_document(case, entry), entry_text(case, entry))


def _document(one: LetterState) -> dict[str, Any]:
    return {
        "entry": one.entry.id,
        "kind": one.letter.kind,
        "title": one.letter.title,
        "to": list(one.letter.to),
        "named": one.letter.named,
        "ground": one.letter.ground,
        "author": one.entry.author,
        "approved_by": one.approved.author if one.approved else None,
        "state": one.stage.value,
        "sent_to": list(one.sent_to),
        "answer_by": one.answer_by.isoformat() if one.answer_by else None,
        "silent": list(one.silent),
        "answers": [{"who": what.who, "on": entry.happened_on.isoformat()} for entry, what in one.answers],
    }


def _line(one: LetterState) -> str:
    silent = f"; wacht op {', '.join(one.silent)} vóór {words_of_day(one.answer_by)}" if one.silent else ""
    whom = ", ".join(one.letter.to) or "nog geen ontvanger"
    return f"regel {one.entry.id:<5} {one.stage.value:<11} {one.letter.title}, aan {whom}{silent}"
