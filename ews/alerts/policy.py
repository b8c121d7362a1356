"""When an alert is told again, and how long it takes to go down: three numbers."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """[alerts] of escalation.toml. The thresholds of the levels themselves stand in the scorecard."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    valid_from: date
    source: str
    hold_off_days: int
    """After a level went up it does not go down for so long."""
    remind_every_days: int
    """An alert that nobody acknowledged is repeated after so long."""
    clear_after_days: int
    """So long the points must lie below the clear threshold, without a gap, before the level goes down."""

    @property
    def hold_off(self) -> timedelta:
        """As a duration."""
        return timedelta(days=self.hold_off_days)

    @property
    def remind_every(self) -> timedelta:
        """As a duration."""
        return timedelta(days=self.remind_every_days)

    @property
    def clear_after(self) -> timedelta:
        """As a duration."""
        return timedelta(days=self.clear_after_days)
