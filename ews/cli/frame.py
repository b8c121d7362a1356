"""What every command shares: the site it works on, who acts, and one way to print."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ews.errors import RefusedError
from ews.jobs.run import OFFICE_ZONE, Context, end_of_day, open_site

Json = Annotated[bool, typer.Option("--json", help="Eén JSON-document op standaarduitvoer.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Peildatum JJJJ-MM-DD: wat toen bekend was.")]


@dataclass(frozen=True, slots=True)
class Globals:
    """The options before the command."""

    site: Path
    user: str | None
    now: datetime | None


def site_of(context: typer.Context) -> Context:
    """The open site that a command works on."""
    chosen: Globals = context.obj
    return open_site(chosen.site, user=chosen.user, now=chosen.now)


def emit(as_json: bool, document: Any, text: str) -> None:
    """Print the one JSON document, or the text for people."""
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2, sort_keys=False))
    else:
        typer.echo(text)


def moment(given: str | None, *, name: str = "--now") -> datetime | None:
    """An aware moment from `2026-11-22T06:00+01:00` or a date; without a zone it is office time."""
    if given is None:
        return None
    try:
        parsed = datetime.fromisoformat(given)
    except ValueError:
        raise RefusedError(
            f"{name} '{given}' is geen moment. Schrijf 2026-11-22 of 2026-11-22T06:00."
        ) from None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=OFFICE_ZONE)).astimezone(UTC)


def day(given: str, *, name: str) -> date:
    """A date as `JJJJ-MM-DD`."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise RefusedError(f"{name} '{given}' is geen datum. Schrijf JJJJ-MM-DD.") from None


def as_of_moment(given: str | None, now: datetime) -> datetime:
    """The end of the given office day, or now."""
    return end_of_day(day(given, name="--as-of")) if given else now
