"""What is read from sources: observations, events and rejections."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

Value = int | float | str | None
"""int for counts and eurocents, float for ratios and other reals, str for text; None: seen to be empty."""


class Unit(StrEnum):
    COUNT = "count"
    EUROCENT = "eurocent"
    RATIO = "ratio"
    """0-1"""
    NUMBER = "number"
    """A real without a fixed scale: hours, fte, years, a DSCR, a grade."""
    TEXT = "text"
    DATE = "date"
    """ISO text, `YYYY-MM-DD`."""


@dataclass(frozen=True, slots=True)
class Period:
    """What a figure is about. A state (a grade, a number of places) has no start."""

    start: date | None
    end: date


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure or text about one subject, as one delivery stated it; never changed, only superseded."""

    subject: str
    indicator: str
    period: Period
    value: Value
    known_at: datetime
    source: str
    delivery: int
    row: int
    dimensions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a subject on a date."""

    subject: str
    kind: str
    occurred_on: date
    known_at: datetime
    key: str
    """What makes it the same event when it is heard twice, for example the insolvency number."""
    detail: str
    source: str
    delivery: int
    row: int
    ended_on: date | None = None


class RejectionReason(StrEnum):
    UNREADABLE_NUMBER = "unreadable_number"
    UNREADABLE_DATE = "unreadable_date"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_VALUE = "unknown_value"
    MISSING_KEY = "missing_key"
    BAD_KEY = "bad_key"
    DUPLICATE_KEY = "duplicate_key"
    PLACEHOLDER = "placeholder"
    """The supplier wrote `X` or the like where a value belongs."""
    IMPLAUSIBLE = "implausible"
    RAGGED_ROW = "ragged_row"
    """More or fewer cells than the header."""
    MISSING_COLUMN = "missing_column"
    BSN = "bsn"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A cell or a row that could not be read. `column` is empty for a whole row."""

    row: int
    column: str
    value: str
    """As it stood in the file, at most 200 characters; a BSN is masked."""
    reason: RejectionReason
    remedy: str
    """Dutch, for the supplier."""
