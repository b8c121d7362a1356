"""Spans of identifiers: each holds until the register says otherwise."""

from datetime import date

from ews.store.crosswalk import Span, _spans

A, B, C = date(2024, 1, 5), date(2025, 1, 6), date(2026, 1, 5)


def test_a_tie_ends_on_the_day_that_the_register_says_something_else():
    assert _spans("kvk:1", "agb", [(A, "11"), (B, "11"), (C, "22")]) == [
        Span("kvk:1", "agb", "11", A, C),
        Span("kvk:1", "agb", "22", C, None),
    ]


def test_an_emptied_tie_ends_and_may_come_back():
    assert _spans("kvk:1", "agb", [(A, "11"), (B, ""), (C, "11")]) == [
        Span("kvk:1", "agb", "11", A, B),
        Span("kvk:1", "agb", "11", C, None),
    ]
