"""From the history of figures to what the scorecard judges: one path for live use, replay and training.

Pure: the frame that `store.history` returns goes in. What a location or provider lacks is inherited as the
indicator says; present, missing and stale are told apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ews.scoring.branch import beside_branch
from ews.scoring.happened import Happened, happened
from ews.scoring.inherit import inherit
from ews.scoring.lineage import parting_days, with_predecessors
from ews.scoring.measure import Measured, measure, nothing_measured
from ews.scoring.owed import Awaited, Duties, owed
from ews.scoring.relations import REGISTER, Relations, relate, seen_days
from ews.scoring.tables import ALL_STATES, NOTHING, Bools, Days, History, read_history, source_tables
from ews.signals.indicators import Indicator
from ews.signals.model import Event
from ews.signals.procedures import counted_once
from ews.signals.succession import one_to_one, passed_on, reshaped, successions

LOCATION_COUNT, LOCATIONS_LEFT = "aantal_locaties", "vertrokken_locaties"
_YEAR = np.timedelta64(365, "D")
NO_DUTIES = Duties()


class Presence(IntEnum):
    NEVER = 0
    """No source has ever stated it about anyone."""
    MISSING = 1
    STALE = 2
    PRESENT = 3


@dataclass(frozen=True, slots=True)
class Features:
    """Everything the scorecard and the model judge; arrays follow `subjects`."""

    as_of: datetime
    subjects: pd.Index
    relations: Relations
    measured: Mapping[str, Measured]
    presence: Mapping[str, NDArray[np.int8]]
    owed: Mapping[str, NDArray[np.int8]]
    """Per indicator, how each subject stands to what was due (`Owed`)."""
    awaited: Mapping[str, Awaited]
    """Per indicator the period that was due."""
    inherited: Mapping[str, Bools]
    """Where a provider's figure was made of its locations'."""
    events: tuple[Event, ...]
    happened: Mapping[str, Mapping[int, tuple[Event, ...]]]
    """Of indicators over events: by position, the events that made the figure."""
    history: History


def figures_needed(indicators: Iterable[Indicator]) -> frozenset[str]:
    """Names of the raw indicators that the history select has to bring."""
    asked = tuple(indicators)
    keys = {figure for indicator in asked for figure in indicator.parsed().figures}
    branch = {indicator.branch_figure for indicator in asked} - {""}
    return frozenset({key.partition("[")[0] for key in keys} | branch | set(REGISTER))


def build(
    frame: pd.DataFrame,
    *,
    indicators: Mapping[str, Indicator],
    as_of: datetime,
    seen: pd.DataFrame,
    state_sources: frozenset[str],
    events: Sequence[Event] = (),
    duties: Duties = NO_DUTIES,
) -> Features:
    """Features of every subject in the frame, as known at `as_of`.

    `seen` has columns subject, source, seen_at: what is a state in `state_sources` is as fresh as that.
    """
    history, partings, ordered = _lineages(frame, events, as_of)
    tables = source_tables(history)
    days = seen_days(seen, history)
    states = _states(days, state_sources)
    relations = relate(history.frame, history, tables, days, states)
    made_of = _made_of(ordered, indicators, history, as_of)
    measured = {
        name: (made_of[name].measured if name in made_of else _counted(name, one, relations, history))
        or measure(one, tables, history, states, partings=partings)
        for name, one in sorted(indicators.items())
    }
    inherited = _completed(measured, indicators, relations, history)
    states_owed, awaited = owed(indicators, measured, history.subjects, days, duties, today=history.as_of)
    return Features(
        as_of=as_of,
        subjects=history.subjects,
        relations=relations,
        measured=measured,
        owed=states_owed,
        awaited=awaited,
        presence={name: _presence(indicators[name], one, history.as_of) for name, one in measured.items()},
        inherited=inherited,
        events=ordered,
        happened={name: one.events for name, one in made_of.items()},
        history=history,
    )


def _lineages(
    frame: pd.DataFrame, events: Sequence[Event], as_of: datetime
) -> tuple[History, Days, tuple[Event, ...]]:
    """The history and events with those of predecessors, and the day on which each subject became another size."""
    known, today = successions(events), as_of.date()
    alone = one_to_one(known, today=today)
    history = read_history(with_predecessors(frame, alone), as_of=as_of)
    ordered = _ordered([*events, *passed_on(events, alone)])
    return history, parting_days(reshaped(known, today=today), history.subjects), ordered


def _ordered(events: Sequence[Event]) -> tuple[Event, ...]:
    once = counted_once(events)
    return tuple(sorted(once, key=lambda event: (event.subject, event.kind, event.key, event.known_at)))


def _completed(
    measured: dict[str, Measured], indicators: Mapping[str, Indicator], relations: Relations, history: History
) -> dict[str, Bools]:
    """Fill in what comes from locations, provider, concern and branch; gives where it was made of locations."""
    inherited: dict[str, Bools] = {}
    weight = measured["capaciteit"].value if "capaciteit" in measured else np.ones(len(history.subjects))
    for name, indicator in indicators.items():
        whole, inherited[name] = inherit(indicator, measured[name], relations, weight)
        measured[name] = beside_branch(indicator, whole, relations.sector, history)
    return inherited


def _states(days: Mapping[str, Days], state_sources: frozenset[str]) -> dict[str, Days]:
    """When each subject was seen in each register; beside one another they are as fresh as the oldest of them."""
    states = {source: moments for source, moments in days.items() if source in state_sources}
    if len(states) > 1:
        states[ALL_STATES] = np.fmin.reduce(list(states.values()))
    return states


def _made_of(
    events: Sequence[Event], indicators: Mapping[str, Indicator], history: History, as_of: datetime
) -> dict[str, Happened]:
    return {
        name: happened(indicator, events, history.subjects, as_of=as_of)
        for name, indicator in indicators.items()
        if indicator.parsed().events
    }


def _counted(name: str, indicator: Indicator, relations: Relations, history: History) -> Measured | None:
    """Indicators that count a provider's locations; None for all others."""
    if indicator.formula not in {LOCATION_COUNT, LOCATIONS_LEFT}:
        return None
    gone = ~relations.is_active & (history.as_of - relations.last_seen <= _YEAR)
    chosen = (relations.is_active if indicator.formula == LOCATION_COUNT else gone) & (
        relations.parent != NOTHING
    )
    count = np.bincount(relations.parent[chosen], minlength=len(history.subjects)).astype(np.float64)
    stated = np.isin(np.arange(len(history.subjects)), relations.parent[relations.parent != NOTHING])
    day = np.where(stated, history.as_of, np.datetime64("NaT"))
    empty = nothing_measured(len(history.subjects), 1)
    return replace(empty, value=np.where(stated, count, np.nan), stated=stated, period_end=day, reference=day)


def _presence(indicator: Indicator, one: Measured, as_of: Days) -> NDArray[np.int8]:
    if not one.stated.any():
        return np.full(len(one.value), Presence.NEVER, dtype=np.int8)
    has = ~np.isnan(one.value) | (one.text != "")
    old = (as_of - one.reference) > np.timedelta64(indicator.stale_after_days, "D")
    presence = np.where(has & old, Presence.STALE, Presence.PRESENT)
    return np.where(one.stated & has, presence, Presence.MISSING).astype(np.int8)
