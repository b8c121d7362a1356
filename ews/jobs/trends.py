"""The figures behind a judgement through time, with the band of comparable providers."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
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


@dataclass(frozen=True, slots=True)
class Peers:
    """The first of one kind and sector with all their figures: whichever of them a page shows, these are its peers."""

    subjects: tuple[str, ...]
    frame: pd.DataFrame
    """As `store.history.history_at` gives it."""
    indicator: NDArray[Any]
    """Name of the raw indicator of each row."""


KeepPeers = Callable[[str, Callable[[], Peers]], Peers]
"""Kind and sector, and how their figures are read -> those figures, read now or before."""


def read_now(_: str, read: Callable[[], Peers]) -> Peers:
    """Read them each time they are asked for."""
    return read()


def trends_of(
    connection: Connection,
    settings: Settings,
    subject: str,
    *,
    register: Register,
    wanted: Collection[str],
    as_of: datetime,
    keep: KeepPeers = read_now,
) -> list[Trend]:
    """Trends of the wanted indicators of one subject, as known at `as_of`; peers are of its kind and sector."""
    indicators = {name: one for name, one in settings.indicators.items() if name in wanted}
    if not indicators:
        return []
    group = f"{parse_subject(subject).is_location}/{register.sector(subject)}"
    alike = keep(group, lambda: _read_peers(connection, settings, register, subject, as_of=as_of))
    peers = [one for one in alike.subjects if one != subject][:MOST_PEERS]
    figures = figures_needed(indicators.values())
    own = history_at(connection, as_of, figures=figures, subjects=[subject])
    of_peers = np.isin(alike.indicator, sorted(figures)) & alike.frame["subject"].isin(peers).to_numpy()
    history = read_history(
        pd.concat([one for one in (own, alike.frame[of_peers]) if len(one)] or [own]), as_of=as_of
    )
    return trends(history, source_tables(history), indicators, subject=subject, peers=peers)


def _read_peers(
    connection: Connection, settings: Settings, register: Register, subject: str, *, as_of: datetime
) -> Peers:
    """One more than are used: the page of one of them leaves itself out."""
    group = register.locations if parse_subject(subject).is_location else register.providers
    sector = register.sector(subject)
    same = (one for one in group if register.sector(one) == sector)
    subjects = tuple(islice(same, MOST_PEERS + 1))
    figures = figures_needed(settings.indicators.values())
    frame = history_at(connection, as_of, figures=figures, subjects=subjects)
    names = [figure.partition("[")[0] for figure in frame["figure"]]
    return Peers(subjects, frame, np.array(names, dtype=object))
