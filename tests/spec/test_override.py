"""M9: a level is overridden by two different people, and not for longer than they said."""

from datetime import date, timedelta
from itertools import product

import pytest
from case_files import PEOPLE, POLICY, TODAY, case_of, person

from ews.cases import rules
from ews.cases.entries import Decision
from ews.cases.kinds import DecisionKind
from ews.cases.log import last_decision
from ews.cases.rules import READERS, Signers
from ews.jobs.case_view import override_on
from ews.scoring.model import Level

LOWER = Decision(DecisionKind.OVERRIDE, "low", reason="jaarrekening ingezien")


def may(first: str, second: str | None) -> bool:
    signers = Signers(person(first), person(second) if second else None)
    obstacles = rules.act_obstacles(case_of(), signers, happened_on=TODAY, today=TODAY)
    return not obstacles + rules.decision_obstacles(case_of(), POLICY, LOWER, signers=signers, today=TODAY)


def test_m9_nobody_overrides_alone():
    assert [name for name in PEOPLE if may(name, None)] == []


def test_m9_no_pair_gets_round_the_second_person():
    """Every pair of the office: the author is never the approver, and who only reads does neither."""
    for first, second in product(PEOPLE, PEOPLE):
        is_free = first != second and not {person(first).role, person(second).role} & READERS
        assert may(first, second) is is_free, (first, second)


@pytest.mark.parametrize(
    ("ends_on", "days_later", "expected"),
    [
        pytest.param(None, 92, Level.LOW, id="without an end of its own it holds a quarter"),
        pytest.param(
            None, 93, None, id="no override stands until somebody thinks of it: then it ends by itself"
        ),
        pytest.param(TODAY, 0, Level.LOW, id="it holds on its last day"),
        pytest.param(TODAY - timedelta(days=1), 0, None, id="the day after, the calculated level is back"),
        pytest.param(TODAY + timedelta(days=400), 93, None, id="a date beyond the norm does not stretch it"),
    ],
)
def test_m9_an_override_that_ended_gives_way(ends_on: date | None, days_later: int, expected):
    case = case_of(Decision(DecisionKind.OVERRIDE, "low", reason="jaarrekening ingezien", next_on=ends_on))
    begun = last_decision(case, DecisionKind.OVERRIDE)[0].happened_on
    assert override_on(case, POLICY, begun + timedelta(days=days_later)) is expected


def test_m9_a_lifted_override_gives_way():
    lifted = Decision(DecisionKind.OVERRIDE, "opheffen", reason="nieuwe cijfers")
    assert override_on(case_of(LOWER, lifted), POLICY, TODAY) is None
