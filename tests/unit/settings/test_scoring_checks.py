"""Faults in a scorecard are found before anything runs, each with what to do."""

from dataclasses import replace

import pytest

from ews.scoring.card import Bin, CutOff, Line, StateBin, Tripwire
from ews.scoring.model import Horizon, Level
from ews.settings.scoring_checks import check_indicators, check_scorecards
from ews.signals.indicators import Norm
from tests.score_frames import shipped, shipped_card

CARD = shipped_card("wlz")
INDICATORS = shipped().indicators
SOON = (Horizon.SHORT,)


def problems(**changes) -> list[str]:
    file = next(iter(shipped().scorecards.values()))
    cards = replace(file, card=(replace(CARD, **changes),))
    return [fault.problem for fault in check_scorecards({"2026-01-01": cards}, INDICATORS)]


def line(**changes) -> Line:
    good = Line("x", "solvabiliteit", (Bin(5, "slecht", below=0.1), Bin(0)), SOON)
    return replace(good, **changes)


def test_the_shipped_card_has_no_faults():
    assert problems() == []


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (line(indicator="bestaat_niet"), "'bestaat_niet' bestaat niet"),
        (line(norm="geen"), "'geen' bestaat niet"),
        (line(bins=(Bin(0, below=0.1), Bin(5, "slecht"))), "punten [0, 5] gaan tegen de richting in"),
        (line(bins=(Bin(5, "a", below=0.2), Bin(3, "b", below=0.2), Bin(0))), "een vak is onbereikbaar"),
        (line(bins=(Bin(5, "a", below=0.2), Bin(3, "b", below=0.1), Bin(0))), "een vak is onbereikbaar"),
        (line(bins=(Bin(5, "a", below=0.2),)), "alleen het laatste vak heeft geen below"),
        (line(bins=(Bin(5, "", below=0.1), Bin(0))), "ontbreekt"),
        (line(bins=(Bin(5, "{onbekend}", below=0.1), Bin(0))), "onbekend veld 'onbekend'"),
        (line(missing=StateBin(2, "")), "ontbreekt"),
        (line(missing=StateBin(-2, "weg")), "-2 punten"),
        (line(horizons=(Horizon.LONG,)), "telt niet mee binnen 12 maanden"),
        (
            line(
                indicator="continuiteitsparagraaf", bins=(Bin(5, "a", words=("ja",)), Bin(0, words=("ja",)))
            ),
            "een woord staat in twee vakken",
        ),
    ],
)
def test_faults_in_a_line(bad, problem):
    assert problem in problems(lines=(bad,))


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (Tripwire("t", Level.ACUTE, 69, SOON, "x", event="e"), "69 punten halen niveau acute niet"),
        (Tripwire("t", Level.ACUTE, 99, SOON, "x"), "noemt geen gebeurtenis of woord, of beide"),
        (Tripwire("t", Level.ACUTE, 99, SOON, "x", indicator="geen", words=("a",)), "'geen' bestaat niet"),
    ],
)
def test_faults_in_a_tripwire(bad, problem):
    assert problem in problems(tripwires=(bad,))


@pytest.mark.parametrize(
    ("cutoffs", "problem"),
    [
        ((CutOff(Level.ELEVATED, 20, 15), CutOff(Level.HIGH, 40, 32)), "niet elk niveau heeft grenzen"),
        (
            (CutOff(Level.ELEVATED, 20, 20), CutOff(Level.HIGH, 40, 32), CutOff(Level.ACUTE, 70, 60)),
            "de grenzen lopen niet op",
        ),
        (
            (CutOff(Level.ELEVATED, 50, 15), CutOff(Level.HIGH, 40, 32), CutOff(Level.ACUTE, 70, 60)),
            "de grenzen lopen niet op",
        ),
    ],
)
def test_faults_in_the_cutoffs(cutoffs, problem):
    assert problem in problems(cutoffs=cutoffs)


def test_two_lines_may_not_share_an_id():
    assert "komt twee keer voor" in problems(lines=(line(), line()))


def test_a_formula_that_cannot_be_read_and_a_norm_without_source_are_named():
    good = INDICATORS["solvabiliteit"]
    norm = replace(good.norms[0], source=" ")
    bad = {"a": replace(good, formula="os.system(1)"), "b": replace(good, norms=(norm, norm))}
    found = [fault.problem for fault in check_indicators(bad)]
    assert found == [
        "'os.system(1)' mag niet in een formule",
        "twee normen met dezelfde id en datum",
        "geen bron",
        "geen bron",
    ]


def test_every_shipped_norm_says_where_it_comes_from():
    norms: list[Norm] = [norm for one in INDICATORS.values() for norm in one.norms]
    assert len(INDICATORS) >= 40
    assert all(norm.source.strip() and norm.mark in {"C", "S", "G", "D"} for norm in norms)
