"""`ews demo`: the whole way on the example region, offline, in a minute."""

import contextlib
import io
import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.main import get_command

from ews.cli.app import app
from ews.cli.frame import Json, emit
from ews.errors import RefusedError

if TYPE_CHECKING:
    from ews.jobs.demo import Played


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Lege map waarin de demo haar plek maakt.")] = Path("demo-out"),
    as_json: Json = False,
) -> None:
    """Speel de fictieve voorbeeldregio van drie jaar, zonder netwerk, en toon waar u kunt kijken."""
    from ews.jobs.demo import play

    played = play(out.resolve(), _perform, lambda line: typer.echo(line, err=True))
    emit(as_json, _document(played), _text(played, out))


@cache
def _command() -> Any:
    """The command line, put together once for all that people type in three years."""
    return get_command(app)


def _perform(site: Path, user: str, moment: datetime, words: Sequence[str]) -> dict[str, Any]:
    """Give the command as a person would type it, and read the JSON that it prints.

    A dossier with items missing ends with exit code 1 and has printed its document all the same.
    """
    printed = io.StringIO()
    arguments = ["--site", str(site), "--user", user, "--now", moment.isoformat(), *words, "--json"]
    with contextlib.redirect_stdout(printed):
        try:
            _command().main(args=arguments, standalone_mode=False)
        except typer.Exit as stop:
            if stop.exit_code > 1:
                raise
        except typer.TyperException as error:  # a word that the command line does not know
            raise RefusedError(str(error)) from None
    found: dict[str, Any] = json.loads(printed.getvalue())
    return found


def _document(played: "Played") -> dict[str, Any]:
    return {
        "site": str(played.site),
        "counts": played.counts,
        "cases": dict(played.cases),
        "dossiers": [str(path) for path in played.dossiers],
        "digests": [str(path) for path in played.digests],
        "mails": len(played.mails),
        "troubles": list(played.troubles),
    }


def _text(played: "Played", out: Path) -> str:
    alerts = [path for path in played.mails if "-alert-" in path.name]
    papers = [path for path in played.dossiers if "overmachtsmelding" in path.name] or list(played.dossiers)
    troubles = "".join(f"\nNiet gelukt: {line}" for line in played.troubles)
    return f"""
Drie jaar in één fictieve regio (5528), gespeeld tot zondag 22 november 2026. Alle namen en cijfers zijn verzonnen.

Waar u kunt kijken
  mail        {alerts[-1] if alerts else played.site / "outbox"}
              ({len(played.mails)} berichten in {played.site / "outbox"})
  weekbericht {played.digests[-1] if played.digests else played.site / "digests"}
  dossier     {f"{chr(10)}              ".join(str(path) for path in papers[-2:])}
              ({len(played.dossiers)} stukken in {played.site / "dossiers"})
  database    {played.site / "ews.sqlite"}

Probeer nu
  ews --site {out} --now 2026-11-22T18:00 portfolio
  ews --site {out} --now 2026-11-22T18:00 provider show kvk:00552819
  ews --site {out} --now 2026-11-22T18:00 case show {played.cases.get("kvk:00552819", "C-2026-001")}{troubles}"""
