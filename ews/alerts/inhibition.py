"""Whose alert speaks for whom within a concern: one message instead of one for each member.

A provider's alert speaks for its locations; that needs no more than knowing that it is open. In a concern the
member at the highest level that was really told speaks for the others at its level or below. Every member keeps
an episode of its own: only the telling waits, until nobody speaks for it any more.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from ews.alerts.model import AlertChange, AlertState, ChangeReason
from ews.scoring.model import Level


@dataclass(slots=True)
class Voices:
    """Per concern, and within it per region (readers differ), the level that each member was told at."""

    group_of: Mapping[str, Hashable]
    told: dict[Hashable, dict[str, Level]] = field(default_factory=dict)

    def hear(self, states: Iterable[AlertState], *, muted: Iterable[str] = ()) -> None:
        """Open episodes whose level was told; what people asked silence about speaks for nobody."""
        silent = set(muted)
        for state in states:
            group = self.group_of.get(state.subject)
            if group is not None and is_told(state) and state.subject not in silent:
                self.told.setdefault(group, {})[state.subject] = state.held

    def others(self, subject: str) -> Mapping[str, Level]:
        """The members that may speak for this one, with the levels they were told at."""
        told = self.told.get(self.group_of.get(subject), {})
        return {member: level for member, level in told.items() if member != subject}

    def follow(self, change: AlertChange) -> None:
        """What a change of this round does to who speaks."""
        group = self.group_of.get(change.subject)
        if group is None or change.speaker:
            return
        members = self.told.setdefault(group, {})
        if change.reason is ChangeReason.CLEARED:
            members.pop(change.subject, None)
        else:
            members[change.subject] = change.after


def is_told(state: AlertState) -> bool:
    """Whether the level that holds was told to anyone."""
    return state.last_told_at is not None and state.last_told_at >= state.last_change_at


def speaker_for(level: Level, others: Mapping[str, Level]) -> str:
    """The member that speaks for one at this level: the highest told, never a lower one. Empty: nobody.

    Acute is always told: a second insolvency in a concern is no repetition of the first.
    """
    if level is Level.ACUTE:
        return ""
    able = [member for member, told in others.items() if told.rank >= level.rank]
    return max(able, key=lambda member: (others[member].rank, member), default="")
