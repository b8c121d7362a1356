"""`ews init`: a new site."""

from pathlib import Path
from typing import Annotated

import typer

from ews.cli.app import app
from ews.cli.frame import Globals, Json, emit
from ews.jobs.run import clock
from ews.jobs.site import create_site


@app.command()
def init(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Map; standaard die van --site.")] = None,
    as_json: Json = False,
) -> None:
    """Maak een plek met toegelichte standaardconfiguratie."""
    chosen: Globals = context.obj
    made = create_site(folder or chosen.site, now=chosen.now or clock())
    emit(
        as_json,
        {"site": str(made)},
        f"Plek ingericht in {made}. Pas {made}/config aan en controleer met: ews --site {made} config check",
    )
