"""The root command: global options, groups of commands, and the one translation of errors."""

import os
import sys
from pathlib import Path
from typing import Annotated

import structlog
import typer

from ews.cli.frame import Globals, moment
from ews.cli.usage import explain
from ews.errors import EwsError, RefusedError
from ews.jobs import logs

app = typer.Typer(
    name="ews",
    help="Early Warning System voor discontinuïteit van langdurige zorg.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def options(
    context: typer.Context,
    site: Annotated[Path, typer.Option(envvar="EWS_SITE", help="Map van de plek.")] = Path("./site"),
    user: Annotated[
        str | None, typer.Option(envvar="EWS_USER", help="Wie handelt (id uit people.toml).")
    ] = None,
    now: Annotated[
        str | None, typer.Option(help="Gespeeld moment; alleen op een demo- of oefenplek.")
    ] = None,
) -> None:
    """Early Warning System voor discontinuïteit van langdurige zorg."""
    logs.configure()
    context.obj = Globals(site=site, user=user, now=moment(now))


def main(words: list[str] | None = None) -> None:
    """Entry point: 0 done, 1 needs attention, 2 refused, 3 unexpected. `words` as typed; None: the process's own."""
    logs.configure()
    try:
        code = app(words, standalone_mode=False)
    except RefusedError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except EwsError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except typer.Abort:
        sys.exit(2)
    except Exception as error:
        if hasattr(error, "format_message"):  # a usage error of the command line itself
            typer.echo(explain(error), err=True)
            sys.exit(2)
        if os.environ.get("EWS_TRACE"):
            raise
        structlog.get_logger().exception("unexpected error")
        typer.echo(
            "Onverwachte fout; niets is half opgeslagen. De details staan hierboven in het log.", err=True
        )
        sys.exit(3)
    sys.exit(code if isinstance(code, int) else 0)
