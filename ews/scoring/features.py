"""From the history of figures to what the scorecard judges: one path for live use, replay and training.

Pure: the frame that `store.history` returns goes in. What a location or provider lacks is inherited as the
indicator says; present, missing and stale are told apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ews.scoring.measure import Measured, measure, nothing_measured
from ews.scoring.tables import (
    ALL_STATES,
    NOTHING,
    Bools,
    Days,
    Floats,
    History,
    Ints,
    Table,
    read_history,
    source_tables,
)
from ews.signals.indicators import Direction, FromLocations, Indicator
from ews.signals.model import Event

REGISTER = ("aanbieder", "sector", "concern", "naam", "regio")
LOCATION_COUNT, LOCATIONS_LEFT = "aantal_locaties", "vertrokken_locaties"
_YEAR = np.timedelta64(365, "D")


class Presence(IntEnum):
    NEVER = 0
    """No source has ever stated it about anyone."""
    MISSING = 1
    STALE = 2
    PRESENT = 3


@dataclass(frozen=True, slots=True)
class Relations:
    """Who belongs to whom, as positions in the subjects (NOTHING: unknown)."""

    is_location: Bools
    parent: Ints
    """Of a location, its provider."""
    concern: Ints
    """Number of the concern, of a provider and of its locations."""
    sector: NDArray[Any]
    """Of a provider with locations in several sectors: `gemengd`."""
    is_active: Bools
    """Still in the newest extract of at least one register that had it."""
    last_seen: Days


@dataclass(frozen=True, slots=True)
class Features:
    """Everything the scorecard and the model judge; arrays follow `subjects`."""

    as_of: datetime
    subjects: pd.Index
    relations: Relations
    measured: Mapping[str, Measured]
    presence: Mapping[str, NDArray[np.int8]]
    inherited: Mapping[str, Bools]
    """Where a provider's figure was made of its locations'."""
    events: tuple[Event, ...]
    history: History


def figures_needed(indicators: Iterable[Indicator]) -> frozenset[str]:
    """Names of the raw indicators that the history select has to bring."""
    keys = {figure for indicator in indicators for figure in indicator.parsed().figures}
    return frozenset({key.partition("[")[0] for key in keys} | set(REGISTER))


def build(
    frame: pd.DataFrame,
    *,
    indicators: Mapping[str, Indicator],
    as_of: datetime,
    seen: pd.DataFrame,
    state_sources: frozenset[str],
    events: Sequence[Event] = (),
) -> Features:
    """Features of every subject in the frame, as known at `as_of`.

    `seen` has columns subject, source, seen_at: what is a state in `state_sources` is as fresh as that.
    """
    history = read_history(frame, as_of=as_of)
    tables = source_tables(history)
    days = _seen_days(seen, history)
    states = {source: moments for source, moments in days.items() if source in state_sources}
    if len(states) > 1:
        states[ALL_STATES] = np.fmin.reduce(list(states.values()))
    relations = _relations(frame, history, tables, days, states)
    measured = {
        name: _counted(name, indicator, relations, history) or measure(indicator, tables, history, states)
        for name, indicator in sorted(indicators.items())
    }
    inherited: dict[str, Bools] = {}
    weight = measured["capaciteit"].value if "capaciteit" in measured else np.ones(len(history.subjects))
    for name, indicator in indicators.items():
        measured[name], inherited[name] = _inherit(indicator, measured[name], relations, weight)
    return Features(
        as_of=as_of,
        subjects=history.subjects,
        relations=relations,
        measured=measured,
        presence={name: _presence(indicators[name], one, history.as_of) for name, one in measured.items()},
        inherited=inherited,
        events=tuple(
            sorted(events, key=lambda event: (event.subject, event.kind, event.key, event.known_at))
        ),
        history=history,
    )


def _seen_days(seen: pd.DataFrame, history: History) -> dict[str, Days]:
    days: dict[str, Days] = {}
    for source, part in seen.groupby("source", sort=True):
        position = history.subjects.get_indexer(part["subject"])
        one = np.full(len(history.subjects), np.datetime64("NaT"), dtype="datetime64[D]")
        moments = part["seen_at"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[D]")
        one[position[position >= 0]] = moments[position >= 0]
        days[str(source)] = one
    return days


def _relations(
    frame: pd.DataFrame,
    history: History,
    tables: Sequence[Table],
    days: Mapping[str, Days],
    states: Mapping[str, Days],
) -> Relations:
    count = len(history.subjects)
    kinds = frame.drop_duplicates("subject").set_index("subject")["kind"]
    is_location = (kinds.reindex(history.subjects) == "location").to_numpy(dtype=bool)
    texts = {name: _latest_text(name, tables, history) for name in REGISTER}
    parent = np.asarray(history.subjects.get_indexer(pd.Index(texts["aanbieder"])), dtype=np.int64)
    own_concern = (
        pd.Series(texts["concern"]).replace("", None).astype("category").cat.codes.to_numpy(np.int64)
    )
    concern = np.where((own_concern == NOTHING) & (parent != NOTHING), own_concern[parent], own_concern)
    in_newest = np.zeros(count, dtype=bool)
    for source, moments in states.items():
        if source == ALL_STATES:
            continue
        in_newest |= moments == np.nanmax(moments) if not np.isnat(moments).all() else False
    in_states = np.any([~np.isnat(moments) for moments in states.values()], axis=0) if states else in_newest
    last = np.full(count, np.datetime64("NaT"), dtype="datetime64[D]")
    for moments in days.values():
        last = np.fmax(last, moments)
    return Relations(
        is_location=is_location,
        parent=parent,
        concern=concern,
        sector=_sectors(texts["sector"], parent, in_newest | ~in_states),
        is_active=in_newest | ~in_states,
        last_seen=last,
    )


def _latest_text(name: str, tables: Sequence[Table], history: History) -> NDArray[Any]:
    found = np.full(len(history.subjects), "", dtype=object)
    known = np.full(len(history.subjects), np.datetime64("1900-01-01"), dtype="datetime64[D]")
    for table in tables:
        if name not in table.columns:
            continue
        cells = table.origin[:, table.columns[name]]
        rows = np.flatnonzero(cells != NOTHING)
        fresher = history.known_at[cells[rows]] >= known[table.subject[rows]]
        rows = rows[fresher]
        found[table.subject[rows]] = history.text[cells[rows]]
        known[table.subject[rows]] = history.known_at[cells[rows]]
    return found


def _sectors(own: NDArray[Any], parent: Ints, active: Bools) -> NDArray[Any]:
    sector = own.copy()
    children = np.flatnonzero((parent != NOTHING) & active)
    below = pd.DataFrame({"parent": parent[children], "sector": own[children]}).drop_duplicates()
    kinds = below.groupby("parent")["sector"].agg(["size", "first"])
    lacking = kinds[sector[kinds.index.to_numpy(dtype=np.int64)] == ""]
    sector[lacking.index.to_numpy(dtype=np.int64)] = np.where(
        lacking["size"] > 1, "gemengd", lacking["first"]
    )
    parentless = (sector == "") & (parent != NOTHING)
    sector[parentless] = sector[parent[parentless]]
    return sector


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


def _inherit(
    indicator: Indicator, own: Measured, relations: Relations, weight: Floats
) -> tuple[Measured, Bools]:
    made = np.zeros(len(own.value), dtype=bool)
    if indicator.from_locations is not FromLocations.NONE:
        above = _from_locations(indicator, own, relations, weight)
        made = above.stated & ~own.stated & ~relations.is_location
        own = _where(made, above, own)
    if indicator.from_provider:
        parent = np.maximum(relations.parent, 0)
        given = (relations.parent != NOTHING) & ~own.stated & own.stated[parent]
        taken = Measured(**{name: getattr(own, name)[parent] for name in Measured.__slots__})
        own = _where(given, taken, own)
    return own, made


def _where(chosen: Bools, one: Measured, other: Measured) -> Measured:
    def pick(name: str) -> Any:
        a, b = getattr(one, name), getattr(other, name)
        return np.where(chosen[:, None] if a.ndim == 2 else chosen, a, b)

    return Measured(**{name: pick(name) for name in Measured.__slots__})


def _from_locations(indicator: Indicator, own: Measured, relations: Relations, weight: Floats) -> Measured:
    count = len(own.value)
    children = np.flatnonzero((relations.parent != NOTHING) & relations.is_active & own.stated)
    parent = relations.parent[children]
    gathered = {
        name: _gather(indicator, getattr(own, name)[children], parent, weight[children], count)
        for name in ("value", "previous", "year_ago")
    }
    empty = nothing_measured(count, own.origins.shape[1])
    period_end, reference = empty.period_end.copy(), empty.reference.copy()
    np.fmax.at(period_end, parent, own.period_end[children])
    np.fmax.at(reference, parent, own.reference[children])
    stated = np.zeros(count, dtype=bool)
    stated[parent] = True
    value = np.round(gathered["value"], indicator.decimals)
    return replace(
        empty,
        value=value,
        previous=gathered["previous"],
        year_ago=gathered["year_ago"],
        stated=stated,
        period_end=period_end,
        reference=reference,
    )


def _gather(indicator: Indicator, values: Floats, parent: Ints, weight: Floats, count: int) -> Floats:
    how = indicator.from_locations
    if how is FromLocations.SUM:
        total = np.bincount(parent, weights=values, minlength=count)
        return np.where(np.bincount(parent, minlength=count) > 0, total, np.nan)
    known = ~np.isnan(values)
    if how in {FromLocations.MEAN, FromLocations.WEIGHTED}:
        scale = np.nan_to_num(weight, nan=1.0) if how is FromLocations.WEIGHTED else np.ones(len(values))
        over = np.bincount(parent[known], weights=scale[known], minlength=count)
        total = np.bincount(parent[known], weights=(values * scale)[known], minlength=count)
        mean: Floats = np.full(count, np.nan)
        np.divide(total, over, out=mean, where=over > 0)
        return mean
    highest = (how is FromLocations.WORST) == (indicator.direction is Direction.HIGHER_IS_WORSE)
    extreme: Floats = np.full(count, np.nan)
    (np.fmax if highest else np.fmin).at(extreme, parent[known], values[known])
    return extreme


def _presence(indicator: Indicator, one: Measured, as_of: Days) -> NDArray[np.int8]:
    if not one.stated.any():
        return np.full(len(one.value), Presence.NEVER, dtype=np.int8)
    has = ~np.isnan(one.value) | (one.text != "")
    old = (as_of - one.reference) > np.timedelta64(indicator.stale_after_days, "D")
    presence = np.where(has & old, Presence.STALE, Presence.PRESENT)
    return np.where(one.stated & has, presence, Presence.MISSING).astype(np.int8)
