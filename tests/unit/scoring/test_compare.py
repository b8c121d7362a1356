"""Two sets of rules on one past: found, lost, quieter, louder, and whether the difference is more than chance."""

from datetime import date

import pandas as pd

from ews.scoring.backtest import Backtest
from ews.scoring.compare import compare, is_proven
from ews.scoring.model import Level

HOW = Backtest(warn_from=Level.ELEVATED, naive={}, splits={}, draws=50)
ON = date(2018, 3, 31)


def walked(scores: dict[str, int], failing: set[str] = frozenset({"a", "b"})) -> pd.DataFrame:
    """One date; a score of 5 or more is a warning."""
    rows = [
        (name, name, ON, float(points), 2 if points >= 5 else 1, "closed" if name in failing else "none")
        for name, points in scores.items()
    ]
    frame = pd.DataFrame(rows, columns=["subject", "provider", "as_of", "score", "level", "outcome"])
    left = pd.Series(pd.Timestamp("2018-06-30"), index=frame.index).where(frame["outcome"] == "closed")
    return frame.assign(left_on=left, why="below_threshold")


OLD = walked({"a": 9, "b": 1, "c": 8, "d": 0, "e": 2})


def test_found_and_lost_are_named_and_who_went_on_is_counted():
    new = walked({"a": 1, "b": 9, "c": 2, "d": 7, "e": 6})
    found = compare(OLD, new, HOW)
    assert found["found"] == [{"subject": "b", "as_of": "2018-03-31", "left_on": "2018-06-30"}]
    assert found["lost"] == [{"subject": "a", "as_of": "2018-03-31", "left_on": "2018-06-30"}]
    assert (found["quieter"], found["louder"]) == (1, 2)
    assert (found["old"]["warned"], found["new"]["warned"]) == (1, 1)


def test_the_same_rules_differ_in_nothing():
    found = compare(OLD, OLD, HOW)
    assert found["auc_gain"]["auc_gain"] == 0
    assert is_proven(found["auc_gain"]) is None
    assert (found["found"], found["lost"], found["quieter"], found["louder"]) == ([], [], 0, 0)


def test_a_gain_that_no_draw_denies_is_proven_both_ways():
    names = [f"s{n}" for n in range(60)]
    failing = set(names[:20])
    good = walked({name: 9 if name in failing else 1 for name in names}, failing)
    blind = walked({name: place % 7 for place, name in enumerate(names)}, failing)
    assert is_proven(compare(blind, good, HOW)["auc_gain"]) is True
    assert is_proven(compare(good, blind, HOW)["auc_gain"]) is False


def test_only_rows_that_both_judged_are_compared():
    assert compare(OLD, OLD[OLD["subject"] != "e"], HOW)["compared"] == 4


def test_without_a_failure_nothing_is_proven():
    quiet = walked({"a": 9, "b": 1}, set())
    assert is_proven(compare(quiet, quiet, HOW)["auc_gain"]) is None
