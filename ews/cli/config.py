"""`ews config`: check the rules, say them in words, make them live."""

from typing import Annotated

import typer

from ews.cli.app import app
from ews.cli.frame import Globals, Json, emit, site_of
from ews.jobs.site import activate, pending_changes
from ews.settings.load import load

group = typer.Typer(help="De regels: controleren, uitleggen, in werking stellen.", no_args_is_help=True)
app.add_typer(group, name="config")


@group.command()
def check(context: typer.Context, as_json: Json = False) -> None:
    """Controleer alle configuratie; meldt elke fout tegelijk."""
    chosen: Globals = context.obj
    settings = load(chosen.site)
    text = f"De configuratie is in orde: {len(settings.documents)} bestanden, {settings.hash[:12]}."
    emit(as_json, {"ok": True, "files": len(settings.documents), "hash": settings.hash}, text)


@group.command("activate")
def activate_command(
    context: typer.Context,
    second: Annotated[str, typer.Option(help="De tweede persoon die meetekent.")],
    as_json: Json = False,
) -> None:
    """Stel de bestanden op schijf in werking; vraagt twee mensen."""
    changed = activate(site_of(context), second)
    listed = "\n".join(f"  {line}" for line in changed) or "  (geen verschil)"
    emit(as_json, {"changes": changed}, f"In werking gesteld:\n{listed}")


@group.command()
def pending(context: typer.Context, as_json: Json = False) -> None:
    """Wat op schijf anders is dan wat nu geldt."""
    changed = pending_changes(site_of(context))
    listed = "\n".join(f"  {line}" for line in changed) or "  niets"
    emit(as_json, {"changes": changed}, f"Nog niet in werking:\n{listed}")
