"""Proof of vigilance: per week what came in, which level stood, who looked and what was decided. Gaps are shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ews.dossier.model import Table
from ews.dossier.words import listed, short_date


@dataclass(frozen=True, slots=True)
class Dated:
    """Something on the record, on the office day it was recorded."""

    on: date
    what: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """One week of a provider, as it was on the record then."""

    begins_on: date
    data: tuple[str, ...]
    level: str
    """Level at the end of the week; empty before the first assessment."""
    looked: tuple[str, ...]
    decided: tuple[str, ...]

    @property
    def is_gap(self) -> bool:
        """Nothing came in, and nobody looked or decided."""
        return not (self.data or self.looked or self.decided)


def weeks(
    since: date,
    until: date,
    *,
    data: Sequence[Dated],
    levels: Sequence[Dated],
    looked: Sequence[Dated],
    decided: Sequence[Dated],
) -> tuple[Week, ...]:
    """Every week from Monday to Sunday between two days, the quiet ones too."""
    found = []
    monday = since - timedelta(days=since.weekday())
    while monday <= until:
        sunday = monday + timedelta(days=6)
        standing = [one.what for one in levels if one.on <= sunday]
        found.append(
            Week(
                begins_on=monday,
                data=_in(data, monday, sunday),
                level=standing[-1] if standing else "",
                looked=_in(looked, monday, sunday),
                decided=_in(decided, monday, sunday),
            )
        )
        monday += timedelta(days=7)
    return tuple(found)


def _in(recorded: Iterable[Dated], first: date, last: date) -> tuple[str, ...]:
    told = (f"{one.what}{f' ({one.by})' if one.by else ''}" for one in recorded if first <= one.on <= last)
    return tuple(dict.fromkeys(told))


def table(found: Sequence[Week]) -> Table:
    """One row a week; runs of weeks without anything become one row that says so."""
    rows: list[tuple[str, ...]] = []
    quiet: list[Week] = []
    for week in (*found, None):
        if week is not None and week.is_gap:
            quiet.append(week)
            continue
        if quiet:
            rows.append(_quiet(quiet))
            quiet = []
        if week is not None:
            rows.append(
                (
                    short_date(week.begins_on),
                    listed(week.data) or "niets ontvangen",
                    week.level or "nog niet beoordeeld",
                    listed(week.looked) or "niemand",
                    listed(week.decided) or "–",
                )
            )
    columns = ("Week van", "Gegevens ontvangen", "Niveau", "Wie keek of handelde", "Besloten of vastgelegd")
    return Table("Wat wij wanneer wisten, naar het moment van vastleggen", columns, tuple(rows))


def _quiet(run: Sequence[Week]) -> tuple[str, ...]:
    span = short_date(run[0].begins_on)
    if len(run) > 1:
        span = f"{span} t/m {short_date(run[-1].begins_on)}"
    told = f"leemte van {len(run)} {'week' if len(run) == 1 else 'weken'}: niets ontvangen"
    return (span, told, run[-1].level or "nog niet beoordeeld", "niemand", "–")
