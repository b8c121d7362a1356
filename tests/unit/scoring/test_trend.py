"""One subject through time beside its peers, from rows of the history."""

from datetime import UTC, date, datetime

import pandas as pd

from ews.scoring.tables import read_history, source_tables
from ews.scoring.trend import trends
from ews.signals.indicators import Direction, Indicator
from ews.signals.model import Unit

AS_OF = datetime(2026, 11, 22, tzinfo=UTC)
QUARTERS = [(date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 6, 30))]
SOLVENCY = Indicator(
    id="solvabiliteit", name="Solvabiliteit", formula="eigen_vermogen / balanstotaal", unit=Unit.RATIO,
    direction=Direction.LOWER_IS_WORSE, cadence="kwartaal", stale_after_days=210, horizons=("medium",), why_it_matters="",
)  # fmt: skip


def history(values: dict[str, list[float | None]]):
    rows = [
        (subject, "provider", figure, "kwartaalopgave", *QUARTERS[place], AS_OF, value, None, 1, 1)
        for subject, listed in values.items()
        for place, equity in enumerate(listed)
        for figure, value in (("eigen_vermogen", equity), ("balanstotaal", 100.0))
    ]
    columns = [
        "subject",
        "kind",
        "figure",
        "source",
        "period_start",
        "period_end",
        "known_at",
        "value",
        "text",
        "delivery",
        "row",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    for name in ("period_start", "period_end"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    frame["value"] = frame["value"].astype("float64")
    return read_history(frame, as_of=AS_OF)


def trend_of(values, peers):
    made = history(values)
    return trends(made, source_tables(made), {"solvabiliteit": SOLVENCY}, subject="kvk:00000001", peers=peers)


def test_values_follow_the_periods_and_the_band_is_the_middle_half_of_the_peers():
    peers = {f"kvk:0000001{place}": [10.0 * place, 20.0] for place in range(1, 6)}
    (found,) = trend_of({"kvk:00000001": [25.0, 5.0], **peers}, list(peers))
    assert [(point.period_end, point.value) for point in found.points] == [
        (date(2026, 3, 31), 0.25),
        (date(2026, 6, 30), 0.05),
    ]
    assert (found.points[0].low, found.points[0].high) == (0.2, 0.4)


def test_too_few_peers_make_no_band_that_would_show_one_of_them():
    peers = {f"kvk:0000001{place}": [10.0, 20.0] for place in range(1, 5)}
    (found,) = trend_of({"kvk:00000001": [25.0, 5.0], **peers}, list(peers))
    assert [(point.low, point.high) for point in found.points] == [(None, None), (None, None)]


def test_a_value_that_was_seen_to_be_empty_is_a_gap_and_a_stranger_has_no_trend():
    (found,) = trend_of({"kvk:00000001": [25.0, None]}, [])
    assert [point.value for point in found.points] == [0.25, None]
    assert trend_of({"kvk:00000002": [25.0, 5.0]}, []) == []
