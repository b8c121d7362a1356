"""M1, M2, M7, M8: what is missing, degenerate, repeated or worse never makes anybody look safer."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ews.alerts.decide import settled_level
from ews.scoring.batch import BatchFault, doubts
from ews.scoring.features import Features
from ews.scoring.model import Level
from ews.scoring.scorecard import score
from tests.score_frames import AS_OF, assessed, features, row, shipped, shipped_card

MANY = [f"kvk:{10_000_000 + number}" for number in range(500)]
FIGURES = {
    "ziekteverzuim": (0.04, 0.12), "uitstroom_personeel": (0.05, 0.3), "bezettingsgraad": (0.8, 1.0),
    "eigen_vermogen": (-10, 60), "balanstotaal": (80, 120), "liquide_middelen": (5, 60),
    "maandelijkse_uitgaven": (8, 12), "resultaat": (-5, 5), "som_der_bedrijfsopbrengsten": (90, 110),
    "ebitda": (-2, 12), "rentelasten": (1, 3), "aflossingen": (1, 3), "personeelskosten": (60, 90),
    "kosten_pnil": (2, 20), "vlottende_activa": (20, 60), "kortlopende_schulden": (20, 60),
}  # fmt: skip


def portfolio(
    subjects: list[str], quarters: tuple[str, ...] = ("2026-Q3",), seed: int = 1
) -> list[dict[str, Any]]:
    """Every subject has its own height, with a little noise each quarter."""
    dice = np.random.default_rng(seed)
    rows = [row(subject, "sector", "vv", None, source="zorgaanbieders") for subject in subjects]
    rows += [row(subject, "naam", subject, None, source="zorgaanbieders") for subject in subjects]
    for subject in subjects:
        height = dice.random(len(FIGURES))
        for quarter in quarters:
            noise = dice.normal(0, 0.02, len(FIGURES))
            for (name, (low, high)), at in zip(
                FIGURES.items(), np.clip(height + noise, 0.01, 0.99), strict=True
            ):
                rows.append(row(subject, name, float(low + at * (high - low)), quarter))
    return rows


@pytest.fixture(scope="module")
def year() -> list[dict[str, Any]]:
    return portfolio(MANY[:60], ("2026-Q1", "2026-Q2", "2026-Q3"))


def test_m1_removing_any_figures_never_lowers_a_held_level_in_10000():
    rows = portfolio(MANY)
    card, indicators = shipped_card("wlz"), shipped().indicators
    whole = score(features(rows), card, indicators)
    dice = np.random.default_rng(7)
    decreases = checked = 0
    for _ in range(20):
        gone = set(dice.choice(sorted(FIGURES), size=dice.integers(1, len(FIGURES) + 1), replace=False))
        made = assessed([one for one in rows if one["figure"] not in gone])
        for subject, level in zip(MANY, whole.levels, strict=True):
            held = max(level, Level.ELEVATED, key=lambda one: one.rank)
            after = made[subject]
            checked += 1
            # what is known to be better may lower; what went missing may not
            if after.level is Level.UNKNOWN and settled_level(held, after, card) is not held:
                decreases += 1
    assert (checked, decreases) == (10_000, 0)


def test_m1_nothing_but_empty_cells_is_unknown_for_everybody():
    rows = [one | {"value": None} if one["figure"] in FIGURES else one for one in portfolio(MANY[:40])]
    assert {one.level for one in assessed(rows).values()} == {Level.UNKNOWN}


def last_quarter(rows: list[dict[str, Any]], change: Callable[[dict[str, Any]], Any], *names: str):
    return [
        one | {"value": change(one)}
        if one["period_end"].month == 9 and one["figure"] in (names or FIGURES)
        else one
        for one in rows
    ]


def reversed_order(rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The column upside down: every provider gets another's figure."""
    newest = [at for at, one in enumerate(rows) if one["figure"] == name and one["period_end"].month == 9]
    values = sorted((rows[at]["value"], at) for at in newest)
    turned = dict(zip([at for _, at in values], [value for value, _ in reversed(values)], strict=True))
    return [one | {"value": turned[at]} if at in turned else one for at, one in enumerate(rows)]


def found(
    rows: list[dict[str, Any]], before: list[dict[str, Any]], **options: Any
) -> set[tuple[BatchFault, str]]:
    made = features(rows, **options)
    listed = doubts(made, assessed(rows, **options).values(), assessed(before).values(), shipped().indicators)
    return {(one.fault, one.about) for one in listed}


def test_m2_a_sound_round_is_believed(year):
    assert found(year, [one for one in year if one["period_end"].month != 9]) == set()


@pytest.mark.parametrize("seed", range(5))
def test_m2_sound_rounds_are_believed_whatever_the_noise(seed):
    rows = portfolio(MANY[:40], ("2026-Q1", "2026-Q2", "2026-Q3"), seed)
    assert found(rows, rows) == set()


def test_m2_a_lost_provider_is_noticed(year):
    left = [one for one in year if one["subject"] != MANY[0]]
    assert (BatchFault.LOST, "1") in found(left, year)


