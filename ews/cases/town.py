"""From the register and what is known of places to the problem that the planner solves."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from ews.cases.transfer import Group, House, Site, Taker, Town, TransferPolicy, headroom
from ews.scoring.model import Assessment, Level
from ews.signals.distance import haversine
from ews.signals.register import Location, Need, Provider, Register

BRIDGING = "overbrugging"
TAKEOVER = "overname"
UNCONFIRMED = "onbevestigd"
OPTIONS = (BRIDGING, TAKEOVER, UNCONFIRMED)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a location says it can do, beside how many: unknown offers nothing special."""

    context: str = ""
    expertise: str = ""
    contra_indications: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()
    """Of `wzd`, `behandeling`, `partner`."""
    confirmed_by: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Everything known of demand and supply at a moment."""

    register: Register
    offers: Mapping[str, Offer] = field(default_factory=dict)
    """By location."""
    waiting: Mapping[tuple[str, Need], int] = field(default_factory=dict)
    """Urgent and active waiting clients by location and need."""
    needs: Mapping[tuple[str, Need], Mapping[str, int]] = field(default_factory=dict)
    """By provider and need: clients with a special requirement, such as `wzd`."""
    assessments: Mapping[str, Assessment] = field(default_factory=dict)
    held: Mapping[str, Level] = field(default_factory=dict)
    places: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Latitude and longitude by name of place."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How the problem is posed: the policy, the edge, the day, and which options count."""

    policy: TransferPolicy
    edge: int
    """Points from which a provider is at level high."""
    today: date
    allow: frozenset[str] = frozenset()


def town_of(known: Known, provider: str, terms: Terms) -> Town:
    """The problem when this provider stops."""
    groups = groups_of(known, provider)
    takers = {
        name: _taker(known, one, terms) for name, one in known.register.providers.items() if name != provider
    }
    sites = [
        site
        for location in known.register.locations.values()
        if location.provider in takers
        for site in _sites(known, location, provider, terms, groups)
    ]
    houses = tuple(_houses(known.register, provider, takers, groups)) if TAKEOVER in terms.allow else ()
    return Town(groups, tuple(sites), takers, houses)


def groups_of(known: Known, provider: str) -> tuple[Group, ...]:
    """The clients of a provider by need; those with a special requirement form groups of their own."""
    found = []
    for need, clients in sorted(known.register.providers[provider].clients.items()):
        left = clients
        for requirement, count in sorted(known.needs.get((provider, need), {}).items()):
            special = min(count, left)
            left -= special
            found.append(_group(provider, need, special, requirement))
        found.append(_group(provider, need, left, ""))
    return tuple(group for group in found if group.clients > 0)


def _group(provider: str, need: Need, clients: int, requirement: str) -> Group:
    name = "/".join(part for part in (provider, need.profile, need.form, requirement) if part)
    return Group(name, need.profile, need.form, clients, frozenset({requirement} - {""}))


def _taker(known: Known, provider: Provider, terms: Terms) -> Taker:
    assessed = known.assessments.get(provider.id)
    level = max(
        assessed.level if assessed else Level.UNKNOWN,
        known.held.get(provider.id, Level.UNKNOWN),
        key=lambda one: one.rank,
    )
    points = None if assessed is None or assessed.level is Level.UNKNOWN else assessed.points
    clients = provider.client_count or 0
    bears = headroom(clients, points, edge=terms.edge, policy=terms.policy)
    if level.rank >= Level.HIGH.rank:
        bears = 0
    return Taker(provider.id, provider.name or provider.id, clients, points, level.value, bears)


def _sites(
    known: Known, location: Location, leaving: str, terms: Terms, groups: Collection[Group]
) -> list[Site]:
    offer = known.offers.get(location.id, Offer())
    since = terms.today - timedelta(days=terms.policy.confirmed_days)
    fresh = location.free_on is not None and location.free_on >= since
    distance, km = _distance(known, leaving, location, terms.policy)
    forms = {group.form for group in groups}
    bridged = {
        form for wanted in forms for form in terms.policy.bridging.get(wanted, ()) if BRIDGING in terms.allow
    }
    return [
        Site(
            id=f"{location.id}/{need.profile}/{need.form}",
            location=location.id,
            provider=location.provider,
            profile=need.profile,
            form=need.form,
            free=free,
            distance=distance,
            waiting=known.waiting.get((location.id, need), 0),
            confirmed_on=location.free_on,
            confirmed_by=offer.confirmed_by,
            is_confirmed=fresh or UNCONFIRMED in terms.allow,
            context=offer.context,
            expertise=offer.expertise,
            offers=offer.offers,
            contra_indications=offer.contra_indications,
            bridges=need.form in bridged,
            km=km,
        )
        for need, free in sorted(location.free.items())
    ]


def _houses(
    register: Register, leaving: str, takers: Mapping[str, Taker], groups: Sequence[Group]
) -> Iterator[House]:
    """The locations of the provider that stops, each to be taken over whole by another of the sector.

    Clients are known per provider: they are divided over its locations by capacity, to the last one.
    """
    locations = [register.locations[name] for name in register.providers[leaving].locations]
    weights = [one.capacity or 0 for one in locations]
    if not sum(weights):
        weights = [1] * len(locations)
    able = tuple(
        name
        for name, taker in sorted(takers.items())
        if taker.headroom > 0 and register.sector(name) == register.sector(leaving)
    )
    parts = {group.id: divided(group.clients, weights) for group in groups}
    for number, location in enumerate(locations):
        yield House(location.id, {name: shares[number] for name, shares in parts.items()}, able)


def divided(total: int, weights: Sequence[int]) -> list[int]:
    """A whole number in whole parts by weight: the largest remainders get the rest."""
    exact = [total * weight / sum(weights) for weight in weights]
    parts = [int(one) for one in exact]
    by_rest = sorted(range(len(weights)), key=lambda at: (parts[at] - exact[at], at))
    for at in by_rest[: total - sum(parts)]:
        parts[at] += 1
    return parts


def _distance(known: Known, leaving: str, there: Location, policy: TransferPolicy) -> tuple[int, int | None]:
    """Weight and kilometres to the nearest location of the provider that stops, as the crow flies.

    Where a place is not in the table of places, postcode and region say what they can.
    """
    register = known.register
    here = [register.locations[name] for name in register.providers[leaving].locations]
    measured = [one for other in here if (one := _km(known, other.place, there.place)) is not None]
    if measured:
        nearest = min(measured)
        return min(round(nearest / policy.km_per_point), policy.distance_cost["elders"]), round(nearest)
    named = [_nearness(one, there) for one in here]
    if register.region(leaving) == register.region(there.id):
        named.append("regio")
    named.append("elders")
    return min(policy.distance_cost[name] for name in named), None


def _km(known: Known, here: str, there: str) -> float | None:
    one, other = known.places.get(here), known.places.get(there)
    return haversine(one, other) if one and other else None


def _nearness(here: Location, there: Location) -> str:
    if here.place and here.place == there.place:
        return "plaats"
    if len(here.postcode) >= 4 and here.postcode[:3] == there.postcode[:3]:
        return "pc3"
    if len(here.postcode) >= 4 and here.postcode[:2] == there.postcode[:2]:
        return "pc2"
    return "elders"
