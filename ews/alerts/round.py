"""One round over everybody: each subject's change in turn, so that who speaks is heard before who is spoken for."""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ews.alerts.decide import decide, observed
from ews.alerts.inhibition import Voices
from ews.alerts.model import AlertChange, AlertState, ChangeReason
from ews.alerts.policy import AlertPolicy
from ews.identifiers import parse_subject
from ews.scoring.card import Card
from ews.scoring.model import Assessment


@dataclass(frozen=True, slots=True)
class Ties:
    """Who belongs to whom, and who is silent by request."""

    parents: Mapping[str, str]
    """The provider of each location."""
    concerns: Mapping[str, Hashable]
    """Of each provider in a concern: the concern, and the region whose readers hear of it."""
    muted: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """What a round came to."""

    observed: Mapping[str, AlertState]
    """Open episodes with `below_since` brought up to date."""
    changes: tuple[AlertChange, ...]


def decide_round(
    states: Mapping[str, AlertState],
    made: Mapping[str, Assessment],
    ties: Ties,
    policy: AlertPolicy,
    *,
    card_of: Callable[[str], Card],
    now: datetime,
    version: str = "",
) -> Decided:
    """The changes that these assessments bring."""
    seen = {
        who: observed(state, made[who], card_of(who), now=now) for who, state in states.items() if who in made
    }
    so_far = _Round(states, ties)

    def take(subject: str) -> None:
        change = decide(
            seen.get(subject),
            made[subject],
            card_of(subject),
            policy,
            now=now,
            inhibited=ties.parents.get(subject) in so_far.speaking,
            muted=subject in ties.muted,
            concern=so_far.voices.others(subject),
            version=version,
        )
        if change is not None:
            so_far.follow(change)

    turns = _in_turn(made, states)
    for subject in turns:
        take(subject)
    # whoever was kept quiet because of a voice that fell later in this round is told in it, not in the next
    for subject in turns:
        if subject in ties.concerns and subject not in so_far.changes:
            take(subject)
    return Decided(seen, tuple(so_far.changes.values()))


class _Round:
    """What was decided so far, and who speaks for whom after it."""

    def __init__(self, states: Mapping[str, AlertState], ties: Ties) -> None:
        self.voices = Voices(ties.concerns)
        self.voices.hear(states.values(), muted=ties.muted)
        self.speaking = set(states)
        self.changes: dict[str, AlertChange] = {}

    def follow(self, change: AlertChange) -> None:
        self.changes[change.subject] = change
        self.voices.follow(change)
        if change.reason is ChangeReason.CLEARED:
            self.speaking.discard(change.subject)
        else:
            self.speaking.add(change.subject)


def _in_turn(made: Mapping[str, Assessment], states: Mapping[str, AlertState]) -> list[str]:
    """Providers before locations; who falls first, since it may stop speaking for others; then the worst first."""

    def turn(subject: str) -> tuple[bool, bool, int, int, str]:
        one, state = made[subject], states.get(subject)
        falls = state is not None and one.level.rank < state.held.rank
        return parse_subject(subject).is_location, not falls, -one.level.rank, -one.points, subject

    return sorted(made, key=turn)
