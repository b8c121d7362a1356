"""`ews mail preview`: a mail as its reader would get it."""

from pathlib import Path
from typing import Annotated

import typer

from ews.cli.app import app
from ews.cli.frame import Json, emit, site_of

group = typer.Typer(help="Berichten bekijken voordat iemand ze krijgt.", no_args_is_help=True)
app.add_typer(group, name="mail")


@group.command()
def preview(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="SOORT",
            help="alert, repeat, escalation, cleared, digest; of de laatste storm, system, retention, canary, test.",
        ),
    ],
    case: Annotated[str | None, typer.Option("--case", help="Over deze zaak.")] = None,
    alert: Annotated[int | None, typer.Option("--alert", help="Over deze waarschuwing (W-12 is 12).")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Zoals deze persoon het krijgt (id).")] = None,
    out: Annotated[Path, typer.Option("--out", help="Map voor tekst, pagina en plaatjes.")] = Path("preview"),
    as_json: Json = False,
) -> None:
    """Maak een bericht zoals het nu zou luiden, als bestanden; er wordt niets verstuurd."""
    from ews.jobs import preview as job

    mail = job.preview(site_of(context), kind, case=case, number=alert, to=to)
    files = [str(path) for path in job.write(out, kind, mail)]
    emit(
        as_json,
        {"subject": mail.subject, "files": files},
        f"{mail.subject}\n" + "\n".join(f"  {one}" for one in files),
    )
