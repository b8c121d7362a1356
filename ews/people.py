"""People of the office: who may do what, and where a message reaches them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

SECTORS = frozenset({"vv", "ghz", "ggz"})


class Role(StrEnum):
    CONTINUITY_OFFICER = "continuiteitsfunctionaris"
    ANALYST = "analist"
    TEAM_LEAD = "teamleider"
    COMMITTEE = "risicocommissie"
    STAFF = "medewerker"
    APPROVER = "goedkeurder"
    AUDITOR = "auditor"
    ADMIN = "beheerder"


class Mandate(StrEnum):
    EWS_MELDING = "ews_melding"
    OVERMACHTSMELDING = "overmachtsmelding"
    SPOED = "spoedmandaat"
    CONFIG = "config"
    RELEASE = "vrijgave"


@dataclass(frozen=True, slots=True)
class Absence:
    """Leave or illness, from the first day to the last."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Person:
    """One person of the office. `id` is what decisions and the audit chain name."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}  # settings refuses unknown keys

    id: str
    name: str
    role: Role
    address: str
    regions: tuple[str, ...] = ()
    """Zorgkantoor region codes; empty: all of the office."""
    mandates: frozenset[Mandate] = frozenset()
    sees_amounts: bool = True
    deputy: str | None = None
    phone: str = ""
    sectors: tuple[str, ...] = ()
    """vv, ghz, ggz; empty: all."""
    absences: tuple[Absence, ...] = ()

    def covers(self, region: str) -> bool:
        """Whether this person works for the region; an empty region belongs to everyone."""
        return not self.regions or not region or region in self.regions

    def handles(self, sector: str) -> bool:
        """Whether this person works for the sector; one that is unknown or mixed belongs to everyone."""
        return not self.sectors or sector in self.sectors or sector not in SECTORS

    def is_away(self, day: date | None) -> bool:
        """Whether this person is away on a day."""
        return day is not None and any(one.first <= day <= one.last for one in self.absences)
