"""The slope: a line through the last 4 to 8 periods without a gap."""

import numpy as np
import pytest

from ews.scoring.slope import run_lengths, slopes

GAP = np.nan


def padded(*newest_first: float) -> np.ndarray:
    return np.array([[*newest_first, *[GAP] * (8 - len(newest_first))]])


@pytest.mark.parametrize(
    ("recent", "slope"),
    [
        pytest.param((4.0, 3.0, 2.0, 1.0), 1.0, id="four periods up by one"),
        pytest.param((1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0), -1.0, id="eight periods down by one"),
        pytest.param((2.0, 1.0, 2.0, 1.0), 0.2, id="up and down is nearly flat"),
        pytest.param((3.0, 2.0, 1.0), GAP, id="three periods are no trend"),
        pytest.param((9.0, GAP, 3.0, 2.0, 1.0, 0.0), GAP, id="what lies beyond a gap does not count"),
    ],
)
def test_slope_per_period(recent, slope):
    np.testing.assert_allclose(slopes(padded(*recent)), [slope])


def test_a_worse_newest_period_leans_further():
    assert slopes(padded(0.0, 3.0, 3.0, 3.0))[0] < slopes(padded(2.0, 3.0, 3.0, 3.0))[0]


def test_runs_are_counted_from_the_newest():
    assert run_lengths(np.vstack([padded(1, 2, 3), padded(GAP, 2, 3, 4)])).tolist() == [3, 0]
