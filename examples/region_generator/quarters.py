"""Quarters of the region, and the office days on which its files arrive."""

from dataclasses import dataclass
from datetime import date, timedelta

TODAY = date(2026, 11, 22)
WARM_UP = 4
"""Quarters simulated before the first one shown, so that twelve-month figures exist from the start."""


@dataclass(frozen=True, order=True)
class Quarter:
    year: int
    number: int

    @property
    def start(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        following = shifted(self, 1)
        return following.start - timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


def shifted(quarter: Quarter, by: int) -> Quarter:
    count = quarter.year * 4 + quarter.number - 1 + by
    return Quarter(count // 4, count % 4 + 1)


FIRST = Quarter(2023, 4)
SHOWN = tuple(shifted(FIRST, step) for step in range(12))
SIMULATED = tuple(shifted(FIRST, step) for step in range(-WARM_UP, 12))


def workday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
