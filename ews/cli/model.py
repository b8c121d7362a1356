"""`ews model`: the statistical model beside the scorecard."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ews.cli.app import app
from ews.cli.frame import AsOf, Json, day, emit, site_of
from ews.errors import RefusedError
from ews.jobs.run import run_job

group = typer.Typer(help="Het statistische model naast de scorekaart.", no_args_is_help=True)
app.add_typer(group, name="model")


@group.command()
def train(
    context: typer.Context,
    outcomes: Annotated[
        Path | None, typer.Option(help="CSV met uitkomsten: leer van het eigen verleden van deze plek.")
    ] = None,
    unit: Annotated[str, typer.Option(help="location of provider.")] = "location",
    until: Annotated[str | None, typer.Option(help="Met wat bekend was op JJJJ-MM-DD.")] = None,
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
    """Schat een model: op het eigen verleden (--outcomes), of op een tabel met jaarcijfers (--table)."""
    from ews.jobs.tables import TableQuestion, measure_table

    if (table is None) == (outcomes is None):
        raise RefusedError("Geef of --outcomes (eigen verleden) of --table (een tabel met jaarcijfers).")
    if outcomes is not None:
        _train_on_past(context, outcomes, unit, until, as_json)
        return
    assert table is not None
    question = TableQuestion(table, label, group_column, time_column, validation, interactions)
    found = measure_table(question, site_of(context).settings.model.table)
    emit(as_json, found, _table_text(found))


def _train_on_past(
    context: typer.Context, outcomes: Path, unit: str, until: str | None, as_json: bool
) -> None:
    from ews.jobs.models import train as fit_model

    if unit not in _UNIT:
        raise RefusedError(f"--unit '{unit}' bestaat niet. Kies location of provider.")
    site = site_of(context)
    cut = day(until, name="--until") if until else site.now.date()
    made = fit_model(site, outcomes, unit=unit, until=cut)
    text = f"Model {made['model']} gemaakt; het draait in schaduw.\n{_line(made)}\nBekijk het met: ews model show {made['model']}"
    emit(as_json, made, text)


@group.command()
def select(
    context: typer.Context,
    outcomes: Annotated[Path, typer.Option(help="CSV met uitkomsten.")],
    until: Annotated[str, typer.Option(help="Met wat bekend was op JJJJ-MM-DD.")],
    unit: Annotated[str, typer.Option(help="location of provider.")] = "location",
    as_json: Json = False,
) -> None:
    """Kies kenmerken en instellingen op wat toen bekend was; het resultaat zet u zelf in config/model.toml."""
    from ews.jobs.model_selection import choose

    if unit not in _UNIT:
        raise RefusedError(f"--unit '{unit}' bestaat niet. Kies location of provider.")
    found = choose(site_of(context), outcomes, unit=unit, until=day(until, name="--until"))
    lines = [
        f"{found['rows']} regels, {found['events']} keer gestopt binnen een jaar; log-loss in delen die het niet zag:"
    ]
    for step in found["steps"]:
        best = sorted(step["tried"], key=lambda pair: pair[1])[:4]
        lines.append(
            f"  {step['what']}: {step['taken']} ({', '.join(f'{name} {loss:.4f}' for name, loss in best)})"
        )
    emit(as_json, found, "\n".join([*lines, "", found["toml"]]))


@group.command("list")
def list_command(context: typer.Context, as_json: Json = False) -> None:
    """Welke modellen er zijn, en welke geweigerd worden."""
    from ews.jobs.models import listed

    found = listed(site_of(context))
    lines = [
        f"{one['model']}: geweigerd. {one['why']}"
        if one["state"] == "refused"
        else f"{one['model']}: {_ROLE[one['role']]}, {_STATE[one['state']]}. {_line(one)}"
        for one in found
    ]
    emit(
        as_json,
        {"models": found},
        "\n".join(lines) or "Nog geen model. Maak er een met: ews model train --outcomes BESTAND",
    )


@group.command()
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Naam uit ews model list.")],
    subject: Annotated[
        str | None, typer.Option(help="Ook: wat het van deze locatie of aanbieder vindt.")
    ] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """De modelkaart: waar het op rust, wat uitkwam, wat telt."""
    from ews.jobs.models import chances, shown

    site = site_of(context)
    found = shown(site, name)
    text = _card_text(found)
    if subject is not None:
        moment = day(as_of, name="--as-of") if as_of else site.now.date()
        found["subject"] = chances(site, name, subject, moment)
        text += "\n" + _chance_text(found["subject"])
    emit(as_json, found, text)


@group.command()
def activate(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Naam uit ews model list.")],
    second: Annotated[str, typer.Option(help="Wie meetekent: een ander, met mandaat config.")],
    leak_hunt: Annotated[
        Path | None,
        typer.Option(help="Verslag van het zoeken naar een lek, als het model te goed is om waar te zijn."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Neem een model in gebruik, met twee mensen; het vorige blijft als uitdager meerekenen."""
    from ews.jobs.model_use import activate as put_to_use

    found = put_to_use(site_of(context), name, second, leak_hunt=leak_hunt)
    text = f"Model {name} is in gebruik voor {_UNIT[found['unit']]}, getekend door {found['by']} en {second}."
    if found["challenger"]:
        text += f"\nHet vorige, {found['challenger']}, rekent mee als uitdager."
    emit(as_json, found, text)


