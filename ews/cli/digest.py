"""`ews digest`: the week, and what the committee decided on it."""

from typing import Annotated

import typer

from ews.cli.app import app
from ews.cli.frame import Json, day, emit, site_of
from ews.jobs.run import run_job

group = typer.Typer(help="Het weekoverzicht, en de besluiten die erop zijn genomen.")
app.add_typer(group, name="digest", invoke_without_command=True)
Week = Annotated[str | None, typer.Option("--week", help="Week als 2026-W47; standaard deze week.")]


@group.callback()
def digest(context: typer.Context, week: Week = None, as_json: Json = False) -> None:
    """Maak het weekoverzicht (pagina, tekst, pdf) en zet het in de wachtrij voor zijn lezers."""
    if context.invoked_subcommand is not None:
        return
    from ews.jobs import digest as job

    done = run_job(site_of(context), "digest", lambda site: job.digest(site, week=week))
    files = "\n".join(f"  {file}" for file in done["files"])
    emit(as_json, done, f"Weekoverzicht {done['week']}: {done['queued']} in de wachtrij.\n{files}")


@group.command()
def decide(
    context: typer.Context,
    week: Annotated[str, typer.Option("--week", help="Week van het overzicht, als 2026-W47.")],
    what: Annotated[str, typer.Option("--what", help="Wat is besloten, in één zin.")],
    owner: Annotated[str, typer.Option("--owner", help="Wie het uitvoert (id uit people.toml).")],
    due: Annotated[str, typer.Option("--due", help="Uiterlijk, JJJJ-MM-DD.")],
    as_json: Json = False,
) -> None:
    """Leg een besluit van de commissie vast; het volgende overzicht toont wat ervan kwam."""
    from ews.jobs import digest as job

    number = job.decide(site_of(context), week=week, what=what, owner=owner, due=day(due, name="--due"))
    emit(as_json, {"decision": number}, f"Besluit {number} vastgelegd.")


@group.command()
def finish(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="Nummer van het besluit.")],
    outcome: Annotated[str, typer.Option("--outcome", help="Wat ervan kwam, in één zin.")],
    as_json: Json = False,
) -> None:
    """Leg vast wat van een besluit kwam."""
    from ews.jobs import digest as job

    job.finish(site_of(context), number, outcome=outcome)
    emit(as_json, {"decision": number}, f"Besluit {number} afgerond.")
