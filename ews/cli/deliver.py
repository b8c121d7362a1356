"""`ews deliver` and `ews notify test`: messages on their way."""

from typing import Annotated

import typer

from ews.cli.app import app
from ews.cli.frame import Json, emit, site_of
from ews.jobs.run import run_job

group = typer.Typer(help="Berichten: proberen of de post werkt.", no_args_is_help=True)
app.add_typer(group, name="notify")


@app.command()
def deliver(context: typer.Context, as_json: Json = False) -> None:
    """Verstuur wat in de wachtrij staat; wat niet aankomt, wordt later opnieuw geprobeerd."""
    from ews.jobs import deliver as job

    site = site_of(context)
    done = run_job(site, "deliver", job.deliver)
    where = f"als bestand in {site.folder / 'outbox'}" if job.uses_file_sink(site) else "via de mailserver"
    text = f"{done['sent']} verstuurd ({where}), {done['deferred'] + done['unknown']} later opnieuw, "
    emit(
        as_json,
        done,
        text + f"{done['refused'] + done['parked']} voor een mens, {done['queued']} wachten nog.",
    )
    if done["refused"] or done["parked"]:
        raise typer.Exit(1)


@group.command("test")
def queue_test(
    context: typer.Context,
    to: Annotated[list[str], typer.Option("--to", help="Adres; mag vaker.")],
    as_json: Json = False,
) -> None:
    """Zet een proefbericht per adres in de wachtrij."""
    from ews.jobs.post import queue_tests
    from ews.store.engine import writing

    site = site_of(context)
    with writing(site.engine) as connection:
        queued = queue_tests(connection, site, to)
    emit(as_json, {"queued": queued}, f"{queued} in de wachtrij. Verstuur met: ews deliver")
