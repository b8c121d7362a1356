"""What is at stake when a provider stops: its clients, and for how many there is no place elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ews.signals.distance import haversine
from ews.signals.register import Need, Register

Places = Mapping[str, tuple[float, float]]
"""Latitude and longitude by the name of a place."""

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
    nearest_km: int | None = None
    """As the crow flies from its nearest location to the nearest of those places; None where a place is not known."""

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


@dataclass(frozen=True, slots=True)
class Room:
    """Places free for one need at one location, and whose they are: the location's own where nobody says."""

    holder: str
    free: int
    place: str = ""


Supply = Mapping[tuple[Need, str], Sequence[Room]]
"""Per need and region where there is room: looked through once for all providers together."""


def supply_of(register: Register, *, on: date) -> Supply:
    """All places free on a day, of those confirmed recently."""
    since = on - CONFIRMED_WITHIN
    found: dict[tuple[Need, str], list[Room]] = {}
    for location in register.locations.values():
        if location.free_on is None or location.free_on < since:
            continue
        holder, region = register.provider_of(location.id) or location.id, register.region(location.id)
        for need, free in location.free.items():
            if free:
                found.setdefault((need, region), []).append(Room(holder, free, location.place))
    return found


def impact_of(
    register: Register, provider: str, *, on: date, supply: Supply | None = None, places: Places | None = None
) -> Impact:
    """What stopping would mean, by need; a stranger has no needs.

    `supply` when it is asked of many on one day; `places` when it matters how far away the nearest place is.
    """
    known = register.providers.get(provider)
    if known is None:
        return Impact(None, (), hard_to_replace=False)
    there = supply_of(register, on=on) if supply is None else supply
    region = register.region(provider)
    here = [register.locations[name].place for name in known.locations]
    needs = []
    for need, clients in sorted(known.clients.items()):
        rooms = [room for room in there.get((need, region), ()) if room.holder != provider]
        others = tuple(sorted({room.holder for room in rooms}))
        km = _nearest(here, [room.place for room in rooms], places or {})
        needs.append(NeedImpact(need, clients, sum(room.free for room in rooms), others, km))
    return Impact(known.client_count, tuple(needs), known.hard_to_replace)


def _nearest(here: Sequence[str], there: Sequence[str], places: Places) -> int | None:
    """Kilometres between the two that lie nearest, of those in the table of places."""
    pairs = ((places.get(one), places.get(other)) for one in here for other in there)
    measured = [haversine(one, other) for one, other in pairs if one and other]
    return round(min(measured)) if measured else None
