"""Unique or wider, in words: an event without a label of its own is named without underscores."""

from datetime import UTC, datetime

from ews.notify.alert_view import breadth_text
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
