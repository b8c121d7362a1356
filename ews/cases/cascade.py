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


@dataclass(frozen=True, slots=True)
class Cascade:
    """Rounds until nobody tips any more, or `ROUNDS`."""

    rounds: tuple[Round, ...]
    unplaced: int
    settled: bool


def cascade(
    town: Town, policy: TransferPolicy, *, clients_of: Callable[[str], tuple[Group, ...]], edge: int
) -> Cascade:
    """Load the takers without regard for what they bear, assess them again, and move on the clients of those who tip.

    `clients_of` gives the groups of a provider that tips; those it took move on with them.
    """
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
        tipped = tuple(sorted(name for name in taken if _tips(town.takers[name], loads[name], policy, edge)))
        moving = sum(group.clients for group in waiting)
        rounds.append(Round(len(rounds) + 1, moving, proposal.placed, tipped))
        gone |= set(tipped)
        waiting = tuple(group for name in tipped for group in (*clients_of(name), *taken[name]))
    return Cascade(tuple(rounds), unplaced + sum(group.clients for group in waiting), settled=not waiting)


def _unbounded(town: Town, gone: set[str]) -> Town:
    takers: Mapping[str, Taker] = {
        name: replace(taker, headroom=0 if name in gone else 1_000_000) for name, taker in town.takers.items()
    }
    return replace(town, takers=takers)


def _tips(taker: Taker, load: int, policy: TransferPolicy, edge: int) -> bool:
    if taker.points is None or taker.clients <= 0:
        return load > taker.headroom
    return taker.points + policy.points_per_percent * 100 * load / taker.clients >= edge
