"""`ews signal`: what officers hear before it stands in figures."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ews.cli.app import app
from ews.cli.frame import Json, day, emit, site_of
from ews.errors import RefusedError

if TYPE_CHECKING:
    from ews.jobs.signal import Listed

group = typer.Typer(help="Zachte en besloten signalen.", no_args_is_help=True)
app.add_typer(group, name="signal")


@group.command()
def kinds(context: typer.Context, as_json: Json = False) -> None:
    """De soorten die vastgelegd kunnen worden."""
    found = list(site_of(context).settings.signal_kinds.values())
    lines = [
        f"{kind.id:<28}{kind.label} ({kind.reliability}, {kind.expires_days} dagen"
        f"{', besloten' if kind.restricted else ''})"
        for kind in found
    ]
    document = [
        {
            "kind": kind.id,
            "label": kind.label,
            "reliability": kind.reliability.value,
            "expires_days": kind.expires_days,
            "restricted": kind.restricted,
        }
        for kind in found
    ]
    emit(as_json, {"kinds": document}, "\n".join(lines))


@group.command()
def add(
    context: typer.Context,
    provider: Annotated[str, typer.Argument(metavar="AANBIEDER", help="Bijvoorbeeld kvk:08111924.")],
    kind: Annotated[str, typer.Option(help="Soort; zie: ews signal kinds.")],
    text: Annotated[str, typer.Option(help="Wat u hoorde, in een zin; geen namen, niets over één cliënt.")],
    on: Annotated[str | None, typer.Option("--on", help="Dag (JJJJ-MM-DD); standaard vandaag.")] = None,
    reliability: Annotated[
        str | None, typer.Option(help="hoog, middel of laag; standaard die van de soort.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Leg een signaal vast. Het verloopt vanzelf en komt pas in een dossier nadat de aanbieder is gehoord."""
    from ews.jobs import signal as job
    from ews.signals.soft import Reliability

    site = site_of(context)
    try:
        sure = Reliability(reliability) if reliability else None
    except ValueError:
        raise RefusedError(
            f"--reliability '{reliability}' bestaat niet. Kies uit: hoog, middel, laag."
        ) from None
    made = job.add(
        site, provider, kind, text=text, occurred_on=day(on, name="--on") if on else None, reliability=sure
    )
    document = {
        "provider": made.provider,
        "kind": made.kind,
        "occurred_on": made.occurred_on.isoformat(),
        "ends_on": made.ends_on.isoformat(),
        "reliability": made.reliability.value,
        "author": made.author,
    }
    emit(as_json, document, f"Vastgelegd voor {made.provider}: {made.kind}; telt tot en met {made.ends_on}.")


@group.command("list")
def list_command(
    context: typer.Context,
    provider: Annotated[str | None, typer.Argument(metavar="[AANBIEDER]")] = None,
    restricted: Annotated[
        bool, typer.Option("--restricted", help="Besloten signalen, voor wie ze mag lezen.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Ook wat verlopen of teruggenomen is en niet meer telt.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Signalen die nu tellen, de nieuwste eerst."""
    from ews.jobs import signal as job

    found = job.listed(site_of(context), provider=provider, restricted=restricted, ended=everything)
    documents: list[dict[str, Any]] = [
        {
            "number": one.number,
            "provider": one.provider,
            "kind": one.kind.id,
            "occurred_on": one.occurred_on.isoformat(),
            "ends_on": one.ends_on.isoformat() if one.ends_on else None,
            "reliability": one.reliability,
            "author": one.author,
            "text": one.text,
            "standing": one.standing.value,
            "heard_on": one.heard_on or None,
            "reaction": one.reaction or None,
            "answer": one.answer or None,
        }
        for one in found
    ]
    text = "\n".join(_line(one) for one in found)
    emit(as_json, {"signals": documents}, text or "Geen signalen die nu tellen.")


def _line(one: "Listed") -> str:
    heard = f"aanbieder gehoord op {one.heard_on}" if one.heard_on else "aanbieder nog niet gehoord"
    parts = [
        f"{one.occurred_on}  {one.name}: {one.kind.label} ({one.reliability}, {one.author}, {one.standing}, tot {one.ends_on})",
        f"            {one.text}",
        f"            nummer {one.number}; {heard}",
    ]
    parts += [f"            aanbieder: {one.reaction}"] if one.reaction else []
    parts += [f"            antwoord: {one.answer}"] if one.answer else []
    return "\n".join(parts)


@group.command()
def heard(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMMER", help="Van het signaal; zie: ews signal list.")],
    reaction: Annotated[str, typer.Option(help="Wat de aanbieder zei, in een zin.")],
    on: Annotated[str | None, typer.Option("--on", help="Dag (JJJJ-MM-DD); standaard vandaag.")] = None,
    as_json: Json = False,
) -> None:
    """Leg vast dat de aanbieder over een zacht signaal is gehoord; pas dan mag het in een dossier."""
    from ews.jobs.signal_review import hear

    provider = hear(site_of(context), number, reaction=reaction, on=day(on, name="--on") if on else None)
    emit(as_json, {"number": number, "provider": provider}, f"{provider} is gehoord over signaal {number}.")


@group.command()
def answer(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMMER", help="Van het signaal; zie: ews signal list.")],
    finding: Annotated[str, typer.Option(help="klopt, deels of onjuist.")],
    text: Annotated[str, typer.Option(help="Wat het kantoor de aanbieder antwoordt, in een zin.")],
    as_json: Json = False,
) -> None:
    """Beantwoord de correctie van een aanbieder. Onjuist: het signaal vervalt en wie bericht kreeg, hoort dat."""
    from ews.jobs.signal_review import answer as job
    from ews.signals.soft import Finding

    try:
        chosen = Finding(finding)
    except ValueError:
        raise RefusedError(f"--finding '{finding}' bestaat niet. Kies uit: klopt, deels, onjuist.") from None
    done = job(site_of(context), number, finding=chosen, text=text)
    document = {
        "number": number,
        "provider": done.provider,
        "finding": done.finding.value,
        "told": list(done.told),
    }
    taken = f" Teruggenomen; {len(done.told)} lezers krijgen bericht." if chosen is Finding.WRONG else ""
    emit(as_json, document, f"Beantwoord: {chosen}.{taken}")
