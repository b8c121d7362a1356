"""A relay that hangs is left alone for a while, so that it does not hold up what others could carry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

TRIP_AFTER = 3
"""Faults of a relay in a row."""
REST = (timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class Answer:
    """How one attempt at a relay ended, as the record has it."""

    at: datetime
    failed: bool
    """The relay was at fault: not to be reached, silent, or not secure."""


@dataclass(slots=True)
class Breaker:
    """Trouble with one relay since it last answered well."""

    faults: int = 0
    until: datetime | None = None
    trips: int = 0
    is_probed: bool = False

    def is_open(self, now: datetime) -> bool:
        """Whether the relay is being left alone. A rest longer than any is a clock that stepped back."""
        return self.until is not None and now < self.until <= now + REST[-1]

    def may_try(self, now: datetime) -> bool:
        """Whether to turn to this relay. After a rest one message tries it, the others wait for what comes of that."""
        if self.until is None:
            return True
        if self.is_open(now) or self.is_probed:
            return False
        self.is_probed = True
        return True

    def failed(self, now: datetime) -> None:
        """One more fault; enough of them open the breaker, each time for longer."""
        self.is_probed = False
        if self.is_open(now):  # it was under way when the breaker opened: nothing new
            return
        self.faults += 1
        if self.faults >= TRIP_AFTER or self.trips:
            self.until = now + REST[min(self.trips, len(REST) - 1)]
            self.trips += 1
            self.faults = 0

    def answered(self) -> None:
        """The relay did its work: all is forgotten."""
        self.faults, self.until, self.trips, self.is_probed = 0, None, 0, False


@dataclass(slots=True)
class Breakers:
    """One breaker per relay."""

    by_relay: dict[str, Breaker] = field(default_factory=dict)

    def of(self, relay: str) -> Breaker:
        return self.by_relay.setdefault(relay, Breaker())


def remembered(record: Mapping[str, Iterable[Answer]]) -> Breakers:
    """The breakers as the last attempts at each relay, oldest first, left them: no round starts without memory."""
    breakers = Breakers()
    for relay, answers in record.items():
        for one in answers:
            if one.failed:
                breakers.of(relay).failed(one.at)
            else:
                breakers.of(relay).answered()
    return breakers
