"""The portfolio as its page shows it: each line with region, owner and what changed, narrowed to one person."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ews.jobs.portfolio import PortfolioRow, portfolio
from ews.jobs.run import Context
from ews.scoring.model import Level, Standing
from ews.signals.register import Register
from ews.store import assessments
from ews.store.cases import Cover
from ews.store.engine import reading
from ews.store.register import register_at
from ews.store.scope import Scope

LOOKED_BACK = timedelta(weeks=13)
"""What a change is measured against: a quarter, the beat of most figures."""


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """One provider or location. `level` is what is held, or else what was assessed."""

    line: PortfolioRow
    provider: str
    """The provider itself, or that of a location: whose case it is."""
    region: str
    owner: str
    level: Level
    before: int | None
    """Points a quarter earlier."""

    @property
    def change(self) -> int | None:
        """Points gained or lost in a quarter; None for who was not assessed then."""
        return None if self.before is None else self.line.assessment.points - self.before


@dataclass(frozen=True, slots=True)
class Overview:
    """Everybody, highest priority first, and the moment of the judgement."""

    rows: tuple[OverviewRow, ...]
    assessed_at: datetime | None

    def within(self, scope: Scope) -> "Overview":
        """The part that one person may see."""
        if scope.is_whole:
            return self
        return Overview(tuple(row for row in self.rows if scope.admits(row.region)), self.assessed_at)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the heat table: how many of a region and sector, and how many of those stand high."""

    region: str
    sector: str
    providers: int
    high: int
    elevated: int


def overview(context: Context, *, unit: str, as_of: datetime | None) -> Overview:
    """The whole portfolio as it was judged; `with_cases` says who works on it, `within` makes that of one person."""
    lines = portfolio(context, unit=unit, as_of=as_of)
    moment = as_of or context.now
    with reading(context.engine) as connection:
        register = register_at(connection, moment)
        earlier = assessments.standings(connection, as_of=moment - LOOKED_BACK)
        assessed_at = assessments.last_as_of(connection) if as_of is None else as_of
    return Overview(tuple(_row(line, register, earlier) for line in lines), assessed_at)


def with_cases(whole: Overview, covers: Iterable[Cover]) -> Overview:
    """The same with the cases as they are now: levels are made of other things than the work of people."""
    of_provider = {cover.subject: cover for cover in covers}
    return replace(whole, rows=tuple(_covered(row, of_provider.get(row.provider)) for row in whole.rows))


def _covered(row: OverviewRow, cover: Cover | None) -> OverviewRow:
    if cover is None and not row.line.case:
        return row
    number, stage, owner = (cover.number, cover.stage, cover.owner) if cover else ("", None, "")
    return replace(row, line=replace(row.line, case=number, stage=stage), owner=owner)


def _row(line: PortfolioRow, register: Register, earlier: Mapping[str, Standing]) -> OverviewRow:
    held = line.held or Level.UNKNOWN
    assessed = line.assessment.level
    return OverviewRow(
        line=line,
        provider=register.provider_of(line.subject) or line.subject,
        region=register.region(line.subject),
        owner="",
        level=held if held.rank > assessed.rank else assessed,
        before=earlier[line.subject].points if line.subject in earlier else None,
    )


def heat(rows: Iterable[OverviewRow]) -> list[Cell]:
    """Region × sector, in the order of their names."""
    listed = [(row.region, row.line.sector, row.level) for row in rows]
    total = Counter((region, sector) for region, sector, _ in listed)
    high = Counter((region, sector) for region, sector, level in listed if level.rank >= Level.HIGH.rank)
    raised = Counter((region, sector) for region, sector, level in listed if level is Level.ELEVATED)
    return [
        Cell(region, sector, count, high[region, sector], raised[region, sector])
        for (region, sector), count in sorted(total.items())
    ]
