"""`ews signal proposals`: what feeds seem to say about providers, and what a person makes of it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ews.cli.frame import Json, day, emit, site_of
from ews.cli.signal import group as signal_group

if TYPE_CHECKING:
    from ews.store.bulletins import Bulletin

group = typer.Typer(help="Voorstellen uit feeds: pas een gebeurtenis na bevestiging.", no_args_is_help=True)
signal_group.add_typer(group, name="proposals")

Number = Annotated[int, typer.Argument(help="Nummer van het voorstel; zie: ews signal proposals list")]
_WORDS = {"waiting": "wacht", "confirmed": "bevestigd", "dismissed": "afgewezen"}


@group.command("list")
def list_command(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Ook wat al is beslist.")] = False,
    as_json: Json = False,
) -> None:
    """Wat op bevestiging wacht, het nieuwste eerst."""
    from ews.jobs.bulletin_acts import listed

    found = listed(site_of(context), everything=everything)
    text = "\n".join(_line(one) for one in found)
    emit(as_json, {"proposals": [_document(one) for one in found]}, text or "Er wacht geen voorstel.")


@group.command()
def confirm(
    context: typer.Context,
    number: Number,
    on: Annotated[
        str | None, typer.Option("--on", help="Dag van het besluit (JJJJ-MM-DD), niet van de publicatie.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", help="Dag waarop de maatregel eindigde.")] = None,
    provider: Annotated[str, typer.Option(help="Over wie; mag weg als er één kandidaat is.")] = "",
    kind: Annotated[str, typer.Option(help="Soort maatregel; standaard de voorgestelde.")] = "",
    as_json: Json = False,
) -> None:
    """Bevestig een voorstel: het wordt een gebeurtenis van deze aanbieder, met het bericht als bron."""
    from ews.jobs import bulletin_acts as job

    given = job.Confirmed(
        provider=provider,
        kind=kind,
        began_on=day(on, name="--on") if on else None,
        ended_on=day(until, name="--until") if until else None,
    )
    done = job.confirm(site_of(context), number, given)
    emit(as_json, _document(done), f"Voorstel {number} is bevestigd: {done.reason}.")


@group.command()
def dismiss(
    context: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(help="Waarom dit geen signaal is.")],
    as_json: Json = False,
) -> None:
    """Wijs een voorstel af, met reden; het blijft bewaard."""
    from ews.jobs import bulletin_acts as job

    done = job.dismiss(site_of(context), number, reason)
    emit(as_json, _document(done), f"Voorstel {number} is afgewezen.")


def _document(one: "Bulletin") -> dict[str, Any]:
    return {
        "proposal": one.id,
        "source": one.source,
        "state": one.state,
        "kind": one.kind,
        "is_end": one.is_end,
        "title": one.title,
        "link": one.link,
        "published_on": one.published_on.isoformat() if one.published_on else None,
        "heard_at": one.heard_at.isoformat(),
        "candidates": [
            {"provider": each.provider, "name": each.name, "score": each.score} for each in one.candidates
        ],
        "decided_by": one.decided_by,
        "reason": one.reason,
    }


def _line(one: "Bulletin") -> str:
    what = f"einde van {one.kind}" if one.is_end else one.kind
    whom = ", ".join(f"{each.name} ({each.provider}, {each.score} %)" for each in one.candidates)
    decided = f"\n       {one.reason} ({one.decided_by})" if one.state != "waiting" else ""
    return (
        f"{one.id:>5}  {_WORDS[one.state]:<10} {one.published_on or ''}  {what}: {one.title}\n"
        f"       {whom or 'geen kandidaat'}  {one.link}{decided}"
    )
