"""`ews report`: what purchasers, the committee and the NZa ask for once in a while."""

from typing import Annotated, Any

import typer

from ews.cli.app import app
from ews.cli.frame import AsOf, Json, as_of_moment, emit, site_of
from ews.jobs.run import OFFICE_ZONE

group = typer.Typer(help="Rapporten: voor de inkoop, en de jaarlijkse evaluatie.", no_args_is_help=True)
app.add_typer(group, name="report")
_FEW = {1: "enige", 2: "laatste twee"}
_HORIZONS = {"short": "3 mnd", "medium": "1 jaar", "long": "3 jaar"}


@group.command()
def inkoop(
    context: typer.Context,
    region: Annotated[str | None, typer.Option(help="Alleen deze regio.")] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Waar de zorg aan één of twee aanbieders hangt: per regio, zorgprofiel, leveringsvorm en termijn.

    Portefeuille, geen oordeel over één aanbieder: hoeveel er verhoogd staan, blijkt pas vanaf vijf aanbieders.
    """
    from ews.jobs.procurement import procurement

    site = site_of(context)
    found = procurement(site, as_of=as_of_moment(as_of, site.now) if as_of else None)
    if region:
        found |= {
            key: [row for row in found[key] if row["region"] == region] for key in ("regions", "supply")
        }
    emit(as_json, found, _text(found))


@group.command()
def evaluatie(
    context: typer.Context,
    year: Annotated[int | None, typer.Option(help="Kalenderjaar; standaard dit jaar tot nu.")] = None,
    as_json: Json = False,
) -> None:
    """Evaluatie van het EWS zelf (handvatten H9): gevonden, gemist, loos, en de zelfbeoordeling op H1 tot en met H11."""
    from ews.jobs.evaluation import evaluation

    site = site_of(context)
    made = evaluation(site, year or site.now.astimezone(OFFICE_ZONE).year)
    shown = [one["shown"] for one in made["self_assessment"]]
    counted = ", ".join(f"{shown.count(kind)} {kind}" for kind in dict.fromkeys(shown))
    files = "\n".join(f"  {file}" for file in made["files"])
    emit(as_json, made, f"{made['headline']}\nZelfbeoordeling: {counted}.\n{files}")


def _text(found: dict[str, Any]) -> str:
    if not found["supply"]:
        return "Geen cliëntaantallen per zorgprofiel bekend. Neem de lijst van aanbieders in met: ews ingest"
    heads = [
        f"  regio {one['region'] or 'onbekend'}: {one['one_supplier']} vormen van zorg bij één aanbieder, "
        f"{one['two_suppliers']} bij twee; {one['clients']} cliënten hangen daaraan"
        for one in found["regions"]
    ]
    widest = max(len(f"{row['profile']} {row['form']}") for row in found["supply"])
    lines = [_line(row, widest) for row in found["supply"]]
    return "\n".join(
        [
            f"Waar de zorg aan weinig aanbieders hangt, {found['as_of'][:10]}",
            *heads,
            "",
            (
                f"  {'regio':<8}{'zorg':<{widest + 2}}{'cliënten':>9}{'aanbieders':>12}{'vrij':>6}{'tekort':>8}"
                "  verhoogd / contract eindigt (3 mnd, 1 jaar, 3 jaar)"
            ),
            *lines,
            "",
            "tekort: cliënten zonder vrije plek elders in de regio als de grootste aanbieder stopt. Een streepje bij",
            "verhoogd: minder dan vijf aanbieders, dan zou het getal een oordeel over één aanbieder verraden.",
        ]
    )


def _line(row: dict[str, Any], widest: int) -> str:
    raised = ", ".join("-" if row["raised"][one] is None else str(row["raised"][one]) for one in _HORIZONS)
    ending = ", ".join(str(row["contracts_end"][one]) for one in _HORIZONS)
    names = ", ".join(one["name"] for one in row["few"])
    few = f"  {_FEW[len(row['few'])]}: {names}" if row["few"] else ""
    return (
        f"  {row['region']:<8}{row['profile'] + ' ' + row['form']:<{widest + 2}}{row['clients']:>9}"
        f"{row['suppliers']:>12}{row['free']:>6}{row['shortage']:>8}  {raised:<9}/ {ending}{few}"
    )
