"""The past as a walk needs it, read once: versions, extracts, dates to stop at, and what became of whom."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection

from ews.errors import FileRefusedError, RefusedError
from ews.identifiers import normalise, parse_subject
from ews.jobs.run import OFFICE_ZONE, end_of_day
from ews.scoring.features import figures_needed
from ews.scoring.outcomes import Exit, Outcome
from ews.scoring.timeline import Timeline
from ews.settings.load import Settings
from ews.store.history import PERIODS_BACK
from ews.store.timeline import seen_until, versions_until

_SUBJECT_COLUMNS = {"subject": "cs", "service_id": "cs", "provider": "cs", "kvk": "kvk"}
"""Name of the column -> the scheme of a number without one."""


@dataclass(frozen=True, slots=True)
class Past:
    """Everything known until the end of a walk, sliced in memory at each of its dates."""

    versions: pd.DataFrame
    seen: pd.DataFrame
    """subject, source, seen_at: every statement, also of sources without extracts."""
    timeline: Timeline
    state_sources: frozenset[str]
    dates: tuple[date, ...]
    """The dates of the walk, oldest first."""
    earlier: tuple[date, ...]
    """Extract dates before it, from which trajectories are read."""

    def seen_at(self, moment: datetime) -> pd.DataFrame:
        """When each source last stated each subject, as known at a moment."""
        known = self.seen[self.seen["seen_at"] <= moment]
        return known.groupby(["subject", "source"], as_index=False, sort=True)["seen_at"].max()


def read_past(connection: Connection, settings: Settings, *, since: date, until: date) -> Past:
    """Two reads of the store. Raises RefusedError when nothing was known in the period."""
    end = end_of_day(until)
    figures = figures_needed(settings.indicators.values()) | panel_figures(settings)
    versions = versions_until(connection, end, figures=figures)
    seen = seen_until(connection, end)
    states = frozenset(name for name, source in settings.sources.items() if source.figures == "state")
    extracts = extract_dates(seen[seen["source"].isin(states)])
    dates = walk_dates(extracts, since=since, until=until)
    if versions.empty or not dates:
        raise RefusedError(
            f"Tussen {since} en {until} is hier niets bekend om op terug te kijken. "
            "Neem eerst de bestanden in met: ews ingest MAP"
        )
    return Past(
        versions=versions,
        seen=seen,
        timeline=Timeline(versions, periods_back=PERIODS_BACK),
        state_sources=states,
        dates=tuple(dates),
        earlier=tuple(day for day in extracts if day < dates[0]),
    )


def panel_figures(settings: Settings) -> frozenset[str]:
    """Names of the figures that models look at, as the store knows them."""
    return frozenset(figure.partition("[")[0] for figure in settings.model.panel.figures())


def extract_dates(seen: pd.DataFrame) -> list[date]:
    """Office days on which a register was published, oldest first."""
    moments = seen["seen_at"].drop_duplicates()
    return sorted({moment.astimezone(OFFICE_ZONE).date() for moment in moments})


def walk_dates(extracts: Sequence[date], *, since: date, until: date) -> list[date]:
    """Per quarter the last extract in the period; ends of quarters where registers came otherwise."""
    inside = [day for day in extracts if since <= day <= until]
    last = {(day.year, (day.month - 1) // 3): day for day in inside}
    return sorted(last.values())


def read_outcomes(path: Path) -> list[Exit]:
    """Exits from a CSV with columns subject (or service_id, kvk), last_seen and kind; `none` is no exit.

    Raises FileRefusedError that names the file, the line and what to do.
    """
    if not path.is_file():
        raise FileRefusedError(f"Het bestand met uitkomsten {path} bestaat niet. Geef het pad na --outcomes.")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        column = next((name for name in _SUBJECT_COLUMNS if name in (reader.fieldnames or [])), None)
        if column is None or not {"last_seen", "kind"} <= set(reader.fieldnames or []):
            raise FileRefusedError(
                f"{path}: de kolommen subject (of service_id, kvk), last_seen en kind ontbreken. "
                "Zet ze in de eerste regel."
            )
        return [_exit(path, reader.line_num, column, row) for row in reader if row["kind"] != Outcome.NONE]


def _exit(path: Path, line: int, column: str, row: dict[str, str]) -> Exit:
    subject = row[column]
    try:
        identifier = subject if ":" in subject else normalise(_SUBJECT_COLUMNS[column], subject)
        return Exit(
            subject=str(parse_subject(identifier or subject)),
            left_on=date.fromisoformat(row["last_seen"]),
            outcome=Outcome(row["kind"]),
        )
    except ValueError as error:
        kinds = ", ".join(outcome for outcome in Outcome if outcome is not Outcome.NONE)
        raise FileRefusedError(
            f"{path}, regel {line}: {error}. Verwacht: een nummer (cs:…, kvk:…), een datum JJJJ-MM-DD "
            f"en een van {kinds}."
        ) from None


def followed_until(exits: Sequence[Exit], seen: pd.DataFrame) -> date:
    """The last day of which the outcomes can tell: the last exit or the last extract, whichever is later."""
    last: datetime = seen["seen_at"].max()
    return max([last.astimezone(OFFICE_ZONE).date(), *(found.left_on for found in exits)])
