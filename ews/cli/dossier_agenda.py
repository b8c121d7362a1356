"""`ews dossier agenda list / raise / answer`: the register of what was put on somebody else's agenda."""

from typing import Annotated, Any

import typer

from ews.cases.correspondence import Raised, RaisedAnswer
from ews.cases.kinds import Party
from ews.cases.letter_book import RaisedState
from ews.cases.words import day as words_of_day
from ews.cli.case_options import Attach, Case, FileDate, Files, On, Text, done, given, parse_choice
from ews.cli.dossier import group
from ews.cli.frame import Json, day, emit, site_of

agenda = typer.Typer(
    help="Wat is geagendeerd bij wie: wanneer, het antwoord, de volgende stap.", no_args_is_help=True
)
group.add_typer(agenda, name="agenda")


@agenda.command("list")
def list_command(
    context: typer.Context,
    case: Annotated[str | None, typer.Argument(metavar="[ZAAK]", help="Zonder: het hele kantoor.")] = None,
    as_json: Json = False,
) -> None:
    """Het register, van een zaak of van het hele kantoor."""
    from ews.jobs.letter_steps import register

    found = register(site_of(context), case)
    lines = [_line(number, state) for number, state in found] or ["Er is niets geagendeerd."]
    emit(as_json, {"register": [_document(number, state) for number, state in found]}, "\n".join(lines))


@agenda.command("raise")
def raise_command(
    context: typer.Context,
    case: Case,
    party: Annotated[str, typer.Option(help="Bij wie: nza, igj, zorgkantoor, gemeente, overig …")],
    organisation: Annotated[str, typer.Option(help="De organisatie.")],
    text: Text,
    answer_by: Annotated[
        str | None, typer.Option(help="Antwoord vóór (JJJJ-MM-DD); standaard de termijn in brieven.toml.")
    ] = None,
    on: On = None,
    evidence: Attach = None,
    files: Files = None,
    file_date: FileDate = None,
    as_json: Json = False,
) -> None:
    """Leg vast dat iets is geagendeerd zonder brief, bijvoorbeeld in een overleg."""
    from ews.jobs.letter_steps import agenda_term

    whom = parse_choice(Party, party, name="--party")
    act = given(case, on, evidence=evidence, files=files, file_kind="gespreksverslag", file_date=file_date)
    due = day(answer_by, name="--answer-by") if answer_by else agenda_term(site_of(context), act.on)
    done(context, as_json, act, Raised(whom, organisation, due, text=text))


@agenda.command()
def answer(
    context: typer.Context,
    case: Case,
    number: Annotated[int, typer.Argument(metavar="REGEL", help="Regelnummer van de agendering.")],
    text: Text,
    next_step: Annotated[str, typer.Option(help="De volgende stap.")] = "",
    next_on: Annotated[str | None, typer.Option(help="Vóór wanneer (JJJJ-MM-DD); zonder: afgerond.")] = None,
    on: On = None,
    evidence: Attach = None,
    files: Files = None,
    file_date: FileDate = None,
    as_json: Json = False,
) -> None:
    """Leg het antwoord en de volgende stap vast."""
    act = given(case, on, evidence=evidence, files=files, file_kind="antwoord", file_date=file_date)
    due = day(next_on, name="--next-on") if next_on else None
    done(context, as_json, act, RaisedAnswer(number, due, text, next_step))


def _document(case: str, state: RaisedState) -> dict[str, Any]:
    step = state.next_step
    return {
        "case": case,
        "entry": state.entry.id,
        "raised_on": state.entry.happened_on.isoformat(),
        "party": state.raised.party.value,
        "organisation": state.raised.organisation,
        "text": state.raised.text,
        "letter": state.raised.letter,
        "answer_by": state.raised.answer_by.isoformat(),
        "answers": [
            {"on": entry.happened_on.isoformat(), "text": what.text} for entry, what in state.answers
        ],
        "next_step": {"on": step[0].isoformat(), "text": step[1]} if step else None,
        "open": state.due_on is not None,
    }


def _line(case: str, state: RaisedState) -> str:
    head = f"{case}  regel {state.entry.id}  {words_of_day(state.entry.happened_on)}  {state.raised.organisation}"
    if not state.answers:
        told = f"nog geen antwoord, gevraagd vóór {words_of_day(state.raised.answer_by)}"
    else:
        told = f"antwoord {words_of_day(state.answers[-1][0].happened_on)}: {state.answers[-1][1].text}"
    step = (
        f"; volgende stap vóór {words_of_day(state.next_step[0])}: {state.next_step[1]}"
        if state.next_step
        else ""
    )
    return f"{head}: {told}{step}"
