"""M5 and M10: what moved is told, what can't be told is said to be so, and chance is not told."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from ews.scoring.attention import Asleep, AttentionPlan, Judgement, attention
from ews.scoring.drift import Verdict, WatchPlan, alert_rate, came_true, missing, shift

PLAN = WatchPlan(
    months_back=12,
    psi=0.2,
    psi_found=0.3,
    missing_jump=0.1,
    calibration=(0.5, 2.0),
    alert_ratio=3.0,
    alert_weeks=12,
    certainty=0.999,
)
EVEN = np.full(5, 0.2)
MOVED = np.array([0.077, 0.115, 0.171, 0.256, 0.381])
"""0.30 from EVEN: sum of (q - p) log(q / p)."""
FIGURES_A_MONTH = 40 * 52 // 12


def verdicts(after: np.ndarray, rows: int, rounds: int) -> list[Verdict]:
    rng = np.random.default_rng(7)
    return [
        shift(rng.multinomial(rows, EVEN), rng.multinomial(rows, after), PLAN).verdict for _ in range(rounds)
    ]


def test_m5_a_shift_of_0_3_is_found_in_95_of_100():
    assert float(np.sum((MOVED - EVEN) * np.log(MOVED / EVEN))) == pytest.approx(0.30, abs=0.005)
    assert verdicts(MOVED, 1000, 200).count(Verdict.SHIFTED) >= 190


def test_m5_without_a_shift_at_most_one_figure_a_month_is_told():
    assert verdicts(EVEN, 400, FIGURES_A_MONTH).count(Verdict.SHIFTED) <= 1


def test_m5_of_a_hundred_rows_it_says_too_few_unless_the_shift_is_plain():
    assert set(verdicts(EVEN, 100, 50)) == {Verdict.TOO_FEW}
    assert shift([25, 25, 25, 25], [0, 0, 20, 80], PLAN).verdict is Verdict.SHIFTED


def test_counts_are_told_as_they_are():
    found = shift([40, 60], [60, 40], PLAN)
    assert (found.then, found.now) == ((40, 60), (60, 40))
    # (0.6 - 0.4) × log(0.6 / 0.4) twice, with half a row added to each bin
    assert found.psi == pytest.approx(0.159, abs=0.002)


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        pytest.param((3, 300), (60, 300), Verdict.SHIFTED, id="a fifth that was there is gone"),
        pytest.param((3, 300), (6, 300), Verdict.STEADY, id="twice as many, but a hundredth"),
        pytest.param((300, 300), (0, 300), Verdict.SHIFTED, id="filled in for all at once: also told"),
        pytest.param((1, 6), (4, 6), Verdict.TOO_FEW, id="of six nothing can be told"),
        pytest.param((0, 0), (5, 300), Verdict.TOO_FEW, id="nobody to hold it against"),
    ],
)
def test_missing_by_fishers_exact_test(then, now, expected):
    assert missing(then, now, PLAN).verdict is expected


@pytest.mark.parametrize(
    ("expected", "observed", "verdict"),
    [
        pytest.param(50.0, 42, Verdict.STEADY, id="a little less came"),
        pytest.param(50.0, 120, Verdict.SHIFTED, id="more than twice what was expected"),
        pytest.param(50.0, 12, Verdict.SHIFTED, id="less than half of what was expected"),
        pytest.param(1.0, 1, Verdict.TOO_FEW, id="one of one says nothing"),
        pytest.param(0.0, 0, Verdict.TOO_FEW, id="nothing was expected of anybody"),
    ],
)
def test_m5_calibration_outside_a_half_and_two_or_cannot_say(expected, observed, verdict):
    assert came_true(expected, observed, PLAN).verdict is verdict


@pytest.mark.parametrize(
    ("now", "before", "verdict"),
    [
        pytest.param(30, 120, Verdict.SHIFTED, id="three times a week's ten"),
        pytest.param(14, 120, Verdict.STEADY, id="more than usual, not three times"),
        pytest.param(0, 120, Verdict.SHIFTED, id="silence where ten a week was usual"),
        pytest.param(2, 3, Verdict.TOO_FEW, id="five in three months"),
    ],
)
def test_m5_alert_rate_times_three(now, before, verdict):
    assert alert_rate(now, before, PLAN).verdict is verdict


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LOOK = AttentionPlan(quick_seconds=2.0, agree_share=0.98, fewest=50, months_back=12)


def signed(count: int, *, seconds: float, agreed: int) -> list[Judgement]:
    return [
        Judgement("tweede", NOON, NOON + timedelta(seconds=seconds), place < agreed) for place in range(count)
    ]


@pytest.mark.parametrize(
    ("log", "verdict"),
    [
        pytest.param(signed(60, seconds=1.9, agreed=60), Asleep.QUICK, id="all within two seconds"),
        pytest.param(
            [*signed(60, seconds=40, agreed=55), *signed(1, seconds=1, agreed=1)],
            Asleep.QUICK,
            id="one within two seconds",
        ),
        pytest.param(signed(60, seconds=40, agreed=60), Asleep.ALWAYS_AGREES, id="never a no in sixty"),
        pytest.param(signed(60, seconds=40, agreed=58), Asleep.AWAKE, id="two of sixty turned down"),
        pytest.param(signed(49, seconds=40, agreed=49), Asleep.TOO_FEW, id="never a no, of too few"),
    ],
)
def test_m10_a_sleeping_second_person_is_told(log, verdict):
    assert [one.verdict for one in attention(log, LOOK)] == [verdict]
