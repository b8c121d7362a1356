"""Soft signals in the sum: by reliability, while they last, once per kind; restricted ones never."""

import json
from datetime import UTC, date, datetime

import pytest

from ews.signals.model import Event
from tests.score_frames import assessed, row

ONE = "kvk:00000001"
LAST = date(2026, 11, 20)
"""The day of the assessment."""


def heard(
    kind: str = "zacht_premies_onbetaald",
    reliability: str = "hoog",
    *,
    on: date = date(2026, 10, 1),
    until: date = date(2027, 3, 30),
    **later: str,
) -> Event:
    detail = json.dumps({"betrouwbaarheid": reliability, "tekst": "t", "auteur": "officier", **later})
    return Event(
        ONE, kind, on, datetime(2026, 10, 1, tzinfo=UTC), f"{kind}{reliability}{on}", detail, "s", 4, 1, until
    )


def soft(*events: Event) -> list[tuple[str, int]]:
    made = assessed([row(ONE, "clienten", 10.0)], events=list(events))[ONE]
    assert sum(one.points for one in made.reasons) == made.points
    return [(one.indicator, one.points) for one in made.reasons if one.kind == "soft"]


@pytest.mark.parametrize(
    ("signal", "points"),
    [
        pytest.param(heard(), 16, id="of a reliable source"),
        pytest.param(heard(reliability="middel"), 10, id="of a fair one"),
        pytest.param(heard(reliability="laag"), 4, id="of hearsay"),
        pytest.param(heard(reliability="vast"), 4, id="a word nobody knows counts least"),
        pytest.param(heard(until=LAST), 16, id="on its last day"),
    ],
)
def test_a_signal_counts_by_how_reliable_its_source_is(signal, points):
    assert soft(signal) == [("zacht_premies_onbetaald", points)]


@pytest.mark.parametrize(
    "signal",
    [
        pytest.param(heard(until=date(2026, 11, 19)), id="expired yesterday"),
        pytest.param(heard(bevinding="onjuist"), id="taken back after the provider was heard"),
        pytest.param(heard(on=date(2026, 11, 21)), id="not heard yet"),
        pytest.param(heard("besloten_fraudeonderzoek"), id="restricted: it would show in mail"),
    ],
)
def test_what_expired_was_taken_back_or_is_restricted_does_not_count(signal):
    assert soft(signal) == []


def test_a_signal_that_was_found_right_or_partly_so_goes_on_counting():
    assert soft(heard(bevinding="deels")) == [("zacht_premies_onbetaald", 16)]


def test_of_several_of_one_kind_the_most_reliable_counts_once_and_kinds_add_up():
    told = (heard(reliability="laag"), heard(), heard("zacht_geruchten", "laag"))
    assert soft(*told) == [("zacht_premies_onbetaald", 16), ("zacht_geruchten", 1)]


def test_the_reason_says_who_reliable_since_when_and_until_when():
    made = assessed([row(ONE, "clienten", 10.0)], events=[heard()])[ONE]
    assert made.reasons[0].text == (
        "Zacht signaal (betrouwbaarheid hoog): belasting, pensioen of premies niet betaald, "
        "gehoord op 1 oktober 2026; telt tot en met 30 maart 2027"
    )
