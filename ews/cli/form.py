"""`ews form`: the quarterly form for providers, made and read back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ews.cli.app import app
from ews.cli.frame import Json, emit, site_of

if TYPE_CHECKING:
    from ews.signals.request import Request

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


@group.command("plan")
def plan_command(
    context: typer.Context,
    period: Annotated[str, typer.Argument(metavar="PERIODE", help="2026-Q4, 2026-11 of 2026.")],
    provider: Annotated[list[str] | None, typer.Option("--provider", help="Alleen deze; mag vaker.")] = None,
    as_json: Json = False,
) -> None:
    """Wat wij wie zouden vragen, hoe vaak, waarom en met hoeveel werk; niets wordt verstuurd."""
    from ews.jobs.request import plan

    found = plan(site_of(context), period, providers=provider or ())
    emit(as_json, {"requests": [_request(one) for one in found]}, "\n".join(_line(one) for one in found))


@group.command("request")
def request_command(
    context: typer.Context,
    period: Annotated[str, typer.Argument(metavar="PERIODE", help="2026-Q4, 2026-11 of 2026.")],
    provider: Annotated[list[str] | None, typer.Option("--provider", help="Alleen deze; mag vaker.")] = None,
    as_json: Json = False,
) -> None:
    """Vraag wat niemand al heeft: één mail per aanbieder met formulier en alles wat nog openstond."""
    from ews.jobs.request import send

    made = send(site_of(context), period, providers=provider or ())
    document = [
        _request(one.request)
        | {"to": one.to, "earlier": {name: list(figures) for name, figures in one.earlier.items()}}
        for one in made
    ]
    minutes = sum(one.request.minutes for one in made)
    emit(as_json, {"sent": document}, f"{len(made)} uitvragen in de wachtrij, samen {minutes} minuten werk.")


@group.command("open")
def open_command(context: typer.Context, as_json: Json = False) -> None:
    """Elke uitvraag: beantwoord, open of te laat, en wat er nog niet is."""
    from ews.jobs.request import asked
    from ews.jobs.run import OFFICE_ZONE

    site = site_of(context)
    today = site.now.astimezone(OFFICE_ZONE).date()
    found = asked(site)
    document = [
        {
            "provider": one.provider,
            "period": one.period,
            "sent_on": one.sent_on.isoformat(),
            "due_on": one.due_on.isoformat(),
            "state": one.state(today),
            "open": list(one.open_figures),
            "minutes": one.minutes,
            "to": one.sent_to,
        }
        for one in found
    ]
    lines = [
        f"{one.provider}  {one.period}  {one.state(today)}: {len(one.open_figures)} van {len(one.figures)} open, "
        f"uiterlijk {one.due_on}"
        for one in found
    ]
    emit(as_json, {"requests": document}, "\n".join(lines) or "Nog geen uitvragen.")


def _line(one: "Request") -> str:
    known = f"; al bekend: {len(one.held)}" if one.held else ""
    because = f" ({'; '.join(one.rhythm.because)})" if one.rhythm.because else ""
    return (
        f"{one.provider}  {one.rhythm.every}, {one.rhythm.depth}: {len(one.figures)} cijfers, "
        f"{one.minutes} minuten{known}{because}"
    )


def _request(one: "Request") -> dict[str, Any]:
    return {
        "provider": one.provider,
        "period": one.period,
        "every": one.rhythm.every.value,
        "depth": one.rhythm.depth,
        "because": list(one.rhythm.because),
        "figures": list(one.figures),
        "held": dict(one.held),
        "minutes": one.minutes,
    }
