"""From the open episode and a new assessment to the next change, or none. Pure: `now` is given."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from ews.alerts.inhibition import is_told, speaker_for
from ews.alerts.model import AlertChange, AlertState, ChangeReason
from ews.alerts.policy import AlertPolicy
from ews.scoring.card import Card
from ews.scoring.model import Assessment, Level, ReasonKind

FAMILY = "continuity"
_OPENS_AT = Level.ELEVATED
QUIET = frozenset({ChangeReason.OPENED, ChangeReason.RAISED, ChangeReason.REPEATED})
"""What a concern's alert may keep quiet. Whoever carried an alert whose time is up hears of it himself."""


def settled_level(held: Level, assessment: Assessment, card: Card) -> Level:
    """Where an episode would come to rest: up at the raise threshold, down only below the clear threshold.

    An unknown level says nothing, so it leaves the held one as it is.
    """
    if assessment.level is Level.UNKNOWN:
        return held
    if assessment.level.rank >= held.rank:
        return assessment.level
    kept = [
        cutoff.level
        for cutoff in card.cutoffs
        if cutoff.level.rank <= held.rank and assessment.points >= cutoff.clear_below
    ]
    return max([*kept, assessment.level], key=lambda level: level.rank)


def observed(state: AlertState, assessment: Assessment, card: Card, *, now: datetime) -> AlertState:
    """The episode with `below_since` brought up to date: since when, without a gap, it could go down."""
    is_below = settled_level(state.held, assessment, card).rank < state.held.rank
    since = (state.below_since or now) if is_below else None
    return replace(state, below_since=since)


def decide(
    state: AlertState | None,
    assessment: Assessment,
    card: Card,
    policy: AlertPolicy,
    *,
    now: datetime,
    inhibited: bool = False,
    muted: bool = False,
    concern: Mapping[str, Level] = MappingProxyType({}),
    version: str = "",
) -> AlertChange | None:
    """The change that follows, or None. `state` has been through `observed`.

    `inhibited`: the provider's own alert speaks for this location. `muted`: people asked for silence. Neither
    opens, raises or repeats anything, but whoever was told hears it when it goes down; acute breaks a mute.
    `concern`: members of the concern whose alerts were told. One at this level or above speaks for this provider:
    what changes is recorded and makes its case, and is told as soon as nobody speaks for it any more.
    """
    reason, after = next_step(state, assessment, card, policy, now=now)
    if reason is None or _hushed(reason, after, inhibited=inhibited, muted=muted):
        return None
    speaker = speaker_for(after, concern) if reason in QUIET else ""
    if speaker and reason is ChangeReason.REPEATED:
        return None
    return AlertChange(
        alert=None if state is None else state.alert,
        subject=assessment.subject,
        family=FAMILY,
        at=now,
        reason=reason,
        before=Level.LOW if state is None else state.held,
        after=after,
        points=assessment.points,
        policy=version,
        speaker=speaker,
    )


def _hushed(reason: ChangeReason, after: Level, *, inhibited: bool, muted: bool) -> bool:
    is_down = reason in {ChangeReason.LOWERED, ChangeReason.CLEARED}
    turns_acute = after is Level.ACUTE and reason in {ChangeReason.OPENED, ChangeReason.RAISED}
    return not is_down and (inhibited or (muted and not turns_acute))


def next_step(
    state: AlertState | None, assessment: Assessment, card: Card, policy: AlertPolicy, *, now: datetime
) -> tuple[ChangeReason | None, Level]:
    """What the levels alone call for, before anybody's silence."""
    if state is None:
        opens = assessment.level.rank >= _OPENS_AT.rank
        return (ChangeReason.OPENED if opens else None), assessment.level
    level = settled_level(state.held, assessment, card)
    if level.rank > state.held.rank:
        return ChangeReason.RAISED, level
    if level.rank < state.held.rank and _may_go_down(state, policy, now):
        return (ChangeReason.LOWERED if level.rank >= _OPENS_AT.rank else ChangeReason.CLEARED), level
    if struck_since_told(state, assessment):
        return ChangeReason.REPEATED, state.held
    return _reminder(state, policy, now), state.held


def struck_since_told(state: AlertState, assessment: Assessment) -> bool:
    """Whether something happened that was not known when the alert was last told.

    A level that is acute already can't rise when an insolvency follows: it is told all the same, also to who
    carries the alert, and the case goes over to hours.
    """
    told = state.last_told_at or state.opened_at
    return any(
        row.known_at > told
        for reason in assessment.reasons
        if reason.kind is ReasonKind.TRIPWIRE
        for row in reason.observations
    )


def _may_go_down(state: AlertState, policy: AlertPolicy, now: datetime) -> bool:
    below = state.below_since is not None and now - state.below_since >= policy.clear_after
    return below and now - state.last_change_at >= policy.hold_off


def _reminder(state: AlertState, policy: AlertPolicy, now: datetime) -> ChangeReason | None:
    if state.acknowledged_until is not None:
        return ChangeReason.REESCALATED if now >= state.acknowledged_until else None
    if not is_told(state):
        # nobody speaks for it any more, or `decide` would keep it quiet: it is told now
        return ChangeReason.REPEATED
    told = state.last_told_at or state.opened_at
    return ChangeReason.REPEATED if now - told >= policy.remind_every else None
