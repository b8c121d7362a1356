"""Points per line, added up. The explanation is the calculation: `explain` only puts it into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ews.scoring.card import Card, Judged, Line, Tripwire
from ews.scoring.features import Features, Presence
from ews.scoring.heard import reliability, soft_signals
from ews.scoring.judge import judged
from ews.scoring.model import Horizon, Level
from ews.scoring.owed import Owed
from ews.scoring.tables import NOTHING, Bools, Floats, Ints
from ews.signals.indicators import Indicator
from ews.signals.model import Event

UNJUDGED, MISSING = -1, -2


@dataclass(frozen=True, slots=True)
class Scored:
    """All subjects of one card; rows follow `positions` (in the features), columns `lines`, `tripwires`, `heard`."""

    card: Card
    positions: Ints
    judged: Floats
    bins: NDArray[np.int16]
    """Bin of each line, UNJUDGED or MISSING."""
    is_stale: Bools
    due: NDArray[np.int8]
    """`Owed` state of each line, where that state and no value gave its points."""
    expected: Bools
    points: Ints
    fired: Mapping[tuple[int, int], tuple[Event | None, int]]
    """(row, tripwire) -> the event that fired it, and the position it happened to."""
    told: Mapping[tuple[int, int], Event]
    """(row, heard) -> the soft signal that counts: of several of one kind the most reliable."""
    total: Ints
    horizon_points: Mapping[Horizon, Ints]
    coverage: Floats
    levels: NDArray[Any]
    """Level of each row."""


def score(features: Features, card: Card, indicators: Mapping[str, Indicator]) -> Scored:
    """Add up the card for every subject of its schemes that is still there."""
    positions = _assessed(features, card)
    columns = [_line(line, indicators[line.indicator], features, card) for line in card.lines]
    lines = _Columns(*(np.column_stack(part)[positions] for part in zip(*columns, strict=True)))
    fired = _fired(features, card, positions)
    wires = np.zeros((positions.size, len(card.tripwires)), dtype=np.int64)
    for row, wire in fired:
        wires[row, wire] = card.tripwires[wire].points
    told = soft_signals(features, card, positions)
    soft = np.zeros((positions.size, len(card.heard)), dtype=np.int64)
    for (row, at), event in told.items():
        soft[row, at] = card.heard[at].points[reliability(event)]
    points = np.hstack([lines.points, wires, soft])
    total = points.sum(axis=1)
    coverage = _coverage(card, lines)
    return Scored(
        card=card,
        positions=positions,
        judged=lines.judged,
        bins=lines.bins,
        is_stale=lines.is_stale,
        due=lines.due,
        expected=lines.expected,
        points=points,
        fired=fired,
        told=told,
        total=total,
        horizon_points={horizon: points[:, _weighs(card, horizon)].sum(axis=1) for horizon in Horizon},
        coverage=coverage,
        levels=levels_of(card, total, coverage),
    )


def levels_of(card: Card, points: Ints, coverage: Floats) -> NDArray[Any]:
    """Levels of many sums: too little seen to call it low is unknown; what is seen still raises."""
    levels = np.empty(len(points), dtype=object)
    levels[:] = Level.LOW  # np.full would turn the member into its bare text
    levels[coverage < card.minimum_coverage] = Level.UNKNOWN
    for cutoff in sorted(card.cutoffs, key=lambda cutoff: cutoff.raise_at):
        levels[points >= cutoff.raise_at] = cutoff.level
    return levels


@dataclass(frozen=True, slots=True)
class _Columns:
    judged: Floats
    bins: NDArray[np.int16]
    is_stale: Bools
    due: NDArray[np.int8]
    expected: Bools
    present: Bools
    points: Ints


def _assessed(features: Features, card: Card) -> Ints:
    schemes = np.array([str(subject).partition(":")[0] for subject in features.subjects], dtype=object)
    gone = (np.datetime64(features.as_of.date()) - features.relations.last_seen) > np.timedelta64(
        card.left_after_days, "D"
    )
    return np.flatnonzero(np.isin(schemes, card.schemes) & ~gone)


def _line(line: Line, indicator: Indicator, features: Features, card: Card) -> tuple[Any, ...]:
    looked_at = judged(line, indicator, features, card=card)
    presence, owed = features.presence[indicator.id], features.owed[indicator.id]
    excused = owed == Owed.EXEMPT
    bins = _bins(line, looked_at, features.measured[indicator.id].text)
    missing = (presence == Presence.MISSING) & ~excused
    stale = (presence == Presence.STALE) & ~excused
    applies = _applies(line, features)
    bins = np.where(missing & (line.judged is Judged.VALUE), MISSING, bins).astype(np.int16)
    steps = np.array([one.points for one in line.bins] + [line.missing.points, 0], dtype=np.int64)
    points = steps[bins]  # MISSING is -2 and UNJUDGED -1: the last two
    points = np.where(stale, np.maximum(points, line.stale.points), points)
    due = _due_points(line, owed)
    is_due = due > points
    expected = applies & line.counts & ~excused
    return (
        looked_at,
        bins,
        stale & applies,
        np.where(is_due & applies, owed, Owed.NOTHING),
        expected,
        expected & (presence == Presence.PRESENT),
        np.where(applies, np.maximum(points, due), 0),
    )


def _due_points(line: Line, owed: NDArray[np.int8]) -> Ints:
    """What a figure that should be there gives, by its state; nothing for one that is there or excused."""
    of = {Owed.LATE: line.late, Owed.MISSING: line.missing, Owed.REFUSED: line.refused}
    steps: Ints = np.array([of[state].points if state in of else 0 for state in Owed], dtype=np.int64)
    return steps[owed]


def _bins(line: Line, looked_at: Floats, text: NDArray[Any]) -> NDArray[np.int16]:
    if any(one.words for one in line.bins):
        of_word = {word: place for place, one in enumerate(line.bins) for word in one.words}
        rest = next((place for place, one in enumerate(line.bins) if not one.words), UNJUDGED)
        found = pd.Series(text).map(of_word).fillna(rest).to_numpy(dtype=np.int16)
        return np.where(text == "", UNJUDGED, found).astype(np.int16)
    bounds = [one.below for one in line.bins if one.below is not None]
    found = np.searchsorted(bounds, looked_at, side="right")
    return np.where(np.isnan(looked_at), UNJUDGED, found).astype(np.int16)


def _applies(line: Line, features: Features) -> Bools:
    relations = features.relations
    kinds = np.where(relations.is_location, "location", "provider")
    fits = np.isin(kinds, line.subjects)
    return fits & np.isin(relations.sector, line.sectors) if line.sectors else fits


def _weighs(card: Card, horizon: Horizon) -> Bools:
    parts = [one.horizons for one in card.lines] + [one.horizons for one in card.tripwires]
    parts += [one.horizons for one in card.heard]
    return np.array([horizon in horizons for horizons in parts], dtype=np.bool_)


def _coverage(card: Card, lines: _Columns) -> Floats:
    """Share of the expected indicators that are present and fresh; each indicator counts once."""
    names, group = np.unique([line.indicator for line in card.lines], return_inverse=True)
    expected = np.zeros((len(lines.points), names.size), dtype=bool)
    present = np.zeros_like(expected)
    for column, place in enumerate(group):
        expected[:, place] |= lines.expected[:, column]
        present[:, place] |= lines.present[:, column]
    wanted = expected.sum(axis=1)
    coverage: Floats = np.zeros(len(wanted))
    np.divide(present.sum(axis=1), wanted, out=coverage, where=wanted > 0)
    return np.round(coverage, 4)


def _fired(
    features: Features, card: Card, positions: Ints
) -> dict[tuple[int, int], tuple[Event | None, int]]:
    row_of = {int(position): row for row, position in enumerate(positions)}
    fired: dict[tuple[int, int], tuple[Event | None, int]] = {}
    for wire, tripwire in enumerate(card.tripwires):
        for position, event in _hits(tripwire, features):
            for touched in _touched(tripwire, position, features):
                if touched in row_of:
                    fired.setdefault((row_of[touched], wire), (event, position))
    return dict(sorted(fired.items()))


def _hits(tripwire: Tripwire, features: Features) -> list[tuple[int, Event | None]]:
    if tripwire.indicator:
        one = features.measured[tripwire.indicator]
        present = features.presence[tripwire.indicator] == Presence.PRESENT
        return [(int(at), None) for at in np.flatnonzero(np.isin(one.text, tripwire.words) & present)]
    today = features.as_of.date()
    ended = {(event.subject, event.key) for event in features.events if event.kind in tripwire.ended_by}
    held = [
        event
        for event in features.events
        if event.kind == tripwire.event
        and event.occurred_on <= today
        and (event.ended_on is None or event.ended_on > today)
        and (event.subject, event.key) not in ended
        and (today - event.occurred_on).days <= tripwire.valid_days
    ]
    places: Sequence[int] = features.subjects.get_indexer([event.subject for event in held])
    return [(int(at), event) for at, event in zip(places, held, strict=True) if at != NOTHING]


def _touched(tripwire: Tripwire, position: int, features: Features) -> list[int]:
    relations = features.relations
    if tripwire.scope == "own":
        return [position]
    if tripwire.scope == "locations":
        parent = int(relations.parent[position])
        return [parent] if parent != NOTHING else []
    concern = relations.concern[position]
    own = {position, *np.flatnonzero(relations.parent == position).tolist()}
    siblings = np.flatnonzero((relations.concern == concern) & ~relations.is_location)
    return [] if concern == NOTHING else [int(one) for one in siblings if int(one) not in own]
