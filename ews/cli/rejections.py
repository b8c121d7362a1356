"""`ews rejections`: what could not be read, and what people decide about deliveries that are held."""

from typing import Annotated, Any

import typer

from ews.cli.app import app
from ews.cli.frame import Json, emit, site_of

group = typer.Typer(help="Wat niet te lezen was, en wat vastgehouden is.", no_args_is_help=True)
app.add_typer(group, name="rejections")

Number = Annotated[int, typer.Argument(help="Nummer van de levering; zie: ews rejections list")]
_WORDS = {"held": "vastgehouden", "accepted": "verwerkt", "refused": "geweigerd"}


@group.command("list")
def list_command(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Ook verwerkte leveringen met afwijzingen.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Toon vastgehouden leveringen."""
    from ews.jobs.bulletin_acts import listed
    from ews.jobs.quarantine import overview

    site = site_of(context)
    found = [_delivery(one) for one in overview(site, everything=everything)]
    lines = [
        f"{one['delivery']:>5}  {_WORDS[one['status']]:<12} {one['source']}  {one['name']}\n       {one['message']}"
        for one in found
    ]
    waiting = len(listed(site))
    if waiting:
        counted = (
            "1 voorstel uit een feed wacht" if waiting == 1 else f"{waiting} voorstellen uit feeds wachten"
        )
        lines = [
            *(lines or ["Er is niets vastgehouden."]),
            f"{counted} op een mens: ews signal proposals list",
        ]
    document = {"deliveries": found, "proposals_waiting": waiting}
    emit(as_json, document, "\n".join(lines) or "Er is niets vastgehouden.")


@group.command()
def show(context: typer.Context, number: Number, as_json: Json = False) -> None:
    """Toon van een levering elke afgewezen rij en cel, met reden en remedie."""
    from ews.jobs.quarantine import details
    from ews.signals.table import place

    delivery, rows = details(site_of(context), number)
    found = [
        {
            "row": row.row_number,
            "place": place(row.row_number),
            "column": row.column_name,
            "value": row.value,
            "reason": row.reason,
            "remedy": row.remedy,
        }
        for row in rows
    ]
    head = f"Levering {number}: {delivery.name} [{delivery.source}], {_WORDS[delivery.status]}. {delivery.message}"
    if delivery.indicators_refused:
        head += f"\nGeweigerd (geen kolom): {', '.join(delivery.indicators_refused)}"
    lines = [
        f"  {one['place']}, {one['column'] or 'hele rij'}: '{one['value']}'. {one['remedy']}" for one in found
    ]
    emit(as_json, _delivery(delivery) | {"rejections": found}, "\n".join([head, *lines]))


@group.command()
def release(
    context: typer.Context,
    number: Number,
    second: Annotated[
        str | None, typer.Option(help="Tweede persoon; nodig voor onwaarschijnlijke cijfers.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Bewaar wat leesbaar is van een vastgehouden levering. Vraagt het mandaat vrijgave."""
    from ews.jobs.quarantine import release as job

    counts = job(site_of(context), number, second=second)
    text = (
        f"Levering {number} is vrijgegeven: {counts['rows_accepted']} rijen aanvaard, "
        f"{counts['rows_rejected']} blijven afgewezen, {counts['observations_added']} waarnemingen toegevoegd."
    )
    emit(as_json, {"delivery": number, "status": "accepted"} | counts, text)


@group.command()
def refuse(
    context: typer.Context,
    number: Number,
    reason: Annotated[
        str, typer.Option(help="Waarom; komt bij de levering te staan.")
    ] = "Met de hand geweigerd.",
    as_json: Json = False,
) -> None:
    """Weiger een vastgehouden levering: er wordt niets van bewaard. Vraagt het mandaat vrijgave."""
    from ews.jobs.quarantine import refuse as job

    job(site_of(context), number, reason)
    emit(as_json, {"delivery": number, "status": "refused"}, f"Levering {number} is geweigerd.")


@group.command()
def retry(context: typer.Context, number: Number, as_json: Json = False) -> None:
    """Lees een levering opnieuw met het contract dat nu geldt, bijvoorbeeld na een nieuwe alias."""
    from ews.jobs.quarantine import retry as job

    status, message, counts = job(site_of(context), number)
    document: dict[str, Any] = {"delivery": number, "status": status, "message": message} | counts
    emit(as_json, document, f"Levering {number}: {_WORDS[status]}. {message}")
    if status == "held":
        raise typer.Exit(1)


def _delivery(one: Any) -> dict[str, Any]:
    return {
        "delivery": one.id,
        "source": one.source,
        "name": one.name,
        "status": one.status,
        "message": one.message,
        "known_at": one.known_at.isoformat(),
        "recorded_at": one.recorded_at.isoformat(),
        "decided_by": one.decided_by,
        "indicators_refused": list(one.indicators_refused),
        "unknown_columns": list(one.unknown_columns),
    } | dict(one.counts)
