"""`ews source`: the sources as a whole, and what agreements lack."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ews.cli.app import app
from ews.cli.frame import AsOf, Json, as_of_moment, emit, site_of
from ews.jobs.run import run_job

if TYPE_CHECKING:
    from ews.jobs.surroundings import AreaFigure

group = typer.Typer(
    help="Bronnen: wat is er, hoe vers, en wat ontbreekt in de overeenkomsten.", no_args_is_help=True
)
app.add_typer(group, name="source")


@group.command("list")
def list_command(context: typer.Context, as_json: Json = False) -> None:
    """Alle bronnen, met hun laatste levering en of het contract een echt bestand heeft ontmoet."""
    from ews.jobs.sources import source_lines

    lines = source_lines(site_of(context))
    document = [
        {
            "source": line.contract.name,
            "title": line.contract.title,
            "supplier": line.contract.supplier,
            "every": line.contract.cadence.every.value,
            "verified": line.contract.verified,
            "deliveries": line.deliveries,
            "last": line.last.isoformat() if line.last else None,
        }
        for line in lines
    ]
    text = "\n".join(
        f"{line.contract.name:<28}{f'{line.last:%Y-%m-%d}' if line.last else 'nooit':<12}{line.deliveries:>5}  "
        f"{line.contract.title}{'' if line.contract.verified else ' (niet aan een echt bestand getoetst)'}"
        for line in lines
    )
    emit(as_json, {"sources": document}, text)


@group.command()
def clauses(context: typer.Context, as_of: AsOf = None, as_json: Json = False) -> None:
    """Welke clausules over waarschuwen en delen in welke overeenkomst ontbreken (handvatten H3)."""
    from ews.jobs.sources import missing_clauses

    site = site_of(context)
    found, names = missing_clauses(site, as_of=as_of_moment(as_of, site.now))
    document = [
        {"provider": lack.provider, "name": names[lack.provider], "clause": lack.clause, "lacks": lack.words}
        for lack in found
    ]
    text = "\n".join(f"{names[lack.provider]} ({lack.provider}): {lack.words}" for lack in found)
    emit(as_json, {"missing": document}, text or "Alle overeenkomsten hebben alle clausules.")


@group.command()
def expected(context: typer.Context, as_of: AsOf = None, as_json: Json = False) -> None:
    """Van elk verwacht cijfer: aanwezig, nog niet verwacht, te laat, ontbreekt, geweigerd of verouderd."""
    from ews.jobs.expected import expected_figures

    site = site_of(context)
    lines = expected_figures(site, as_of=as_of_moment(as_of, site.now))
    document = [
        {"source": line.source, "indicator": line.indicator, "states": dict(sorted(line.states.items()))}
        for line in lines
    ]
    text = "\n".join(
        f"{line.source:<28}{line.indicator:<32}"
        + ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in sorted(line.states.items()))
        for line in lines
    )
    emit(as_json, {"figures": document}, text or "Nog geen bron met een ritme heeft geleverd.")


@group.command()
def fetch(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[BRON]", help="Bronnen; standaard die met [fetch] enabled = true."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Haal bronnen op over het net en lees wat er nieuw is; een bron die niet antwoordt, wordt genoemd."""
    from ews.jobs import fetch as job

    document = run_job(site_of(context), "fetch", lambda opened: job.fetch(opened, names or []))
    emit(as_json, document, "\n".join(_fetched(one) for one in document["sources"]) or _NOTHING_TO_FETCH)
    if document["failed"] or any(one["held"] for one in document["sources"]):
        raise typer.Exit(1)


_NOTHING_TO_FETCH = "Er staat geen bron aan. Zet [fetch] enabled = true in config/sources, of noem een bron: ews source fetch BRON"


def _fetched(one: dict[str, Any]) -> str:
    told = (
        f"{one['source']}: {one['asked']} gevraagd, {one['new']} nieuw, {one['unchanged']} ongewijzigd, "
        f"{one['absent']} onbekend daar"
    )
    told += f", {one['held']} VASTGEHOUDEN" if one["held"] else ""
    return f"{told}\n  MISLUKT: {one['problem']}" if one["problem"] else told


@group.command("context")
def surroundings(context: typer.Context, as_of: AsOf = None, as_json: Json = False) -> None:
    """Cijfers over branche en regio om een aanbieder naast te leggen: verzuim, faillissementen, wachtlijsten."""
    from ews.jobs.surroundings import surroundings as figures

    site = site_of(context)
    found = figures(site, as_of=as_of_moment(as_of, site.now))
    document = [
        {
            "area": one.area,
            "indicator": one.indicator,
            "dimensions": json.loads(one.dimensions),
            "value": one.value,
            "period_end": one.period_end.isoformat(),
            "year_before": one.year_before,
            "source": one.source,
        }
        for one in found
    ]
    emit(as_json, {"figures": document}, "\n".join(_area_line(one) for one in found) or _NO_AREAS)


_NO_AREAS = "Nog geen cijfers over branche of regio. Zie docs/bronnen.md: cbs_verzuim, cbs_faillissementen, wachtlijst_regio."


def _area_line(one: "AreaFigure") -> str:
    split = ", ".join(json.loads(one.dimensions).values())
    shown = _area_value(one, one.value)
    before = "" if one.year_before is None else f"; een jaar eerder {_area_value(one, one.year_before)}"
    name = f"{one.indicator}{f' ({split})' if split else ''}"
    return f"{one.area:<22}{name:<44}{shown:>10}  t/m {one.period_end} [{one.source}]{before}"


def _area_value(one: "AreaFigure", value: float) -> str:
    return f"{value * 100:.1f} %".replace(".", ",") if one.unit == "ratio" else f"{value:.0f}"
