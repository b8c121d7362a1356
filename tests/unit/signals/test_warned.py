"""Who was first: the provider, as its agreement obliges, or we (handvatten H3)."""

from datetime import date

import pytest

from ews.signals.warned import Warned, Warning

DUTY = date(2024, 1, 1)
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


@pytest.mark.parametrize(
    ("warned", "knew", "verdict", "days", "breach"),
    [
        pytest.param(MAY, JUNE, Warned.FIRST, -31, False, id="it warned a month before we saw"),
        pytest.param(JUNE, JUNE, Warned.FIRST, 0, False, id="on the same day"),
        pytest.param(JUNE, MAY, Warned.AFTER, 31, True, id="only after we knew"),
        pytest.param(None, MAY, Warned.NEVER, None, True, id="never, and we knew"),
        pytest.param(MAY, None, Warned.UNPROMPTED, None, False, id="it warned and we saw nothing"),
        pytest.param(None, None, Warned.NEVER, None, False, id="nothing at all"),
    ],
)
def test_who_was_first(warned, knew, verdict, days, breach):
    one = Warning("kvk:00552819", warned, knew, DUTY)
    assert (one.verdict, one.days_apart, one.is_breach) == (verdict, days, breach)


@pytest.mark.parametrize("duty", [None, date(2026, 7, 1)])
def test_without_a_duty_at_that_time_there_is_nothing_to_hold_against_it(duty):
    assert not Warning("kvk:00552819", None, JUNE, duty).is_breach
