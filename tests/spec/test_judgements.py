"""What people set aside, scored by what followed: each row is one rule."""

from datetime import date

import pytest

from ews.cases.judgements import Judgement, JudgementKind, Score, counts, judged
from ews.scoring.outcomes import Exit, Outcome

WHO = "kvk:00000001"
TAKEN = date(2025, 11, 3)


def calm(kind: JudgementKind = JudgementKind.NOT_NOTIFIED, on: date = TAKEN) -> Judgement:
    return Judgement(kind, WHO, on, True, "", ())


WORSE = Judgement(JudgementKind.OVERRIDE, WHO, TAKEN, False, "hoog op acuut gezet", ())


@pytest.mark.parametrize(
    ("judgement", "left_on", "outcome", "today", "score"),
    [
        pytest.param(calm(), date(2026, 3, 1), Outcome.INSOLVENT, date(2026, 4, 1), Score.WRONG, id="niet gemeld, en failliet binnen het jaar"),
        pytest.param(calm(JudgementKind.MUTE), date(2026, 3, 1), Outcome.CLOSED, date(2026, 4, 1), Score.WRONG, id="gestild, en de zorg stopte"),
        pytest.param(calm(), date(2026, 3, 1), Outcome.AVERTED, date(2026, 4, 1), Score.RIGHT, id="niet gemeld, en een maatregel wendde het af"),
        pytest.param(calm(), date(2026, 3, 1), Outcome.HANDED_OVER, date(2026, 4, 1), Score.RIGHT, id="niet gemeld, en de zorg ging over"),
        pytest.param(calm(), date(2026, 11, 4), Outcome.INSOLVENT, date(2026, 12, 1), Score.RIGHT, id="pas na twaalf maanden: het besluit ging daar niet over"),
        pytest.param(calm(), date(2025, 11, 2), Outcome.INSOLVENT, date(2026, 12, 1), Score.RIGHT, id="wat er al was, telt niet"),
        pytest.param(calm(), None, None, date(2026, 11, 3), Score.TOO_EARLY, id="het jaar loopt nog, tot en met de laatste dag"),
        pytest.param(calm(), None, None, date(2026, 11, 4), Score.RIGHT, id="een jaar voorbij en niets gebeurd"),
        pytest.param(calm(on=date(2024, 2, 29)), None, None, date(2025, 2, 28), Score.TOO_EARLY, id="29 februari: een jaar eindigt op 28 februari"),
        pytest.param(WORSE, date(2026, 3, 1), Outcome.INSOLVENT, date(2026, 4, 1), Score.RIGHT, id="hoger gezet, en failliet"),
        pytest.param(WORSE, date(2026, 3, 1), Outcome.AVERTED, date(2026, 4, 1), Score.RIGHT, id="hoger gezet, en afgewend: de dreiging was er"),
        pytest.param(WORSE, None, None, date(2026, 11, 4), Score.WRONG, id="hoger gezet, en er gebeurde niets"),
        pytest.param(WORSE, None, None, date(2026, 5, 1), Score.TOO_EARLY, id="hoger gezet, nog geen jaar"),
    ],
)  # fmt: skip
def test_scores(judgement, left_on, outcome, today, score):
    exits = [Exit(WHO, left_on, outcome)] if left_on else []
    (found,) = judged([judgement], exits, today=today)
    assert found.score is score


def test_counts_name_every_score():
    found = judged([calm(), WORSE], [], today=date(2026, 12, 1))
    assert counts(found) == {Score.RIGHT: 1, Score.TOO_EARLY: 0, Score.WRONG: 1}
