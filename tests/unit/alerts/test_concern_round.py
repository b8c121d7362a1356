"""A concern over many rounds, whatever its members do: nobody is forgotten, nobody is told twice of one thing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ews.alerts.inhibition import is_told
from ews.alerts.model import AlertChange, AlertState, ChangeReason
from ews.alerts.policy import AlertPolicy
from ews.alerts.round import Ties, decide_round
from ews.scoring.model import Assessment, Confidence, Horizon, Level
from tests.score_frames import shipped_card

START = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
POLICY = AlertPolicy(date(2026, 1, 1), "test", hold_off_days=14, remind_every_days=28, clear_after_days=7)
CARD = shipped_card("wlz")
MEMBERS = ("kvk:00000001", "kvk:00000002", "kvk:00000003")
HOUSE = "vestiging:000000000011"
TIES = Ties({HOUSE: MEMBERS[0]}, dict.fromkeys(MEMBERS, ("concern", "5505")))
POINTS = st.sampled_from([0, 25, 50, 100, None])
ROUNDS = st.lists(st.tuples(POINTS, POINTS, POINTS, POINTS), min_size=1, max_size=25)


def assessed(subject: str, points: int | None, now: datetime) -> Assessment:
    level = Level.UNKNOWN if points is None else CARD.level_of(points)
    return Assessment(
        subject, now, level, dict.fromkeys(Horizon, level), dict.fromkeys(Horizon, points or 0), points or 0, None, (),
        Confidence.HIGH, 1.0, {},
    )  # fmt: skip


def followed(state: AlertState | None, change: AlertChange) -> AlertState | None:
    """The episode after a change, as `store.alerts.record` keeps it."""
    if change.reason is ChangeReason.CLEARED:
        return None
    if state is None:
        state = AlertState(1, change.subject, "continuity", change.after, change.at, change.at, None, None)
    moved = change.reason in {ChangeReason.OPENED, ChangeReason.RAISED, ChangeReason.LOWERED}
    return replace(
        state,
        held=change.after,
        last_change_at=change.at if moved else state.last_change_at,
        last_told_at=state.last_told_at if change.speaker else change.at,
        below_since=None if moved else state.below_since,
    )


@given(ROUNDS)
@settings(max_examples=200, deadline=None)
def test_every_alert_is_told_or_spoken_for_and_clears_to_whoever_heard_it(course):
    states: dict[str, AlertState] = {}
    heard: set[str] = set()
    for number, points in enumerate(course):
        now = START + timedelta(days=3 * number)
        made = {who: assessed(who, one, now) for who, one in zip((*MEMBERS, HOUSE), points, strict=True)}
        decided = decide_round(states, made, TIES, POLICY, card_of=lambda _: CARD, now=now)
        assert len({change.subject for change in decided.changes}) == len(decided.changes)
        states |= decided.observed
        for change in decided.changes:
            state = followed(states.get(change.subject), change)
            states = {who: one for who, one in states.items() if who != change.subject}
            if state is not None:
                states[change.subject] = state
            if not change.speaker:
                heard.add(change.subject)
            if change.reason is ChangeReason.CLEARED:
                assert change.speaker == ""
        for subject in MEMBERS:
            state = states.get(subject)
            if state is None or is_told(state):
                continue
            louder = [
                one for who, one in states.items() if who in MEMBERS and who != subject and is_told(one)
            ]
            assert any(one.held.rank >= state.held.rank for one in louder), (subject, state)
    assert {who for who in states if who in MEMBERS and states[who].held is Level.ACUTE} <= heard


@given(ROUNDS)
@settings(max_examples=100, deadline=None)
def test_the_same_round_again_changes_nothing(course):
    states: dict[str, AlertState] = {}
    for number, points in enumerate(course):
        now = START + timedelta(days=3 * number)
        made = {who: assessed(who, one, now) for who, one in zip((*MEMBERS, HOUSE), points, strict=True)}
        for again in range(2):
            decided = decide_round(states, made, TIES, POLICY, card_of=lambda _: CARD, now=now)
            assert not (
                again and [one for one in decided.changes if one.subject in MEMBERS and not _late(one)]
            )
            states |= decided.observed
            for change in decided.changes:
                state = followed(states.pop(change.subject, None), change)
                if state is not None:
                    states[change.subject] = state


def _late(change: AlertChange) -> bool:
    """Told in the second pass because who spoke for it fell in the first."""
    return change.reason is ChangeReason.REPEATED
