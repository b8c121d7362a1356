"""What may be done in a case, by whom: a sentence per row."""

from datetime import date
from itertools import product

import pytest
from case_files import PEOPLE, POLICY, TODAY, case_of, notify, overmacht, person, to

from ews.cases import rules
from ews.cases.entries import Answer, Decision, Lesson, Measure, Notice, StageChange, Task, TaskDone
from ews.cases.kinds import AnswerOutcome, DecisionKind, Means, NoticeKind, Stage
from ews.cases.obstacles import SENTENCES, Obstacle
from ews.cases.rules import Signers

TASK = Task("t", "Doen", "analist", date(2026, 11, 1))
LESSON = Lesson("signaal", "teamleider")
SENT = Notice(NoticeKind.OVERMACHTSMELDING, "K1")
NEEDED = Decision(
    DecisionKind.NOODZAKELIJKHEID, "noodzakelijk", profiles=("VG7",), why_not_others="a", ends_when="b"
)


@pytest.mark.parametrize(
    ("log", "target", "second", "expected"),
    [
        pytest.param([to(1)], 2, None, [], id="up one stage takes one person"),
        pytest.param([to(1)], 3, None, [], id="up two stages takes one person"),
        pytest.param([to(2)], 2, None, [Obstacle.SAME_STAGE], id="the stage it is in is no step"),
        pytest.param([to(2)], 1, None, [Obstacle.NO_SECOND], id="down takes two"),
        pytest.param([to(2)], 1, "officier", [Obstacle.SAME_PERSON], id="down takes two different people"),
        pytest.param([to(2)], 1, "auditor", [Obstacle.SECOND_DOES_NOT_ACT], id="an auditor doesn't sign"),
        pytest.param([to(2)], 1, "medewerker", [Obstacle.NOBODY_DECIDES], id="one of the two decides over stage 2"),
        pytest.param([to(2)], 1, "teamleider", [], id="down with the team lead"),
        pytest.param([to(2)], 4, None, [Obstacle.EWS_DECISION_MISSING], id="stage 3 can't be jumped undecided"),
        pytest.param([to(2), notify()], 4, None, [], id="decided to notify, so straight into crisis alone"),
        pytest.param(
            [to(3), notify("niet_melden", date(2026, 11, 22))], 4, None, [Obstacle.EWS_DECISION_MISSING],
            id="not notifying ended yesterday",
        ),
        pytest.param([to(3), notify("niet_melden", TODAY)], 4, None, [], id="not notifying holds on its last day"),
        pytest.param(
            [to(3), notify(), to(2, 3), to(3, 2)], 4, None, [Obstacle.EWS_DECISION_MISSING],
            id="a decision about an earlier threat doesn't count for this one",
        ),
        pytest.param([to(3), notify()], 5, None, [Obstacle.OVERMACHT_NOT_DECIDED], id="overmacht is decided first"),
        pytest.param([to(3), notify(), overmacht("nee")], 5, None, [Obstacle.OVERMACHT_NOT_DECIDED], id="and not nee"),
        pytest.param([to(3), notify(), overmacht("ja")], 5, None, [], id="overmacht foreseen"),
        pytest.param(
            [to(3)], 2, "teamleider", [Obstacle.EWS_DECISION_MISSING, Obstacle.OVERMACHT_UNANSWERED],
            id="stage 3 isn't left without both answers",
        ),
        pytest.param([to(3), notify(), overmacht("nee")], 2, "teamleider", [], id="both answered, two people"),
        pytest.param(
            [to(5), notify(), overmacht("ja")], 6, "teamleider", [Obstacle.OVERMACHTSMELDING_NOT_SENT],
            id="aftercare doesn't follow on an overmachtsmelding that wasn't sent",
        ),
        pytest.param([to(5), notify(), overmacht("ja"), SENT], 6, "teamleider", [], id="aftercare with two people"),
        pytest.param([to(4), notify(), overmacht("nee")], 6, None, [Obstacle.NO_SECOND], id="aftercare is down"),
        pytest.param([to(6, 4), notify()], 4, None, [], id="back from aftercare into crisis is up"),
        pytest.param(
            [to(2), notify()], 6, "teamleider", [Obstacle.NO_CRISIS_TO_CARE_AFTER],
            id="no aftercare without a threat",
        ),
    ],
)  # fmt: skip
def test_change_of_stage(log, target, second, expected):
    signers = Signers(person("officier"), person(second) if second else None)
    found = rules.stage_obstacles(
        case_of(*log), POLICY, Stage(target), signers=signers, reason="omdat", today=TODAY
    )
    assert found == expected


