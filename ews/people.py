"""People of the office: who may do what, and where a message reaches them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


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

    def covers(self, region: str) -> bool:
        """Whether this person works for the region; an empty region belongs to everyone."""
        return not self.regions or not region or region in self.regions
