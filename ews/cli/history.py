"""`ews history`: the figures as files, for questions that one database is too small for."""

from pathlib import Path
from typing import Annotated

import typer

from ews.cli.app import app
from ews.cli.frame import Json, emit, site_of

group = typer.Typer(help="De historie van alle cijfers.", no_args_is_help=True)
app.add_typer(group, name="history")


@group.callback()
def history() -> None:
    """De historie van alle cijfers."""


@group.command()
def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Nieuwe of lege map.")],
    as_json: Json = False,
) -> None:
    """Zet alle aanvaarde cijfers als Parquet in een map, voor DuckDB, Spark of Trino; dit komt in het spoor."""
    from ews.jobs.lake import export_history

    made = export_history(site_of(context), folder)
    emit(as_json, made, f"{made['rows']['observation']} waarnemingen in {made['folder']}.")
