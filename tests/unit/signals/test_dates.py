"""Periods as suppliers write them."""

from datetime import date

import pytest

from ews.signals.dates import read_period


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-Q3", date(2025, 7, 1), date(2025, 9, 30)),
        ("Q3 2025", date(2025, 7, 1), date(2025, 9, 30)),
        ("2025K1", date(2025, 1, 1), date(2025, 3, 31)),
        ("2025 kwartaal 4", date(2025, 10, 1), date(2025, 12, 31)),
        ("2e kwartaal 2025", date(2025, 4, 1), date(2025, 6, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
    ],
)
def test_labels_of_periods(text, start, end):
    period = read_period(text)
    assert period is not None
    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize(
    "text", ["", "2025-Q5", "2025-13", "2021-W53", "25-Q3", "kwartaal", "1899", "0000-W01", "2025-Q"]
)
def test_what_is_no_period_is_none(text):
    assert read_period(text) is None
