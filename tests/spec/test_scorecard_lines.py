"""The shipped scorecard as a table: given figures, the points a committee would count by hand."""

from datetime import UTC, date, datetime

import pytest

from ews.scoring.model import Confidence, Horizon, Level, ReasonKind
from ews.signals.model import Event
from tests.score_frames import assessed, row

ONE = "kvk:00000001"
SISTER = "kvk:00000002"
HOUSE = "vestiging:000000000011"


def points_of(made, indicator: str) -> dict[ReasonKind, int]:
    return {one.kind: one.points for one in made.reasons if one.indicator == indicator}


def event(kind: str, on: date, *, subject: str = ONE, key: str = "k", ended: date | None = None) -> Event:
    known = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    return Event(subject, kind, on, known, key, "{}", "cir", 7, 3, ended)


@pytest.mark.parametrize(
    ("figures", "indicator", "expected"),
    [
        pytest.param(
            {"liquide_middelen": 300, "maandelijkse_uitgaven": 400},
            "liquiditeit_weken",
            20,
            id="3,3 weken: onder één loonronde",
        ),
        pytest.param(
            {"liquide_middelen": 400, "maandelijkse_uitgaven": 400},
            "liquiditeit_weken",
            14,
            id="4,3 weken: onder twee maanden",
        ),
        pytest.param(
            {"liquide_middelen": 1196, "maandelijkse_uitgaven": 400},
            "liquiditeit_weken",
            0,
            id="13,0 weken: de norm is gehaald",
        ),
        pytest.param(
            {"eigen_vermogen": -1, "balanstotaal": 100}, "solvabiliteit", 14, id="negatief eigen vermogen"
        ),
        pytest.param(
            {"eigen_vermogen": 10, "balanstotaal": 100},
            "solvabiliteit",
            5,
            id="precies de ondergrens valt erboven",
        ),
        pytest.param(
            {"eigen_vermogen": 25, "balanstotaal": 100}, "solvabiliteit", 0, id="de streefwaarde is gehaald"
        ),
        pytest.param({"ebitda": 99, "rentelasten": 50, "aflossingen": 50}, "dscr", 12, id="DSCR 0,99"),
        pytest.param(
            {"ebitda": 120, "rentelasten": 50, "aflossingen": 50},
            "dscr",
            2,
            id="DSCR 1,20 haalt het marktminimum",
        ),
        pytest.param(
            {"resultaat": -6, "som_der_bedrijfsopbrengsten": 100}, "rendement", 8, id="verlies van 6 %"
        ),
        pytest.param(
            {"resultaat": 1, "som_der_bedrijfsopbrengsten": 100}, "rendement", 0, id="rendement van 1 %"
        ),
        pytest.param(
            {"kosten_pnil": 15, "personeelskosten": 100}, "pnil_kosten_aandeel", 6, id="PNIL van 15 %"
        ),
        pytest.param({"ziekteverzuim": 0.0879}, "ziekteverzuim", 0, id="verzuim net onder de eigen norm"),
        pytest.param({"ziekteverzuim": 0.088}, "ziekteverzuim", 2, id="verzuim op de eigen norm"),
        pytest.param(
            {"continuiteitsparagraaf": "ja"},
            "continuiteitsparagraaf",
            14,
            id="accountant twijfelt aan voortbestaan",
        ),
        pytest.param(
            {"continuiteitsparagraaf": "nee"}, "continuiteitsparagraaf", 0, id="accountant twijfelt niet"
        ),
        pytest.param(
            {"jaarrekening_oordeel": "beperking"}, "jaarrekening_oordeel", 3, id="oordeel met beperking"
        ),
        pytest.param(
            {"jaarrekening_oordeel": "beperking", "grond_beperking": "wnt"},
            "jaarrekening_oordeel",
            0,
            id="oordeel met beperking, alleen om de bezoldiging",
        ),
        pytest.param(
            {"jaarrekening_oordeel": "beperking", "grond_beperking": "wnt en voorraden"},
            "jaarrekening_oordeel",
            3,
            id="oordeel met beperking, niet alleen om de bezoldiging",
        ),
        pytest.param(
            {"jaarrekening_oordeel": "oordeelonthouding", "grond_beperking": "wnt"},
            "jaarrekening_oordeel",
            10,
            id="oordeelonthouding, op welke grond ook",
        ),
        pytest.param({"eigen_waarschuwing": "ja"}, "eigen_waarschuwing", 20, id="aanbieder waarschuwt zelf"),
        pytest.param(
            {"jaarrekening_gedeponeerd_op": "2025-06-01"},
            "jaarverantwoording_maanden",
            4,
            id="17 maanden oud: te laat",
        ),
        pytest.param(
            {"jaarrekening_gedeponeerd_op": "2026-05-20"},
            "jaarverantwoording_maanden",
            0,
            id="vóór 1 juni gedeponeerd",
        ),
    ],
)
def test_value_lines(figures, indicator, expected):
    made = assessed([row(ONE, name, value) for name, value in figures.items()])[ONE]
    assert points_of(made, indicator).get(ReasonKind.VALUE, 0) == expected