@group.command()
def watch(context: typer.Context, as_json: Json = False) -> None:
    """Leg cijfers, modellen en waarschuwingen naast een jaar eerder, leg vast en meld wat verschoof."""
    from ews.jobs.model_watch import lines_of, watch

    site = site_of(context)
    found = run_job(site, "model_watch", watch)
    emit(as_json, found, "\n".join(lines_of(site.now, found, until=site.now)))


_ROLE = {"": "niet in gebruik", "champion": "in gebruik", "challenger": "rekent mee als uitdager"}
_STATE = {
    "shadow": "in schaduw: geen kans wordt getoond of gebruikt",
    "speaks": "spreekt over het soort register waarvan het leerde; voor Wlz-aanbieders alleen na Nederlandse uitkomsten",
}
_UNIT = {"location": "locaties", "provider": "aanbieders"}


def _line(one: dict[str, Any]) -> str:
    return (
        f"{_UNIT[one['unit']]}, {one['features']} kenmerken, geleerd van {one['since']} t/m {one['until']}: "
        f"{one['rows']} regels van {one['providers']} aanbieders, {one['events']} keer gestopt binnen een jaar"
    )


def _card_text(found: dict[str, Any]) -> str:
    from ews.jobs.models import FEWEST_BEHIND

    lines = [
        f"Modelkaart {found['model']}",
        "  doel        volgorde en kans van stoppen binnen 3, 12 en 36 maanden; adviseert, beslist niet",
        f"  status      {_STATE[found['state']]}",
        f"  geleerd     {_line(found)}",
        f"  uitkomsten  nummers {', '.join(found['schemes'])}; een buitenlands register zegt niets zekers over de Wlz",
        f"  gegevens    {found['data_sha256'][:16]}, regels {found['card']['config'][:16]}",
        _choice_line(found["card"]["choice"]),
        f"  rangorde    AUC {found['unseen_auc']:.2f} bij aanbieders die het niet zag (0,5 is toeval)".replace(
            ".", ",", 1
        ),
        "  in delen die het niet zag, van laag naar hoog risico: gestopt van zoveel regels",
    ]
    for band in found["bands"]:
        share = f"{100 * band['share']:.1f}%".replace(".", ",")
        told = share if band["events"] >= FEWEST_BEHIND else "te weinig gevallen om iets te zeggen"
        lines.append(f"    {band['events']:>5} van {band['rows']:>6}  {told}")
    lines.append("  kenmerken die het verst reiken (log-kansverhouding):")
    return "\n".join(
        [*lines, *(f"    {name:45} {value:.2f}" for name, value in list(found["reach"].items())[:12])]
    )


def _choice_line(choice: dict[str, Any]) -> str:
    groups = ", ".join(choice["groups"]) or "alle kenmerken"
    share = f"{100 * choice['share']:.0f}"
    return f"  instelling  {groups}; krimp {choice['penalty']:g}, {share}% bomen; gekozen op {choice['known_until']}"


def _chance_text(found: dict[str, Any]) -> str:
    lines = [f"{found['subject']} op {found['as_of']}: score {found['score']:.3f}, de som van:"]
    largest = sorted(found["contributions"].items(), key=lambda pair: -abs(pair[1]))
    lines += [f"    {name:45} {value:+.3f}" for name, value in largest]
    behind = found["like_this"]
    low, high = (f"{100 * value:.1f}".replace(".", ",") for value in behind["interval"])
    lines.append(
        f"  zulke scores kwamen {behind['rows']} keer voor; daarvan stopten er {behind['events']} binnen een jaar "
        f"({low} tot {high}%)"
    )
    if found["held_back"]:
        return "\n".join([*lines, f"  geen kans: {found['held_back']}"])
    for months, chance in found["probability"].items():
        lines.append(f"  kans binnen {months} maanden: {100 * chance:.1f}%".replace(".", ","))
    return "\n".join(lines)


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
