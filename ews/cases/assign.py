"""Clients to places by mixed-integer programming (HiGHS): first as few unplaced as possible, then near and together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from ews.cases.transfer import (
    Block,
    Gain,
    Group,
    House,
    Move,
    Plan,
    Site,
    Town,
    TransferPolicy,
    Unmet,
    blocks,
    fits,
)

Places = Callable[[Site], int]


@dataclass(frozen=True, slots=True)
class Pair:
    """A group that may use a place: one integer unknown."""

    group: int
    site: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """A whole location that one taker may take over, with all who live there: one switch."""

    house: House
    taker: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Every unknown of the problem: pairs first, then bundles."""

    pairs: tuple[Pair, ...]
    bundles: tuple[Bundle, ...]

    @property
    def weights(self) -> list[int]:
        """How many clients one unit of each unknown places."""
        return [1] * len(self.pairs) + [one.house.total for one in self.bundles]


def plan(
    town: Town, policy: TransferPolicy, *, places: Places = lambda site: site.net, seconds: float = 15
) -> Plan:
    """The best proposal for a town. `places` tells how many of a site count (net of waiting, by default)."""
    choices = choices_of(town, places)
    fewest = _left(town, choices, places)
    counts, proven = _nearest(town, choices, places, fewest, policy=policy, seconds=seconds)
    moves = tuple(_moves(town, choices, counts))
    unmet = _unmet(town, moves, places)
    return Plan(moves, unmet, _gains(town, unmet, places, fewest, policy=policy), proven)


def unplaced(town: Town, *, places: Places = lambda site: site.net) -> int:
    """How many clients have nowhere to go, whatever is done."""
    return _left(town, choices_of(town, places), places)


def choices_of(town: Town, places: Places) -> Choices:
    """Pairs without a hard limit between them, and whole locations that a taker can bear."""
    pairs = tuple(
        Pair(g, s)
        for g, group in enumerate(town.groups)
        for s, site in enumerate(town.sites)
        if places(site) > 0 and fits(group, site) and not blocks(group, site)
    )
    bundles = tuple(
        Bundle(house, taker)
        for house in town.houses
        for taker in house.takers
        if 0 < house.total <= town.takers[taker].headroom
    )
    return Choices(pairs, bundles)


def _moves(town: Town, choices: Choices, counts: Sequence[int]) -> Iterator[Move]:
    groups = {group.id: group for group in town.groups}
    for pair, count in zip(choices.pairs, counts[: len(choices.pairs)], strict=True):
        if count:
            yield Move(town.groups[pair.group], town.sites[pair.site], count)
    for bundle, chosen in zip(choices.bundles, counts[len(choices.pairs) :], strict=True):
        for name, clients in bundle.house.clients.items() if chosen else ():
            if clients:
                yield Move(groups[name], _in_place(groups[name], bundle, clients), clients)


def _in_place(group: Group, bundle: Bundle, clients: int) -> Site:
    return Site(
        id=f"overname/{bundle.taker}/{bundle.house.id}/{group.id}",
        location=bundle.house.id,
        provider=bundle.taker,
        profile=group.profile,
        form=group.form,
        free=clients,
        distance=0,
        context="overname ter plaatse met personeel; nog te vragen",
        km=0,
    )


def _left(town: Town, choices: Choices, places: Places) -> int:
    """Clients minus the most that fit. Without bundles capacities nest (place in provider): the optimum is whole."""
    total = sum(group.clients for group in town.groups)
    if not choices.weights:
        return total
    rows, limits = _limits(town, choices, places)
    found = milp(
        -np.array(choices.weights, dtype=float),
        constraints=LinearConstraint(rows, ub=limits),
        integrality=np.ones(len(choices.weights)),
        bounds=Bounds(0, np.inf),
    )
    return total - round(float(-found.fun))


def _nearest(
    town: Town, choices: Choices, places: Places, left: int, *, policy: TransferPolicy, seconds: float
) -> tuple[list[int], bool]:
    """With no more unplaced than `left`: least distance, and groups spread over as few places as can be."""
    pairs, unknowns = choices.pairs, len(choices.weights)
    if not unknowns:
        return [], True
    n = len(pairs)
    rows, limits = _limits(town, choices, places)
    most = [min(town.groups[p.group].clients, places(town.sites[p.site])) for p in pairs]
    wanted = sum(group.clients for group in town.groups) - left
    # unknowns: the counts and bundles of `choices`, then a switch per pair that tells whether it is used at all
    switches = coo_array((np.ones(n), (range(n), range(n))), shape=(n, unknowns))
    capped = coo_array((np.array(most, dtype=float), (range(n), range(n))), shape=(n, n))
    distances = [town.sites[pair.site].distance for pair in pairs]
    found = milp(
        np.array([*distances, *([policy.split_cost] * (unknowns - n)), *([policy.split_cost] * n)]),
        constraints=[
            LinearConstraint(_beside(rows, coo_array((rows.shape[0], n))), ub=limits),
            *([LinearConstraint(_beside(switches, -capped), ub=0)] if n else []),
            LinearConstraint(np.array([[*map(float, choices.weights), *([0.0] * n)]]), lb=wanted),
        ],
        integrality=np.ones(unknowns + n),
        bounds=Bounds(0, np.array([*most, *([1] * (unknowns - n)), *([1] * n)])),
        options={"time_limit": seconds, "mip_rel_gap": 0},
    )
    if found.x is None:
        raise ArithmeticError(f"no plan within {seconds} s: {found.message}")
    return [round(value) for value in found.x[:unknowns]], found.status == 0


