"""A relay that hangs is left alone for a while, so that it does not hold up what others could carry."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

TRIP_AFTER = 3
"""Faults of a relay in a row."""
REST = (timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=5))


@dataclass(slots=True)
class Breaker:
    """Trouble with one relay since it last answered well."""

    faults: int = 0
    until: datetime | None = None
    trips: int = 0

    def is_open(self, now: datetime) -> bool:
        """Whether the relay is being left alone."""
        return self.until is not None and now < self.until

    def failed(self, now: datetime) -> None:
        """One more fault; enough of them open the breaker, each time for longer."""
        self.faults += 1
        if self.faults >= TRIP_AFTER or self.trips:
            self.until = now + REST[min(self.trips, len(REST) - 1)]
            self.trips += 1
            self.faults = 0

    def answered(self) -> None:
        """The relay did its work: all is forgotten."""
        self.faults, self.until, self.trips = 0, None, 0


@dataclass(slots=True)
class Breakers:
    """One breaker per relay, for as long as the process lives."""

    by_relay: dict[str, Breaker] = field(default_factory=dict)

    def of(self, relay: str) -> Breaker:
        return self.by_relay.setdefault(relay, Breaker())
