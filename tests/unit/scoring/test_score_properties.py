"""What must hold for any figures: monotone, additive, independent of order and of what is known later."""

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ews.alerts.decide import decide, settled_level
from ews.alerts.model import AlertState
from ews.scoring.model import Horizon, Level
from ews.signals.indicators import Direction
from tests.score_frames import AS_OF, QUARTERS, assessed, row, scored, shipped, shipped_card

ONE = "kvk:00000001"
PEERS = [f"kvk:0000010{at}" for at in range(8)]
RATIOS = ("ziekteverzuim", "uitstroom_personeel", "tijdelijk_aandeel", "pnil_aandeel", "bezettingsgraad")
MONEY = (
    "eigen_vermogen", "balanstotaal", "liquide_middelen", "vlottende_activa", "kortlopende_schulden",
    "som_der_bedrijfsopbrengsten", "resultaat", "ebitda", "rentelasten", "aflossingen", "personeelskosten",
    "kosten_pnil", "maandelijkse_uitgaven",
)  # fmt: skip
# Raw figures of which more is never worse, or never better, whatever the others are (denominators positive).
WORSE = {
    "liquide_middelen": -1, "vlottende_activa": -1, "kosten_pnil": +1, "ziekteverzuim": +1, "resultaat": -1,
    "uitstroom_personeel": +1, "bezettingsgraad": -1, "personeelskosten": 0,
}  # fmt: skip
SETTINGS = settings(max_examples=15, deadline=None)


def figures(draw: Any) -> dict[str, float | None]:
    money = {name: draw(st.one_of(st.none(), st.integers(1, 10**6))) for name in MONEY}
    return money | {name: draw(st.one_of(st.none(), st.integers(0, 100))) for name in RATIOS}


@st.composite
def histories(draw: Any) -> list[dict[str, Any]]:
    """A year of quarters of one provider, and last quarter's ratios of its peers."""
    rows = [row(ONE, "sector", "vv", None, source="zorgaanbieders")]
    for quarter in draw(st.lists(st.sampled_from(sorted(QUARTERS)), min_size=1, max_size=5, unique=True)):
        made = {name: value for name, value in figures(draw).items() if draw(st.booleans())}
        rows += [row(ONE, name, _scaled(name, value), quarter) for name, value in made.items()]
    for peer in PEERS:
        rows.append(row(peer, "sector", "vv", None, source="zorgaanbieders"))
        rows += [row(peer, name, draw(st.integers(0, 100)) / 100) for name in RATIOS]
    return rows


def _scaled(name: str, value: float | None) -> float | None:
    return value / 100 if value is not None and name in RATIOS else value


def newest(rows: Sequence[Mapping[str, Any]], figure: str) -> int | None:
    mine = [at for at, one in enumerate(rows) if one["subject"] == ONE and one["figure"] == figure]
    return max(mine, key=lambda at: rows[at]["period_end"], default=None)


@SETTINGS
@given(histories(), st.sampled_from(sorted(WORSE)), st.integers(1, 50))
def test_worse_input_never_lowers_the_points(rows, figure, step):
    at = newest(rows, figure)
    if at is None or rows[at]["value"] is None or not WORSE[figure]:
        return
    change = WORSE[figure] * (step / 100 if figure in RATIOS else step * 1000)
    worse = [dict(one) for one in rows]
    worse[at]["value"] = rows[at]["value"] + change
    before, after = assessed(rows)[ONE], assessed(worse)[ONE]
    assert after.points >= before.points
    assert after.level.rank >= before.level.rank
    assert all(after.horizon_points[one] >= before.horizon_points[one] for one in Horizon)


@SETTINGS
@given(histories(), st.data())
def test_removing_input_never_lowers_the_held_level(rows, data):
    gone = data.draw(st.sets(st.sampled_from(range(len(rows))), max_size=len(rows) - 1))
    left = [one for at, one in enumerate(rows) if at not in gone]
    before = assessed(rows)[ONE]
    after = assessed(left).get(ONE)
    held = before.level if before.level.rank >= Level.ELEVATED.rank else Level.ELEVATED
    if after is None or after.level is not Level.UNKNOWN:
        return
    assert settled_level(held, after, shipped_card("wlz")) is held


@SETTINGS
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, dice: random.Random):
    shuffled = list(rows)
    dice.shuffle(shuffled)
    assert assessed(shuffled) == assessed(rows)


@SETTINGS
@given(histories(), st.integers(1, 400), st.integers(0, 10**6))
def test_what_is_known_later_changes_nothing(rows, days, value):
    later = [
        one | {"known_at": AS_OF + timedelta(days=days), "value": float(value), "text": None}
        for one in rows[:20]
    ]
    assert assessed([*rows, *later]) == assessed(rows)


@SETTINGS
@given(histories())
def test_points_of_reasons_sum_to_the_total_and_per_horizon(rows):
    _, sums = scored(rows)
    for row_number, one in enumerate(assessed(rows).values()):
        assert sum(reason.points for reason in one.reasons) == one.points == sums.total[row_number]
        for horizon in Horizon:
            inside = [reason.points for reason in one.reasons if horizon in reason.horizons]
            assert sum(inside) == one.horizon_points[horizon]


@SETTINGS
@given(histories())
def test_deciding_twice_gives_nothing_the_second_time(rows):
    one, card = assessed(rows)[ONE], shipped_card("wlz")
    policy = shipped().alerts
    first = decide(None, one, card, policy, now=AS_OF)
    if first is None:
        return
    state = AlertState(1, ONE, first.family, first.after, AS_OF, AS_OF, AS_OF, None)
    assert decide(state, one, card, policy, now=AS_OF) is None


def test_every_line_of_the_shipped_cards_is_monotone_bin_by_bin():
    for file in shipped().scorecards.values():
        for card in file.card:
            for line in card.lines:
                direction = shipped().indicators[line.indicator].direction
                points = [one.points for one in line.bins]
                if direction is Direction.LOWER_IS_WORSE and line.judged in {
                    "value",
                    "change_last",
                    "change_year",
                    "slope",
                }:
                    assert points == sorted(points, reverse=True), line.id
                elif direction is not Direction.CATEGORY:
                    assert points == sorted(points), line.id


def test_a_subject_of_nothing_but_empty_cells_is_unknown():
    rows = [row(name, figure, None) for name in (ONE, *PEERS) for figure in (*MONEY, *RATIOS)]
    made = assessed(rows)
    assert {one.level for one in made.values()} == {Level.UNKNOWN}
    assert np.allclose([one.coverage for one in made.values()], 0)
