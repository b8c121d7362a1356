"""When everything moves at once: single mails up to a limit, then one list with the rest, and nothing dropped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Telling:
    """One change that one address must hear of. A higher `weight` is told singly first."""

    item: int
    address: str
    weight: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """Every telling is in exactly one of the two."""

    single: tuple[Telling, ...]
    listed: Mapping[str, tuple[Telling, ...]]
    """By address."""


def split(tellings: Sequence[Telling], *, sent_this_hour: Mapping[str, int], limit: int) -> Split:
    """Per address the gravest singly, as many as its hour still allows, the others in its list."""
    by_address: dict[str, list[Telling]] = {}
    for one in tellings:
        by_address.setdefault(one.address, []).append(one)
    single: list[Telling] = []
    listed: dict[str, tuple[Telling, ...]] = {}
    for address, mine in by_address.items():
        room = max(limit - sent_this_hour.get(address, 0), 0)
        ordered = sorted(mine, key=lambda one: (one.weight, -one.item), reverse=True)
        single += ordered[:room]
        if ordered[room:]:
            listed[address] = tuple(ordered[room:])
    return Split(tuple(sorted(single, key=lambda one: (one.item, one.address))), listed)