def test_a_change_of_stage_has_a_reason():
    found = rules.stage_obstacles(
        case_of(to(1)), POLICY, Stage(2), signers=Signers(person("officier")), reason="  ", today=TODAY
    )
    assert found == [Obstacle.NO_REASON]


def decided(kind: str, outcome: str, **more: object) -> Decision:
    return Decision(DecisionKind(kind), outcome, reason="omdat", **more)


@pytest.mark.parametrize(
    ("decision", "first", "second", "expected"),
    [
        pytest.param(notify(), "officier", None, [], id="notifying takes one person"),
        pytest.param(
            notify("niet_melden"), "officier", None, [Obstacle.NO_SECOND, Obstacle.NO_NEXT_DATE],
            id="not notifying takes two and a date",
        ),
        pytest.param(
            notify("niet_melden", date(2026, 12, 23)), "officier", "teamleider", [], id="thirty days on at most",
        ),
        pytest.param(
            notify("niet_melden", date(2026, 12, 24)), "officier", "teamleider",
            [Obstacle.NEXT_DATE_OUTSIDE_TERM], id="thirty-one days is too long",
        ),
        pytest.param(
            notify("niet_melden", TODAY), "officier", "teamleider", [Obstacle.NEXT_DATE_OUTSIDE_TERM],
            id="today is no new date",
        ),
        pytest.param(
            notify("niet_melden", date(2026, 12, 1)), "analist", "medewerker", [Obstacle.NO_MANDATE],
            id="one of the two holds the mandate",
        ),
        pytest.param(
            decided("ews_melding", "misschien"), "officier", None, [Obstacle.UNKNOWN_OUTCOME], id="melden or not",
        ),
        pytest.param(
            Decision(DecisionKind.OVERMACHT, "nee"), "officier", None, [Obstacle.NO_REASON], id="nee has a reason too",
        ),
        pytest.param(decided("override", "low"), "officier", None, [Obstacle.NO_SECOND], id="override takes two"),
        pytest.param(decided("override", "low"), "officier", "analist", [], id="override by two"),
        pytest.param(
            decided("noodzakelijkheid", "noodzakelijk"), "officier", None, [Obstacle.NECESSITY_INCOMPLETE],
            id="needed for whom, why nobody else, until when",
        ),
        pytest.param(
            decided("betaling", "stoppen", location="vestiging:000012345678", checks=("zorg_gestopt",)),
            "officier", None, [Obstacle.LEGAL_CHECK_MISSING], id="stopping payment while care goes on makes the gap",
        ),
        pytest.param(
            decided("betaling", "doorbetalen"), "officier", None, [Obstacle.LOCATION_MISSING],
            id="payment is decided per location",
        ),
        pytest.param(
            decided("contracteinde", "beeindigen", checks=("wlz_4.2.2", "fw_373", "curator_gesproken")),
            "officier", None, [Obstacle.NO_SECOND], id="a contract isn't ended alone",
        ),
        pytest.param(
            decided("contracteinde", "beeindigen", checks=("wlz_4.2.2",)), "officier", "teamleider",
            [Obstacle.LEGAL_CHECK_MISSING], id="a contract isn't ended without every legal check",
        ),
        pytest.param(decided("sluiten", "sluiten"), "officier", None, [Obstacle.NOT_TAKEN_HERE], id="closing is an act of its own"),
    ],
)  # fmt: skip
def test_decision(decision, first, second, expected):
    signers = Signers(person(first), person(second) if second else None)
    found = rules.decision_obstacles(case_of(to(3)), POLICY, decision, signers=signers, today=TODAY)
    assert found == expected


