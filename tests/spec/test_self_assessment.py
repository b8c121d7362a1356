"""The self-assessment on the handvatten: what counts as shown, and that every norm is asked every question."""

from dataclasses import replace

import pytest

from ews.cases.self_assessment import Count, Proof, Question, Shown, assess_self
from ews.settings.evaluation_checks import check_evaluation
from ews.settings.load import load


@pytest.fixture(scope="module")
def policy(tmp_path_factory):
    return load(tmp_path_factory.mktemp("leeg")).evaluation


def answers(policy, counts):
    return {
        (norm.norm.id, answer.question): answer
        for norm in assess_self(policy, counts)
        for answer in norm.answers
    }


def test_eleven_norms_are_each_asked_four_questions(policy):
    found = answers(policy, {})
    assert len(found) == 11 * 4
    assert {norm for norm, _ in found} == {f"H{number}" for number in range(1, 12)}


CASES = [
    ("all of them", Proof.HEARD, Count(3, 3), Shown.YES),
    ("some of them", Proof.HEARD, Count(1, 3), Shown.PARTLY),
    ("none of them", Proof.HEARD, Count(0, 3), Shown.NO),
    ("there was no case to hear anybody in", Proof.HEARD, Count(0, 0), Shown.NOT_APPLICABLE),
    ("no assessment at all is a lack, not a quiet year", Proof.WEEKS, Count(0, 0), Shown.NO),
    ("no evaluation made is a lack", Proof.EVALUATIONS, Count(0, 0), Shown.NO),
]


@pytest.mark.parametrize(("sentence", "proof", "count", "shown"), CASES, ids=[case[0] for case in CASES])
def test_an_answer_is_a_count(policy, sentence, proof, count, shown):
    found = [
        answer
        for norm in assess_self(policy, {proof: count})
        for answer in norm.answers
        if norm.norm.proof(answer.question) is proof
    ]
    assert {answer.shown for answer in found} == {shown}


def test_what_was_not_counted_is_never_shown(policy):
    assert Shown.YES not in {answer.shown for answer in answers(policy, {}).values()}


def test_the_evidence_says_how_many(policy):
    found = answers(policy, {Proof.HEARD: Count(1, 3)})["H4", Question.IN_TIME]
    assert found.text == "in 1 van 3 zaken vanaf trede 2 is de aanbieder gehoord"


def test_a_count_without_a_sentence_or_a_sentence_without_a_count_is_refused(policy):
    short = replace(policy, proof=policy.proof[1:])
    mute = replace(policy, proof=(*policy.proof[1:], replace(policy.proof[0], text="altijd goed")))
    assert [fault.key for fault in check_evaluation(short)] == [f"proof.{policy.proof[0].id}"]
    assert [fault.key for fault in check_evaluation(mute)] == [f"proof.{policy.proof[0].id}"]
    assert check_evaluation(policy) == []
