"""Who is told what: every address with the reason it is told, every person left out with the reason why not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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


@dataclass(frozen=True, slots=True)
class OnCall:
    """[[rota]] of recipients.toml: in these days this person hears for the whole role what concerns a provider."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: str
    person: str
    first: date
    last: date


class Because(StrEnum):
    ROLE = "role"
    DEPUTY = "deputy"
    """In the place of somebody who is away."""
    TOLD_BEFORE = "told_before"
    DUTY = "duty"
    """Nobody else could be reached: the office's own address."""


class SkipReason(StrEnum):
    NO_ROUTE = "no_route"
    LEVEL_TOO_LOW = "level_too_low"
    OTHER_REGION = "other_region"
    OTHER_SECTOR = "other_sector"
    AWAY = "away"
    NOT_ON_CALL = "not_on_call"
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
    sector: str = ""


@dataclass(frozen=True, slots=True)
class Rota:
    """Everyone there is to tell on a day, as configured."""

    people: Mapping[str, Person]
    routes: Sequence[Route]
    allowed_domains: frozenset[str]
    duty_address: str
    today: date | None = None
    """The office day on which is told; None: nobody is away and nobody has turns."""
    turns: Sequence[OnCall] = ()


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
    _stand_in(chosen, skipped, rota)
    if matter.kind in _OF_A_PROVIDER:
        _leave_to_who_is_on_call(chosen, skipped, rota)
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
    if not person.handles(matter.sector):
        return SkipReason.OTHER_SECTOR
    return SkipReason.AWAY if person.is_away(rota.today) else _address_fault(person.address, rota)


def _stand_in(chosen: dict[str, Recipient], skipped: Sequence[Skipped], rota: Rota) -> None:
    """The deputy of who is away, whatever region or sector: somebody must hear it."""
    for one in skipped:
        deputy = rota.people.get(rota.people[one.person].deputy or "")
        if one.reason is not SkipReason.AWAY or deputy is None or deputy.is_away(rota.today):
            continue
        if _address_fault(deputy.address, rota) is None:
            chosen.setdefault(deputy.address.lower(), Recipient(deputy.address, deputy, Because.DEPUTY))


def _leave_to_who_is_on_call(chosen: dict[str, Recipient], skipped: list[Skipped], rota: Rota) -> None:
    """Others of a role are left alone while one of it has the turn and is really told."""
    today = rota.today
    turns = {one.person for one in rota.turns if today is not None and one.first <= today <= one.last}
    heard = {one.person.id: one.person.role for one in chosen.values() if one.person}
    served = {role for person, role in heard.items() if person in turns}
    for key, one in list(chosen.items()):
        person = one.person
        if person and person.role in served and person.id not in turns and one.because is Because.ROLE:
            skipped.append(Skipped(person.id, SkipReason.NOT_ON_CALL))
            del chosen[key]


def _address_fault(address: str, rota: Rota) -> SkipReason | None:
    if not is_address(address):
        return SkipReason.BAD_ADDRESS
    return None if domain_of(address) in rota.allowed_domains else SkipReason.DOMAIN_NOT_ALLOWED


def _person_at(address: str, rota: Rota) -> Person | None:
    return next((one for one in rota.people.values() if one.address.lower() == address.lower()), None)
