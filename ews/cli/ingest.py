"""`ews ingest`: files in, and the account of every row."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ews.cli.app import app
from ews.cli.frame import Json, emit, moment, site_of
from ews.jobs.run import Context, run_job
from ews.notify.words import counted


@app.command()
def ingest(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Bestanden of mappen; standaard de map inbox van de plek.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Bron; standaard herkend aan naam of kolommen.")] = None,
    received_at: Annotated[str | None, typer.Option(help="Moment van ontvangst; standaard nu.")] = None,
    as_json: Json = False,
) -> None:
    """Neem bestanden in: elke rij is aanvaard, ongewijzigd, afgewezen of buiten bereik."""
    from ews.jobs import ingest as job

    received = moment(received_at, name="--received-at")

    def work(opened: Context) -> dict[str, Any]:
        report = job.ingest(opened, paths or [], source=source, received_at=received)
        return report.document() | {"exit_code": report.exit_code}

    document = run_job(site_of(context), "ingest", work)
    code = document.pop("exit_code")
    emit(as_json, document, _text(document))
    if code:
        raise typer.Exit(code)


def _text(document: dict[str, Any]) -> str:
    lines = [_file_text(one) for one in document["files"]]
    if not lines:
        return "Geen bestanden gevonden. Zet ze in de map inbox, of noem ze: ews ingest BESTAND …"
    totals = document["totals"]
    lines.append(
        f"Samen {counted(totals['rows_read'], 'rij', 'rijen')} gelezen, "
        f"{counted(totals['observations_added'], 'waarneming', 'waarnemingen')} en "
        f"{counted(totals['events_added'], 'gebeurtenis', 'gebeurtenissen')} toegevoegd."
    )
    return "\n".join(lines)


_WORDS = {"accepted": "verwerkt", "known": "bekend", "held": "VASTGEHOUDEN", "refused": "GEWEIGERD"}


def _file_text(one: dict[str, Any]) -> str:
    name = Path(one["path"]).name
    if one["status"] == "refused":
        return f"{_WORDS['refused']}: {one['message']}"
    account = (
        f"{name} [{one['source']}] {_WORDS[one['status']]}: {counted(one['rows_read'], 'rij', 'rijen')} = "
        f"{one['rows_accepted']} aanvaard + {one['rows_unchanged']} ongewijzigd + "
        f"{one['rows_rejected']} afgewezen + {one['rows_out_of_scope']} buiten bereik"
    )
    return f"{account}\n  {one['message']}" if one["message"] else account
