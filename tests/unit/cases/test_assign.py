"""The planner against all possible plans of small towns, and on a large one."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ews.cases.assign import plan, unplaced
from ews.cases.cascade import cascade
from ews.cases.town import divided
from ews.cases.transfer import Block, Group, House, Site, Taker, Town, TransferPolicy, blocks, fits, headroom
from ews.signals.distance import haversine
from ews.store.places import places

POLICY = TransferPolicy(
    valid_from=date(2026, 1, 1),
    source="test",
    confirmed_days=31,
    points_per_percent=2.0,
    unassessed_headroom=0,
    split_cost=3,
    distance_cost={},
    bridging={},
    candidates=40,
)


def group(name: str, clients: int, *needs: str, profile: str = "VG7") -> Group:
    return Group(name, profile, "verblijf", clients, frozenset(needs))


def site(name: str, free: int, *, provider: str = "a", distance: int = 0, **more: object) -> Site:
    return Site(name, name, provider, more.pop("profile", "VG7"), "verblijf", free, distance, **more)


def taker(name: str, headroom: int = 99, *, clients: int = 100, points: int | None = 10) -> Taker:
    return Taker(name, name, clients, points, "low", headroom)


def town(groups: list[Group], sites: list[Site], *takers: Taker) -> Town:
    named = {one.id: one for one in takers}
    return Town(
        tuple(groups), tuple(sites), {s.provider: named.get(s.provider, taker(s.provider)) for s in sites}
    )


def every_plan(here: Town) -> Iterator[list[tuple[Group, Site, int]]]:
    pairs = [(g, s) for g in here.groups for s in here.sites if fits(g, s) and not blocks(g, s)]
    for counts in product(*(range(min(g.clients, s.net) + 1) for g, s in pairs)):
        moves = [(g, s, n) for (g, s), n in zip(pairs, counts, strict=True) if n]
        if _holds(here, moves):
            yield moves


def _holds(here: Town, moves: list[tuple[Group, Site, int]]) -> bool:
    return (
        all(sum(n for g, _, n in moves if g is one) <= one.clients for one in here.groups)
        and all(sum(n for _, s, n in moves if s is one) <= one.net for one in here.sites)
        and all(
            sum(n for _, s, n in moves if s.provider == name) <= t.headroom for name, t in here.takers.items()
        )
    )


def value(here: Town, moves: list[tuple[Group, Site, int]]) -> tuple[int, int]:
    left = sum(one.clients for one in here.groups) - sum(n for _, _, n in moves)
    return left, sum(s.distance * n for _, s, n in moves) + POLICY.split_cost * len(moves)


SITES = st.builds(
    lambda number, free, provider, distance, waiting, offers: site(
        f"s{number}", free, provider=provider, distance=distance, waiting=waiting, offers=frozenset(offers)
    ),
    st.integers(),
    st.integers(0, 3),
    st.sampled_from("ab"),
    st.integers(0, 4),
    st.integers(0, 1),
    st.sets(st.sampled_from(["wzd"])),
)
GROUPS = st.builds(
    lambda clients, needs: (clients, needs), st.integers(1, 3), st.sets(st.sampled_from(["wzd"]))
)


@given(
    st.lists(GROUPS, min_size=1, max_size=2),
    st.lists(SITES, min_size=1, max_size=3, unique_by=lambda one: one.id),
    st.integers(0, 4),
    st.integers(0, 4),
)
@settings(max_examples=120, deadline=None)
def test_no_plan_of_a_small_town_is_better(groups, sites, bears_a, bears_b):
    here = town(
        [group(f"g{n}", clients, *needs) for n, (clients, needs) in enumerate(groups)],
        sites,
        taker("a", bears_a),
        taker("b", bears_b),
    )
    best = min(value(here, moves) for moves in every_plan(here))
    found = plan(here, POLICY)
    moves = [(move.group, move.site, move.clients) for move in found.moves]
    assert _holds(here, moves)
    assert found.placed + found.left == sum(one.clients for one in here.groups)
    assert value(here, moves) == best
    assert found.left == unplaced(here)


@given(st.lists(SITES, min_size=1, max_size=3, unique_by=lambda one: one.id), st.data())
@settings(max_examples=60, deadline=None)
def test_taking_places_away_never_helps(sites, data):
    here = town([group("g", 4)], sites, taker("a", 9), taker("b", 9))
    fewer = [
        site(one.id, data.draw(st.integers(0, one.free)), provider=one.provider, waiting=one.waiting)
        for one in sites
    ]
    assert unplaced(town([group("g", 4)], fewer, taker("a", 9), taker("b", 9))) >= unplaced(here)


def reasons(here: Town) -> list[tuple[str, int, Block]]:
    return [(one.group.id, one.clients, one.block) for one in plan(here, POLICY).unmet]


def test_each_unmet_group_names_the_limit_that_binds():
    assert reasons(town([group("g", 2)], [site("s", 1)])) == [("g", 1, Block.FULL)]
    assert reasons(town([group("g", 2, profile="VG8")], [site("s", 1)])) == [("g", 2, Block.NO_OFFER)]
    assert reasons(town([group("g", 2)], [site("s", 5)], taker("a", 1))) == [("g", 1, Block.HEADROOM)]
    assert reasons(town([group("g", 2, "wzd")], [site("s", 5, offers=frozenset())])) == [("g", 2, Block.WZD)]
    assert reasons(town([group("g", 2)], [site("s", 5, is_confirmed=False)])) == [("g", 2, Block.UNCONFIRMED)]
    assert reasons(town([group("g", 2)], [site("s", 2, waiting=2)])) == [("g", 2, Block.WAITING)]
    contra = site("s", 5, contra_indications=frozenset({"agressie"}))
    assert reasons(town([group("g", 2, "agressie")], [contra])) == [("g", 2, Block.CONTRA_INDICATION)]


def test_the_limit_that_frees_most_is_named():
    sites = [site("s", 1, is_confirmed=False), site("t", 9, offers=frozenset())]
    assert reasons(town([group("g", 4, "wzd")], sites)) == [("g", 4, Block.WZD)]


def test_a_group_stays_together_when_the_places_allow_it():
    sites = [site("near", 2, distance=1), site("far", 4, distance=1, provider="b")]
    (move,) = plan(town([group("g", 4)], sites), POLICY).moves
    assert (move.site.id, move.clients) == ("far", 4)


def test_where_more_places_would_help_most():
    sites = [site("s", 1), site("t", 0, provider="b"), site("u", 0, provider="c", profile="VG8")]
    found = plan(town([group("g", 5)], sites, taker("b", 2)), POLICY)
    assert [(gain.site.id, gain.one, gain.most) for gain in found.gains] == [("s", 1, 4), ("t", 1, 2)]


def test_waiting_clients_whose_place_is_used_are_counted():
    here = town([group("g", 3)], [site("s", 3, waiting=2)])
    assert plan(here, POLICY).displaced == 0
    assert plan(here, POLICY, places=lambda one: one.free).displaced == 2


def test_what_a_taker_bears_ends_at_the_edge():
    assert headroom(100, 20, edge=40, policy=POLICY) == 9
    assert headroom(100, 39, edge=40, policy=POLICY) == 0
    assert headroom(100, 55, edge=40, policy=POLICY) == 0
    assert headroom(100, None, edge=40, policy=POLICY) == 0


def test_the_dominoes_fall_until_nobody_tips():
    sites = [site("s", 20, provider="a"), site("t", 60, provider="b"), site("u", 0, provider="c")]
    here = town(
        [group("g", 20)],
        sites,
        taker("a", clients=50, points=30),
        taker("b", clients=1000, points=0),
        taker("c", clients=10, points=0),
    )
    own = {"a": (group("of a", 50),), "b": (group("of b", 1000),)}
    sites[1:2] = [site("t", 60, provider="b", distance=9)]
    fallen = cascade(
        Town(here.groups, tuple(sites), here.takers), POLICY, clients_of=own.__getitem__, edge=40
    )
    assert [(one.clients, one.placed, one.tipped) for one in fallen.rounds] == [
        (20, 20, ("a",)),
        (70, 60, ()),
    ]
    assert (fallen.unplaced, fallen.settled) == (10, True)


@pytest.mark.slow
def test_a_region_of_sixty_providers_is_planned_in_time():
    profiles = [f"VG{n}" for n in range(12)]
    groups = [group(f"g{p}{k}", 125, profile=p) for p in profiles for k in (1, 2)]
    sites = [
        site(f"{n}{p}", (n * 7 + i * 3) % 6, provider=f"p{n}", distance=(n + i) % 6, profile=p)
        for n in range(60)
        for i, p in enumerate(profiles)
    ]
    begin = time.perf_counter()
    found = plan(town(groups, sites, *(taker(f"p{n}", 30) for n in range(60))), POLICY)
    assert time.perf_counter() - begin < 300  # ten times the promise; the benchmark shows the time itself
    assert found.placed + found.left == 3000


def every_takeover(here: Town) -> Iterator[tuple[Town, int]]:
    """What is left of a town for each way to give its whole locations away, and how many that places."""
    choices = [(None, *(one for one in house.takers)) for house in here.houses]
    for chosen in product(*choices):
        load, gone = dict.fromkeys(here.takers, 0), {one.id: 0 for one in here.groups}
        for house, who in zip(here.houses, chosen, strict=True):
            if who is not None:
                load[who] += house.total
                for name, clients in house.clients.items():
                    gone[name] += clients
        if any(load[name] > here.takers[name].headroom for name in load):
            continue
        groups = tuple(replace(one, clients=one.clients - gone[one.id]) for one in here.groups)
        takers = {name: replace(one, headroom=one.headroom - load[name]) for name, one in here.takers.items()}
        yield replace(here, groups=groups, takers=takers, houses=()), sum(gone.values())


@given(
    st.integers(0, 4), st.integers(0, 4), st.integers(0, 3), st.integers(0, 9), st.integers(0, 9), st.integers(0, 4)
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_whole_locations_as_good_as_the_best_of_all_ways(first, second, other, room, more, free):
    """Two locations of one provider, two takers: whole or not at all, beside places elsewhere."""
    seven, eight = group("g7", first + second), group("g8", other, profile="VG8")
    houses = (
        House("h1", {"g7": first, "g8": other}, ("a", "b")),
        House("h2", {"g7": second, "g8": 0}, ("a", "b")),
    )
    here = replace(
        town([seven, eight], [site("s", free, provider="a"), site("t", 1, provider="b")], taker("a", room), taker("b", more)),
        houses=houses,
    )  # fmt: skip
    best = max(
        placed + max((sum(n for *_, n in moves) for moves in every_plan(rest)), default=0)
        for rest, placed in every_takeover(here)
    )
    found = plan(here, POLICY)
    assert found.placed == best
    assert found.placed + found.left == first + second + other
    for house in houses:
        taken = [move.clients for move in found.moves if move.site.location == house.id]
        assert sum(taken) in {0, house.total}
        assert len({move.site.provider for move in found.moves if move.site.location == house.id}) <= 1


def test_takers_are_scored_again_with_all_they_carry_so_far():
    """Who is loaded in two rounds is assessed with both loads; nobody tips by the norm alone."""
    asked: list[dict[str, int]] = []

    def reassess(loads):
        asked.append(dict(loads))
        return {name: 45 if load > 8 else 10 for name, load in loads.items()}

    here = town([group("g", 10)], [site("s", 9, provider="a"), site("t", 20, provider="b")])
    found = cascade(here, POLICY, clients_of=lambda _: (group("own", 4),), edge=40, reassess=reassess)
    assert asked[0] == {"a": 9, "b": 1} or asked[0] == {"b": 10}
    assert found.settled
    assert sum(one.clients for one in found.rounds) >= 10
    assert all(before == 10 for one in found.rounds for _, before, _ in one.points)


def test_a_cascade_without_end_stops_after_ten_rounds():
    sites = [site(f"s{number}", 40, provider=f"p{number}") for number in range(60)]
    here = town([group("g", 5)], sites)
    found = cascade(here, POLICY, clients_of=lambda _: (group("own", 1),), edge=40, reassess=lambda loads: dict.fromkeys(loads, 99))  # fmt: skip
    assert (len(found.rounds), found.settled) == (10, False)


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        pytest.param("Uden", "Boxmeer", 23, id="twee plaatsen in Brabant"),
        pytest.param("Groningen", "Maastricht", 270, id="het hele land"),
        pytest.param("Uden", "Uden", 0, id="dezelfde plaats"),
    ],
)
def test_distance_as_the_crow_flies(one, other, km):
    assert round(haversine(places()[one], places()[other])) == km


def test_a_name_that_several_places_bear_is_not_in_the_table():
    assert {"Hengelo", "Uden", "'s-Gravenhage"} <= set(places())
    assert len(places()) > 1800


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        pytest.param(17, [40], [17], id="een locatie"),
        pytest.param(10, [1, 1, 1], [4, 3, 3], id="de rest naar de eerste"),
        pytest.param(7, [10, 90], [1, 6], id="naar capaciteit"),
        pytest.param(0, [3, 4], [0, 0], id="niemand"),
    ],
)
def test_clients_over_locations_add_up(total, weights, parts):
    assert divided(total, weights) == parts
