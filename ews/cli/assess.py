"""`ews assess` and `ews portfolio`: levels of everybody, and the list by priority."""

from datetime import datetime
from typing import Annotated, Any

import typer

from ews.cli.app import app
from ews.cli.frame import AsOf, Json, as_of_moment, emit, site_of
from ews.errors import RefusedError
from ews.jobs.run import Context, run_job


@app.command()
def assess(
    context: typer.Context,
    as_of: AsOf = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Geloof een geweigerde ronde toch (mandaat vrijgave).")
    ] = False,
    as_json: Json = False,
) -> None:
    """Beoordeel alle aanbieders en locaties; opent, verhoogt en verlaagt waarschuwingen."""
    from ews.jobs import assess as job

    site = site_of(context)
    moment = as_of_moment(as_of, site.now) if as_of else None

    def work(opened: Context) -> dict[str, Any]:
        return job.assess(opened, as_of=moment, accept=accept)

    summary = run_job(site, "assess", work)
    emit(as_json, summary, _summary_text(summary))
    if summary["refused"]:
        raise typer.Exit(1)


@app.command()
def portfolio(
    context: typer.Context,
    unit: Annotated[str, typer.Option(help="provider (aanbieders) of location (locaties).")] = "provider",
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Alle aanbieders op volgorde van belang: niveau, cliënten, zaak."""
    from ews.jobs import portfolio as job

    if unit not in {"provider", "location"}:
        raise RefusedError(f"--unit '{unit}' bestaat niet. Kies provider of location.")
    site = site_of(context)
    rows = job.portfolio(site, unit=unit, as_of=as_of_moment(as_of, site.now) if as_of else None)
    emit(as_json, {"unit": unit, "subjects": [_document(row) for row in rows]}, _list_text(rows, unit, as_of))


def _summary_text(summary: dict[str, Any]) -> str:
    from ews.cases.calendar import OFFICE_ZONE
    from ews.notify.words import LEVEL
    from ews.scoring.model import Level
    from ews.scoring.words import long_date

    counted = ", ".join(f"{summary['levels'][level.value]} {LEVEL[level]}" for level in reversed(Level))
    moment = datetime.fromisoformat(summary["as_of"]).astimezone(OFFICE_ZONE)
    head = f"{summary['subjects']} beoordeeld op {long_date(moment.date())} {moment:%H:%M}: {counted}."
    if summary["refused"]:
        doubts = "\n".join(f"  {one}" for one in summary["refused"])
        return f"Deze ronde is geweigerd; de vorige beoordeling blijft staan.\n{doubts}"
    if summary["reconstruction"]:
        return f"{head}\nReconstructie van een eerder moment: alleen getoond, niets vastgelegd of verstuurd."
    return (
        f"{head}\nWaarschuwingen veranderd: {summary['changes']}. Zaken geraakt: {summary['cases']}. "
        f"Berichten klaargezet: {summary['messages']} (versturen: ews deliver)."
    )


def _document(row: Any) -> dict[str, Any]:
    one = row.assessment
    return {
        "subject": row.subject,
        "name": row.name,
        "level": one.level.value,
        "held": row.held.value if row.held else None,
        "points": one.points,
        "probability": one.probability,
        "clients": row.clients,
        "nowhere_to_go": row.nowhere_to_go,
        "hard_to_replace": row.hard_to_replace,
        "stage": row.stage,
        "case": row.case or None,
        "left": row.left or None,
        "confidence": one.confidence.value,
        "priority": row.priority,
    }


def _list_text(rows: list[Any], unit: str, as_of: str | None) -> str:
    from ews.notify.words import CONFIDENCE, LEVEL

    if not rows and as_of:
        return f"Van {as_of} is er geen beoordeling. Laat --as-of weg voor de laatste."
    if not rows:
        return "Nog niets beoordeeld. Lever bestanden aan (ews ingest) en draai: ews assess"
    counted = "niet bekend" if all(row.clients is None for row in rows) else "per aanbieder"
    head = f"{len(rows)} {'aanbieders' if unit == 'provider' else 'locaties'}, belangrijkste eerst (cliënten {counted})"
    lines = [
        f"{head}; 'geen plek': zonder vrije, bevestigde plaats elders in de regio",
        f"{'niveau':<10}{'punten':>6}  {'cliënten':>8}  {'geen plek':>9}  {'trede':>5}  {'zekerheid':<9}  naam",
    ]
    for row in rows:
        held = f" (nog {LEVEL[row.held]})" if row.held and row.held.rank > row.assessment.level.rank else ""
        lines.append(
            f"{LEVEL[row.assessment.level]:<10}{row.assessment.points:>6}  {_or_dash(row.clients):>8}  "
            f"{_or_dash(row.nowhere_to_go):>9}  {_or_dash(row.stage):>5}  "
            f"{CONFIDENCE[row.assessment.confidence]:<9}  {row.name} ({row.subject})"
            f"{held}{_chance(row.assessment.probability)}{' · moeilijk vervangbaar' if row.hard_to_replace else ''}{' · ' + row.case if row.case else ''}{_left(row.left)}"
        )
    return "\n".join(lines)


def _left(status: str) -> str:
    """Who is no longer ours stands at the end, with its last level."""
    return f" · {status}, geen cliënten meer: laatste oordeel" if status else ""


def _chance(probability: float | None) -> str:
    """Only where a model may speak."""
    return "" if probability is None else f" · kans {100 * probability:.1f} %".replace(".", ",")


def _or_dash(value: int | None) -> str:
    return "-" if value is None else str(value)
