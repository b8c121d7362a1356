"""Every figure that a source owes of every subject it ever named, and in which state it is."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from ews.jobs.run import OFFICE_ZONE, Context
from ews.signals.contract import Every, Layout, SourceContract
from ews.signals.expected import FigureState, Heard, figure_state
from ews.store import deliveries, observations
from ews.store.engine import reading


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """How many subjects have a figure of a source in each state."""

    source: str
    indicator: str
    states: Mapping[FigureState, int]


def expected_figures(context: Context, *, as_of: datetime) -> list[ExpectedLine]:
    """The states of all figures of sources with a rhythm, as known at `as_of`."""
    rhythmic = [
        contract
        for contract in context.settings.sources.values()
        if contract.cadence.every is not Every.NONE and contract.layout is not Layout.EVENTS
    ]
    with reading(context.engine) as connection:
        known = observations.known_at(connection, as_of)
        seen = observations.last_seen(connection, as_of)
        newest = {
            one.source: one
            for one in reversed(deliveries.listed(connection, ["accepted", "held"]))
            if one.known_at <= as_of
        }
    today = as_of.astimezone(OFFICE_ZONE).date()
    return [
        line
        for contract in rhythmic
        if contract.name in newest
        for line in _lines(contract, known, seen, refused=_refused(newest[contract.name]), today=today)
    ]


def _refused(delivery: deliveries.Delivery) -> set[str]:
    return set(delivery.indicators_refused) if delivery.status == "accepted" else {"*"}


def _lines(
    contract: SourceContract, known: pd.DataFrame, seen: pd.DataFrame, *, refused: set[str], today: date
) -> Iterator[ExpectedLine]:
    own = known[(known["source"] == contract.name) & known["period_start"].notna()]
    last = own.groupby(["subject", "indicator"])["period_end"].max()
    moments = seen[seen["source"] == contract.name]
    named = dict(zip(moments["subject"], moments["seen_at"].dt.date, strict=True))
    for name in dict.fromkeys(figure.name for figure in contract.figure if _owed(figure.about, contract)):
        away = bool(refused & {name, "*"})
        states = Counter(
            figure_state(Heard(last.get((subject, name)), day, refused=away), contract.cadence, today=today)
            for subject, day in named.items()
        )
        yield ExpectedLine(contract.name, name, dict(states))


def _owed(about: str, contract: SourceContract) -> bool:
    return about == "period" and contract.figures == "period"
