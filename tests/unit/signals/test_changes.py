"""What is news beside what was stated before."""

from datetime import date

import pandas as pd

from ews.signals.changes import changed, gone, identities

COLUMNS = [
    "subject_id",
    "indicator_id",
    "dimension_id",
    "period_start",
    "period_end",
    "value_int",
    "value_real",
    "value_text",
]


def frame(*rows):
    made = pd.DataFrame(list(rows), columns=COLUMNS)
    made["value_text"] = made["value_text"].astype(object)
    days = {name: "datetime64[s]" for name in ("period_start", "period_end")}
    return made.astype({"value_int": "Int64", "value_real": "float64"} | days)


def state(subject, value, day=date(2026, 3, 31), dimension=1):
    return (subject, 1, dimension, None, day, value, None, None)


def test_a_first_value_is_news_and_a_first_blank_is_not():
    assert changed(frame(state(1, 4), state(2, None)), frame()).tolist() == [True, False]


def test_a_state_that_stays_the_same_is_no_news_whatever_its_day():
    before = frame(state(1, 4, date(2025, 12, 31)), state(2, 4, date(2025, 12, 31)))
    assert changed(frame(state(1, 4), state(2, 5)), before).tolist() == [False, True]


def test_the_newest_statement_counts():
    before = frame(state(1, 4, date(2025, 9, 30)), state(1, 5, date(2025, 12, 31)))
    assert changed(frame(state(1, 4)), before).tolist() == [True]


def test_a_value_that_becomes_blank_is_news_once():
    assert changed(frame(state(1, None)), frame(state(1, 4))).tolist() == [True]
    assert changed(frame(state(1, None)), frame(state(1, 4), state(1, None))).tolist() == [False]


def test_figures_of_periods_are_told_apart_by_their_period():
    q1 = (1, 1, 1, date(2026, 1, 1), date(2026, 3, 31), None, 0.05, None)
    q2 = (1, 1, 1, date(2026, 4, 1), date(2026, 6, 30), None, 0.05, None)
    assert changed(frame(q1, q2), frame(q1)).tolist() == [False, True]


def test_text_and_reals_are_compared_as_such():
    text = (1, 1, 1, None, date(2026, 3, 31), None, None, "Active")
    assert changed(frame(text), frame(text)).tolist() == [False]
    assert changed(frame(text), frame((*text[:7], "Inactive"))).tolist() == [True]


def test_identities_agree_over_frames():
    first, second = identities(frame(state(1, 4), state(2, 4)), frame(state(2, 9)))
    assert first[1] == second[0]
    assert first[0] != first[1]


def test_a_profile_that_left_the_list_of_a_named_subject_is_seen_to_be_empty():
    cells = frame(state(1, 4, dimension=2)).assign(split=True, row_number=2)
    before = frame(state(1, 4, dimension=2), state(1, 7, dimension=3), state(9, 7, dimension=3))
    rows = gone(cells, before, {1: 2}, day=date(2026, 3, 31))
    assert rows[["subject_id", "dimension_id", "row_number"]].to_dict("records") == [
        {"subject_id": 1, "dimension_id": 3, "row_number": 2}
    ]
    assert rows[["value_int", "value_real", "value_text"]].isna().all(axis=None)
