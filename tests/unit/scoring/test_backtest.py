from datetime import date

import pandas as pd
import pytest

from ews.scoring.backtest import Backtest, false_alarms_by_name, missed_by_name, sum_up
from ews.scoring.model import Level

MARCH, JUNE = date(2018, 3, 31), date(2018, 6, 30)
HOW = Backtest(
    warn_from=Level.ELEVATED,
    naive={"regulator_risk": "regulator_risk"},
    splits={"by_sector": "sector"},
    draws=20,
)


def judged(*rows) -> pd.DataFrame:
    columns = ["subject", "provider", "as_of", "score", "level", "outcome", "left_on", "regulator_risk"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(
        left_on=pd.to_datetime(frame["left_on"]), why="below_threshold", sector="Care Home Service"
    )


@pytest.fixture
def walk() -> pd.DataFrame:
    """Two dates; `a` closes and was warned once, `b` closes unwarned, `c` is sold, `d` and `e` go on."""
    return judged(
        ("a", "p", MARCH, 9, 1, "closed", "2018-11-30", 1.0),
        ("b", "p", MARCH, 1, 1, "closed", "2018-04-30", 2.0),
        ("c", "q", MARCH, 8, 3, "handed_over", "2018-12-31", 3.0),
        ("d", "r", MARCH, 7, 2, "none", None, 1.0),
        ("e", "r", MARCH, 0, 0, "none", None, 1.0),
        ("a", "p", JUNE, 9, 3, "closed", "2018-11-30", 1.0),
        ("d", "r", JUNE, 2, 1, "none", None, 1.0),
        ("f", "s", JUNE, 9, 4, "averted", "2018-11-30", 1.0),
    )


def test_every_row_is_counted_once(walk):
    found = sum_up(walk, HOW)
    assert {key: found[key] for key in ("population", "failures", "warned", "missed", "false_alarms")} == {
        "population": 8,
        "failures": 3,
        "warned": 1,
        "missed": 2,
        "false_alarms": 1,
    }


def test_handed_over_and_averted_stand_apart(walk):
    found = sum_up(walk, HOW)
    assert (found["handed_over"], found["warned_handed_over"]) == (1, 1)
    assert (found["averted"], found["warned_averted"]) == (1, 1)


def test_lead_time_runs_from_the_warning_to_the_exit(walk):
    found = sum_up(walk, HOW)["lead_time_months"]
    assert found["counted"] == 1
    assert found["median"] == pytest.approx(5.03, abs=0.01)  # 30 June to 30 November: 153 days


def test_a_budget_for_each_share_and_a_line_for_each_date(walk):
    found = sum_up(walk, HOW)
    assert [budget["share"] for budget in found["budgets"]] == [0.01, 0.02, 0.05, 0.10]
    assert [line["as_of"] for line in found["by_date"]] == ["2018-03-31", "2018-06-30"]
    assert [line["population"] for line in found["by_date"]] == [5, 3]
    assert found["by_sector"][0]["group"] == "Care Home Service"


def test_naive_peer_is_measured_on_the_same_rows(walk):
    # failures 1, 2, 1 against 3, 1, 1, 1, 1: of 15 pairs 4 won and 8 tied (b wins 4; a, a tie 4 each)
    assert sum_up(walk, HOW)["naive"]["regulator_risk"]["auc"] == pytest.approx(8 / 15)


def test_misses_are_listed_by_name_with_the_reason(walk):
    assert missed_by_name(walk, Level.ELEVATED) == [
        {"subject": "b", "as_of": "2018-03-31", "left_on": "2018-04-30", "why": "below_threshold"}
    ]


def test_the_same_walk_gives_the_same_report_in_any_order(walk):
    assert sum_up(walk.sample(frac=1, random_state=3), HOW) == sum_up(walk, HOW)


def test_a_warning_from_a_higher_level_on_finds_less():
    rows = judged(
        ("a", "p", MARCH, 9, 2, "closed", "2018-11-30", 1.0), ("b", "q", MARCH, 1, 1, "none", None, 1.0)
    )
    levels = {line["level"]: line["warned"] for line in sum_up(rows, HOW)["levels"]}
    assert levels == {"elevated": 1, "high": 0, "acute": 0}


def test_who_was_warned_for_in_vain_is_named_once_with_how_long_and_how_high(walk):
    # c was sold and f averted: both were warned for, neither in vain
    assert false_alarms_by_name(walk, Level.ELEVATED) == [
        {"subject": "d", "first": "2018-03-31", "last": "2018-03-31", "level": "elevated", "times": 1}
    ]


def test_a_warning_that_stands_is_one_alert():
    rows = judged(
        ("a", "p", MARCH, 9, 2, "none", None, 1.0),
        ("b", "p", MARCH, 9, 1, "none", None, 1.0),
        ("a", "p", JUNE, 9, 3, "none", None, 1.0),
        ("b", "p", JUNE, 9, 2, "none", None, 1.0),
    )
    # two episodes in four quarters of watching (91 days each)
    assert sum_up(rows, HOW)["alerts_per_100_years"] == pytest.approx(200 / (4 * 91 / 365.25), abs=1e-3)


def test_each_level_has_a_lead_time_of_its_own(walk):
    leads = {line["level"]: line["lead_time_months"]["counted"] for line in sum_up(walk, HOW)["levels"]}
    assert leads == {"elevated": 1, "high": 1, "acute": 0}
