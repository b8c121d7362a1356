"""Whom rows may be about, and whose an identifier was when it went from one provider to another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Tenure:
    """Somebody had an identifier from a day on, until the next did."""

    subject: str
    since: date


@dataclass(frozen=True, slots=True)
class Known:
    """Everybody by every identifier they have now, and the tenures of identifiers that changed hands."""

    now: Mapping[str, str]
    moved: Mapping[str, tuple[Tenure, ...]] = field(default_factory=dict)
    """Oldest first; only of identifiers that more than one provider had."""

    def on(self, identifier: str, day: date) -> str | None:
        """Whose an identifier was on a day: a late message about last year is about who had the code then.

        Before the first tenure it is the first one's: a register that began later says nothing else.
        """
        tenures = self.moved.get(identifier)
        if not tenures:
            return self.now.get(identifier)
        begun = [one for one in tenures if one.since <= day]
        return (begun or tenures)[-1 if begun else 0].subject
