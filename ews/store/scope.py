"""What one person may see: part of every query behind a page. What lies outside does not exist for them."""

from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection

from ews.cases.model import CaseFile
from ews.errors import NotFoundError
from ews.people import Person
from ews.signals.register import Register
from ews.store import case_subjects, cases
from ews.store.register import register_at


@dataclass(frozen=True, slots=True)
class Scope:
    """Regions that a person works for; none named: all of the office."""

    regions: frozenset[str]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is hidden from this person."""
        return not self.regions

    def admits(self, region: str) -> bool:
        """Whether a subject of this region is seen; one without a region belongs to everyone."""
        return self.is_whole or not region or region in self.regions


EVERYTHING = Scope(frozenset())


def scope_of(person: Person) -> Scope:
    """The scope that people.toml gives a person."""
    return Scope(frozenset(person.regions))


def visible(register: Register, scope: Scope) -> Register:
    """The register without the subjects, and the links to subjects, of other regions."""
    if scope.is_whole:
        return register
    providers = {name: one for name, one in register.providers.items() if scope.admits(one.region)}
    locations = {
        name: replace(one, provider=one.provider if one.provider in providers else "")
        for name, one in register.locations.items()
        if scope.admits(register.region(name))
    }
    kept = {
        name: replace(one, locations=tuple(place for place in one.locations if place in locations))
        for name, one in providers.items()
    }
    return replace(register, providers=kept, locations=locations)


# The register of a moment is one shared object; the part that a scope admits is made of it once.
_KEPT = 8
_parts: OrderedDict[tuple[int, Scope], tuple[Register, Register]] = OrderedDict()
_lock = Lock()


def register_seen(connection: Connection, scope: Scope, *, as_of: datetime) -> Register:
    """The part of the register, as known at `as_of`, that lies within the scope."""
    whole = register_at(connection, as_of)
    if scope.is_whole:
        return whole
    key = (id(whole), scope)
    with _lock:
        made = _parts.get(key)
    if made is None or made[0] is not whole:
        made = (whole, visible(whole, scope))
    with _lock:
        _parts[key] = made
        _parts.move_to_end(key)
        while len(_parts) > _KEPT:
            _parts.popitem(last=False)
    return made[1]


def regions_of(connection: Connection, subjects: Collection[str], *, as_of: datetime) -> dict[str, str]:
    """The region of each subject; of a location without one that of its provider."""
    own = case_subjects.register_texts(connection, "regio", subjects, as_of=as_of)
    bare = [subject for subject in subjects if not own.get(subject)]
    if not bare:
        return own
    parents = case_subjects.register_texts(connection, "aanbieder", bare, as_of=as_of)
    above = case_subjects.register_texts(connection, "regio", set(parents.values()), as_of=as_of)
    return own | {subject: above.get(parents.get(subject, ""), "") for subject in bare}


def check_subject(connection: Connection, scope: Scope, subject: str, *, as_of: datetime) -> None:
    """Raise NotFoundError for a subject of another region, in the words for one that does not exist."""
    if not scope.admits(regions_of(connection, [subject], as_of=as_of).get(subject, "")):
        raise NotFoundError(f"Aanbieder {subject} is niet bekend.")


def load_case(connection: Connection, scope: Scope, number: str, *, as_of: datetime) -> CaseFile:
    """A case within the scope. Raises NotFoundError, the same for a foreign and an absent one."""
    found = cases.load_case(connection, number)
    check_subject(connection, scope, found.subject, as_of=as_of)
    return found


def within(
    connection: Connection, scope: Scope, listed: Iterable[CaseFile], *, as_of: datetime
) -> list[CaseFile]:
    """Those of the cases that lie within the scope."""
    kept = list(listed)
    if scope.is_whole:
        return kept
    regions = regions_of(connection, {case.subject for case in kept}, as_of=as_of)
    return [case for case in kept if scope.admits(regions.get(case.subject, ""))]
