"""Proof of vigilance: per week what came in, which level stood, who looked and what was decided. Gaps are shown."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date

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


WEEKLY = 26
"""A longer period than this many weeks is told by month, so that it stays one page."""
COLUMNS = ("Week van", "Gegevens ontvangen", "Niveau", "Wie keek of handelde", "Besloten of vastgelegd")
CAPTION = "Wat wij wanneer wisten, naar het moment van vastleggen"


def page_table(found: Sequence[Week]) -> Table:
    """By week, or by month for a long period; how many weeks were empty is said either way."""
    if len(found) <= WEEKLY:
        return table(found)
    months: dict[tuple[int, int], list[Week]] = {}
    for week in found:
        months.setdefault((week.begins_on.year, week.begins_on.month), []).append(week)
    return Table(CAPTION, ("Maand", *COLUMNS[1:]), tuple(_month(weeks) for weeks in months.values()))


def _month(found: Sequence[Week]) -> tuple[str, ...]:
    empty = sum(week.is_gap for week in found)
    gaps = f"; {empty} van {len(found)} weken leeg" if empty else ""
    levels = list(dict.fromkeys(week.level for week in found if week.level))
    return (
        format_date(found[0].begins_on, "LLLL y", locale="nl"),
        f"{_told(week.data for week in found) or 'niets ontvangen'}{gaps}",
        ", dan ".join(levels) or "nog niet beoordeeld",
        _told(week.looked for week in found) or "niemand",
        _told(week.decided for week in found) or "–",
    )


def _told(parts: Iterable[Sequence[str]]) -> str:
    """Each thing once, with how often."""
    counted = Counter(one for part in parts for one in part)
    return listed([f"{one} ({many}×)" if many > 1 else one for one, many in counted.items()])


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
    return Table(CAPTION, COLUMNS, tuple(rows))


def _quiet(run: Sequence[Week]) -> tuple[str, ...]:
    span = short_date(run[0].begins_on)
    if len(run) > 1:
        span = f"{span} t/m {short_date(run[-1].begins_on)}"
    told = f"leemte van {len(run)} {'week' if len(run) == 1 else 'weken'}: niets ontvangen"
    return (span, told, run[-1].level or "nog niet beoordeeld", "niemand", "–")
