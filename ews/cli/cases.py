"""`ews case`: the work on a continuïteitsdossier."""

from datetime import datetime
from typing import Annotated

import typer

from ews.cases import log
from ews.cases.calendar import closing_time
from ews.cases.entries import Acknowledgement, Task, TaskDone
from ews.cli.app import app
from ews.cli.case_documents import case_document, list_document
from ews.cli.case_options import (
    Attach,
    Case,
    FileDate,
    Files,
    On,
    Reason,
    Second,
    Text,
    done,
    entry_document,
    entry_text,
    given,
)
from ews.cli.case_page import list_text, page
from ews.cli.frame import AsOf, Json, as_of_moment, day, emit, moment, site_of
from ews.errors import NotFoundError, RefusedError
from ews.jobs import cases as jobs
from ews.jobs.case_view import list_cases, view_case
from ews.jobs.umbrella import open_umbrella
from ews.people import Role

group = typer.Typer(help="De zaak (continuïteitsdossier): wat mensen doen, met bewijs.", no_args_is_help=True)
app.add_typer(group, name="case")


@group.command("list")
def list_command(
    context: typer.Context,
    all_cases: Annotated[bool, typer.Option("--all", help="Ook gesloten zaken.")] = False,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Openstaande zaken, de zwaarste trede eerst."""
    site = site_of(context)
    asked = as_of_moment(as_of, site.now) if as_of else None
    views = list_cases(site, as_of=asked, closed=all_cases)
    emit(as_json, list_document(views), list_text(views))


@group.command()
def show(context: typer.Context, case: Case, as_of: AsOf = None, as_json: Json = False) -> None:
    """Eén zaak, geheel: wat nu moet, klok, taken, alternatieven, maatregelen, besluiten, logboek."""
    site = site_of(context)
    from ews.jobs.case_papers import papers_of
    from ews.jobs.sending import holds  # loads the whole dossier, for the few cases that owe a notice

    asked = as_of_moment(as_of, site.now) if as_of else None
    papers = papers_of(site, case, as_of=asked)
    held = holds(site, papers.view, as_of=asked)
    if context.obj.user:
        from ews.jobs.watching import note_view

        note_view(site, case, action="case.viewed")
    stakes = {"clients": papers.impact.clients, "nowhere_to_go": papers.impact.nowhere_to_go}
    held_back = [{"notice": one.notice, "what": one.what, "from_whom": one.from_whom} for one in held]
    document = case_document(papers.view) | stakes | {"held_back": held_back}
    emit(as_json, document, page(papers.view, papers, held))


@group.command("open")
def open_command(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="AANBIEDER", help="Bijvoorbeeld kvk:08111924.")],
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Open een zaak zonder waarschuwing, omdat een medewerker reden ziet."""
    number = jobs.open_by_hand(site_of(context), subject, reason)
    emit(as_json, {"case": number}, f"Zaak {number} geopend voor {subject}.")


@group.command()
def umbrella(
    context: typer.Context,
    event: Annotated[str, typer.Argument(metavar="GEBEURTENIS", help="Bijvoorbeeld 'hoogwater Maas'.")],
    members: Annotated[list[str], typer.Argument(metavar="AANBIEDER…", help="De getroffen aanbieders.")],
    as_json: Json = False,
) -> None:
    """Eén zaak voor een gebeurtenis die meer aanbieders treft; hun waarschuwingen komen daarin."""
    number = open_umbrella(site_of(context), event, members)
    emit(
        as_json,
        {"case": number, "members": members},
        f"Paraplu-zaak {number} geopend voor {len(members)} aanbieders.",
    )


@group.command()
def acknowledge(
    context: typer.Context,
    case: Case,
    until: Annotated[str, typer.Option(help="Tot wanneer u dit draagt (JJJJ-MM-DD of een moment).")],
    owner: Annotated[str | None, typer.Option(help="Eigenaar; standaard wie handelt.")] = None,
    text: Text = "",
    as_json: Json = False,
) -> None:
    """Bevestig ontvangst en word eigenaar, tot een moment; daarna wordt opnieuw opgeschaald."""
    site = site_of(context)
    person = site.settings.people.get(owner or site.person().id)
    if person is None:
        raise NotFoundError(f"'{owner}' staat niet in people.toml.")
    ends = _until(until)
    if ends <= site.now:
        raise RefusedError(f"--until {until} ligt niet in de toekomst.")
    done(context, as_json, given(case, None), Acknowledgement(person.id, ends, text))


def _until(text: str) -> datetime:
    if len(text) == len("2026-11-22"):
        return closing_time(day(text, name="--until"))
    found = moment(text, name="--until")
    assert found is not None
    return found


@group.command()
def stage(
    context: typer.Context,
    case: Case,
    target: Annotated[int, typer.Argument(metavar="TREDE", min=0, max=6)],
    reason: Reason = "",
    on: On = None,
    second: Second = None,
    evidence: Attach = None,
    as_json: Json = False,
) -> None:
    """Zet de zaak in een andere trede: omhoog met één persoon, omlaag met twee."""
    change = jobs.stage_change(site_of(context), case, target, reason)
    done(context, as_json, given(case, on, second, evidence), change)


@group.command()
def task(
    context: typer.Context,
    case: Case,
    name: Annotated[str | None, typer.Argument(metavar="TAAK", help="Nummer of naam van de taak.")] = None,
    finished: Annotated[bool, typer.Option("--done", help="De taak is gedaan.")] = False,
    not_applicable: Annotated[str | None, typer.Option(help="Niet van toepassing, met deze reden.")] = None,
    add: Annotated[str | None, typer.Option(help="Nieuwe taak met deze omschrijving.")] = None,
    role: Annotated[str, typer.Option(help="Rol van een nieuwe taak.")] = Role.CONTINUITY_OFFICER.value,
    due: Annotated[str | None, typer.Option(help="Uiterste dag van een nieuwe taak (JJJJ-MM-DD).")] = None,
    text: Text = "",
    on: On = None,
    evidence: Attach = None,
    files: Files = None,
    file_date: FileDate = None,
    as_json: Json = False,
) -> None:
    """Rond een taak af, verklaar haar niet van toepassing, voeg er een toe, of toon ze."""
    if add is not None:
        if due is None:
            raise RefusedError("Een nieuwe taak heeft een uiterste dag: --due JJJJ-MM-DD.")
        what = Task("", add, Role(role).value, day(due, name="--due"), required=False)
        done(context, as_json, given(case, on, evidence=evidence), what)
        return
    state = _task(context, case, name)
    if not finished and not_applicable is None:
        raise RefusedError(
            f"Taak {state.entry.id} '{state.task.title}': kies --done of --not-applicable \"reden\"."
        )
    kind = state.task.evidence_kind or "overig"
    act = given(case, on, evidence=evidence, files=files, file_kind=kind, file_date=file_date)
    done(context, as_json, act, TaskDone(state.entry.id, not_applicable is not None, not_applicable or text))


def _task(context: typer.Context, case: str, name: str | None) -> log.TaskState:
    states = [state for state in log.tasks(view_case(site_of(context), case).case) if state.is_open]
    for state in states:
        if name is not None and name in {str(state.entry.id), state.task.code}:
            return state
    listed = "\n".join(
        f"  {state.entry.id}  {state.task.code or '-'}  {state.task.title}" for state in states
    )
    raise NotFoundError(f"Welke taak? Open taken van {case}:\n{listed or '  geen'}")


@group.command()
def close(
    context: typer.Context,
    case: Case,
    reason: Reason = "",
    outcome: Annotated[
        str,
        typer.Option(
            help="Hoe het afliep: sluiten (geen discontinuïteit), afgewend, overgenomen, gestopt, failliet."
        ),
    ] = "sluiten",
    second: Second = None,
    as_json: Json = False,
) -> None:
    """Sluit een zaak; vanaf trede 3 met twee mensen, en pas als taken en besluiten er zijn."""
    entry = jobs.close(site_of(context), given(case, None, second), reason, outcome=outcome)
    emit(as_json, entry_document(case, entry), entry_text(case, entry))
