"""S1-S3: no slot lost or doubled, over both clock changes, outages and a clock that jumps."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from ews.slots import (
    Day,
    Missed,
    ScheduledJob,
    catch_up,
    due_slots,
    fire_at,
    in_words,
    is_late,
    moment_of,
    slot_name,
    upcoming,
)

ZONE = ZoneInfo("Europe/Amsterdam")
TIMES = tuple(time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45))


def job(**values) -> ScheduledJob:
    return ScheduledJob(**{"id": "assess", "why": "toets", "at": (time(7),), **values})


@pytest.mark.parametrize(
    ("day", "wall", "expected"),
    [
        pytest.param(
            "2026-03-29", "02:30", "2026-03-29T01:00+00:00", id="a time that does not exist: at the jump"
        ),
        pytest.param(
            "2026-10-25", "02:30", "2026-10-25T00:30+00:00", id="a time that comes twice: its first pass"
        ),
        pytest.param(
            "2026-03-30", "00:30", "2026-03-29T22:30+00:00", id="Monday after the change, just past midnight"
        ),
        pytest.param("2026-04-01", "00:00", "2026-03-31T22:00+00:00", id="first of April at midnight"),
        pytest.param("2026-11-22", "06:00", "2026-11-22T05:00+00:00", id="an ordinary Sunday morning"),
    ],
)
def test_when_a_wall_time_is(day, wall, expected):
    assert fire_at(date.fromisoformat(day), time.fromisoformat(wall)) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("until", [2027, pytest.param(2036, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "pattern", [job(at=TIMES), job(at=TIMES, days=(Day.MONDAY,)), job(at=TIMES, day_of_month=1)]
)
def test_s1_every_slot_exactly_once(pattern, until):
    """96 times a day, daily, weekly and monthly, to 2036, seen through random catch-up gaps."""
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(until, 1, 1, tzinfo=UTC)
    dice, moment, seen = random.Random(4), start, []
    while moment < end:
        later = min(moment + timedelta(days=dice.uniform(0.01, 200)), end)
        seen += [slot.name for slot in due_slots(pattern, last=moment, now=later)]
        moment = later
    expected, day = [], date(2026, 1, 1)
    while day <= date(until, 1, 1):
        if pattern.runs_on(day):
            expected += [slot_name(day, wall) for wall in TIMES if start < fire_at(day, wall) <= end]
        day += timedelta(days=1)
    assert len(seen) == len(set(seen))
    assert sorted(seen) == sorted(expected)


def test_slots_come_in_order_and_their_names_sort_so():
    pattern = job(at=TIMES)
    slots = due_slots(pattern, last=datetime(2026, 10, 20, tzinfo=UTC), now=datetime(2026, 11, 1, tzinfo=UTC))
    assert [slot.name for slot in slots] == sorted(slot.name for slot in slots)


def test_a_slots_name_says_its_moment():
    assert moment_of("2026-03-30@07:00[Europe/Amsterdam]") == datetime(2026, 3, 30, 5, tzinfo=UTC)


@pytest.mark.parametrize("days", [1 / 24, 3, 40])
def test_s2_after_an_outage_everything_missed_is_run_or_recorded_as_overtaken(days):
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    every = due_slots(job(at=(time(6), time(12, 30))), last=now - timedelta(days=days), now=now)
    latest = catch_up(job(missed=Missed.LATEST), every)
    each = catch_up(job(missed=Missed.EACH), every)
    assert list(latest.overtaken) + list(latest.run) == every
    assert list(each.run) == every
    assert len(latest.run) == min(1, len(every))


def test_s2_a_digest_that_starts_late_is_known_to_be_late():
    (slot,) = due_slots(
        job(days=(Day.SUNDAY,), at=(time(6),)),
        last=datetime(2026, 11, 20, tzinfo=UTC),
        now=datetime(2026, 11, 25, tzinfo=UTC),
    )
    assert is_late(slot, datetime(2026, 11, 25, tzinfo=UTC))
    assert not is_late(slot, slot.at + timedelta(minutes=5))


def test_s3_whatever_the_clock_does_no_slot_is_lost_or_twice():
    """500 random jumps, back and forth; what was done is remembered by name, as the ledger does."""
    pattern, dice = job(at=(time(0, 30), time(2, 30), time(12))), random.Random(7)
    begin = datetime(2026, 3, 20, tzinfo=UTC)
    done: dict[str, int] = {}
    last, now, newest = begin, begin, begin
    for _ in range(500):
        now += timedelta(hours=dice.choice([0.3, 1, 2, 5, 26, -2, -24]))
        for slot in due_slots(pattern, last=last, now=now):
            done[slot.name] = done.get(slot.name, 0) + 1
            last = max(last, slot.at)
        newest = max(newest, now)
    expected = [slot.name for slot in due_slots(pattern, last=begin, now=newest)]
    assert sorted(done) == sorted(expected)
    assert set(done.values()) == {1}


def test_what_comes_next_is_said_in_words():
    sunday = job(id="digest", at=(time(6),), days=(Day.SUNDAY,))
    assert in_words(sunday) == "zondag om 06:00"
    following = upcoming(sunday, now=datetime(2026, 10, 20, tzinfo=UTC), count=2)
    assert [slot.at.astimezone(ZONE).isoformat() for slot in following] == [
        "2026-10-25T06:00:00+01:00",
        "2026-11-01T06:00:00+01:00",
    ]
