"""When a message that did not arrive is tried again, and when a person must take over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

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
