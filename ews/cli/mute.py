"""`ews mute`: silence about a provider, with a reason and an end."""

from typing import Annotated

import typer

from ews.cli.app import app
from ews.cli.frame import Json, as_of_moment, emit, site_of

group = typer.Typer(help="Stilte over een aanbieder, met reden en einde.", no_args_is_help=True)
app.add_typer(group, name="mute")


@group.command()
def add(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(help="Nummer of deel van de naam.")],
    until: Annotated[str, typer.Option(help="Laatste dag van de stilte, JJJJ-MM-DD.")],
    reason: Annotated[str, typer.Option(help="Waarom.")],
    second: Annotated[str | None, typer.Option(help="Tweede persoon, bij meer dan zeven dagen.")] = None,
    as_json: Json = False,
) -> None:
    """Wees stil; acuut breekt er altijd doorheen, en wie iets hoorde hoort dat het voorbij is."""
    from ews.jobs.mute import mute

    site = site_of(context)
    made = mute(site, subject, until=as_of_moment(until, site.now), reason=reason, second=second)
    document = {"mute": made.id, "subject": made.subject, "until": made.until.isoformat()}
    emit(as_json, document, f"Stilte {made.id} over {made.subject} tot en met {until}.")


@group.command("list")
def list_command(context: typer.Context, as_json: Json = False) -> None:
    """Alle stiltes, de nieuwste eerst."""
    from ews.jobs.mute import list_mutes

    found = list_mutes(site_of(context))
    document = [
        {
            "mute": one.id,
            "subject": one.subject,
            "from": one.from_at.isoformat(),
            "until": (one.ended_at or one.until).isoformat(),
            "reason": one.reason,
            "author": one.author,
            "second": one.second,
        }
        for one in found
    ]
    lines = [
        f"{one.id:>4}  {one.subject}  {one.from_at:%Y-%m-%d} tot {one.ended_at or one.until:%Y-%m-%d}  "
        f"{one.author}{' en ' + one.second if one.second else ''}: {one.reason}"
        for one in found
    ]
    emit(as_json, {"mutes": document}, "\n".join(lines) or "Er is nergens stilte.")


@group.command()
def end(
    context: typer.Context,
    mute: Annotated[int, typer.Argument(help="Nummer van de stilte.")],
    as_json: Json = False,
) -> None:
    """Beëindig een stilte vóór haar tijd."""
    from ews.jobs.mute import unmute

    unmute(site_of(context), mute)
    emit(as_json, {"mute": mute, "ended": True}, f"Stilte {mute} is beëindigd.")
