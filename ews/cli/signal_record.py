"""`ews signal observe`, `warned`, `exempt` and what follows from them."""

from typing import Annotated

import typer

from ews.cli.frame import AsOf, Json, as_of_moment, day, emit, site_of
from ews.cli.signal import group

Provider = Annotated[str, typer.Argument(metavar="AANBIEDER", help="Bijvoorbeeld kvk:08111924.")]
On = Annotated[str | None, typer.Option("--on", help="Dag (JJJJ-MM-DD); standaard vandaag.")]


@group.command()
def observe(
    context: typer.Context,
    provider: Provider,
    kind: Annotated[
        str,
        typer.Option(
            help="locatiebezoek, kwaliteitsgesprek, klachten, zorgbemiddeling of clientondersteuning."
        ),
    ],
    outcome: Annotated[str, typer.Option(help="voldoende, zorgen of onvoldoende.")],
    count: Annotated[int, typer.Option(help="Hoeveel klachten, vragen of bezoeken.")] = 1,
    on: On = None,
    follow_up: Annotated[
        str | None, typer.Option("--follow-up", help="Dag waarvóór iemand erop terugkomt (JJJJ-MM-DD).")
    ] = None,
    text: Annotated[str, typer.Option(help="Een zin; geen namen, niets over één cliënt.")] = "",
    as_json: Json = False,
) -> None:
    """Leg vast wat het kantoor zelf zag of hoorde. Dezelfde soort op dezelfde dag vervangt de eerdere."""
    from ews.jobs import observe as job

    job.observe(
        site_of(context),
        provider,
        kind,
        outcome=outcome,
        count=count,
        on=day(on, name="--on") if on else None,
        follow_up=day(follow_up, name="--follow-up") if follow_up else None,
        note=text,
    )
    emit(
        as_json, {"provider": provider, "kind": kind, "count": count}, f"Vastgelegd voor {provider}: {kind}."
    )


@group.command()
def followups(context: typer.Context, as_json: Json = False) -> None:
    """Waarnemingen waarop nog iemand moet terugkomen, de eerste dag eerst."""
    from ews.jobs.observe import open_follow_ups

    found = open_follow_ups(site_of(context))
    document = [
        {
            "provider": one.provider,
            "name": name,
            "kind": one.kind,
            "occurred_on": one.occurred_on.isoformat(),
            "outcome": one.outcome,
            "before": one.before.isoformat(),
            "overdue": one.is_overdue,
        }
        for one, name in found
    ]
    lines = [
        f"{one.before}  {'TE LAAT  ' if one.is_overdue else ''}{name}: {one.kind} van {one.occurred_on} "
        f"({one.outcome}) {one.note}".rstrip()
        for one, name in found
    ]
    emit(as_json, {"follow_ups": document}, "\n".join(lines) or "Niets om op terug te komen.")


@group.command()
def warned(
    context: typer.Context,
    provider: Provider,
    text: Annotated[str, typer.Option(help="Wat de aanbieder meldde, in een zin.")],
    kind: Annotated[
        str,
        typer.Option(
            help="eigen_waarschuwing, lonen_niet_betaald, eigen_aankondiging_sluiting of eigen_aankondiging_overdracht."
        ),
    ] = "eigen_waarschuwing",
    channel: Annotated[str, typer.Option(help="telefoon, brief, mail of gesprek.")] = "telefoon",
    on: On = None,
    as_json: Json = False,
) -> None:
    """Leg vast dat de aanbieder zelf waarschuwde, zoals de overeenkomst hem verplicht; dit telt als struikeldraad."""
    from ews.jobs.observe import warn

    warn(
        site_of(context), provider, kind, text=text, channel=channel, on=day(on, name="--on") if on else None
    )
    emit(as_json, {"provider": provider, "kind": kind}, f"Vastgelegd: {provider} waarschuwde zelf ({kind}).")


@group.command()
def warnings(
    context: typer.Context,
    provider: Annotated[str | None, typer.Argument(metavar="[AANBIEDER]")] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Waarschuwde de aanbieder zelf, en voor of nadat wij het wisten? (handvatten H3)"""
    from ews.jobs.warned import warnings as job

    site = site_of(context)
    found = job(site, as_of=as_of_moment(as_of, site.now), provider=provider)
    document = [
        {
            "provider": one.provider,
            "name": name,
            "warned_on": one.warned_on.isoformat() if one.warned_on else None,
            "knew_on": one.knew_on.isoformat() if one.knew_on else None,
            "verdict": one.verdict.value,
            "days_apart": one.days_apart,
            "obliged": one.duty_since is not None,
            "breach": one.is_breach,
        }
        for one, name in found
    ]
    lines = [
        f"{name} ({one.provider}): waarschuwde {one.verdict}; zelf {one.warned_on or 'nooit'}, "
        f"wij {one.knew_on or 'nooit'}{'; de overeenkomst vraagt melden: bespreken' if one.is_breach else ''}"
        for one, name in found
    ]
    emit(as_json, {"warnings": document}, "\n".join(lines) or "Niemand waarschuwde en wij zagen niets.")


@group.command()
def exempt(
    context: typer.Context,
    provider: Provider,
    reason: Annotated[str, typer.Option(help="Waarom deze cijfers niet hoeven te komen.")],
    until: Annotated[str, typer.Option(help="Laatste dag (JJJJ-MM-DD).")],
    figure: Annotated[
        list[str] | None, typer.Option("--figure", help="Welk cijfer; mag vaker. Standaard alle.")
    ] = None,
    begin: Annotated[str | None, typer.Option("--from", help="Eerste dag; standaard vandaag.")] = None,
    as_json: Json = False,
) -> None:
    """Stel een aanbieder een tijd vrij van cijfers. Zij tellen dan niet als te laat, ontbrekend of geweigerd."""
    from ews.jobs.observe import exempt as job

    job(
        site_of(context),
        provider,
        figure or [],
        reason=reason,
        until=day(until, name="--until"),
        begin=day(begin, name="--from") if begin else None,
    )
    what = ", ".join(figure) if figure else "alle cijfers"
    emit(
        as_json,
        {"provider": provider, "figures": figure or ["*"], "until": until},
        f"{provider} is tot en met {until} vrijgesteld van {what}.",
    )