@pytest.mark.parametrize(
    ("quarters", "expected"),
    [
        pytest.param({"2026-Q2": 30, "2026-Q3": 14}, 5, id="meer dan gehalveerd"),
        pytest.param({"2026-Q2": 30, "2026-Q3": 15}, 3, id="precies gehalveerd"),
        pytest.param({"2026-Q2": 30, "2026-Q3": 25}, 0, id="een zesde minder"),
        pytest.param({"2026-Q2": 15, "2026-Q3": 30}, 0, id="beter geworden"),
        pytest.param({"2026-Q3": 30}, 0, id="geen vorig kwartaal: geen oordeel over verandering"),
    ],
)
def test_a_fall_in_liquidity_counts_beside_its_value(quarters, expected):
    rows = [row(ONE, "liquide_middelen", weeks * 1000, q) for q, weeks in quarters.items()]
    rows += [row(ONE, "maandelijkse_uitgaven", 4345, q) for q in quarters]
    assert points_of(assessed(rows)[ONE], "liquiditeit_weken").get(ReasonKind.CHANGE, 0) == expected


@pytest.mark.parametrize(
    ("dscr", "expected"),
    [
        pytest.param([2.5, 2.4, 2.3, 2.2], 3, id="drie kwartalen op rij lager"),
        pytest.param([2.5, 2.6, 2.5, 2.4], 2, id="twee op rij"),
        pytest.param([2.5, 2.4, 2.3, 2.4], 0, id="het laatste kwartaal was beter"),
    ],
)
def test_declines_in_a_row(dscr, expected):
    quarters = ("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")
    rows = [row(ONE, "ebitda", value * 100, q) for q, value in zip(quarters, dscr, strict=True)]
    rows += [row(ONE, name, 50, q) for q in quarters for name in ("rentelasten", "aflossingen")]
    assert points_of(assessed(rows)[ONE], "dscr").get(ReasonKind.CHANGE, 0) == expected


@pytest.mark.parametrize(
    ("margins", "expected"),
    [
        pytest.param([0.0, 0.05, 0.0], 3, id="2 van 3 kwartalen onder de kritische ondergrens"),
        pytest.param([0.0, 0.05, 0.05], 0, id="1 van 3"),
    ],
)
def test_two_of_three_periods(margins, expected):
    quarters = ("2026-Q1", "2026-Q2", "2026-Q3")
    rows = [row(ONE, "resultaat", value * 100, q) for q, value in zip(quarters, margins, strict=True)]
    rows += [row(ONE, "som_der_bedrijfsopbrengsten", 100, q) for q in quarters]
    said = [one for one in assessed(rows)[ONE].reasons if "van de laatste 3 perioden" in one.text]
    assert sum(one.points for one in said) == expected


@pytest.mark.parametrize(
    ("peers", "expected"),
    [
        pytest.param([0.02] * 9, 2, id="slechtste van tien"),
        pytest.param([0.02] * 5, 0, id="te weinig vergelijkbare aanbieders"),
        pytest.param([0.02] * 7 + [-0.2, -0.2], 0, id="twee anderen doen het slechter"),
    ],
)
def test_distance_to_peers(peers, expected):
    margins = {ONE: -0.01} | {f"kvk:0000010{at}": margin for at, margin in enumerate(peers)}
    rows = [row(name, "resultaat", margin * 1000) for name, margin in margins.items()]
    rows += [row(name, "som_der_bedrijfsopbrengsten", 1000) for name in margins]
    rows += [row(name, "sector", "vv", None, source="zorgaanbieders") for name in margins]
    assert points_of(assessed(rows)[ONE], "rendement").get(ReasonKind.PEERS, 0) == expected


def test_missing_and_stale_are_bins_of_their_own():
    rows = [
        row(SISTER, "liquide_middelen", 1),
        row(SISTER, "maandelijkse_uitgaven", 1),
        row(ONE, "liquide_middelen", None),
        row(ONE, "maandelijkse_uitgaven", 1),
    ]
    missing = assessed(rows)[ONE].reasons[0]
    assert (missing.kind, missing.points, missing.value) == (ReasonKind.MISSING, 4, None)
    assert missing.text == "Liquiditeit is niet opgegeven"
    old = [row(ONE, "liquide_middelen", 3000, "2025-Q4"), row(ONE, "maandelijkse_uitgaven", 400, "2025-Q4")]
    stale = assessed(old)[ONE].reasons[0]
    assert (stale.kind, stale.points) == (ReasonKind.STALE, 3)


def test_a_stale_figure_keeps_the_points_of_its_last_value():
    rows = [row(ONE, "liquide_middelen", 300, "2025-Q4"), row(ONE, "maandelijkse_uitgaven", 400, "2025-Q4")]
    stale = assessed(rows)[ONE].reasons[0]
    assert (stale.kind, stale.points) == (ReasonKind.STALE, 20)
    assert (
        stale.text
        == "Cijfer over liquiditeit is verouderd; laatst bekend: Liquiditeit reikt nog 3,3 weken: minder dan één loonronde"
    )


