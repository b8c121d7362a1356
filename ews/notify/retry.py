"""When a message that did not arrive is tried again, and when a person must take over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ews.notify.model import Outcome, State

FIRST_MINUTES = (1, 2, 5, 10, 15, 30)
THEN_EVERY = timedelta(minutes=30)
GIVE_UP_AFTER = timedelta(days=5)
"""RFC 5321 4.5.4.1: retries at least 30 minutes apart, give up after four to five days."""
LOCAL_ERRORS = 5
"""As often may a message fail on our own side before it is parked."""


def next_try(tries: int, *, created_at: datetime, now: datetime) -> datetime | None:
    """The next moment after `tries` attempts; None when five days have passed and a person must decide."""
    if now - created_at >= GIVE_UP_AFTER:
        return None
    return now + wait(tries, FIRST_MINUTES)


def wait(tries: int, minutes: Sequence[int]) -> timedelta:
    """1, 2, 5, 10, 15 and 30 minutes, then every half hour."""
    return timedelta(minutes=minutes[tries - 1]) if 1 <= tries <= len(minutes) else THEN_EVERY


@dataclass(frozen=True, slots=True)
class Next:
    """Where a row goes after an attempt; `at` is its next try, None when it gets none by itself."""

    state: State
    at: datetime | None = None

    @property
    def needs_a_person(self) -> bool:
        return self.state in {State.REFUSED, State.PARKED}


def after(outcome: Outcome, *, tries: int, local_errors: int, created_at: datetime, now: datetime) -> Next:
    """What follows an attempt. `tries` and `local_errors` count this one too."""
    if outcome is Outcome.SENT:
        return Next(State.SENT)
    if outcome is Outcome.REFUSED:
        return Next(State.REFUSED)
    at = next_try(tries, created_at=created_at, now=now)
    if at is None or (outcome is Outcome.LOCAL and local_errors >= LOCAL_ERRORS):
        return Next(State.PARKED)
    return Next(State.UNKNOWN if outcome is Outcome.UNKNOWN else State.DEFERRED, at)
