"""Why nothing was told: every silence has one reason."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from ews.alerts.decide import QUIET, next_step
from ews.alerts.inhibition import speaker_for
from ews.alerts.model import AlertState, ChangeReason
from ews.alerts.policy import AlertPolicy
from ews.scoring.card import Card
from ews.scoring.model import Assessment, Level


class Silence(StrEnum):
    NOT_ASSESSED = "not_assessed"
    BELOW = "below"
    """The points do not reach the first level."""
    UNKNOWN = "unknown"
    """Too little is known, and no alert was open."""
    UNCHANGED = "unchanged"
    """The open alert stands as it was told, and no reminder is due."""
    HELD = "held"
    """The points fell, but not low enough or not long enough to go down."""
    ACKNOWLEDGED = "acknowledged"
    INHIBITED = "inhibited"
    """The provider's own alert speaks for this location."""
    CONCERN = "concern"
    """The alert of another member speaks for this concern."""
    MUTED = "muted"


def silence_of(
    state: AlertState | None,
    assessment: Assessment | None,
    card: Card,
    policy: AlertPolicy,
    *,
    now: datetime,
    inhibited: bool,
    muted: bool,
    concern: Mapping[str, Level] = MappingProxyType({}),
) -> Silence | None:
    """Why this moment brings no change; None when it does bring one."""
    if assessment is None:
        return Silence.NOT_ASSESSED
    reason, after = next_step(state, assessment, card, policy, now=now)
    if reason is not None:
        quiet = reason in QUIET and speaker_for(after, concern)
        hushed = _hushed(reason, after, inhibited=inhibited, muted=muted)
        return hushed or (Silence.CONCERN if quiet else None)
    if state is None:
        return Silence.UNKNOWN if assessment.level is Level.UNKNOWN else Silence.BELOW
    if state.acknowledged_until is not None and now < state.acknowledged_until:
        return Silence.ACKNOWLEDGED
    falls = assessment.level is Level.UNKNOWN or assessment.level.rank < state.held.rank
    return Silence.HELD if falls else Silence.UNCHANGED


def _hushed(reason: ChangeReason, after: Level, *, inhibited: bool, muted: bool) -> Silence | None:
    if reason in {ChangeReason.LOWERED, ChangeReason.CLEARED}:
        return None
    if inhibited:
        return Silence.INHIBITED
    turns_acute = after is Level.ACUTE and reason in {ChangeReason.OPENED, ChangeReason.RAISED}
    return Silence.MUTED if muted and not turns_acute else None
