"""Every line of the shipped cards can change a level: brought to its worst bin, it gives its points and no others."""

from dataclasses import replace

import numpy as np
import pytest

from ews.scoring.card import Card, CutOff, Judged, Line
from ews.scoring.features import Features, Presence
from ews.scoring.model import Level
from ews.scoring.scorecard import score
from ews.signals.indicators import Direction
from tests.score_frames import features, row, shipped, shipped_card

SUBJECTS = {
    "wlz": ("kvk:00000001", "vestiging:000000000011"),
    "care_inspectorate": ("sp:SP2003000031", "cs:CS2003000204"),
}
PEERS = {
    name: [f"{one[:-2]}{at:02d}" for one in pair for at in range(40, 64)] for name, pair in SUBJECTS.items()
}
LINES = [(card, line) for card in SUBJECTS for line in shipped_card(card).lines]


def alone(card: Card, line: Line) -> Card:
    """The card with this line only, whose worst bin is enough to be elevated."""
    worst = max([one.points for one in line.bins] + [line.missing.points, line.stale.points])
    cutoffs = (
        CutOff(Level.ELEVATED, worst, worst - 1),
        CutOff(Level.HIGH, 900, 800),
        CutOff(Level.ACUTE, 999, 990),
    )
    return replace(card, lines=(line,), tripwires=(), cutoffs=cutoffs)


def brought_to(made: Features, line: Line, subject: str) -> Features:
    """The same features with the line's figure of one subject in its worst bin, or missing where that is worst."""
    one, at = made.measured[line.indicator], made.subjects.get_loc(subject)
    indicator = shipped().indicators[line.indicator]
    points = [part.points for part in line.bins]
    worst = line.bins[int(np.argmax(points))]
    presence = np.full(len(made.subjects), Presence.PRESENT, dtype=np.int8)
    value, text = np.zeros(len(made.subjects)), one.text.copy()
    recent, before = np.zeros_like(one.recent), np.ones(len(made.subjects))
    bad = 1.0 if indicator.direction is Direction.HIGHER_IS_WORSE else -1.0
    if line.missing.points >= max(points):
        presence[at], value[at] = Presence.MISSING, np.nan
    elif worst.words:
        text[at] = worst.words[0]
    elif line.judged is Judged.VALUE:
        value[at] = worst.below - 0.01 if worst.below is not None else (line.bins[-2].below or 0.0) + 0.01
    elif line.judged in {Judged.CHANGE_LAST, Judged.CHANGE_YEAR}:
        value[at] = 1.0 + bad * 9
    elif line.judged is Judged.PEERS:
        value[at] = bad
    else:
        recent[at] = [bad * (99 - 9 * back) for back in range(recent.shape[1])]
        value[at] = bad * 99
    measured = replace(
        one,
        value=value,
        text=text,
        previous=before,
        year_ago=before,
        recent=recent,
        stated=np.ones(len(value), dtype=bool),
    )
    return replace(
        made,
        measured={**made.measured, line.indicator: measured},
        presence={**made.presence, line.indicator: presence},
    )


@pytest.mark.parametrize(("name", "line"), LINES, ids=[f"{card}-{line.id}" for card, line in LINES])
def test_the_worst_bin_of_a_line_changes_the_level(name: str, line: Line):
    card = alone(shipped_card(name), line)
    provider, location = SUBJECTS[name]
    subject = provider if "provider" in line.subjects else location
    known = [
        row(one, "sector", "vv", None, source="zorgaanbieders") for one in (*SUBJECTS[name], *PEERS[name])
    ]
    made = brought_to(features(known), line, subject)
    scored = score(made, card, shipped().indicators)
    at = [str(made.subjects[position]) for position in scored.positions].index(subject)
    assert scored.total[at] == card.cutoff(Level.ELEVATED).raise_at
    assert scored.levels[at] is Level.ELEVATED
