"""Unique or wider: exact, corrected, and honest about small numbers."""

import pytest

from ews.scoring.breadth import Breadth, breadth_of, tail


@pytest.mark.parametrize(
    ("hits", "others", "expected"),
    [
        pytest.param(0, 10, Breadth.UNIQUE, id="niemand anders"),
        pytest.param(1, 10, Breadth.UNIQUE, id="één ander is toeval"),
        pytest.param(3, 10, Breadth.WIDER, id="drie van tien is geen toeval meer"),
        pytest.param(6, 10, Breadth.WIDER, id="zes van tien"),
        pytest.param(4, 4, Breadth.CANNOT_SAY, id="te weinig vergelijkbare aanbieders"),
        pytest.param(2, 5, Breadth.WIDER, id="twee van vijf is alleen nog net geen toeval"),
        pytest.param(
            10, 100, Breadth.WIDER, id="tien van honderd is meer dan het dubbele van de achtergrond"
        ),
        pytest.param(5, 100, Breadth.UNIQUE, id="vijf van honderd is de achtergrond zelf"),
    ],
)
def test_one_signal(hits, others, expected):
    assert breadth_of({"x": (hits, others)}) == {"x": expected}


def test_testing_many_signals_at_once_asks_more_of_each():
    alone = breadth_of({"a": (2, 6)})
    among = breadth_of({"a": (2, 6), **{f"b{at}": (0, 6) for at in range(9)}})
    assert (alone["a"], among["a"]) == (Breadth.WIDER, Breadth.CANNOT_SAY)


def test_the_tail_is_exact():
    assert tail(1, 2, 0.5) == 0.75
    assert tail(0, 7, 0.05) == pytest.approx(1)
    assert tail(3, 3, 0.1) == pytest.approx(0.001)
