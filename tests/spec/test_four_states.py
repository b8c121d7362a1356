"""An expected figure is there, not due, late, missing, refused, stale or excused: never just absent."""

from datetime import date

import pytest

from ews.signals.contract import Cadence, Every
from ews.signals.expected import Exemption, FigureState, Heard, figure_state, last_period_end

QUARTERLY = Cadence(every=Every.QUARTER, grace_days=45)
Q1, Q2, Q3 = date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)


@pytest.mark.parametrize(
    ("heard", "today", "state"),
    [
        pytest.param(Heard(Q2, date(2026, 8, 1)), date(2026, 9, 1), FigureState.PRESENT, id="the newest quarter is in"),
        pytest.param(Heard(Q1, date(2026, 5, 1)), date(2026, 8, 14), FigureState.PRESENT, id="within the term the quarter before will do"),
        pytest.param(Heard(None, None), date(2026, 8, 14), FigureState.NOT_DUE, id="never delivered, and not due yet"),
        pytest.param(Heard(Q1, date(2026, 5, 1)), date(2026, 8, 15), FigureState.LATE, id="the day after the term it is late"),
        pytest.param(Heard(Q1, date(2026, 8, 1)), date(2026, 8, 15), FigureState.MISSING, id="the provider did deliver, without this figure"),
        pytest.param(Heard(Q1, date(2026, 8, 1), refused=True), date(2026, 8, 15), FigureState.REFUSED, id="its column was gone"),
        pytest.param(Heard(date(2025, 9, 30), date(2025, 11, 1)), date(2026, 8, 1), FigureState.STALE, id="three quarters old while the newest is not due"),
        pytest.param(Heard(date(2025, 9, 30), date(2025, 11, 1)), date(2026, 8, 20), FigureState.STALE, id="three quarters old when the newest is late"),
        pytest.param(Heard(None, None), date(2026, 8, 20), FigureState.LATE, id="never delivered, and past the term"),
        pytest.param(Heard(Q1, None), date(2027, 6, 1), FigureState.STALE, id="what was there is stale a year on"),
        pytest.param(Heard(None, None, exemption=Exemption("klein", date(2026, 12, 31))), date(2026, 12, 31), FigureState.EXEMPT, id="excused until the last day"),
        pytest.param(Heard(Q2, None, exemption=Exemption("klein", date(2026, 8, 1))), date(2026, 9, 1), FigureState.PRESENT, id="an exemption ends"),
    ],
)  # fmt: skip
def test_state_of_a_quarterly_figure(heard, today, state):
    assert figure_state(heard, QUARTERLY, today=today) is state


def test_a_source_without_rhythm_is_never_late():
    cadence = Cadence(every=Every.NONE)
    assert figure_state(Heard(None, None), cadence, today=Q3) is FigureState.NOT_DUE
    assert figure_state(Heard(date(2019, 1, 1), None), cadence, today=Q3) is FigureState.PRESENT


@pytest.mark.parametrize(
    ("every", "today", "end"),
    [
        (Every.DAY, date(2026, 3, 1), date(2026, 2, 28)),
        (Every.WEEK, date(2026, 11, 23), date(2026, 11, 22)),
        (Every.WEEK, date(2026, 11, 22), date(2026, 11, 15)),
        (Every.MONTH, date(2024, 3, 15), date(2024, 2, 29)),
        (Every.QUARTER, date(2026, 1, 1), date(2025, 12, 31)),
        (Every.QUARTER, date(2026, 12, 31), date(2026, 9, 30)),
        (Every.YEAR, date(2026, 12, 31), date(2025, 12, 31)),
    ],
)
def test_the_last_whole_period(every, today, end):
    assert last_period_end(every, today) == end