def _limits(town: Town, choices: Choices, places: Places) -> tuple[Any, Any]:
    """Rows of the four capacities: of the group, of the place, of the provider that takes, of a whole location."""
    named = {town.sites[pair.site].provider for pair in choices.pairs} | {
        one.taker for one in choices.bundles
    }
    takers = sorted(named)
    first = len(town.groups) + len(town.sites)
    at = {taker: first + number for number, taker in enumerate(takers)}
    group_at = {group.id: number for number, group in enumerate(town.groups)}
    house_at = {house.id: first + len(takers) + number for number, house in enumerate(town.houses)}
    cells = [
        (row, column, 1.0)
        for column, pair in enumerate(choices.pairs)
        for row in (pair.group, len(town.groups) + pair.site, at[town.sites[pair.site].provider])
    ]
    for column, bundle in enumerate(choices.bundles, start=len(choices.pairs)):
        cells += [(group_at[name], column, float(count)) for name, count in bundle.house.clients.items()]
        cells += [
            (at[bundle.taker], column, float(bundle.house.total)),
            (house_at[bundle.house.id], column, 1.0),
        ]
    rows, columns, values = (list(part) for part in zip(*cells, strict=True))
    limits = [group.clients for group in town.groups]
    limits += [places(site) for site in town.sites]
    limits += [town.takers[taker].headroom for taker in takers]
    limits += [1] * len(town.houses)
    shape = (len(limits), len(choices.weights))
    return coo_array((values, (rows, columns)), shape=shape), np.array(limits, dtype=float)


def _beside(left: Any, right: Any) -> Any:
    from scipy.sparse import hstack

    return hstack([left, right]).tocsc()


def _unmet(town: Town, moves: Sequence[Move], places: Places) -> tuple[Unmet, ...]:
    placed: dict[str, int] = {}
    for move in moves:
        placed[move.group.id] = placed.get(move.group.id, 0) + move.clients
    return tuple(
        Unmet(group, group.clients - placed.get(group.id, 0), _binding(town, group, moves, places))
        for group in town.groups
        if group.clients > placed.get(group.id, 0)
    )


def _binding(town: Town, group: Group, moves: Sequence[Move], places: Places) -> Block:
    """The one limit whose removal alone would free most places for this group."""
    at_site: dict[str, int] = {}
    at_taker: dict[str, int] = {}
    for move in moves:
        at_site[move.site.id] = at_site.get(move.site.id, 0) + move.clients
        at_taker[move.site.provider] = at_taker.get(move.site.provider, 0) + move.clients
    offered = [site for site in town.sites if fits(group, site)]
    freed: dict[Block, int] = {}
    for site in offered:
        found = blocks(group, site)
        if at_taker.get(site.provider, 0) >= town.takers[site.provider].headroom:
            found.add(Block.HEADROOM)
        rest = places(site) - at_site.get(site.id, 0)
        if rest <= 0 < site.free - at_site.get(site.id, 0):
            found.add(Block.WAITING)
            rest = site.free - at_site.get(site.id, 0)
        if len(found) == 1 and rest > 0:
            block = found.pop()
            freed[block] = freed.get(block, 0) + rest
    if freed:
        return max(freed, key=lambda block: (freed[block], block))
    return Block.FULL if offered else Block.NO_OFFER


def _gains(
    town: Town, unmet: Sequence[Unmet], places: Places, left: int, *, policy: TransferPolicy
) -> tuple[Gain, ...]:
    """Solve again with more places, one kind at a time: where would they help most?"""
    if not left:
        return ()
    wanting = [one.group for one in unmet]
    kinds = [
        site
        for site in town.sites
        if town.takers[site.provider].headroom > 0
        and any(fits(group, site) and not blocks(group, site) for group in wanting)
    ]
    kinds.sort(key=lambda site: (site.bridges, site.distance, -town.takers[site.provider].headroom, site.id))
    found = []
    for site in kinds[: policy.candidates]:
        one, most = (left - _with_more(town, site, more, places) for more in (1, left))
        if most > 0:
            found.append(Gain(site, one, most))
    return tuple(sorted(found, key=lambda gain: (-gain.most, -gain.one, gain.site.distance, gain.site.id)))


def _with_more(town: Town, site: Site, more: int, places: Places) -> int:
    extra = replace(site, free=places(site) + more, waiting=0)
    sites = tuple(extra if one.id == site.id else one for one in town.sites)
    return unplaced(
        replace(town, sites=sites), places=lambda one: one.free if one.id == site.id else places(one)
    )
