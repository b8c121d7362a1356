"""Did the provider warn, as its agreement obliges, and before or after we knew? (handvatten H3)"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

OWN_WARNINGS = (
    "eigen_waarschuwing",
    "lonen_niet_betaald",
    "eigen_aankondiging_sluiting",
    "eigen_aankondiging_overdracht",
)
"""Kinds of events, and the question of the quarterly return, by which a provider warns itself."""


class Warned(StrEnum):
    FIRST = "niet later dan wij"
    """It warned before our first alert, or on the same day."""
    AFTER = "later dan wij"
    NEVER = "niet"
    UNPROMPTED = "zonder dat wij iets zagen"
    """It warned, and we had no alert."""


@dataclass(frozen=True, slots=True)
class Warning:
    """What one provider told and when, beside when we knew."""

    provider: str
    warned_on: date | None
    knew_on: date | None
    """The day our alert came to high or acute; None without one."""
    duty_since: date | None
    """From when its agreement obliges it to warn; None when no agreement says so."""

    @property
    def verdict(self) -> Warned:
        """Who was first."""
        if self.warned_on is None:
            return Warned.NEVER
        if self.knew_on is None:
            return Warned.UNPROMPTED
        return Warned.FIRST if self.warned_on <= self.knew_on else Warned.AFTER

    @property
    def days_apart(self) -> int | None:
        """How many days we knew before it warned; negative: it warned before us."""
        if self.warned_on is None or self.knew_on is None:
            return None
        return (self.warned_on - self.knew_on).days

    @property
    def is_breach(self) -> bool:
        """Obliged to warn when we knew, and did not, or only after us: something to talk about, no verdict."""
        obliged = self.duty_since is not None and self.knew_on is not None and self.duty_since <= self.knew_on
        return obliged and self.verdict in {Warned.AFTER, Warned.NEVER}