BASE = [row(ONE, "naam", "Een", None, source="zorgaanbieders")]


@pytest.mark.parametrize(
    ("happened", "level", "points"),
    [
        pytest.param([event("faillissement", date(2026, 11, 1))], Level.ACUTE, 100, id="failliet"),
        pytest.param([event("surseance", date(2026, 11, 1))], Level.ACUTE, 90, id="surseance"),
        pytest.param(
            [event("surseance", date(2026, 9, 1)), event("einde_surseance", date(2026, 10, 1))],
            Level.UNKNOWN,
            0,
            id="surseance is voorbij",
        ),
        pytest.param([event("igj_bevel", date(2026, 11, 1))], Level.ACUTE, 80, id="bevel van de IGJ"),
        pytest.param(
            [event("igj_aanwijzing", date(2026, 11, 1))], Level.HIGH, 45, id="aanwijzing van de IGJ"
        ),
        pytest.param(
            [event("igj_aanwijzing", date(2026, 8, 1), ended=date(2026, 10, 1))],
            Level.UNKNOWN,
            0,
            id="aanwijzing is ingetrokken",
        ),
        pytest.param(
            [event("igj_aanwijzing", date(2024, 8, 1))],
            Level.UNKNOWN,
            0,
            id="aanwijzing van twee jaar geleden",
        ),
        pytest.param(
            [event("lonen_niet_betaald", date(2026, 11, 1))], Level.ACUTE, 75, id="lonen niet betaald"
        ),
        pytest.param(
            [event("eigen_aankondiging_sluiting", date(2026, 11, 1))],
            Level.ACUTE,
            80,
            id="kondigt sluiting aan",
        ),
        pytest.param(
            [event("igj_verscherpt_toezicht", date(2026, 11, 1))],
            Level.ELEVATED,
            25,
            id="verscherpt toezicht",
        ),
        pytest.param(
            [event("faillissement", date(2026, 11, 21))], Level.UNKNOWN, 0, id="morgen is nog niet gebeurd"
        ),
    ],
)
def test_tripwires_bypass_the_sum(happened, level, points):
    made = assessed(BASE, events=happened)[ONE]
    wires = sum(one.points for one in made.reasons if one.kind is ReasonKind.TRIPWIRE)
    assert (made.level, wires) == (level, points)


def test_a_bankrupt_sister_counts_in_the_concern_and_a_location_at_its_provider():
    rows = [
        *BASE,
        row(SISTER, "naam", "Twee", None, source="zorgaanbieders"),
        row(ONE, "concern", "groep", None, source="zorgaanbieders"),
        row(SISTER, "concern", "groep", None, source="zorgaanbieders"),
        row(HOUSE, "aanbieder", ONE, None, source="zorgaanbieders"),
    ]
    sister = assessed(rows, events=[event("faillissement", date(2026, 11, 1), subject=SISTER)])
    assert (sister[SISTER].points, sister[ONE].points) == (100, 40)
    below = assessed(rows, events=[event("igj_bevel", date(2026, 11, 1), subject=HOUSE)])
    assert (below[HOUSE].points, below[ONE].points, below[SISTER].points) == (80, 42, 0)


def test_a_register_that_says_proposing_to_cancel_is_told_at_once():
    rows = [
        row("cs:CS2003000204", "status", "Proposing to Cancel", None, source="register"),
        row("cs:CS2003000204", "aanbieder", "sp:SP2003000031", None, source="register"),
        row("sp:SP2003000031", "naam", "Een", None, source="register"),
    ]
    made = assessed(rows, card="care_inspectorate", states=("register",))
    assert made["cs:CS2003000204"].level is Level.ACUTE
    assert made["sp:SP2003000031"].level is Level.ELEVATED


def test_too_few_figures_make_unknown_and_not_low():
    made = assessed([row(ONE, "eigen_vermogen", 50), row(ONE, "balanstotaal", 100)])[ONE]
    assert (made.level, made.points, made.confidence) == (Level.UNKNOWN, 0, Confidence.LOW)
    assert made.horizons[Horizon.SHORT] is Level.UNKNOWN


def test_a_reason_names_file_row_and_when_it_was_known():
    rows = [row(ONE, "liquide_middelen", 300, number=12), row(ONE, "maandelijkse_uitgaven", 400, number=12)]
    reason = assessed(rows)[ONE].reasons[0]
    assert [(one.delivery, one.source, one.row, one.known_at) for one in reason.observations] == [
        (1, "kwartaalopgave", 12, datetime(2026, 9, 30, 12, tzinfo=UTC))
    ]
    assert (reason.value, reason.period, reason.norm) == (3.3, "2026 Q3", "eigen norm ≥ 13")
