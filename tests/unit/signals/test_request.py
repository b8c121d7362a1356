"""How often and how deep a provider is asked, by rule, and never for what another holds."""

from datetime import date
from pathlib import Path

import pytest

from ews.settings.load import load
from ews.signals.request import AboutProvider, Asked, Rhythm, request_for, rhythm_of

POLICY = load(Path("/no/site/here")).requests
DUE = date(2026, 12, 1)


def about(clients=100, *, sole=False, stage=0, buffer=0.3) -> AboutProvider:
    return AboutProvider(clients, sole, stage, {"weerstandsvermogen": buffer})


@pytest.mark.parametrize(
    ("provider", "every", "depth"),
    [
        pytest.param(about(), "quarter", "volledig", id="nothing special: each quarter, in full"),
        pytest.param(about(25), "year", "kern", id="small: once a year, the core"),
        pytest.param(about(26), "quarter", "volledig", id="just not small"),
        pytest.param(about(None), "quarter", "volledig", id="size unknown never asks less"),
        pytest.param(about(25, sole=True), "quarter", "volledig", id="small, but the only one for a need"),
        pytest.param(about(25, buffer=0.14), "quarter", "volledig", id="small with a thin buffer"),
        pytest.param(about(25, buffer=0.15), "year", "kern", id="small with a buffer on the norm"),
        pytest.param(about(stage=2), "month", "kern", id="under intensive inquiry: each month"),
        pytest.param(about(stage=1), "quarter", "volledig", id="attention alone changes nothing"),
        pytest.param(about(25, stage=3, sole=True), "month", "volledig", id="the strictest of all that hold"),
    ],
)
def test_rhythm_and_depth_by_rule(provider, every, depth):
    found = rhythm_of(provider, POLICY.rule)
    assert (found.every.value, found.depth) == (every, depth)


FORM = ["liquide_middelen", "ziekteverzuim", "fte", "klachten"]


def test_what_another_source_holds_is_not_asked_and_costs_no_minutes():
    rhythm = Rhythm(rhythm_of(about(), ()).every, "volledig", ())
    made = request_for("kvk:1", "2026-Q4", rhythm, FORM, {"ziekteverzuim": "kikv_tabellen"}, POLICY)
    assert made.figures == ("liquide_middelen", "fte", "klachten")
    assert made.held == {"ziekteverzuim": "kikv_tabellen"}
    assert made.minutes == 15 + 3 * 2


def test_nothing_to_ask_is_no_request():
    rhythm = rhythm_of(about(25), POLICY.rule)
    made = request_for("kvk:1", "2026", rhythm, FORM, dict.fromkeys(FORM, "leidend zorgkantoor 5529"), POLICY)
    assert (made.figures, made.minutes) == ((), 0)


@pytest.mark.parametrize(
    ("answered", "today", "state"),
    [
        pytest.param({"fte", "klachten"}, date(2027, 1, 1), "beantwoord", id="all came: closed, whenever"),
        pytest.param({"fte"}, DUE, "open", id="on the last day"),
        pytest.param({"fte"}, date(2026, 12, 2), "te laat", id="the day after"),
    ],
)
def test_the_answer_closes_a_request(answered, today, state):
    one = Asked(
        "kvk:1", "2026-Q4", date(2026, 11, 10), DUE, ("fte", "klachten"), frozenset(answered), 19, "a@b"
    )
    assert one.state(today) == state
