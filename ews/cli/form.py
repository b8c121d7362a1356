"""`ews form`: the quarterly form for providers, made and read back."""

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


@group.command()
def read(context: typer.Context, as_json: Json = False) -> None:
    """Lees ingevulde formulieren uit de postbus ([mailbox] in settings.toml); andere mail blijft ongelezen staan."""
    from ews.jobs.mailbox import read_mailbox
    from ews.jobs.run import run_job

    site = site_of(context)
    document = run_job(site, "mailbox", read_mailbox)
    if not site.settings.site.mailbox.host:
        text = "Er is geen postbus ingesteld: vul [mailbox] in settings.toml."
    else:
        text = (
            f"{document['forms']} gelezen, {document['known']} al bekend, {document['held']} vastgehouden, "
            f"{document['refused']} geweigerd, {document['too_large']} te groot; "
            f"{document['other']} andere en {document['automatic']} automatische mails blijven ongelezen staan."
        )
    emit(as_json, document, text)
    if document["held"] or document["refused"] or document["too_large"]:
        raise typer.Exit(1)
