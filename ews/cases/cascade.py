"""When everybody simply moves to where there is a place: who tips next, and how far does it go?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ews.cases.assign import plan
from ews.cases.transfer import Group, Taker, Town, TransferPolicy

ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Round:
    """One step: what had to move, where it went, whom the load pushes over the edge."""

    number: int
    clients: int
    placed: int
    tipped: tuple[str, ...]
    points: tuple[tuple[str, int | None, int | None], ...] = ()
    """Per taker that got clients: its points before, and with all it carries now."""


@dataclass(frozen=True, slots=True)
class Cascade:
    """Rounds until nobody tips any more, or `ROUNDS`."""

    rounds: tuple[Round, ...]
    unplaced: int
    settled: bool


Reassess = Callable[[Mapping[str, int]], Mapping[str, int | None]]
"""Points of takers when they carry so many extra clients; None: nothing is known of them."""


def by_norm(town: Town, policy: TransferPolicy) -> Reassess:
    """The office's norm alone: so many points per percent of extra clients."""

    def points(loads: Mapping[str, int]) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        for name, load in loads.items():
            taker = town.takers[name]
            known = taker.points is not None and taker.clients > 0
            extra = policy.points_per_percent * 100 * load / taker.clients if known else 0
            found[name] = int((taker.points or 0) + extra) if known else None
        return found

    return points


def cascade(
    town: Town,
    policy: TransferPolicy,
    *,
    clients_of: Callable[[str], tuple[Group, ...]],
    edge: int,
    reassess: Reassess | None = None,
) -> Cascade:
    """Load the takers without regard for what they bear, assess them again, and move on the clients of those who tip.

    `clients_of` gives the groups of a provider that tips; those it took move on with them. `reassess` gives the
    points of loaded takers; without it the norm of the policy does.
    """
    again = reassess or by_norm(town, policy)
    waiting, places = town.groups, {site.id: site.net for site in town.sites}
    loads: dict[str, int] = {}
    gone: set[str] = set()
    rounds: list[Round] = []
    unplaced = 0
    while waiting and len(rounds) < ROUNDS:
        here = _unbounded(replace(town, groups=waiting), gone)
        proposal = plan(here, policy, places=lambda site: places[site.id], seconds=2)
        taken: dict[str, list[Group]] = {}
        for move in proposal.moves:
            places[move.site.id] -= move.clients
            loads[move.site.provider] = loads.get(move.site.provider, 0) + move.clients
            moved = replace(move.group, id=f"{move.group.id}>{move.site.id}", clients=move.clients)
            taken.setdefault(move.site.provider, []).append(moved)
        unplaced += proposal.left
        points = again({name: loads[name] for name in taken})
        tipped = tuple(
            sorted(name for name in taken if _tips(town.takers[name], loads[name], points[name], edge))
        )
        moving = sum(group.clients for group in waiting)
        after = tuple((name, town.takers[name].points, points[name]) for name in sorted(taken))
        rounds.append(Round(len(rounds) + 1, moving, proposal.placed, tipped, after))
        gone |= set(tipped)
        waiting = tuple(group for name in tipped for group in (*clients_of(name), *taken[name]))
    return Cascade(tuple(rounds), unplaced + sum(group.clients for group in waiting), settled=not waiting)


def _unbounded(town: Town, gone: set[str]) -> Town:
    takers: Mapping[str, Taker] = {
        name: replace(taker, headroom=0 if name in gone else 1_000_000) for name, taker in town.takers.items()
    }
    # everybody goes to free places: a takeover in place moves nobody
    return replace(town, takers=takers, houses=())


def _tips(taker: Taker, load: int, points: int | None, edge: int) -> bool:
    """Over the edge of level high; of whom nothing is known, over what may be asked of such a one."""
    return load > taker.headroom if points is None else points >= edge
