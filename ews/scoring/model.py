"""Assessments: a level per horizon, and the reasons whose points sum to the total."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Level(StrEnum):
    """How near discontinuity is. `UNKNOWN` is a level of its own and never lowers a held one."""

    UNKNOWN = "unknown"
    LOW = "low"
    ELEVATED = "elevated"
    HIGH = "high"
    ACUTE = "acute"

    @property
    def rank(self) -> int:
        """0 for unknown to 4 for acute; compare levels only through this."""
        return _RANK[self]


_RANK = {level: place for place, level in enumerate(Level)}


class Horizon(StrEnum):
    SHORT = "short"
    """< 3 months"""
    MEDIUM = "medium"
    """3-12 months"""
    LONG = "long"
    """12-36 months"""


class ReasonKind(StrEnum):
    VALUE = "value"
    CHANGE = "change"
    PEERS = "peers"
    MISSING = "missing"
    STALE = "stale"
    REFUSED = "refused"
    LATE = "late"
    SOFT = "soft"
    """What an officer heard: counts until it expires."""
    TRIPWIRE = "tripwire"


Part = tuple[str, str, int]
"""Indicator, kind and points of a reason."""
ABSENT = frozenset({ReasonKind.MISSING, ReasonKind.STALE, ReasonKind.REFUSED, ReasonKind.LATE})
"""Reasons that say that a figure is not there, and nothing about the provider itself."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Where a figure came from, down to the row of a file."""

    delivery: int
    source: str
    row: int
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of the sum: which signal, judged how, for how many points."""

    indicator: str
    kind: ReasonKind
    points: int
    horizons: tuple[Horizon, ...]
    value: float | str | None
    norm: str
    """The bound of the bin it fell in, as people read it; empty for a tripwire."""
    period: str
    text: str
    """One Dutch sentence."""
    observations: tuple[SourceRow, ...]


class Confidence(StrEnum):
    """How much of what the scorecard expects was there and fresh."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules say of one subject at one moment, without the reasons: as much as a list shows."""

    subject: str
    as_of: datetime
    level: Level
    points: int
    probability: float | None
    confidence: Confidence
    coverage: float


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules say of one subject at one moment. Points of `reasons` sum to `points`."""

    subject: str
    as_of: datetime
    level: Level
    horizons: dict[Horizon, Level]
    horizon_points: dict[Horizon, int]
    points: int
    probability: float | None
    reasons: tuple[Reason, ...]
    confidence: Confidence
    coverage: float
    """Share of the expected signals that were present and fresh, 0-1."""
    versions: dict[str, str]
    """`scorecard`, `config`, `engine`: what it can be rebuilt with."""
    remedy: str | None = field(default=None, compare=False)
    """What would bring the level down, in Dutch; empty where nothing has to. None: not worked out."""

    def standing(self) -> Standing:
        """Where the subject stands, without why."""
        return Standing(
            self.subject,
            self.as_of,
            self.level,
            self.points,
            self.probability,
            self.confidence,
            self.coverage,
        )

    def parts(self) -> Counter[Part]:
        """What its sum is made of."""
        return Counter((reason.indicator, reason.kind.value, reason.points) for reason in self.reasons)
