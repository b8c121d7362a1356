"""I8: a source that is silent, or sends the same bytes when something new was due, is a signal itself."""

from datetime import date, timedelta

import pytest

from ews.settings.load import load
from ews.signals.contract import Cadence, Every
from ews.signals.hearing import DAYS_BETWEEN, Heard, Trouble, trouble_with

NEW = date(2026, 9, 1)
MONTH = Cadence(every=Every.MONTH, grace_days=15)
SAME = Cadence(every=Every.MONTH, grace_days=15, must_change=False)


def after(days: int) -> date:
    return NEW + timedelta(days=days)


@pytest.mark.parametrize(
    ("heard", "cadence", "today", "expected"),
    [
        pytest.param(Heard(NEW), MONTH, after(46), None, id="the last day of grace"),
        pytest.param(Heard(NEW), MONTH, after(47), (Trouble.SILENT, 16), id="the day after it"),
        pytest.param(Heard(None), MONTH, after(900), None, id="nobody ever sent it: not expected yet"),
        pytest.param(
            Heard(NEW, again_on=after(2)), MONTH, after(3), None, id="sent twice in a row: somebody's mistake"
        ),
        pytest.param(
            Heard(NEW, again_on=after(31)),
            MONTH,
            after(31),
            (Trouble.SAME_AGAIN, 31),
            id="a month later the same bytes under a new date: no grace is due",
        ),
        pytest.param(
            Heard(NEW, again_on=after(31)),
            SAME,
            after(40),
            None,
            id="the same is news where it may stay the same",
        ),
        pytest.param(
            Heard(NEW, again_on=after(31)),
            SAME,
            after(78),
            (Trouble.SILENT, 16),
            id="until it falls silent after that",
        ),
        pytest.param(
            Heard(NEW, answered_on=after(60)),
            SAME,
            after(61),
            None,
            id="a register that says: nothing changed",
        ),
        pytest.param(
            Heard(NEW, answered_on=after(60)),
            MONTH,
            after(61),
            (Trouble.SILENT, 30),
            id="but a return that must change is not heard by that",
        ),
        pytest.param(
            Heard(NEW, failing="status 500"),
            MONTH,
            after(1),
            (Trouble.FAILING, 0),
            id="a failing fetch is told at once",
        ),
        pytest.param(
            Heard(None, is_fetched=True),
            MONTH,
            after(0),
            (Trouble.NEVER_FETCHED, 0),
            id="turned on and never fetched",
        ),
        pytest.param(
            Heard(NEW),
            Cadence(every=Every.NONE),
            after(900),
            None,
            id="what comes when it comes is never late",
        ),
    ],
)
def test_a_source_is_judged_by_its_rhythm(heard, cadence, today, expected):
    assert trouble_with(heard, cadence, today=today) == expected


def test_no_shipped_source_with_a_rhythm_can_fall_silent_unseen(made_site):
    """0 unmonitored sources: each is told of on the first day after its grace."""
    rhythmic = [one.cadence for one in load(made_site).sources.values() if one.cadence.every in DAYS_BETWEEN]
    assert len(rhythmic) >= 12
    for cadence in rhythmic:
        last = after(DAYS_BETWEEN[cadence.every] + cadence.grace_days)
        assert trouble_with(Heard(NEW), cadence, today=last) is None
        told = trouble_with(Heard(NEW), cadence, today=last + timedelta(days=1))
        assert told == (Trouble.SILENT, cadence.grace_days + 1)
