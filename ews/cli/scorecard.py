"""`ews scorecard`: propose points from the past. Nothing is made live here."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ews.cli.app import app
from ews.cli.frame import Json, day, emit, site_of
from ews.errors import RefusedError

group = typer.Typer(help="De puntenkaart: punten voorstellen uit het verleden.", no_args_is_help=True)
app.add_typer(group, name="scorecard")


@group.command()
def fit(
    context: typer.Context,
    since: Annotated[str, typer.Option(help="Eerste peildatum, JJJJ-MM-DD.")],
    until: Annotated[str, typer.Option(help="Laatste peildatum, JJJJ-MM-DD.")],
    outcomes: Annotated[Path, typer.Option(help="CSV met wie stopte en wanneer.")],
    card: Annotated[str, typer.Option(help="Welke kaart.")] = "wlz",
    unit: Annotated[str, typer.Option(help="provider of location.")] = "location",
    shrinkage: Annotated[
        float, typer.Option(min=0.0, help="Vertrouwen in de punten van de deskundigen.")
    ] = 20.0,
    as_json: Json = False,
) -> None:
    """Stel punten voor, naast de huidige, met wat zij op het verleden hadden gedaan. Stelt niets in werking."""
    from ews.jobs import scorecard as job

    if unit not in {"provider", "location"}:
        raise RefusedError(f"--unit '{unit}' bestaat niet. Kies provider of location.")
    found = job.fit(
        site_of(context),
        card=card,
        since=day(since, name="--since"),
        until=day(until, name="--until"),
        outcomes=outcomes,
        unit=unit,
        shrinkage=shrinkage,
    )
    emit(as_json, _document(found), _text(found))


def _document(found: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(found), "activated": False}


def _text(found: Any) -> str:
    lines = [
        f"Voorstel voor kaart {found.card}: {found.subjects} beoordelingen, {found.failures} keer gestopte zorg.",
        "Niets is gewijzigd of in werking gesteld; een nieuwe kaart is een nieuw bestand in config/scorecard.",
        f"{'regel':<24}{'vak':>9}{'nu':>5}{'voorstel':>10}{'aantal':>9}{'gestopt':>9}",
    ]
    lines += [
        f"{one.line:<24}{'ontbreekt' if one.bin < 0 else one.bin + 1:>9}{one.old:>5}{one.new:>10}"
        f"{one.subjects:>9}{one.failures:>9}{'  ←' if one.new != one.old else ''}"
        for one in found.points
    ]
    for word, effect in (("Nu", found.old), ("Voorstel", found.new)):
        auc = f"{effect.auc:.3f}".replace(".", ",")
        lines.append(
            f"{word}: AUC {auc}; {effect.warned} keer verhoogd of hoger, waarvan {effect.found} terecht"
        )
    return "\n".join(
        [*lines, "Gemeten op dezelfde gegevens als waarvan is geleerd: toets op latere jaren met ews replay."]
    )