@pytest.mark.parametrize(
    ("mutant", "fault", "about"),
    [
        pytest.param(
            lambda r: last_quarter(r, lambda _: 0.5), BatchFault.CONSTANT, "ziekteverzuim", id="all 0.5"
        ),
        pytest.param(
            lambda r: last_quarter(r, lambda _: None), BatchFault.EMPTIED, "ziekteverzuim", id="all empty"
        ),
        pytest.param(
            lambda r: reversed_order(r, "ziekteverzuim"),
            BatchFault.SHUFFLED,
            "ziekteverzuim",
            id="column upside down",
        ),
        pytest.param(
            lambda r: last_quarter(r, lambda one: one["value"] * 1000, "liquide_middelen"),
            BatchFault.SLIPPED,
            "liquiditeit_weken",
            id="thousands as euros",
        ),
        pytest.param(
            lambda r: last_quarter(r, lambda one: one["value"] / 1000, "balanstotaal"),
            BatchFault.SLIPPED,
            "solvabiliteit",
            id="euros as thousands",
        ),
    ],
)
def test_m2_degenerate_rounds_are_refused(year, mutant, fault, about):
    assert (fault, about) in found(mutant(year), year)


def test_m2_rows_shifted_by_one_provider_are_noticed(year):
    newest = [
        at
        for at, one in enumerate(year)
        if one["figure"] == "bezettingsgraad" and one["period_end"].month == 9
    ]
    values = [year[at]["value"] for at in newest]
    moved = dict(zip(newest, [*values[1:], values[0]], strict=True))
    rows = [one | {"value": moved[at]} if at in moved else one for at, one in enumerate(year)]
    assert (BatchFault.SHUFFLED, "bezettingsgraad") in found(rows, year)


def as_time_since(year, now: np.ndarray) -> set[tuple[BatchFault, str]]:
    """A round in which `jaarverantwoording_maanden` was 1, 2, 3 … for three periods, and then is `now`."""
    made: Features = features(year)
    size = len(made.subjects)
    before = np.arange(size, dtype=float)
    one = replace(
        made.measured["ziekteverzuim"],
        value=now,
        previous=before,
        year_ago=before,
        recent=np.column_stack([now, before, before, before]),
        stated=np.ones(size, dtype=bool),
    )
    listed = doubts(replace(made, measured={"jaarverantwoording_maanden": one}), [], [], shipped().indicators)
    return {(found.fault, found.about) for found in listed}


def test_m2_reports_that_came_in_turn_the_order_of_time_since_and_nobody_is_refused(year):
    size = len(features(year).subjects)
    assert as_time_since(year, np.arange(size, dtype=float)[::-1].copy()) == set()
    assert as_time_since(year, np.arange(size) / 100.0) == set()


def test_m2_dates_that_vanish_or_are_all_the_same_are_noticed(year):
    size = len(features(year).subjects)
    assert as_time_since(year, np.full(size, np.nan)) == {(BatchFault.EMPTIED, "jaarverantwoording_maanden")}
    assert as_time_since(year, np.ones(size)) == {(BatchFault.CONSTANT, "jaarverantwoording_maanden")}


def test_m2_a_register_that_lost_a_tenth_is_noticed(year):
    made: Features = features(year)
    relations = replace(made.relations, dropped={"zorgaanbieders": 0.11})
    listed = doubts(replace(made, relations=relations), [], [], shipped().indicators)
    assert [(one.fault, one.about) for one in listed] == [(BatchFault.DROPPED, "zorgaanbieders")]


_DIGEST = """
import hashlib, sys
from tests.score_frames import assessed
from tests.unit.scoring.test_never_silently_wrong import MANY, portfolio
rows = portfolio(MANY)
if sys.argv[1] == "turned":
    rows = rows[::-1]
print(hashlib.sha256(repr(list(assessed(rows).values())).encode()).hexdigest())
"""


def test_m7_the_same_inputs_give_the_same_bytes_in_another_process():
    root = Path(__file__).parents[3]
    answers = set()
    for order, seed in (("straight", "1"), ("turned", "2")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        done = subprocess.run(
            [sys.executable, "-c", _DIGEST, order],
            check=True,
            capture_output=True,
            text=True,
            cwd=root,
            env=environment,
        )
        answers.add(done.stdout)
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("figure", "worse"),
    [
        ("ziekteverzuim", +1), ("uitstroom_personeel", +1), ("bezettingsgraad", -1), ("liquide_middelen", -1),
        ("resultaat", -1), ("kosten_pnil", +1), ("vlottende_activa", -1),
    ],
)  # fmt: skip
def test_m8_a_worse_figure_never_lowers_anybody(year, figure, worse):
    few = [one for one in year if one["subject"] in MANY[:12]]
    before = assessed(few)
    for step in (0.02, 0.2, 3.0):
        for subject in MANY[:5]:
            rows = [
                one | {"value": one["value"] + worse * step * abs(one["value"])}
                if (one["subject"], one["figure"], one["period_end"].month) == (subject, figure, 9)
                else one
                for one in few
            ]
            after = assessed(rows)[subject]
            assert after.points >= before[subject].points
            assert after.level.rank >= before[subject].level.rank


def test_figures_of_tomorrow_change_nothing_today(year):
    later = [
        one | {"known_at": AS_OF + timedelta(days=1), "value": 0.0}
        for one in year
        if one["figure"] in FIGURES
    ]
    assert assessed([*year, *later]) == assessed(year)
