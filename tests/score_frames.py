"""Small histories to score: one row per figure, as `store.history` would return them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from ews.scoring.card import Card
from ews.scoring.explain import Explainer
from ews.scoring.features import NO_DUTIES, Features, build
from ews.scoring.model import Assessment
from ews.scoring.owed import Duties
from ews.scoring.scorecard import Scored, score
from ews.settings.load import Settings, load
from ews.signals.indicators import Indicator
from ews.signals.model import Event

AS_OF = datetime(2026, 11, 20, 22, 59, tzinfo=UTC)
QUARTERS = {
    "2025-Q3": (date(2025, 7, 1), date(2025, 9, 30)),
    "2025-Q4": (date(2025, 10, 1), date(2025, 12, 31)),
    "2026-Q1": (date(2026, 1, 1), date(2026, 3, 31)),
    "2026-Q2": (date(2026, 4, 1), date(2026, 6, 30)),
    "2026-Q3": (date(2026, 7, 1), date(2026, 9, 30)),
}


@cache
def shipped() -> Settings:
    """The default configuration."""
    return load(Path("/no/site/here"))


def shipped_card(name: str) -> Card:
    """A card of the newest default scorecard."""
    newest = max(shipped().scorecards.values(), key=lambda file: file.valid_from)
    return next(card for card in newest.card if card.id == name)


def row(
    subject: str,
    figure: str,
    value: float | str | None,
    quarter: str | None = "2026-Q3",
    *,
    source: str = "kwartaalopgave",
    on: date | None = None,
    known: datetime | None = None,
    number: int = 2,
) -> dict[str, Any]:
    """One row of the history; without a quarter it is a state as seen `on`."""
    start, end = (None, on or date(2026, 11, 1)) if quarter is None else QUARTERS[quarter]
    return {
        "subject": subject,
        "kind": "location" if subject.startswith(("vestiging", "cs")) else "provider",
        "figure": figure,
        "source": source,
        "period_start": start,
        "period_end": end,
        "known_at": known or datetime(end.year, end.month, end.day, 12, tzinfo=UTC),
        "value": value if isinstance(value, int | float) else None,
        "text": value if isinstance(value, str) else None,
        "delivery": 1,
        "row": number,
    }


def history(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows as the frame that features start from."""
    frame = pd.DataFrame(list(rows))
    return frame.assign(
        period_start=pd.to_datetime(frame["period_start"]).astype("datetime64[s]"),
        period_end=pd.to_datetime(frame["period_end"]).astype("datetime64[s]"),
        known_at=pd.to_datetime(frame["known_at"], utc=True),
        value=frame["value"].astype("float64"),
        text=frame["text"].astype(object).where(frame["text"].notna(), None),
    )


def features(
    rows: Sequence[Mapping[str, Any]],
    *,
    events: Sequence[Event] = (),
    indicators: Mapping[str, Indicator] | None = None,
    as_of: datetime = AS_OF,
    seen_on: date | None = None,
    states: Sequence[str] = ("zorgaanbieders",),
    duties: Duties = NO_DUTIES,
) -> Features:
    """Features of a history; every subject was seen in its sources on the last day unless `seen_on` says."""
    known = [one for one in rows if one["known_at"] <= as_of]
    day = seen_on or as_of.date()
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    pairs = sorted({(one["subject"], one["source"]) for one in known})
    seen = pd.DataFrame(pairs, columns=["subject", "source"])
    return build(
        history(known),
        indicators=indicators or shipped().indicators,
        as_of=as_of,
        seen=seen.assign(seen_at=pd.to_datetime([moment] * len(pairs), utc=True)),
        state_sources=frozenset(states),
        events=events,
        duties=duties,
    )


def scored(
    rows: Sequence[Mapping[str, Any]], *, card: str = "wlz", **options: Any
) -> tuple[Features, Scored]:
    """A history scored with a default card."""
    made = features(rows, **options)
    return made, score(made, shipped_card(card), shipped().indicators)


def assessed(
    rows: Sequence[Mapping[str, Any]], *, card: str = "wlz", **options: Any
) -> dict[str, Assessment]:
    """Assessments of a history by subject."""
    made, sums = scored(rows, card=card, **options)
    versions = {"scorecard": "test", "config": "test", "engine": "test"}
    return {one.subject: one for one in Explainer(made, shipped().indicators, versions).assessments(sums)}
