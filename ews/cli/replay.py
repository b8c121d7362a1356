"""`ews replay`: would we have warned, how early, how often in vain."""

from pathlib import Path
from typing import Annotated

import typer

from ews.cli.app import app
from ews.cli.frame import Json, day, emit, site_of
from ews.cli.replay_page import comparison_text, report_text
from ews.errors import RefusedError


@app.command()
def replay(
    context: typer.Context,
    since: Annotated[str, typer.Option(help="Eerste datum, JJJJ-MM-DD.")],
    until: Annotated[str, typer.Option(help="Laatste datum, JJJJ-MM-DD.")],
    outcomes: Annotated[
        Path | None, typer.Option(help="CSV met subject (of service_id), last_seen en kind.")
    ] = None,
    engine: Annotated[str, typer.Option(help="scorecard of model.")] = "scorecard",
    unit: Annotated[str, typer.Option(help="location (locaties) of provider (aanbieders).")] = "location",
    compare: Annotated[
        tuple[str, str],
        typer.Option(
            metavar="OUD NIEUW",
            help="Leg twee configuraties naast elkaar: actief, schijf, een map, of (het begin van) een hash.",
        ),
    ] = ("", ""),
    as_json: Json = False,
) -> None:
    """Terugblik: hadden we gewaarschuwd, hoe vroeg, en hoe vaak voor niets.

    Zonder --outcomes telt wat het eigen dossier zegt: hoe zaken eindigden, en insolventies.
    """
    from ews.jobs import replay as job

    question = job.Question(
        since=day(since, name="--since"),
        until=day(until, name="--until"),
        outcomes=outcomes,
        engine=_choice(engine, "--engine", job.ENGINES),
        unit=_choice(unit, "--unit", job.UNITS),
    )
    if all(compare):
        from ews.jobs.compare import compared

        report = compared(site_of(context), question, old=compare[0], new=compare[1])
        emit(as_json, report, comparison_text(report))
        return
    report = job.replay(site_of(context), question)
    emit(as_json, report, report_text(report))


def _choice(given: str, name: str, known: tuple[str, ...]) -> str:
    if given not in known:
        raise RefusedError(f"{name} '{given}' bestaat niet. Kies {' of '.join(known)}.")
    return given
