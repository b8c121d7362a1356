"""What ties providers together in one case: a regional event that strikes several at once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Umbrella:
    """One event, one case: alerts of the members land here and open no case of their own."""

    event: str
    """For example `hoogwater Maas` or `uitval ICT`."""
    region: str
    members: tuple[str, ...]
    """Identifiers of the providers that are struck."""


@dataclass(frozen=True, slots=True)
class MemberSignal:
    """An alert of a member while the umbrella case is open."""

    provider: str
    level: str
    points: int
