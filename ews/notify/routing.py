"""Who is told what: every address with the reason it is told, every person left out with the reason why not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from ews.notify.envelope import domain_of, is_address
from ews.notify.model import MessageKind
from ews.people import Person, Role
from ews.scoring.model import Level

_OF_A_PROVIDER = {MessageKind.ALERT, MessageKind.REPEAT, MessageKind.ESCALATION}


@dataclass(frozen=True, slots=True)
class Route:
    """Which role is told of what, from which level up (recipients.toml)."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: str
    role: Role
    kinds: frozenset[MessageKind]
    from_level: Level = Level.ELEVATED
    why: str = ""
    """Dutch, for who asks why this role is told."""


class Because(StrEnum):
    ROLE = "role"
    TOLD_BEFORE = "told_before"
    DUTY = "duty"
    """Nobody else could be reached: the office's own address."""


class SkipReason(StrEnum):
    NO_ROUTE = "no_route"
    LEVEL_TOO_LOW = "level_too_low"
    OTHER_REGION = "other_region"
    BAD_ADDRESS = "bad_address"
    DOMAIN_NOT_ALLOWED = "domain_not_allowed"
    SAME_ADDRESS = "same_address"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address to tell. `person` is None for the duty address and for a leaver told before."""

    address: str
    person: Person | None
    because: Because

    @property
    def sees_amounts(self) -> bool:
        return self.person.sees_amounts if self.person else False


@dataclass(frozen=True, slots=True)
class Skipped:
    person: str
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class Routed:
    """`recipients` is never empty as long as the duty address is allowed."""

    recipients: tuple[Recipient, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """What there is to tell: the kind of message, how grave, and of which region."""

    kind: MessageKind
    level: Level
    region: str = ""


@dataclass(frozen=True, slots=True)
class Rota:
    """Everyone there is to tell, as configured."""

    people: Mapping[str, Person]
    routes: Sequence[Route]
    allowed_domains: frozenset[str]
    duty_address: str


def route(matter: Matter, rota: Rota, *, told_before: Iterable[str] = ()) -> Routed:
    """Recipients for a matter. Addresses told before are told again, so that who was warned hears the end."""
    chosen: dict[str, Recipient] = {}
    skipped: list[Skipped] = []
    for person in rota.people.values():
        reason = _why_not(person, matter, rota)
        if reason is None and person.address.lower() in chosen:
            reason = SkipReason.SAME_ADDRESS
        if reason is None:
            chosen[person.address.lower()] = Recipient(person.address, person, Because.ROLE)
        else:
            skipped.append(Skipped(person.id, reason))
    for address in told_before:
        if address.lower() not in chosen and _address_fault(address, rota) is None:
            person_of = _person_at(address, rota)
            chosen[address.lower()] = Recipient(address, person_of, Because.TOLD_BEFORE)
    if not chosen:
        chosen[""] = Recipient(rota.duty_address, None, Because.DUTY)
    return Routed(tuple(chosen.values()), tuple(skipped))


def _why_not(person: Person, matter: Matter, rota: Rota) -> SkipReason | None:
    routes = [one for one in rota.routes if one.role is person.role and matter.kind in one.kinds]
    if not routes:
        return SkipReason.NO_ROUTE
    # not knowing is no reason to stay silent: it is told as if the level were elevated
    level = (
        Level.ELEVATED if matter.level is Level.UNKNOWN and matter.kind in _OF_A_PROVIDER else matter.level
    )
    if all(level.rank < one.from_level.rank for one in routes):
        return SkipReason.LEVEL_TOO_LOW
    if not person.covers(matter.region):
        return SkipReason.OTHER_REGION
    return _address_fault(person.address, rota)


def _address_fault(address: str, rota: Rota) -> SkipReason | None:
    if not is_address(address):
        return SkipReason.BAD_ADDRESS
    return None if domain_of(address) in rota.allowed_domains else SkipReason.DOMAIN_NOT_ALLOWED


def _person_at(address: str, rota: Rota) -> Person | None:
    return next((one for one in rota.people.values() if one.address.lower() == address.lower()), None)
