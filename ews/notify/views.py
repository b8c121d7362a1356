"""What a template is given: everything a message says, already in words and numbers, nothing to look up."""

from dataclasses import dataclass
from datetime import date, datetime

from ews.alerts.model import ChangeReason
from ews.scoring.model import Level


@dataclass(frozen=True, slots=True)
class ProviderView:
    """Whom it is about. Counts are None while the register does not know them."""

    name: str
    sector: str = ""
    region: str = ""
    clients: int | None = None
    nowhere_to_go: int | None = None
    profiles: tuple[str, ...] = ()
    """Care profiles of the clients without an alternative."""


@dataclass(frozen=True, slots=True)
class AskView:
    """One thing we ask of the reader."""

    text: str
    link: str = ""
    link_text: str = ""


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One line of the sum."""

    points: int
    text: str
    origin: str = ""
    """Source, moment it was known, row."""


@dataclass(frozen=True, slots=True)
class SumView:
    """The largest reasons, what the others add, and the total they make."""

    reasons: tuple[ReasonView, ...]
    other_count: int
    other_points: int
    total: int
    threshold: str = ""
    """`hoog vanaf 45`."""
    without_largest: str = ""
    """What the total and level would be without the largest reason."""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    on: date
    points: int
    level: Level


@dataclass(frozen=True, slots=True)
class TrendView:
    """Points over time with the thresholds they are held against."""

    points: tuple[TrendPoint, ...]
    thresholds: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class ReaderView:
    """Why this reader gets it, and what happens when nobody reacts."""

    why: str
    escalation: str = ""
    earlier: tuple[date, ...] = ()
    sees_amounts: bool = True
    link_only: bool = False


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert, its repetition or its end."""

    number: str
    """Case number, or the alert's own while there is no case."""
    is_case: bool
    office: str
    change: ChangeReason
    level: Level
    before: Level
    since: date
    before_since: date | None
    today: date
    provider: ProviderView
    asks: tuple[AskView, ...]
    not_done: tuple[str, ...]
    """What was asked before and has not been done: the heart of a repeated message."""
    sum: SumView
    confidence: str
    breadth: str
    remedy: str
    trend: TrendView | None
    case_url: str
    reader: ReaderView
    fictitious: bool = False
    degraded: bool = False
    """Rendered without what could not be put into words: open the case for the rest."""


@dataclass(frozen=True, slots=True)
class SystemView:
    """Trouble with the system itself, for who keeps it going."""

    topic: str
    """`vastgehouden bestand`, `relay`, `taak mislukt` …"""
    what: str
    consequence: str
    actions: tuple[str, ...]
    details: tuple[str, ...]
    office: str
    at: datetime
    fictitious: bool = False
    subject: str = "EWS systeem"
    why: str = ""
    """Why this reader gets it; empty: as who keeps the system going."""


@dataclass(frozen=True, slots=True)
class StormLine:
    number: str
    level: Level
    before: Level
    name: str
    region: str
    clients: int | None
    reason: str
    url: str
    answer: str = ""
    """The reader's own link to confirm receipt; empty where nothing is asked."""


@dataclass(frozen=True, slots=True)
class StormView:
    """So many changes at once that single messages would bury each other: one list, complete."""

    lines: tuple[StormLine, ...]
    single: int
    """How many of this run were sent one by one before the list began."""
    office: str
    at: datetime
    cause: str
    url: str
    reader: ReaderView
    fictitious: bool = False
