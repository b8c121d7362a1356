"""What is at stake when a provider stops: its clients, and for how many there is no place elsewhere."""

from dataclasses import dataclass
from datetime import date, timedelta

from ews.signals.register import Need, Register

CONFIRMED_WITHIN = timedelta(days=31)
"""Free places confirmed longer ago do not count: capacity figures older than a month are stale."""


@dataclass(frozen=True, slots=True)
class NeedImpact:
    """Clients of one care profile and form, and where else there is room."""

    need: Need
    clients: int
    free: int
    """Places free and recently confirmed, at others in the region."""
    alternatives: tuple[str, ...]
    """Other providers in the region with at least one such place."""

    @property
    def nowhere_to_go(self) -> int:
        """Clients for whom there is no free place."""
        return max(0, self.clients - self.free)


@dataclass(frozen=True, slots=True)
class Impact:
    """All needs of one provider. `clients` is None when no source says."""

    clients: int | None
    needs: tuple[NeedImpact, ...]
    hard_to_replace: bool

    @property
    def nowhere_to_go(self) -> int | None:
        """Clients without a place elsewhere; None when client counts lack."""
        return None if self.clients is None else sum(need.nowhere_to_go for need in self.needs)

    def clients_with(self, alternatives: int) -> int:
        """Clients whose need so many other providers in the region can meet."""
        return sum(need.clients for need in self.needs if len(need.alternatives) == alternatives)


def impact_of(register: Register, provider: str, *, on: date) -> Impact:
    """What stopping would mean, by need; a stranger has no needs."""
    known = register.providers.get(provider)
    if known is None:
        return Impact(None, (), hard_to_replace=False)
    needs = [_need(register, provider, need, count, on) for need, count in sorted(known.clients.items())]
    return Impact(known.client_count, tuple(needs), known.hard_to_replace)


def _need(register: Register, provider: str, need: Need, clients: int, on: date) -> NeedImpact:
    region = register.region(provider)
    places = {
        location: free
        for location, free in register.free_places(need, confirmed_since=on - CONFIRMED_WITHIN).items()
        if register.provider_of(location) != provider and register.region(location) == region
    }
    others = sorted({register.provider_of(location) or location for location in places})
    return NeedImpact(need, clients, sum(places.values()), tuple(others))
