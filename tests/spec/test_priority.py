"""Priority is chance times the clients with nowhere to go; without a model that may speak, the level stands for the chance."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ews.jobs.portfolio import urgency
from ews.scoring.model import Assessment, Confidence, Level

WEIGHTS = {Level.LOW: 1, Level.UNKNOWN: 2, Level.ELEVATED: 8, Level.HIGH: 64, Level.ACUTE: 1024}
SEEN = Assessment(
    subject="kvk:11111111",
    as_of=datetime(2026, 11, 20, tzinfo=UTC),
    level=Level.LOW,
    horizons={},
    horizon_points={},
    points=0,
    probability=None,
    reasons=(),
    confidence=Confidence.HIGH,
    coverage=1.0,
    versions={},
)


@pytest.mark.parametrize(
    ("level", "probability", "expected"),
    [
        pytest.param(Level.ELEVATED, None, 8, id="in shadow the level counts"),
        pytest.param(Level.ELEVATED, 0.25, 256, id="a chance counts where it may speak"),
        pytest.param(Level.ELEVATED, 0.001, 1.024, id="also when it says less than the level"),
        pytest.param(Level.ACUTE, 0.001, 1024, id="but what strikes by itself does not wait for a model"),
        pytest.param(Level.HIGH, 0.5, 512, id="nor does a high level hold a chance down"),
    ],
)
def test_urgency(level, probability, expected):
    assert urgency(replace(SEEN, probability=probability), level, WEIGHTS) == pytest.approx(expected)
