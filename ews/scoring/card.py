"""The scorecard as it stands in config/scorecard/<valid_from>.toml: lines, bins, tripwires, what was heard, cut-offs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from ews.scoring.model import Horizon, Level
from ews.signals.soft import Reliability

FORBID: dict[str, str] = {"extra": "forbid"}
Kind = Literal["provider", "location"]


class Judged(StrEnum):
    """What of an indicator a line looks at."""

    VALUE = "value"
    CHANGE_LAST = "change_last"
    """Against the period before (a quarter before, for a state)."""
    CHANGE_YEAR = "change_year"
    """Against a year before."""
    DECLINES = "declines"
    """How many periods in a row it got worse, at most 3."""
    BEYOND_NORM = "beyond_norm"
    """In how many of the last 3 periods it broke the norm."""
    SLOPE = "slope"
    """How much it changes per period, the straight line through the last 4 to 8 periods without a gap."""
    PEERS = "peers"
    """Share of comparable subjects that do strictly better, 0-1."""


@dataclass(frozen=True, slots=True)
class Bin:
    """One step. `below`: up to, not including, this bound; without it: all that is left. `words`: of a text."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    points: int
    reason: str = ""
    """Dutch; may hold {value}, {previous}, {change}, {norm}, {share}. Empty only without points."""
    below: float | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StateBin:
    """Points for a figure that is missing or stale."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    points: int
    reason: str


NO_POINTS = StateBin(0, "")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the card: an indicator, judged one way, in bins from low to high."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    id: str
    indicator: str
    bins: tuple[Bin, ...]
    horizons: tuple[Horizon, ...]
    judged: Judged = Judged.VALUE
    relative: bool = False
    """Changes as a share of what it was before."""
    missing: StateBin = NO_POINTS
    late: StateBin = NO_POINTS
    """Its source did not come in time. A late figure keeps the points of its last value when those are more."""
    refused: StateBin = NO_POINTS
    """Its source's newest delivery is held, or lost the column."""
    stale: StateBin = NO_POINTS
    """A stale figure keeps the points of its last value when those are more."""
    norm: str = ""
    """Id of the indicator's norm that the reason quotes."""
    subjects: tuple[Kind, ...] = ("provider", "location")
    sectors: tuple[str, ...] = ()
    counts: bool = True
    """Whether its indicator is expected, and so counts in the coverage."""


@dataclass(frozen=True, slots=True)
class Tripwire:
    """What bypasses the sum: an event, or a word of a text, with points that reach `level` by themselves."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    id: str
    level: Level
    points: int
    horizons: tuple[Horizon, ...]
    reason: str
    """Dutch; may hold {date} and {name}."""
    event: str = ""
    indicator: str = ""
    words: tuple[str, ...] = ()
    scope: Literal["own", "locations", "concern"] = "own"
    """`locations`: of a location, told at its provider; `concern`: of a sibling in the concern."""
    ended_by: tuple[str, ...] = ()
    """Kinds of event with the same key that end it."""
    valid_days: int = 365
    """How long after it happened, unless it has an end."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A kind of soft signal: points by how reliable its source is, from the day it was heard until it expires."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    kind: str
    """Id of a kind of config/signals.toml."""
    points: Mapping[Reliability, int]
    horizons: tuple[Horizon, ...]
    reason: str
    """Dutch, what was heard; date, reliability and end are put behind it."""

    @property
    def id(self) -> str:
        """Its name among the lines of the card, and of the event that it looks at."""
        return f"zacht_{self.kind}"


@dataclass(frozen=True, slots=True)
class CutOff:
    """From how many points a level is raised, and below how many it may be cleared."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    level: Level
    raise_at: int
    clear_below: int


@dataclass(frozen=True, slots=True)
class Card:
    """One scorecard for subjects of some schemes."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    id: str
    name: str
    schemes: tuple[str, ...]
    lines: tuple[Line, ...]
    tripwires: tuple[Tripwire, ...]
    cutoffs: tuple[CutOff, ...]
    minimum_coverage: float
    """Below this share of expected signals the level is unknown, unless what is there already raises it."""
    confidence_high: float
    confidence_medium: float
    peers_minimum: int
    """Fewer comparable subjects than this: not judged against peers."""
    size: str
    """Indicator by which comparable means comparable in size, in classes that `size_bounds` part."""
    size_bounds: tuple[float, ...]
    priority: Mapping[Level, int]
    """Weight of each level beside the clients with nowhere to go, while no probability may be used."""
    heard: tuple[Heard, ...] = ()
    left_after_days: int = 400
    """Not seen in any source for so long: left, and no longer assessed."""

    def cutoff(self, level: Level) -> CutOff:
        """The cut-off of an alerting level."""
        return next(cutoff for cutoff in self.cutoffs if cutoff.level is level)

    def level_of(self, points: int) -> Level:
        """The highest level whose raise threshold is reached."""
        reached = [cutoff.level for cutoff in self.cutoffs if points >= cutoff.raise_at]
        return max(reached, key=lambda level: level.rank, default=Level.LOW)


@dataclass(frozen=True, slots=True)
class CardFile:
    """One file: all cards that hold from a date on."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    valid_from: date
    card: tuple[Card, ...]


def cards_on(files: Mapping[str, CardFile], day: date) -> CardFile:
    """The cards in force on a day; before the first version, the first version."""
    versions = sorted(files.values(), key=lambda file: file.valid_from)
    held = [file for file in versions if file.valid_from <= day]
    return held[-1] if held else versions[0]
