"""`ews model`: the statistical model beside the scorecard."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ews.cli.app import app
from ews.cli.frame import Json, emit, site_of
from ews.errors import RefusedError

group = typer.Typer(help="Het statistische model naast de scorekaart.", no_args_is_help=True)
app.add_typer(group, name="model")


@group.command()
def train(
    context: typer.Context,
    table: Annotated[
        Path | None, typer.Option(help="CSV of ARFF met een rij per bedrijf of per jaar.")
    ] = None,
    label: Annotated[str, typer.Option(help="Kolom met 1 waar het misging, anders 0.")] = "class",
    group_column: Annotated[str | None, typer.Option("--group", help="Kolom van het bedrijf.")] = None,
    time_column: Annotated[str | None, typer.Option("--time", help="Kolom van het jaar.")] = None,
    validation: Annotated[Path | None, typer.Option(help="Latere tabel om op te meten.")] = None,
    interactions: Annotated[
        bool, typer.Option("--interactions", help="Meet wat optelbaarheid kost; wordt niet bewaard.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Schat een model op een tabel met jaarcijfers en meet het op wie het niet zag."""
    from ews.jobs.tables import TableQuestion, measure_table

    if table is None:
        raise RefusedError("Geef met --table de tabel waarop het model geschat wordt.")
    question = TableQuestion(table, label, group_column, time_column, validation, interactions)
    found = measure_table(question, site_of(context).settings.model.table)
    emit(as_json, found, _table_text(found))


def _table_text(found: dict[str, Any]) -> str:
    low, high = (f"{value:.3f}".replace(".", ",") for value in found["auc_interval"])
    lines = [
        f"{found['table']}: {found['subjects']} bedrijven, {found['failures']} misgegaan, gemeten op {found['measured_on']}",
        f"  rangorde (AUC)  {found['auc']:.4f} ({low} tot {high})".replace(".", ",", 1),
        f"  hoogste 5%      vindt {100 * found['recall_at_5']:.0f}% van wie misging",
    ]
    if found["interactions"]:
        lines.append("  met interacties: alleen om te meten, niet uit te leggen en niet bewaard")
    else:
        lines += ["  kenmerken die het verst reiken:", *(f"    {name}" for name in found["strongest"])]
    return "\n".join(lines)
