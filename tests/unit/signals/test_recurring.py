"""The same event heard twice is one event; two events under one key stay two."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ews.signals.parsed import ParsedEvent
from ews.signals.recurring import Told, told_once, unheard


def event(key="F.1", on=date(2026, 3, 1), ended=None, detail="", row=2):
    told = {"tekst": detail} if detail else {}
    return ParsedEvent("kvk:08111924", "faillissement", on, ended, key, told, row)


def test_one_event_told_twice_in_a_file_is_one():
    assert len(told_once([event(row=2, detail="a"), event(row=3, detail="b")])) == 1


def test_another_date_under_the_same_key_is_another_event():
    found = told_once([event(on=date(2026, 4, 1)), event()])
    assert [one.key for one in found] == ["F.1", "F.1 2026-04-01"]


def test_what_was_told_before_is_not_told_again_unless_it_changed():
    before = {("kvk:08111924", "faillissement", "F.1"): Told(date(2026, 3, 1), None, {})}
    assert unheard([event()], before) == []
    assert [one.ended_on for one in unheard([event(ended=date(2026, 9, 1))], before)] == [date(2026, 9, 1)]


@given(
    st.permutations([event(), event(detail="x"), event(on=date(2026, 4, 1)), event(ended=date(2026, 5, 1))])
)
def test_the_order_of_rows_means_nothing(events):
    assert [(one.key, one.detail) for one in told_once(events)] == [
        (one.key, one.detail) for one in told_once(sorted(events, key=repr))
    ]
