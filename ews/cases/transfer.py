"""Where could the clients go? Demand, supply and the plan between them: counts, never persons.

A plan is a proposal and never an allocation: clients choose.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar


class Block(StrEnum):
    """A hard limit between a group and a place. The first that would free most is the binding one."""

    HEADROOM = "draagkracht"
    UNCONFIRMED = "niet_bevestigd"
    WAITING = "wachtlijst"
    CONTRA_INDICATION = "contra_indicatie"
    WZD = "wzd"
    TREATMENT = "behandeling"
    COUPLE = "partner"
    DISTANCE = "afstand"
    FULL = "vol"
    NO_OFFER = "geen_aanbod"


BLOCK_WORDS = {
    Block.HEADROOM: "de overnemer zou door de extra cliënten zelf omvallen",
    Block.UNCONFIRMED: "vrije plaatsen zijn niet of te lang geleden bevestigd",
    Block.WAITING: "vrije plaatsen zijn nodig voor urgent en actief wachtenden",
    Block.CONTRA_INDICATION: "de aanbieders met plek hanteren een contra-indicatie",
    Block.WZD: "geen vrije plek in een Wzd-accommodatie",
    Block.TREATMENT: "geen vrije plek met behandeling",
    Block.COUPLE: "geen vrije plek voor partners samen",
    Block.DISTANCE: "plek alleen buiten het gebied",
    Block.FULL: "alle passende plaatsen zijn bezet",
    Block.NO_OFFER: "niemand anders gaf plaatsen op voor dit profiel in deze leveringsvorm",
}


@dataclass(frozen=True, slots=True)
class TransferPolicy:
    """config/transfer.toml: what counts as a place, and how much a taker can bear."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    valid_from: date
    source: str
    confirmed_days: int
    points_per_percent: float
    """Points that a provider's assessment gains per percent of extra clients."""
    unassessed_headroom: int
    split_cost: int
    """Weight of one more place that a group is spread over, beside the distance of one client."""
    distance_cost: Mapping[str, int]
    """`plaats`, `pc3`, `pc2`, `regio`, `elders`: weight per client."""
    bridging: Mapping[str, tuple[str, ...]]
    """Delivery forms that may bridge another for a while, used only when asked for."""
    candidates: int
    km_per_point: float = 10
    """So many kilometres weigh one point per client, up to `elders`; where places are unknown postcodes count."""
    load: "LoadPolicy | None" = None
    """What an extra percent of clients does to a taker's figures; None: `points_per_percent` alone."""


