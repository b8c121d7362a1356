"""Every figure that a source owes of every subject it ever named, and in which state it is."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from ews.jobs.owed import exemptions, has_rhythm, owed_figures
from ews.jobs.run import OFFICE_ZONE, Context
from ews.settings.load import Settings
from ews.signals.contract import SourceContract
from ews.signals.expected import Exemption, FigureState, Heard, figure_state
from ews.store import deliveries, events, observations
from ews.store.engine import reading

PROBLEMS = frozenset(
    {FigureState.LATE, FigureState.MISSING, FigureState.REFUSED, FigureState.STALE, FigureState.EXEMPT}
)


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """How many subjects have a figure of a source in each state."""

    source: str
    indicator: str
    states: Mapping[FigureState, int]


@dataclass(frozen=True, slots=True)
class OwedFigure:
    """One figure of one subject that is not simply there, or the exemption from it."""

    subject: str
    source: str
    figure: str
    state: FigureState
    period_end: date | None
    """Of the newest value; None: never stated."""
    exemption: Exemption | None


def expected_figures(context: Context, *, as_of: datetime) -> list[ExpectedLine]:
    """The states of all figures of sources with a rhythm, as known at `as_of`."""
    counted: dict[tuple[str, str], Counter[FigureState]] = {}
    with reading(context.engine) as connection:
        figures = list(_figures(connection, context.settings, as_of, subjects=None))
    for one in figures:
        counted.setdefault((one.source, one.figure), Counter())[one.state] += 1
    return [ExpectedLine(source, figure, dict(states)) for (source, figure), states in counted.items()]


def figures_of(
    connection: Connection, settings: Settings, subject: str, known: pd.DataFrame, *, as_of: datetime
) -> list[OwedFigure]:
    """Every figure that the sources owe of one subject, also those that are there or not due yet, by source.

    `known` is what `observations.known_at` gave of it.
    """
    return list(_figures(connection, settings, as_of, known=known, subjects=[subject]))


Last = Mapping[tuple[str, str, str], date]
"""The newest period of each source, subject and figure."""


def _figures(
    connection: Connection,
    settings: Settings,
    as_of: datetime,
    *,
    subjects: list[str] | None,
    known: pd.DataFrame | None = None,
) -> Iterator[OwedFigure]:
    stated = observations.known_at(connection, as_of) if known is None else known
    seen = observations.last_seen(connection, as_of, subjects=subjects)
    newest = deliveries.newest(connection, as_of)
    excused = exemptions(settings, events.known_at(connection, as_of, subjects=subjects))
    last = _last_periods(stated)
    named: dict[str, dict[str, date]] = {}
    for subject, source, moment in zip(seen["subject"], seen["source"], seen["seen_at"], strict=True):
        named.setdefault(source, {})[subject] = moment.date()
    today = as_of.astimezone(OFFICE_ZONE).date()
    for contract in settings.sources.values():
        if contract.name in newest and has_rhythm(contract):
            status, refused = newest[contract.name]
            away = owed_figures(contract) if status == "held" else frozenset(refused)
            yield from _of_source(
                contract, last, named.get(contract.name, {}), refused=away, excused=excused, today=today
            )


def _last_periods(known: pd.DataFrame) -> Last:
    periods = known[known["period_start"].notna()]
    ends: Any = periods.groupby(["source", "subject", "indicator"])["period_end"].max()
    found: Last = ends.to_dict()
    return found


def _of_source(
    contract: SourceContract,
    last: Last,
    named: Mapping[str, date],
    *,
    refused: frozenset[str],
    excused: tuple[Exemption, ...],
    today: date,
) -> Iterator[OwedFigure]:
    for name in dict.fromkeys(
        figure.name for figure in contract.figure if figure.name in owed_figures(contract)
    ):
        covering = {one.subject: one for one in excused if one.covers(name, today)}
        for subject, day in named.items():
            heard = Heard(
                last.get((contract.name, subject, name)),
                day,
                refused=name in refused,
                exemption=covering.get(subject),
            )
            state = figure_state(heard, contract.cadence, today=today)
            yield OwedFigure(subject, contract.name, name, state, heard.period_end, covering.get(subject))
