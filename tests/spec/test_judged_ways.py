"""How a figure is made and judged: its trend, its branch, the mean it is drawn to, and the events behind it."""

import json
from datetime import UTC, date, datetime

import pytest

from ews.scoring.model import Confidence
from ews.settings.scoring_checks import check_indicators
from ews.signals.formula import FormulaError, parse_formula
from ews.signals.model import Event
from tests.score_frames import QUARTERS, assessed, features, row, shipped

ONE = "kvk:00000001"
PEERS = [f"kvk:000001{at:02d}" for at in range(10)]
FOUR = sorted(QUARTERS)[1:]


def points(rows: list[dict], line: str, *, kind: str = "", events: list[Event] | None = None) -> int:
    """Points of the reasons about one indicator of the first provider."""
    found = assessed(rows, events=events or [])[ONE].reasons
    return sum(one.points for one in found if one.indicator == line and kind in {"", one.kind.value})


def series(figure: str, values: list[float], *, subject: str = ONE) -> list[dict]:
    return [row(subject, figure, value, quarter) for value, quarter in zip(values, FOUR, strict=True)]


@pytest.mark.parametrize(
    ("values", "given"),
    [
        pytest.param(
            [0.10, 0.11, 0.12, 0.13], 0, id="one point a quarter is within the trend that is let be"
        ),
        pytest.param([0.10, 0.12, 0.14, 0.16], 2, id="two points a quarter, four quarters long"),
        pytest.param([0.16, 0.14, 0.12, 0.10], 0, id="the other way is no risk"),
    ],
)
def test_a_steady_rise_of_people_leaving_counts_before_the_norm_is_reached(values, given):
    assert points(series("uitstroom_personeel", values), "uitstroom_personeel", kind="change") == given


def test_a_trend_says_over_how_many_quarters():
    rows = series("uitstroom_personeel", [0.10, 0.12, 0.14, 0.16])
    said = [one.text for one in assessed(rows)[ONE].reasons if one.kind == "change"]
    assert said == ["Uitstroom van personeel stijgt 2,0 % per kwartaal, over 4 kwartalen"]


@pytest.mark.parametrize(
    ("sector", "absence", "given"),
    [
        pytest.param("vv", 0.0881, 1, id="one point above nursing homes"),
        pytest.param("vv", 0.0880, 0, id="within a point of nursing homes"),
        pytest.param("ghz", 0.0881, 0, id="the same is usual where the branch is higher"),
        pytest.param("ghz", 0.1131, 2, id="two and a half points above care for the disabled"),
        pytest.param("", 0.15, 0, id="without a sector there is no branch to hold it against"),
    ],
)
def test_absence_is_held_against_the_branch_of_the_sector(sector, absence, given):
    about = [row(ONE, "sector", sector, None, source="zorgaanbieders")] if sector else []
    assert points([*about, row(ONE, "ziekteverzuim", absence)], "verzuim_boven_branche") == given


def test_what_the_branch_itself_told_goes_before_the_benchmark_in_the_file():
    about = [row(ONE, "sector", "vv", None, source="zorgaanbieders"), row(ONE, "ziekteverzuim", 0.0881)]
    cbs = [row("branche:300020", "verzuim_branche", 0.06, "2026-Q3", source="cbs_verzuim")]
    assert points(about, "verzuim_boven_branche") == 1
    assert points([*about, *cbs], "verzuim_boven_branche") == 2
    assert "branche:300020" not in assessed([*about, *cbs])


@pytest.mark.parametrize(
    ("clients", "grade"),
    [
        pytest.param(300, 6.18, id="many clients: their own grade"),
        pytest.param(10, 7.5, id="few: near the mean"),
    ],
)
def test_experience_of_few_clients_is_drawn_to_the_mean(clients, grade):
    rows = [row(ONE, "clientervaring", 6.0), row(ONE, "clienten", float(clients))]
    for peer in PEERS:
        rows += [row(peer, "clientervaring", 8.2), row(peer, "clienten", 200.0)]
    made = features(rows)
    at = made.subjects.get_loc(ONE)
    assert made.measured["clientervaring"].value[at] == pytest.approx(grade, abs=0.01)


def test_the_largest_client_group_is_a_share_of_all():
    rows = [
        row(ONE, "clienten[VG7|verblijf]", 60.0, None, source="clienten_per_profiel"),
        row(ONE, "clienten[VG6|verblijf]", 30.0, None, source="clienten_per_profiel"),
        row(ONE, "clienten[VG6|mpt]", 10.0, None, source="clienten_per_profiel"),
    ]
    made = features(rows, states=("zorgaanbieders", "clienten_per_profiel"))
    assert made.measured["grootste_clientgroep_aandeel"].value.tolist() == [0.6]


