"""M9: a level is overridden by two different people, and not for longer than they said."""

from datetime import date, timedelta
from itertools import product

import pytest
from case_files import PEOPLE, POLICY, TODAY, case_of, person

from ews.cases import rules
from ews.cases.entries import Decision
from ews.cases.kinds import DecisionKind
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
    ("ends_on", "expected"),
    [
        pytest.param(None, Level.LOW, id="without an end it stands until it is lifted"),
        pytest.param(TODAY, Level.LOW, id="it holds on its last day"),
        pytest.param(TODAY - timedelta(days=1), None, id="the day after, the calculated level is back"),
    ],
)
def test_m9_an_override_that_ended_gives_way(ends_on: date | None, expected):
    taken = Decision(DecisionKind.OVERRIDE, "low", reason="jaarrekening ingezien", next_on=ends_on)
    assert override_on(case_of(taken), TODAY) is expected


def test_m9_a_lifted_override_gives_way():
    lifted = Decision(DecisionKind.OVERRIDE, "opheffen", reason="nieuwe cijfers")
    assert override_on(case_of(LOWER, lifted), TODAY) is None
