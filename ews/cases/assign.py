"""Clients to places by mixed-integer programming (HiGHS): first as few unplaced as possible, then near and together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from ews.cases.transfer import Block, Gain, Group, Move, Plan, Site, Town, TransferPolicy, Unmet, blocks, fits

Places = Callable[[Site], int]


@dataclass(frozen=True, slots=True)
class Pair:
    """A group that may use a place: one integer unknown."""

    group: int
    site: int


def plan(
    town: Town, policy: TransferPolicy, *, places: Places = lambda site: site.net, seconds: float = 15
) -> Plan:
    """The best proposal for a town. `places` tells how many of a site count (net of waiting, by default)."""
    pairs = eligible(town, places)
    fewest = _left(town, pairs, places)
    counts, proven = _nearest(town, pairs, places, fewest, policy=policy, seconds=seconds)
    moves = tuple(
        Move(town.groups[pair.group], town.sites[pair.site], count)
        for pair, count in zip(pairs, counts, strict=True)
        if count
    )
    unmet = _unmet(town, moves, places)
    return Plan(moves, unmet, _gains(town, unmet, places, fewest, policy=policy), proven)


def unplaced(town: Town, *, places: Places = lambda site: site.net) -> int:
    """How many clients have nowhere to go, whatever is done."""
    return _left(town, eligible(town, places), places)


def eligible(town: Town, places: Places) -> list[Pair]:
    """Pairs without a hard limit between them."""
    return [
        Pair(g, s)
        for g, group in enumerate(town.groups)
        for s, site in enumerate(town.sites)
        if places(site) > 0 and fits(group, site) and not blocks(group, site)
    ]


def _left(town: Town, pairs: Sequence[Pair], places: Places) -> int:
    """Clients minus the most that fit. Capacities nest (place in provider), so the optimum is whole."""
    total = sum(group.clients for group in town.groups)
    if not pairs:
        return total
    rows, limits = _limits(town, pairs, places)
    found = milp(
        -np.ones(len(pairs)),
        constraints=LinearConstraint(rows, ub=limits),
        integrality=np.ones(len(pairs)),
        bounds=Bounds(0, np.inf),
    )
    return total - round(float(-found.fun))


def _nearest(
    town: Town, pairs: Sequence[Pair], places: Places, left: int, *, policy: TransferPolicy, seconds: float
) -> tuple[list[int], bool]:
    """With no more unplaced than `left`: least distance, and groups spread over as few places as can be."""
    if not pairs:
        return [], True
    n = len(pairs)
    rows, limits = _limits(town, pairs, places)
    most = [min(town.groups[p.group].clients, places(town.sites[p.site])) for p in pairs]
    wanted = sum(group.clients for group in town.groups) - left
    # unknowns: n counts, then n switches that tell whether the pair is used at all
    switches = coo_array((np.ones(n), (range(n), range(n))), shape=(n, n))
    capped = coo_array((np.array(most), (range(n), range(n))), shape=(n, n))
    wide = coo_array((rows.shape[0], n))
    distances = [town.sites[pair.site].distance for pair in pairs]
    found = milp(
        np.array([*distances, *([policy.split_cost] * n)]),
        constraints=[
            LinearConstraint(_beside(rows, wide), ub=limits),
            LinearConstraint(_beside(switches, -capped), ub=0),
            LinearConstraint(np.array([[1.0] * n + [0.0] * n]), lb=wanted),
        ],
        integrality=np.ones(2 * n),
        bounds=Bounds(0, np.array([*most, *([1] * n)])),
        options={"time_limit": seconds, "mip_rel_gap": 0},
    )
    if found.x is None:
        raise ArithmeticError(f"no plan within {seconds} s: {found.message}")
    return [round(value) for value in found.x[:n]], found.status == 0


def _limits(town: Town, pairs: Sequence[Pair], places: Places) -> tuple[Any, Any]:
    """Rows of the three capacities: of the group, of the place, of the provider that takes."""
    takers = sorted({town.sites[pair.site].provider for pair in pairs})
    at = {taker: number for number, taker in enumerate(takers)}
    groups, sites = len(town.groups), len(town.sites)
    row, column = [], []
    for number, pair in enumerate(pairs):
        row += [pair.group, groups + pair.site, groups + sites + at[town.sites[pair.site].provider]]
        column += [number] * 3
    shape = (groups + sites + len(takers), len(pairs))
    limits = [group.clients for group in town.groups]
    limits += [places(site) for site in town.sites]
    limits += [town.takers[taker].headroom for taker in takers]
    return coo_array((np.ones(len(row)), (row, column)), shape=shape), np.array(limits, dtype=float)


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
