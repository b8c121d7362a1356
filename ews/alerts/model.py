"""Alerts are episodes; each change of one is a row, and messages and cases derive from the rows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ews.scoring.model import Assessment, Level


class ChangeReason(StrEnum):
    OPENED = "opened"
    RAISED = "raised"
    LOWERED = "lowered"
    REPEATED = "repeated"
    ACKNOWLEDGED = "acknowledged"
    REESCALATED = "reescalated"
    CLEARED = "cleared"


LEVEL_CHANGES = frozenset(
    {ChangeReason.OPENED, ChangeReason.RAISED, ChangeReason.LOWERED, ChangeReason.CLEARED}
)
"""After the others the level that is held is what it was."""


@dataclass(frozen=True, slots=True)
class AlertState:
    """The episode as it stands, derived from its changes."""

    alert: int
    subject: str
    family: str
    """Rule family, for example `continuity`."""
    held: Level
    """The last confirmed level: does not fall because something went missing."""
    opened_at: datetime
    last_change_at: datetime
    last_told_at: datetime | None
    below_since: datetime | None
    """Since when assessments lie under the clear threshold; None while they do not."""
    acknowledged_until: datetime | None = None
    acknowledged_by: str | None = None


@dataclass(frozen=True, slots=True)
class Mute:
    """Silence about a subject, with a reason and an end."""

    id: int
    subject: str
    from_at: datetime
    until: datetime
    reason: str
    author: str
    second: str | None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlertChange:
    """One step of an episode. `alert` is None for the change that opens one."""

    alert: int | None
    subject: str
    family: str
    at: datetime
    reason: ChangeReason
    before: Level
    after: Level
    points: int
    policy: str
    speaker: str = ""
    """The member of the same concern whose alert speaks for this one: recorded, not told. Empty: told."""


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A change that stands in the store, with the assessment that made it: cases and messages start here."""

    change: AlertChange
    change_id: int
    alert_id: int
    assessment: Assessment
    remedy: str = ""
    """What would bring the level down, in Dutch; empty when that was not worked out."""
