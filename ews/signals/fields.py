"""The columns of a contract: how each is found, and what its cells mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Literal

from ews.signals.model import Unit

STRICT: dict[str, str] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnName:
    """How a column is found: by its name or an alias, blanks, case and punctuation aside."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    column: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which the column is known."""
        return tuple(name for name in (self.column, *self.aliases) if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectColumn(ColumnName):
    """A key column that says who a row is about. Its column gone: the file is held. A bad cell: the row is rejected."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    scheme: Literal["kvk", "vestiging", "agb", "sp", "cs", "branche", "zorgregio"]
    optional: bool = False
    """Location only: an empty cell (or no such column) means that the row is about the provider."""
    minimum_digits: int = 1
    """Location only: a number with fewer digits, leading zeros aside, is a sequence number of the supplier."""
    unidentified: str = ""
    """Location only: the column whose text becomes dimension `locatie` of the *provider* when the location's
    number is no identifier. Empty: such a row is rejected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateColumn(ColumnName):
    """A column with a date. `formats` are strptime formats; `excel` is a serial day number. Tried in order."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    formats: tuple[str, ...] = ("%Y-%m-%d",)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodColumns:
    """What the figures are about, for `figures = "period"`. Key columns: gone, the file is held.

    Either `end` (with `start` when there is one), or `label`: one cell such as 2025, 2025-Q3, Q3 2025, 2025K3,
    2025-11 or 2025-W47, or `year` with `quarter` or `month` beside it.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    start: DateColumn | None = None
    end: DateColumn | None = None
    label: ColumnName | None = None
    year: ColumnName | None = None
    quarter: ColumnName | None = None
    month: ColumnName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionColumn(ColumnName):
    """A key column that splits figures: care profile, delivery form. `values` maps cells to canonical text."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    id: str
    values: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False
    """True: a cell that is not in `values` rejects the row. False: it is kept as it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(ColumnName):
    """One figure column (wide) or one indicator code (long) and the observation that it becomes.

    Its column gone without a known alias, inside `valid_from`..`valid_to`: the indicator is *refused* for this
    delivery, named and counted as missing; `optional = true` says that it may be absent without a word.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    id: str
    """Name of the entry. Several entries may feed one indicator (see `indicator`)."""
    indicator: str = ""
    """Name under which it is stored; empty: the id."""
    patterns: tuple[str, ...] = ()
    """Regular expressions on the whole header, for families of columns. Group `fy` (1920: April 2019 to March
    2020, see `fiscal_year_starts`) or `year` (2019 or 19) gives the period; other named groups are dimensions."""
    codes: tuple[str, ...] = ()
    """Long layout: the indicator codes that stand for this figure."""
    unit: Unit
    percent: bool = False
    """Ratio written as a percentage: 12,5 or 12,5% is 0.125."""
    scale: int = 1
    """Amounts in thousands: 1000. Eurocents are made from euros without a scale."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Cell -> what to read instead (case and outer blanks aside): Yes = "ja", LOW = "laag", True = "1"."""
    closed: bool = False
    """Text: a cell outside `values` is rejected as unknown."""
    formats: tuple[str, ...] = ("%Y-%m-%d",)
    """Dates: strptime formats, or `excel` for a serial day number. Tried in order."""
    empty: tuple[str, ...] = ()
    """Cells that mean *nothing* for this figure, beside those of the contract: 0.0 places, the month 1900_1."""
    adds: bool = False
    """Each delivery tells of its own cases: what it counts comes on top of what was counted of the same period."""
    blank_means_gone: bool = False
    """A column without one value is a column that is gone, not a figure that was seen to be empty everywhere."""
    minimum: float | None = None
    maximum: float | None = None
    """Bounds after percent and scale; outside: the cell is rejected."""
    of: Literal["subject", "provider"] = "subject"
    """`provider`: the fact belongs to the provider of the row's location (name, legal form)."""
    by: tuple[str, ...] = ()
    """Which dimension columns of the contract apply."""
    dimensions: Mapping[str, str] = field(default_factory=dict)
    """Fixed dimensions, for example leveringsvorm = "verblijf"."""
    about: Literal["period", "state"] = "period"
    """In a period source: `state` for an attribute (a name) that holds since the delivery instead."""
    plausibility: Literal["history", "size", "none", "by_unit"] = "by_unit"
    """Held against its own past: `history` for balances (20 times, sign, a copied year), `size` for flows that may
    change sign (20 times larger), `none`. By unit: amounts as `history`, all else not."""
    optional: bool = False
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def name(self) -> str:
        """The indicator's name in the store."""
        return self.indicator or self.id

    @property
    def held_against(self) -> str:
        """`history`, `size` or `none`, the unit's own rule filled in."""
        if self.plausibility != "by_unit":
            return self.plausibility
        return "history" if self.unit is Unit.EUROCENT else "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddsUp:
    """What amounts of one row make of each other. Where they don't, all of them are held apart."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    total: str
    parts: tuple[str, ...]
    """Names of indicators."""
    rule: Literal["equal", "at_most"]
    size: bool = False
    """`at_most` without regard to sign: a result, or a loss, is never beyond the income."""
    tolerance: float = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Population(ColumnName):
    """Which rows count: a row whose cell is not in `values` (case aside) is out of scope."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    values: tuple[str, ...] = ()
    pattern: str = ""
    """Instead of values: a regular expression on the cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(ColumnName):
    """Rows are spread over sheets (or tables below each other in one CSV) and joined on this column.

    Its figures count only inside their `valid_from`..`valid_to`, held against the last day of the year in the file's
    name: another year may use the same code for something else.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    year_column: str
    """Name under which the year in the file's name (group `year`) is a column of the joined table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowMatch(ColumnName):
    """A row whose cell matches the regular expression."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventColumns:
    """Layout `events`: what happened, when, and what makes it the same event when it is heard twice."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    kind: ColumnName | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    """Cell of `kind` -> event kind (case aside). A cell outside it is out of scope."""
    patterns: Mapping[str, str] = field(default_factory=dict)
    """Regular expression on the cell of `kind` -> event kind, in the order given, after `kinds`."""
    fixed_kind: str = ""
    date: DateColumn
    end: DateColumn | None = None
    key: tuple[str, ...] = ()
    """Columns whose texts make the event's key; none: kind and date alone."""
    detail: Mapping[str, str] = field(default_factory=dict)
    """Name in the event's detail -> column."""
