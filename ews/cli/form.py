"""`ews form make`: the quarterly form for providers."""

from pathlib import Path
from typing import Annotated

import typer

from ews.cli.app import app
from ews.cli.frame import Json, emit, site_of

group = typer.Typer(help="Formulieren voor aanbieders.", no_args_is_help=True)
app.add_typer(group, name="form")


@group.command()
def make(
    context: typer.Context,
    quarter: Annotated[str, typer.Argument(metavar="KWARTAAL", help="Bijvoorbeeld 2026-Q4.")],
    provider: Annotated[
        list[str] | None,
        typer.Option("--provider", help="Alleen voor deze aanbieder; mag vaker. Standaard allemaal."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Map voor de formulieren.")] = Path("formulieren"),
    as_json: Json = False,
) -> None:
    """Maak de kwartaalopgave als Excel-formulier; ingevuld leest `ews ingest` het terug."""
    from ews.jobs.form import make_forms

    made = make_forms(site_of(context), quarter, out, providers=provider or ())
    text = f"{len(made)} formulieren voor {quarter} in {out}. Ingevuld terug: ews ingest BESTAND"
    emit(as_json, {"forms": [str(path) for path in made]}, text)


# a group of one command would swallow its name
@group.callback()
def _group() -> None:
    """Formulieren voor aanbieders."""
