"""Faults of model.toml that only show between its keys."""

from dataclasses import replace

from ews.settings.model_checks import check_model
from tests.score_frames import shipped


def test_the_shipped_model_is_in_order():
    assert check_model(shipped().model) == []


def test_a_choice_names_groups_that_exist():
    plan = shipped().model
    wrong = replace(plan, chosen=(replace(plan.chosen[0], groups=("stant",)), *plan.chosen[1:]))
    assert [str(fault).partition(". ")[0] for fault in check_model(wrong)] == [
        "model.toml, chosen[0].groups: 'stant' bestaat niet"
    ]


def test_each_unit_has_a_choice():
    plan = shipped().model
    wrong = replace(plan, chosen=tuple(one for one in plan.chosen if one.unit == "location"))
    assert [fault.problem for fault in check_model(wrong)] == ["voor provider is niets gekozen"]


def test_a_naive_ranking_has_a_direction():
    plan = shipped().model
    wrong = replace(plan, replay=replace(plan.replay, naive=("eigen:fte",)))
    assert [fault.problem for fault in check_model(wrong)] == ["eigen:fte heeft geen bekende richting"]
