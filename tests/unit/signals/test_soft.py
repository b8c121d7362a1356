"""Soft signals: when one may be taken down, and how long it counts."""

from datetime import date

import pytest

from ews.signals.soft import Objection, Reliability, SignalKind, make_signal, objections

RUMOUR = SignalKind(id="geruchten", label="geruchten", reliability=Reliability.LOW, expires_days=60)
INQUIRY = SignalKind(
    id="fraudeonderzoek",
    label="fraudeonderzoek",
    reliability=Reliability.HIGH,
    expires_days=730,
    restricted=True,
    readers=("teamleider",),
)
KINDS = {kind.id: kind for kind in (RUMOUR, INQUIRY)}
TODAY = date(2026, 11, 22)


def test_a_signal_is_as_reliable_as_its_kind_and_ends_by_itself():
    signal = make_signal(
        RUMOUR, "kvk:00552819", occurred_on=date(2026, 11, 1), text=" Sluit? ", author="officier"
    )
    assert (signal.reliability, signal.ends_on, signal.text) == (
        Reliability.LOW,
        date(2026, 12, 31),
        "Sluit?",
    )


def test_an_officer_may_say_how_sure_it_is():
    signal = make_signal(
        RUMOUR,
        "kvk:00552819",
        occurred_on=TODAY,
        text="Sluit",
        author="officier",
        reliability=Reliability.HIGH,
    )
    assert signal.reliability is Reliability.HIGH


def test_restricted_signals_are_kept_apart():
    assert (RUMOUR.source, RUMOUR.event) == ("zachte_signalen", "zacht_geruchten")
    assert (INQUIRY.source, INQUIRY.event) == ("besloten_signalen", "besloten_fraudeonderzoek")


@pytest.mark.parametrize(
    ("kind", "day", "text", "author", "expected"),
    [
        pytest.param(RUMOUR, TODAY, "Sluit", "officier", [], id="nothing in the way"),
        pytest.param(
            RUMOUR, date(2026, 11, 23), "Sluit", "officier", [Objection.IN_THE_FUTURE], id="tomorrow"
        ),
        pytest.param(RUMOUR, date(2026, 9, 22), "Sluit", "officier", [Objection.EXPIRED], id="61 days ago"),
        pytest.param(RUMOUR, TODAY, "  ", "officier", [Objection.NO_TEXT], id="without words"),
        pytest.param(RUMOUR, TODAY, "x" * 501, "officier", [Objection.TEXT_TOO_LONG], id="a whole report"),
        pytest.param(INQUIRY, TODAY, "Loopt", "officier", [Objection.NOT_A_READER], id="not a reader of it"),
        pytest.param(INQUIRY, TODAY, "Loopt", "teamleider", [], id="a named reader"),
    ],
)
def test_what_stands_in_the_way_of_a_signal(kind, day, text, author, expected):
    signal = make_signal(kind, "kvk:00552819", occurred_on=day, text=text, author=author)
    assert objections(signal, KINDS, today=TODAY) == expected


def test_a_kind_outside_the_list_is_refused():
    strange = SignalKind(id="weer", label="weer", reliability=Reliability.LOW, expires_days=9)
    signal = make_signal(strange, "kvk:00552819", occurred_on=TODAY, text="Regen", author="officier")
    assert objections(signal, KINDS, today=TODAY) == [Objection.UNKNOWN_KIND]
