"""Points from data: towards what the data say, held by what experts said, never against the direction."""

import numpy as np
import pytest

from ews.scoring.card import Bin, Card, CutOff, Line, StateBin
from ews.scoring.fit import applying, propose
from ews.scoring.model import Horizon, Level
from ews.scoring.scorecard import MISSING, UNJUDGED
from tests.score_frames import shipped

SOON = (Horizon.SHORT,)
CARD = Card(
    id="test",
    name="test",
    schemes=("kvk",),
    lines=(
        Line("verzuim", "ziekteverzuim", (Bin(0, below=0.1), Bin(2, "a", below=0.2), Bin(4, "b")), SOON),
        Line("kas", "liquiditeit_weken", (Bin(6, "a", below=4), Bin(0)), SOON, missing=StateBin(2, "weg")),
        Line(
            "alleen_locatie",
            "uitstroom_personeel",
            (Bin(0, below=0.2), Bin(3, "c")),
            SOON,
            subjects=("location",),
        ),
    ),
    tripwires=(),
    cutoffs=(CutOff(Level.ELEVATED, 6, 4), CutOff(Level.HIGH, 40, 32), CutOff(Level.ACUTE, 70, 60)),
    minimum_coverage=0.3,
    confidence_high=0.8,
    confidence_medium=0.5,
    peers_minimum=5,
    size="capaciteit",
    size_bounds=(),
    priority={},
)


def past(count: int, *, absence_matters: float, seed: int = 3):
    """Bins at random; what fails depends on cash, and on absence as far as asked."""
    dice = np.random.default_rng(seed)
    bins = np.column_stack(
        [
            dice.integers(0, 3, count),
            dice.choice([0, 1, MISSING], count, p=[0.2, 0.7, 0.1]),
            dice.integers(0, 2, count),
        ]
    ).astype(np.int16)
    odds = -3.0 + 1.5 * (bins[:, 1] == 0) + absence_matters * bins[:, 0]
    return bins, dice.random(count) < 1 / (1 + np.exp(-odds))


def points(bins, failed, shrinkage=1.0):
    made = propose(CARD, shipped().indicators, bins, failed, shrinkage=shrinkage)
    return made, {(one.line, one.bin): one.new for one in made.points}


def test_a_line_that_tells_nothing_loses_its_points():
    _, new = points(*past(8000, absence_matters=0.0))
    assert new["verzuim", 2] <= 1
    assert new["kas", 0] >= 5


def test_points_never_run_against_the_direction():
    _, new = points(*past(8000, absence_matters=-1.0))
    assert [new["verzuim", place] for place in range(3)] == [0, 0, 0]


def test_with_few_failures_the_experts_hold():
    bins, failed = past(400, absence_matters=0.0)
    _, new = points(bins, failed, shrinkage=10_000.0)
    assert (new["verzuim", 1], new["verzuim", 2], new["kas", 0], new["kas", MISSING]) == (2, 4, 6, 2)


def test_old_and_new_stand_side_by_side_with_their_effect():
    made, _ = points(*past(8000, absence_matters=0.0))
    assert made.new.auc >= made.old.auc
    assert made.old.warned > 0
    assert {one.line for one in made.points} == {"verzuim", "kas", "alleen_locatie"}
    assert sum(one.subjects for one in made.points if one.line == "verzuim") == made.subjects == 8000


@pytest.mark.parametrize(("kind", "expected"), [("location", [1, 0]), ("provider", [UNJUDGED, UNJUDGED])])
def test_lines_about_others_do_not_count(kind, expected):
    bins = np.array([[0, 0, 1], [1, 1, 0]], dtype=np.int16)
    assert applying(CARD, bins, kind=kind, sectors=np.array(["vv", "vv"]))[:, 2].tolist() == expected
