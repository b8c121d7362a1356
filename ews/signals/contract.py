"""The contract of a source: what its files look like and what every column means.

One file `config/sources/<source>.toml` per source. Reading by contract needs no code per source; a form that a
contract can't say (nested JSON, XML, loose cells) gets a connector, `ews/signals/connectors/<connector>.py`,
which turns bytes into a table of text that a contract then reads. docs/bronnen.md shows the format by example.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from ews.signals.fetching import Fetch
from ews.signals.fields import (
    STRICT,
    AddsUp,
    ColumnName,
    DimensionColumn,
    EventColumns,
    Figure,
    Joined,
    PeriodColumns,
    Population,
    RowMatch,
    SubjectColumn,
)
from ews.signals.mapping import MappingRules

_NOT_ABOUT_READING = frozenset(
    {"title", "supplier", "cadence", "purpose", "verified", "file_patterns", "fetch", "mapping"}
)


class Layout(StrEnum):
    WIDE = "wide"
    """A row is a subject (and perhaps a period), its figures stand in columns."""
    LONG = "long"
    """A row is subject × indicator code × value."""
    EVENTS = "events"
    """A row is something that happened."""
    PROPOSALS = "proposals"
    """A row is an item of a feed: what it means, and about whom, a person decides."""


class Form(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"
    JSON = "json"
    XML = "xml"


class Every(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    NONE = "none"
    """Comes when it comes: silence says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """How often a delivery is due and how long it may be late. `must_change`: the same bytes again are stale."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    every: Every
    grace_days: int = 0
    must_change: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """Why these data may be held, and whom they may reach."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    legal_ground: str
    use: str
    recipients: tuple[str, ...] = ("zorgkantoor",)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceContract:
    """All that is agreed about one source. Columns are found by name, never by position."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    name: str
    """The file's stem."""
    title: str
    supplier: str
    layout: Layout
    form: Form
    figures: Literal["state", "period"] = "period"
    """`state`: an extract of how things stand, about the day of the extract. `period`: each row names its period."""
    connector: str = ""
    encodings: tuple[str, ...] = ("utf-8-sig",)
    """Tried in order, strictly; a file that fits none is refused."""
    delimiter: str = ","
    decimal: Literal["point", "comma"] = "comma"
    """The one locale of this source: `point` 1,234.5 and `comma` 1.234,5. Nothing is guessed."""
    sheets: tuple[str, ...] = ()
    """Regular expressions on sheet names; none: every sheet that isn't empty."""
    header_row: int = 1
    joined: Joined | None = None
    mapping: MappingRules | None = None
    """How `ews source map` finds the columns of a file that names them by code, by what their labels say."""
    empty: tuple[str, ...] = ("", "NULL")
    """Cells that say that there is nothing (case and outer blanks aside): seen to be empty."""
    placeholders: tuple[str, ...] = ()
    """Cells that stand where a value belongs and are none (`X`): rejected."""
    file_patterns: tuple[str, ...] = ()
    """Regular expressions on the file name, case aside. A group `date` (2021-03-22 or 20210322) dates the file,
    a group `year` says which year it is about."""
    history: bool = False
    """True: a file could be known since the date in its name (*verklaard*), not since its receipt."""
    provider: SubjectColumn | None = None
    location: SubjectColumn | None = None
    provider_when: tuple[RowMatch, ...] = ()
    """Rows that are about the provider although they name a location (concern rows)."""
    period: PeriodColumns | None = None
    indicator: ColumnName | None = None
    """Long layout: the column with the indicator code."""
    value: ColumnName | None = None
    """Long layout: the column with the value."""
    not_applicable: RowMatch | None = None
    """Long layout: rows in which the supplier says that the figure does not apply: seen to be empty."""
    dimension: tuple[DimensionColumn, ...] = ()
    figure: tuple[Figure, ...] = ()
    adds_up: tuple[AddsUp, ...] = ()
    event: EventColumns | None = None
    population: Population | None = None
    complete: bool = False
    """True: a list of everybody. Who no longer stands in it has left it: their counts no longer hold."""
    known_subjects_only: bool = False
    """True: rows about a subject that no other source has named are out of scope (public registers)."""
    ignored: tuple[str, ...] = ()
    """Columns that are known and deliberately not read: not reported as unknown. Regular expressions on the header."""
    fiscal_year_starts: int = 1
    """Month in which the year of a `fy` group starts."""
    tolerance: float = 0.02
    """More rows with a rejected key or figure than this share: the file is held."""
    may_hold_persons: bool = False
    """True: free text and undeclared columns are searched for citizen service numbers (BSN)."""
    personal: Literal["none", "aggregate_only"] = "none"
    """`aggregate_only`: the bytes are never kept, only the aggregate and the hash (iWlz)."""
    cadence: Cadence
    fetch: Fetch | None = None
    """How it is fetched; None: it comes as a file."""
    purpose: Purpose
    verified: bool = False
    """Whether this contract has met a real file; otherwise *niet aan een echt bestand getoetst*."""
    max_rows: int = 0
    max_bytes: int = 0
    max_unpacked_bytes: int = 0
    max_seconds: int = 0
    """Own limits of this source; 0: those of settings.toml."""

    @property
    def held_against(self) -> dict[str, str]:
        """Indicators that are held against their own past, with how: `history` or `size`."""
        rules = {figure.name: figure.held_against for figure in self.figure}
        return {name: rule for name, rule in rules.items() if rule != "none"}

    @property
    def reading(self) -> str:
        """Hash of all that decides how a file is read: bytes that gave trouble are read again when it changes."""
        told = {key: value for key, value in asdict(self).items() if key not in _NOT_ABOUT_READING}
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()

    def file_date(self, file_name: str) -> date | None:
        """The date in the file's name, or None when no pattern with a `date` group matches."""
        found = self._in_name(file_name, "date")
        return _iso(found) if found else None

    def day_about(self, file_name: str) -> date | None:
        """The last day of the year in the file's name, else the date in it; None when it has neither."""
        year = self._in_name(file_name, "year")
        return date(int(year), 12, 31) if year else self.file_date(file_name)

    def _in_name(self, file_name: str, group: str) -> str | None:
        for pattern in self.file_patterns:
            found = re.search(pattern, file_name, re.IGNORECASE)
            if found and found.groupdict().get(group):
                return str(found[group])
        return None

    def claims(self, file_name: str) -> bool:
        """Whether the file's name is one of this source's."""
        return any(re.search(pattern, file_name, re.IGNORECASE) for pattern in self.file_patterns)


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
