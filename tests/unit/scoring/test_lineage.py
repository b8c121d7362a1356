"""Identity in the figures: a new number reads its predecessor's history, a subsidiary the accounts of its concern."""

import json
from datetime import UTC, date, datetime
from math import isnan

import pytest

from ews.scoring.lineage import OF
from ews.signals.model import Event
from ews.signals.succession import one_to_one, successions
from tests.score_frames import assessed, features, row

OLD, NEW, THIRD = "kvk:00000001", "kvk:00000002", "kvk:00000003"
TODAY = date(2026, 11, 20)


def goes_on(old: str, new: str, since: str = "2026-07-15", how: str = "nieuw_nummer") -> Event:
    return event("opvolging", new, since, {"voorganger": old.partition(":")[2], "soort": how})


def event(kind: str, subject: str, day: str, detail: dict[str, str] | None = None) -> Event:
    known = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC)
    return Event(
        subject, kind, date.fromisoformat(day), known, f"{kind}-{day}", json.dumps(detail or {}), "s", 7, 3
    )


def money(subject: str, equity: float, quarter: str) -> list[dict]:
    return [
        row(subject, "eigen_vermogen", equity, quarter),
        row(subject, "balanstotaal", 1000.0, quarter),
    ]


ROWS = [
    *money(OLD, 300.0, "2025-Q3"),
    *money(OLD, 100.0, "2026-Q2"),
    *money(NEW, 50.0, "2026-Q3"),
]


def test_the_history_of_one_predecessor_is_read_on_and_shown_as_such():
    made = features(ROWS, events=[goes_on(OLD, NEW)])
    at = made.subjects.get_loc(NEW)
    assert made.measured["solvabiliteit"].recent[at, :3].tolist() == [0.05, 0.1, 0.3]
    assert set(made.history.frame[OF]) == {"", OLD}


def test_until_it_has_figures_of_its_own_the_reason_says_whose_they_are():
    said = assessed(ROWS[:4], events=[goes_on(OLD, NEW)])[NEW]
    solvency = next(one for one in said.reasons if one.indicator == "solvabiliteit")
    assert solvency.text.endswith("(cijfer van voorganger kvk:00000001)")


@pytest.mark.parametrize(
    ("known", "read_on"),
    [
        pytest.param([goes_on(OLD, NEW)], [OLD], id="a new number of the same organisation"),
        pytest.param(
            [goes_on(OLD, NEW), goes_on(THIRD, NEW, how="fusie")], [], id="a merger of two is not added up"
        ),
        pytest.param(
            [goes_on(OLD, NEW), goes_on(OLD, THIRD, how="splitsing")], [], id="a split is not divided"
        ),
        pytest.param([goes_on(OLD, NEW, "2026-12-01")], [], id="not before it begins"),
    ],
)
def test_histories_are_joined_one_to_one_only(known, read_on):
    assert [one.predecessor for one in one_to_one(successions(known), today=TODAY)] == read_on


@pytest.mark.parametrize(
    ("known", "compared"),
    [
        pytest.param([], True, id="of itself"),
        pytest.param([goes_on(OLD, NEW)], True, id="of the same organisation under another number"),
        pytest.param([goes_on(OLD, NEW, how="fusie")], False, id="took another one over"),
        pytest.param([goes_on(OLD, NEW), goes_on(THIRD, NEW)], False, id="of two"),
        pytest.param([goes_on(NEW, THIRD, how="splitsing")], False, id="gave a part away"),
        pytest.param([goes_on(OLD, NEW, "2026-12-01", how="fusie")], True, id="before it merges"),
    ],
)
def test_across_a_merger_or_split_a_change_is_unknown_and_no_jump(known, compared):
    """I19: staff that trebled because two became one is not growth, and no fall when one became two."""
    rows = [row(NEW, "fte", 40.0, "2025-Q3"), row(NEW, "fte", 41.0, "2026-Q2"), row(NEW, "fte", 120.0)]
    made = features(rows, events=known)
    at, one = made.subjects.get_loc(NEW), made.measured["fte"]
    before = [one.previous[at], one.year_ago[at], *one.recent[at, 1:3]]
    assert one.value[at] == 120
    assert [not isnan(value) for value in before] == [compared] * 4
    assert (str(one.parted[at]) == "2026-07-15") is not compared


def test_the_reason_says_that_nothing_was_compared():
    merged = [goes_on(OLD, NEW, how="fusie")]
    said = assessed([*ROWS, *money(NEW, 400.0, "2025-Q3")], events=merged)[NEW]
    told = [one.text for one in said.reasons if one.indicator == "solvabiliteit"]
    assert told[0].endswith("(niet vergeleken met vóór de fusie of splitsing op 15 juli 2026)")
    assert len(told) == 1


def test_measures_go_along_and_an_insolvency_stays_with_its_legal_person():
    happened = [
        goes_on(OLD, NEW),
        event("igj_aanwijzing", OLD, "2026-05-01"),
        event("faillissement", OLD, "2026-07-20"),
    ]
    said = assessed(ROWS, events=happened)
    assert {"igj_aanwijzing"} == {one.indicator for one in said[NEW].reasons if one.kind == "tripwire"}
    assert "faillissement" in {one.indicator for one in said[OLD].reasons}


def concern(*members: str) -> list[dict]:
    return [row(one, "concern", "Groep", None, source="zorgaanbieders") for one in members]


def test_consolidated_accounts_of_the_parent_serve_a_subsidiary_without_its_own():
    parent = [*money(OLD, 80.0, "2026-Q3"), row(OLD, "geconsolideerd", "ja")]
    empty = [row(NEW, "eigen_vermogen", None), row(NEW, "balanstotaal", None)]
    said = assessed([*concern(OLD, NEW), *parent, *empty])[NEW]
    solvency = next(one for one in said.reasons if one.indicator == "solvabiliteit")
    assert (solvency.value, solvency.points) == (0.08, 9)
    assert solvency.text.endswith("(geconsolideerd cijfer van het concern, kvk:00000001)")


def test_a_subsidiary_with_accounts_of_its_own_keeps_them_and_a_stranger_gets_none():
    parent = [*money(OLD, 80.0, "2026-Q3"), row(OLD, "geconsolideerd", "ja")]
    own = money(NEW, 400.0, "2026-Q3")
    outside = row(THIRD, "sector", "vv", None, source="zorgaanbieders")
    made = features([*concern(OLD, NEW), *parent, *own, outside])
    values = dict(zip(made.subjects, made.measured["solvabiliteit"].value.tolist(), strict=True))
    assert values[NEW] == 0.4
    assert values[THIRD] != values[THIRD]