@dataclass(frozen=True, slots=True)
class LoadPolicy:
    """[load] of transfer.toml: figures of a taker per part of extra clients, the staff being what it is."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    vacancies_per_fte: float
    """Extra vacancies, as part of the fte, for one whole of extra clients."""
    hired_per_staff_cost: float
    """Extra cost of hired staff, as part of the staff cost, for one whole of extra clients."""
    income_lag: float
    """Part of that cost that is not paid for yet: it lowers the result."""


@dataclass(frozen=True, slots=True)
class Group:
    """Clients who need the same, and count as one group to keep together."""

    id: str
    profile: str
    form: str
    clients: int
    needs: frozenset[str] = frozenset()
    """Of `wzd`, `behandeling`, `partner`, and whatever contra-indication excludes, such as `agressie`."""


@dataclass(frozen=True, slots=True)
class Site:
    """One kind of place at one location: the four things that must be known, and how sure they are."""

    id: str
    location: str
    provider: str
    profile: str
    form: str
    free: int
    """As stated."""
    distance: int
    """Weight per client from the provider that stops."""
    waiting: int = 0
    """Urgent and active waiting clients for these places: they go first."""
    confirmed_on: date | None = None
    confirmed_by: str = ""
    is_confirmed: bool = True
    context: str = ""
    expertise: str = ""
    offers: frozenset[str] = frozenset({"wzd", "behandeling", "partner"})
    contra_indications: frozenset[str] = frozenset()
    bridges: bool = False
    """Another delivery form, for the time being."""
    km: int | None = None
    """As the crow flies from the nearest location of the provider that stops; None: a place is not known."""
    reachable: bool = True

    @property
    def net(self) -> int:
        """Places left when those who wait urgently or actively have theirs."""
        return max(0, self.free - self.waiting)


@dataclass(frozen=True, slots=True)
class House:
    """A location of the provider that stops, which another may take over whole: in place, with its staff."""

    id: str
    clients: Mapping[str, int]
    """Clients by group; estimated by the capacity of the location, for clients are known per provider."""
    takers: tuple[str, ...]
    """Who could be asked: of the same sector, and not at level high itself."""

    @property
    def total(self) -> int:
        return sum(self.clients.values())


@dataclass(frozen=True, slots=True)
class Taker:
    """A provider that could take clients over: how many until it would tip itself."""

    id: str
    name: str
    clients: int
    points: int | None
    level: str
    headroom: int


@dataclass(frozen=True, slots=True)
class Town:
    """A whole problem: who must move, which places there are, what the takers can bear."""

    groups: tuple[Group, ...]
    sites: tuple[Site, ...]
    takers: Mapping[str, Taker]
    houses: tuple[House, ...] = ()
    """Only when takeover in place counts."""


@dataclass(frozen=True, slots=True)
class Move:
    """So many clients of a group to so many places of one kind."""

    group: Group
    site: Site
    clients: int


@dataclass(frozen=True, slots=True)
class Unmet:
    """Clients of a group without a place, and the one limit that binds most."""

    group: Group
    clients: int
    block: Block


@dataclass(frozen=True, slots=True)
class Gain:
    """What more places of one kind would do: with one, and with as many as are needed."""

    site: Site
    one: int
    most: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A proposal. Clients = placed + unmet, always."""

    moves: tuple[Move, ...]
    unmet: tuple[Unmet, ...]
    gains: tuple[Gain, ...]
    proven: bool
    """The solver proved that nothing better exists; False: it ran out of its time for distance and integrity."""

    @property
    def placed(self) -> int:
        return sum(move.clients for move in self.moves)

    @property
    def left(self) -> int:
        return sum(one.clients for one in self.unmet)

    @property
    def displaced(self) -> int:
        """Waiting clients whose place the plan would use."""
        used: dict[str, tuple[Site, int]] = {}
        for move in self.moves:
            before = used.get(move.site.id, (move.site, 0))[1]
            used[move.site.id] = (move.site, before + move.clients)
        return sum(max(0, count - site.net) for site, count in used.values())


def headroom(clients: int, points: int | None, *, edge: int, policy: TransferPolicy) -> int:
    """Clients a provider can take before its points would reach the edge (the level `high`).

    Without an assessment nobody knows what it can bear: `unassessed_headroom`.
    """
    if points is None:
        return policy.unassessed_headroom
    spare = edge - 1 - points
    if spare < 0 or clients <= 0:
        return 0
    return int(spare / policy.points_per_percent * clients / 100)


def blocks(group: Group, site: Site) -> set[Block]:
    """Hard limits between a group and a place, apart from how many there are."""
    found = set()
    if not site.is_confirmed:
        found.add(Block.UNCONFIRMED)
    if not site.reachable:
        found.add(Block.DISTANCE)
    for need, block in (("wzd", Block.WZD), ("behandeling", Block.TREATMENT), ("partner", Block.COUPLE)):
        if need in group.needs and need not in site.offers:
            found.add(block)
    if group.needs & site.contra_indications:
        found.add(Block.CONTRA_INDICATION)
    return found


def fits(group: Group, site: Site) -> bool:
    """Whether the places are of the kind the group needs (or bridge it)."""
    return site.profile == group.profile and (site.form == group.form or site.bridges)