def event(kind: str, day: str, *, ended: str | None = None, **detail: str) -> Event:
    known = datetime(2026, 11, 1, tzinfo=UTC)
    end = date.fromisoformat(ended) if ended else None
    return Event(
        ONE, kind, date.fromisoformat(day), known, f"{kind}{day}", json.dumps(detail), "s", 1, 2, end
    )


@pytest.mark.parametrize(
    ("happened", "given"),
    [
        pytest.param([event("igj_verbeterplan", "2026-09-01")], 2, id="a plan for improvement"),
        pytest.param([event("igj_verbeterplan", "2026-09-01", ended="2026-10-01")], 0, id="it ended"),
        pytest.param(
            [event("igj_verbeterplan", "2026-09-01"), event("igj_aanwijzing", "2026-10-01")],
            3,
            id="the heaviest in force",
        ),
        pytest.param([], 0, id="nothing known of the inspectorate"),
    ],
)
def test_the_ladder_of_the_inspectorate(happened, given):
    assert points([row(ONE, "clienten", 10.0)], "igj_ladder", events=happened) == given


@pytest.mark.parametrize(
    ("happened", "indicator", "given"),
    [
        pytest.param([event("waarneming_klachten", "2026-05-01", aantal="5")], "waargenomen_klachten", 2, id="five complaints"),
        pytest.param([event("waarneming_klachten", "2026-05-01", aantal="4")], "waargenomen_klachten", 0, id="four"),
        pytest.param([event("waarneming_klachten", "2025-05-01", aantal="9")], "waargenomen_klachten", 0, id="over a year ago"),
        pytest.param([event("waarneming_locatiebezoek", "2026-05-01", uitkomst="zorgen")], "waargenomen_zorgen", 1, id="one visit with worries"),
        pytest.param([event("waarneming_locatiebezoek", "2026-05-01", uitkomst="voldoende")], "waargenomen_zorgen", 0, id="a visit that was fine"),
    ],
)  # fmt: skip
def test_own_observations(happened, indicator, given):
    assert points([row(ONE, "clienten", 10.0)], indicator, events=happened) == given


def test_the_rows_behind_a_count_of_events_are_the_events():
    happened = [event("waarneming_klachten", "2026-05-01", aantal="5")]
    said = assessed([row(ONE, "clienten", 10.0)], events=happened)[ONE].reasons
    found = next(one for one in said if one.indicator == "waargenomen_klachten")
    assert [(one.delivery, one.source, one.row) for one in found.observations] == [(1, "s", 2)]


def test_a_judgement_that_rests_on_a_waiting_list_is_never_sure():
    card = shipped().scorecards["2026-01-01"].card[0]
    expected = {line.indicator for line in card.lines if line.counts}
    raw = sorted({figure for name in expected for figure in shipped().indicators[name].parsed().figures})
    texts = {
        "jaarrekening_oordeel": "goedkeurend",
        "continuiteitsparagraaf": "nee",
        "jaarrekening_gedeponeerd_op": "2026-05-01",
    }
    rows = [row(ONE, name, texts.get(name, 5.0)) for name in raw if "[" not in name]
    rows.append(row(ONE, "clienten[VG7|verblijf]", 5.0, None, source="clienten_per_profiel"))
    states = ("zorgaanbieders", "clienten_per_profiel", "wachtenden")
    sure = assessed(rows, states=states)[ONE]
    assert sure.confidence is Confidence.HIGH
    lists = [
        row(ONE, "wachtenden[VG7|verblijf]", 10.0, None, source="wachtenden"),
        row(ONE, "wachtenden_boven_norm[VG7|verblijf]", 5.0, None, source="wachtenden"),
    ]
    capped = assessed([*rows, *lists], states=states)[ONE]
    assert capped.coverage == sure.coverage
    assert capped.confidence is Confidence.MEDIUM


@pytest.mark.parametrize(
    "indicator", ["vrije_plaatsen_aandeel", "wachtenden_per_plaats", "wachtenden_boven_norm_aandeel"]
)
def test_waiting_and_capacity_figures_are_stale_after_a_month(indicator):
    assert shipped().indicators[indicator].stale_after_days == 31


@pytest.mark.parametrize(
    "text",
    [
        "zwaarste()",
        'gebeurd("a")',
        'opgeteld("aantal", 12)',
        'gebeurd("a", 0)',
        "naar_gemiddelde(a, 3, 30)",
        "grootste_deel(3)",
    ],
)
def test_a_formula_that_says_nothing_is_refused(text):
    with pytest.raises(FormulaError):
        parse_formula(text)


def test_there_are_more_than_forty_indicators_with_all_that_is_asked_of_each():
    found = shipped().indicators
    assert len(found) >= 60
    assert check_indicators(found) == []
    for one in found.values():
        assert one.why_it_matters
        assert one.horizons
        assert one.stale_after_days > 0
