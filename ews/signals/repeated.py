"""Bytes that came in before: the same delivery once more, or a list that says again what it said before the last one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Again(StrEnum):
    """What known bytes are this time."""

    KNOWN = "known"
    """A copy: nothing changes."""
    RETURNED = "returned"
    """A state that holds anew: what was said in between no longer does."""
    DOUBTFUL = "doubtful"
    """Perhaps a copy, perhaps a state that holds anew: a person decides."""


@dataclass(frozen=True, slots=True)
class InForce:
    """The delivery that says how things stand."""

    number: int
    sha256: str
    name: str
    day: date | None


def judged(
    sha256: str, *, name: str, day: date | None, names: Collection[str], in_force: InForce | None
) -> Again:
    """What known bytes of a list of states are now. `day`: in the file's name; `names`: under which they came before.

    `in_force`: what held at the moment from which the file is known; None: it goes before all that came.

    A list that still lies in its folder keeps its name, so only a later day in the name, or the place of the file
    that is in force, makes it news. Without a day a new name may as well be a copy.
    """
    if in_force is None:
        return Again.KNOWN if day is None or name in names else Again.RETURNED
    if in_force.sha256 == sha256:
        return Again.KNOWN
    if name == in_force.name:
        return Again.RETURNED
    if day is not None:
        return Again.RETURNED if in_force.day is None or day > in_force.day else Again.KNOWN
    return Again.KNOWN if name in names else Again.DOUBTFUL
