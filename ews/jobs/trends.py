"""The figures behind a judgement through time, with the band of comparable providers."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from ews.identifiers import parse_subject
from ews.scoring.features import figures_needed
from ews.scoring.tables import read_history, source_tables
from ews.scoring.trend import Trend, trends
from ews.settings.load import Settings
from ews.signals.register import Register
from ews.store.history import history_at

MOST_PEERS = 60
"""The middle half of so many hardly moves with more of them; reading more would make the page wait."""


def trends_of(
    connection: Connection,
    settings: Settings,
    subject: str,
    *,
    register: Register,
    wanted: Collection[str],
    as_of: datetime,
) -> list[Trend]:
    """Trends of the wanted indicators of one subject, as known at `as_of`; peers are of its kind and sector."""
    indicators = {name: one for name, one in settings.indicators.items() if name in wanted}
    if not indicators:
        return []
    peers = _peers(register, subject)
    frame = history_at(
        connection, as_of, figures=figures_needed(indicators.values()), subjects=[subject, *peers]
    )
    history = read_history(frame, as_of=as_of)
    return trends(history, source_tables(history), indicators, subject=subject, peers=peers)


def _peers(register: Register, subject: str) -> list[str]:
    is_location = parse_subject(subject).is_location
    group = register.locations if is_location else register.providers
    sector = register.sector(subject)
    same = [one for one in group if one != subject and register.sector(one) == sector]
    return same[:MOST_PEERS]
