"""The counterfactual is exact: make the change, count again, and the level is where it was said to be."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ews.scoring.model import Level
from ews.scoring.remedy import Change, remedy, remedy_text
from ews.signals.model import Event
from tests.score_frames import AS_OF, assessed, row, scored, shipped

ONE = "kvk:00000001"
PEERS = [f"kvk:0000010{at}" for at in range(8)]
RATIOS = {
    "ziekteverzuim": 0.05,
    "uitstroom_personeel": 0.1,
    "tijdelijk_aandeel": 0.2,
    "bezettingsgraad": 0.98,
}


def found(rows, **options):
    features, sums = scored(rows, **options)
    at = [str(features.subjects[position]) for position in sums.positions].index(ONE)
    return remedy(features, sums, at, shipped().indicators)


def rows_of(own, past=None):
    rows = [row(ONE, name, value) for name, value in own.items()]
    rows += [row(ONE, name, value, "2026-Q2") for name, value in (past or {}).items()]
    for name in (ONE, *PEERS):
        rows.append(row(name, "sector", "vv", None, source="zorgaanbieders"))
    return rows + [row(peer, name, value) for peer in PEERS for name, value in RATIOS.items()]


def made_better(rows, changes: tuple[Change, ...]):
    wanted = {change.indicator: change.wanted for change in changes}
    return [
        one | {"value": wanted[one["figure"]]}
        if one["subject"] == ONE and one["figure"] in wanted and one["period_end"].month == 9
        else one
        for one in rows
    ]


def test_nothing_to_bring_down_is_no_remedy():
    assert found(rows_of({"ziekteverzuim": 0.05})) is None


def test_one_figure_that_is_enough_alone():
    rows = rows_of({"liquide_middelen": 300, "maandelijkse_uitgaven": 400})
    way = found(rows)
    assert (way.level, way.needed, way.alone[0].indicator) == (Level.ELEVATED, 9, "liquiditeit_weken")
    assert (way.alone[0].now, way.alone[0].wanted, way.alone[0].saved) == (3.3, 8.0, 13)
    assert (
        remedy_text(way, shipped().indicators)
        == "Liquiditeit in weken ≥ 8 brengt het niveau terug naar laag."
    )


def test_a_tripwire_does_not_go_away_by_a_better_figure():
    rows = rows_of({"ziekteverzuim": 0.2})
    happened = Event(ONE, "faillissement", AS_OF.date(), AS_OF, "k", "{}", "cir", 1, 2)
    way = found(rows, events=[happened])
    assert (way.alone, way.together) == ((), ())
    assert "Geen enkel cijfer" in remedy_text(way, shipped().indicators)


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries({name: st.integers(0, 60) for name in RATIOS}),
    st.fixed_dictionaries({name: st.integers(0, 60) for name in RATIOS}),
    st.booleans(),
)
def test_what_is_said_to_help_helps_exactly(own, past, warned):
    own = {name: (100 - value if name == "bezettingsgraad" else value) / 100 for name, value in own.items()}
    rows = rows_of(
        own | ({"eigen_waarschuwing": "ja"} if warned else {}), {k: v / 100 for k, v in past.items()}
    )
    before = assessed(rows)[ONE]
    way = found(rows)
    if way is None:
        assert before.level.rank < Level.ELEVATED.rank
        return
    for changes in [*((one,) for one in way.alone), way.together]:
        numeric = tuple(one for one in changes if isinstance(one.wanted, float))
        if not changes or len(numeric) < len(changes):
            continue
        after = assessed(made_better(rows, numeric))[ONE]
        # what is said is of the indicator's own lines; another that is made of the same figure may fall with it
        assert before.points - after.points >= sum(one.saved for one in numeric)
        assert before.points - after.points >= way.needed
        assert after.level.rank < before.level.rank
