"""Unique or wider, in words: an event without a label of its own is named without underscores."""

from dataclasses import replace
from datetime import UTC, datetime

from ews.notify.alert_view import breadth_text
from ews.scoring.breadth import spreads
from ews.scoring.model import Assessment, Confidence, Horizon, Level, Reason, ReasonKind


def assessed(subject: str, *indicators: str) -> Assessment:
    reasons = tuple(
        Reason(name, ReasonKind.TRIPWIRE, 75, (Horizon.SHORT,), None, "", "", "", ()) for name in indicators
    )
    points = 75 * len(reasons)
    return Assessment(
        subject=subject,
        as_of=datetime(2026, 11, 22, tzinfo=UTC),
        level=Level.ACUTE if reasons else Level.LOW,
        horizons={},
        horizon_points={},
        points=points,
        probability=None,
        reasons=reasons,
        confidence=Confidence.HIGH,
        coverage=1.0,
        versions={},
    )


def test_an_event_is_named_in_words():
    others = [assessed(f"kvk:4110000{n}") for n in range(9)]
    said = breadth_text(assessed("kvk:41100009", "lonen_niet_betaald"), others, {})
    assert said == "Lonen niet betaald: uniek (1 van 10 vergelijkbare aanbieders)."


def test_soft_signals_are_held_against_others_too_and_every_signal_is_tested():
    own = assessed(
        "kvk:41100009", "zacht_premies_onbetaald", "igj_ladder", "waargenomen_zorgen", "uitstroom_personeel"
    )
    others = [assessed(f"kvk:4110000{n}", *(["uitstroom_personeel"] if n < 6 else [])) for n in range(9)]
    found = spreads(own, others)
    assert {name: (one.breadth.value, one.showing, one.comparable) for name, one in found.items()} == {
        "zacht_premies_onbetaald": ("uniek", 1, 10),
        "igj_ladder": ("uniek", 1, 10),
        "waargenomen_zorgen": ("uniek", 1, 10),
        "uitstroom_personeel": ("breder", 7, 10),
    }


def test_a_figure_that_is_late_is_no_signal_of_the_provider():
    own = assessed("kvk:41100009", "liquiditeit_weken")
    late = replace(own, reasons=(replace(own.reasons[0], kind=ReasonKind.LATE),))
    assert spreads(late, [assessed(f"kvk:4110000{n}") for n in range(9)]) == {}
