"""`ews dossier vigilance / signals`: what the office knew when, for the supervisor."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from ews.cases.calendar import office_date
from ews.cli.dossier import group
from ews.cli.frame import Json, day, emit, site_of
from ews.dossier.vigilance import table
from ews.errors import RefusedError
from ews.identifiers import parse_subject
from ews.jobs.run import Context

Since = Annotated[str | None, typer.Option(help="Vanaf (JJJJ-MM-DD); standaard een jaar terug.")]
Until = Annotated[str | None, typer.Option(help="Tot en met (JJJJ-MM-DD); standaard vandaag.")]
Out = Annotated[Path | None, typer.Option(help="Ook als PDF wegschrijven.")]


def _period(site: Context, since: str | None, until: str | None) -> tuple[date, date]:
    last = day(until, name="--until") if until else office_date(site.now)
    first = day(since, name="--since") if since else last - timedelta(days=365)
    if first > last:
        raise RefusedError(f"--since {first} ligt na --until {last}.")
    return first, last


@group.command()
def vigilance(
    context: typer.Context,
    provider: Annotated[str, typer.Argument(metavar="AANBIEDER", help="Bijvoorbeeld kvk:00552819.")],
    since: Since = None,
    until: Until = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Wat wij wanneer wisten van een aanbieder, per week; leemtes staan erbij."""
    from ews.jobs.dossier import write_file
    from ews.jobs.vigilance import known, page

    try:
        subject = str(parse_subject(provider))
    except ValueError:
        raise RefusedError(f"'{provider}' is geen aanbieder. Schrijf bijvoorbeeld kvk:00552819.") from None
    site = site_of(context)
    found = known(site, subject, *_period(site, since, until))
    if out is not None:
        write_file(out, page(site, found))
    rows = [
        {
            "week": one.begins_on.isoformat(),
            "data": list(one.data),
            "level": one.level,
            "looked": list(one.looked),
            "decided": list(one.decided),
            "gap": one.is_gap,
        }
        for one in found.weeks
    ]
    lines = [
        f"{found.name} ({found.subject}): {found.gaps} van {len(found.weeks)} weken leeg. Auditkop {found.audit_head}."
    ]
    lines += ["  " + " | ".join(row) for row in table(found.weeks).rows]
    emit(
        as_json,
        {"provider": subject, "gaps": found.gaps, "weeks": rows, "audit_head": found.audit_head},
        "\n".join(lines),
    )


@group.command()
def signals(
    context: typer.Context, since: Since = None, until: Until = None, out: Out = None, as_json: Json = False
) -> None:
    """Alle meldingswaardige signalen van het kantoor, voor een informatieverzoek van de NZa."""
    from ews.jobs.dossier import write_file
    from ews.jobs.vigilance import signals as gather
    from ews.jobs.vigilance import signals_page

    site = site_of(context)
    first, last = _period(site, since, until)
    found = gather(site, first, last)
    if out is not None:
        write_file(out, signals_page(site, found, first, last))
    rows = [
        {
            "case": one.case,
            "provider": one.subject,
            "name": one.name,
            "stage": one.stage,
            "first_signal_on": one.first_signal_on.isoformat() if one.first_signal_on else None,
            "decision": one.decision,
            "decided_on": one.decided_on.isoformat() if one.decided_on else None,
            "sent_on": one.sent_on.isoformat() if one.sent_on else None,
        }
        for one in found
    ]
    lines = [f"{one.case}  {one.name}  trede {one.stage}  EWS-melding: {one.decision}" for one in found]
    emit(
        as_json,
        {"since": first.isoformat(), "until": last.isoformat(), "signals": rows},
        "\n".join(lines) or "Geen.",
    )
