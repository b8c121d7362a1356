from datetime import UTC, date, datetime

import pytest

from ews.cases.calendar import (
    add_months,
    add_working_days,
    closing_time,
    is_working_day,
    office_date,
    working_days_between,
)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        pytest.param(date(2026, 11, 23), 5, date(2026, 11, 30), id="a week from Monday to Monday"),
        pytest.param(date(2026, 11, 20), 1, date(2026, 11, 23), id="over a weekend"),
        pytest.param(date(2026, 4, 2), 1, date(2026, 4, 7), id="over Good Friday and Easter Monday"),
        pytest.param(date(2026, 5, 4), 1, date(2026, 5, 6), id="5 May in a year that is no lustrum"),
        pytest.param(date(2025, 5, 2), 1, date(2025, 5, 6), id="5 May in a lustrum year"),
        pytest.param(date(2026, 12, 24), 2, date(2026, 12, 29), id="over Christmas and the weekend after"),
        pytest.param(date(2026, 12, 31), 1, date(2027, 1, 4), id="over New Year and a weekend"),
        pytest.param(date(2028, 2, 28), 1, date(2028, 2, 29), id="29 February is a Tuesday in 2028"),
        pytest.param(date(2024, 2, 28), 2, date(2024, 3, 1), id="through 29 February"),
        pytest.param(date(2026, 4, 24), 1, date(2026, 4, 28), id="King's Day on a Monday"),
        pytest.param(date(2026, 11, 22), 0, date(2026, 11, 23), id="no days from a Sunday: the Monday"),
        pytest.param(date(2026, 11, 23), 0, date(2026, 11, 23), id="no days from a working day: that day"),
    ],
)
def test_terms_in_working_days(start, days, expected):
    assert add_working_days(start, days) == expected


def test_days_that_the_office_closes_count_as_days_off():
    assert add_working_days(date(2026, 5, 13), 1, {date(2026, 5, 15)}) == date(2026, 5, 18)
    assert not is_working_day(date(2026, 5, 15), {date(2026, 5, 15)})


def test_a_term_does_not_run_backwards():
    with pytest.raises(ValueError, match="negative"):
        add_working_days(date(2026, 11, 23), -1)


def test_working_days_between_counts_the_last_day_and_not_the_first():
    assert working_days_between(date(2026, 4, 2), date(2026, 4, 7)) == 1
    assert working_days_between(date(2026, 4, 7), date(2026, 4, 2)) == 0


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(
            date(2026, 3, 28), datetime(2026, 3, 28, 16, 0, tzinfo=UTC), id="the day before summer time"
        ),
        pytest.param(date(2026, 3, 30), datetime(2026, 3, 30, 15, 0, tzinfo=UTC), id="the day after"),
        pytest.param(date(2026, 10, 26), datetime(2026, 10, 26, 16, 0, tzinfo=UTC), id="back in winter time"),
    ],
)
def test_a_term_ends_at_closing_time_in_amsterdam(day, expected):
    assert closing_time(day) == expected


def test_the_office_date_changes_at_midnight_in_amsterdam():
    assert office_date(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)) == date(2026, 11, 23)
    assert office_date(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 5, 12), 6, date(2026, 11, 12)),
        (date(2026, 7, 31), 6, date(2027, 1, 31)),
    ],
)
def test_months_end_on_the_last_day_a_month_has(day, months, expected):
    assert add_months(day, months) == expected
