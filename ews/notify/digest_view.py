"""The weekly digest as its templates are given it."""

from dataclasses import dataclass

from ews.scoring.model import Level


@dataclass(frozen=True, slots=True)
class ChangedLine:
    number: str
    url: str
    name: str
    level: Level
    before: Level
    because: str
    """Largest reason of the assessment that changed it."""
    region: str = ""

    @property
    def is_up(self) -> bool:
        return self.level.rank > self.before.rank


@dataclass(frozen=True, slots=True)
class LateLine:
    """Something that should have been done, and by whom."""

    number: str
    url: str
    what: str
    days: int
    owner: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class ClockLine:
    number: str
    url: str
    text: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class NowhereLine:
    """Clients without a place elsewhere if this provider stops."""

    name: str
    region: str
    clients: int
    nowhere: int
    profiles: tuple[str, ...]
    free: int
    level: Level


@dataclass(frozen=True, slots=True)
class HeatRow:
    """How many providers of one region and sector stand at each level."""

    region: str
    sector: str
    counts: tuple[tuple[Level, int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)


@dataclass(frozen=True, slots=True)
class MoverLine:
    name: str
    before: int
    points: int


@dataclass(frozen=True, slots=True)
class DataLine:
    """A source that is late, silent or held."""

    source: str
    state: str


@dataclass(frozen=True, slots=True)
class DecisionLine:
    id: int
    what: str
    owner: str
    due: str
    state: str


@dataclass(frozen=True, slots=True)
class DigestView:
    """One week for one reader."""

    week: str
    title: str
    """`EWS week 47 (16–22 november 2026)`"""
    regions: str
    updated: str
    is_late: bool
    """Made after its day, because the system stood still then."""
    audit_head: str
    quiet_line: str
    """Filled in a quiet week: what was looked at, and that nothing came of it."""
    summary: tuple[tuple[str, str], ...]
    """The first screen: a word and a line each."""
    changed: tuple[ChangedLine, ...]
    late: tuple[LateLine, ...]
    """The latest thing of each case."""
    late_count: int
    clocks: tuple[ClockLine, ...]
    nowhere: tuple[NowhereLine, ...]
    heat: tuple[HeatRow, ...]
    risers: tuple[MoverLine, ...]
    fallers: tuple[MoverLine, ...]
    data: tuple[DataLine, ...]
    record: tuple[str, ...]
    """How the EWS itself did."""
    rules: tuple[str, ...]
    """Changes of model and configuration."""
    decisions: tuple[DecisionLine, ...]
    office: str
    url: str
    fictitious: bool
    shortened: str = ""
    """Filled when not everything fits in a mail: what is left out, and where all of it stands."""