@pytest.mark.parametrize(
    ("log", "begins", "scenario", "expected"),
    [
        pytest.param(
            [], TODAY, 1, [Obstacle.NECESSITY_MISSING], id="no rescue before it is decided for whom"
        ),
        pytest.param([NEEDED], TODAY, 1, [], id="rescue after the noodzakelijkheidsbesluit"),
        pytest.param([], TODAY, 2, [], id="a transfer measure needs none"),
        pytest.param([], date(2026, 11, 1), 1, [], id="a rescue that ran already is recorded as it was"),
    ],
)
def test_measure(log, begins, scenario, expected):
    measure = Measure(Means.FINANCIAL, scenario, begins)
    assert rules.measure_obstacles(case_of(*log), measure, today=TODAY) == expected


@pytest.mark.parametrize(
    ("log", "second", "expected"),
    [
        pytest.param([to(2)], None, [], id="a light case is closed by one person"),
        pytest.param([TASK, to(2)], None, [Obstacle.TASKS_OPEN], id="not with a required task open"),
        pytest.param([TASK, to(2), TaskDone(1)], None, [], id="the task was done"),
        pytest.param(
            [to(3), notify(), overmacht("nee")], None, [Obstacle.NO_SECOND], id="from stage 3 it takes two",
        ),
        pytest.param([to(3), notify(), overmacht("nee")], "teamleider", [], id="two people close a threat that passed"),
        pytest.param(
            [to(4), notify(), overmacht("nee")], "teamleider", [Obstacle.AFTERCARE_MISSING],
            id="a crisis is followed by aftercare",
        ),
        pytest.param(
            [to(4), notify(), overmacht("nee"), to(6, 4)], "teamleider", [Obstacle.LESSONS_MISSING],
            id="aftercare ends with lessons",
        ),
        pytest.param(
            [to(4), notify(), overmacht("nee"), to(6, 4), LESSON], "teamleider", [], id="reviewed and closed",
        ),
    ],
)  # fmt: skip
def test_closing(log, second, expected):
    signers = Signers(person("officier"), person(second) if second else None)
    found = rules.close_obstacles(case_of(*log), POLICY, signers=signers, reason="klaar", today=TODAY)
    assert found == expected


def test_two_person_rules_hold_for_every_pair():
    """Of all pairs of the office, only two different people who both act and of whom one decides pass."""
    passed = set()
    for first, second in product(PEOPLE.values(), repeat=2):
        signers = Signers(first, second)
        down = rules.stage_obstacles(
            case_of(to(2)), POLICY, Stage.ATTENTION, signers=signers, reason="omdat", today=TODAY
        )
        if not down + signers.obstacles():
            passed.add((first.id, second.id))
    acting = ["officier", "teamleider", "analist", "goedkeurder", "commissie", "medewerker"]
    deciding = {"teamleider", "commissie"}
    assert passed == {
        (one, other) for one, other in product(acting, acting) if one != other and deciding & {one, other}
    }


def test_readers_do_not_act_and_a_closed_case_takes_nothing():
    found = rules.act_obstacles(
        case_of(to(1), closed=True), Signers(person("auditor")), happened_on=date(2026, 11, 24), today=TODAY
    )
    assert found == [Obstacle.ROLE_DOES_NOT_ACT, Obstacle.CASE_CLOSED, Obstacle.IN_THE_FUTURE]


@pytest.mark.parametrize(
    "what",
    [TaskDone(7), Answer(1, AnswerOutcome.NO), Answer(99, AnswerOutcome.NO)],
    ids=["no such task", "an answer to what is no alternative", "an answer to nothing"],
)
def test_what_refers_to_another_entry_refers_to_one_that_is_there(what):
    assert rules.reference_obstacles(case_of(to(1)), what) == [Obstacle.NO_SUCH_ENTRY]


def test_every_obstacle_has_its_sentence():
    assert set(SENTENCES) == set(Obstacle)


def test_override_of_a_stage_keeps_the_exit_criteria_of_the_policy_snapshot():
    from ews.cases.opening import entering

    change = entering(POLICY, Stage.INVESTIGATION, Stage.THREATENED, reason="omdat")
    assert isinstance(change, StageChange)
    assert change.exit_criteria[0].startswith("discontinuïteit dreigt niet meer binnen 12 maanden")
