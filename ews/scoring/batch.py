"""Is this round fit to be believed? Held against the round before and against each figure's own past.

A file that slipped by a row, by a thousand or into the neighbouring column parses well, and makes everybody look
better or worse at once. Such a round is refused as a whole: what was known yesterday stays.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from ews.scoring.features import Features
from ews.scoring.measure import Measured
from ews.scoring.model import Assessment
from ews.scoring.tables import Bools, Floats
from ews.signals.indicators import Indicator

FEWEST = 20
"""With fewer subjects nothing can be said about all of them together."""
_SLIP = 20.0
_DROPPED = 0.1
_WAS_ALIKE, _IS_UNLIKE = 0.8, 0.4


class BatchFault(StrEnum):
    LOST = "lost"
    """Subjects of the round before are gone without having left."""
    DROPPED = "dropped"
    """A register's newest extract lacks many who stood in the one before."""
    ALL_EQUAL = "all_equal"
    EMPTY = "empty"
    """Nobody has a fresh figure, while they had."""
    SLIPPED = "slipped"
    """A figure is 20 times what it was, or a twentieth, for most."""
    CONSTANT = "constant"
    SHUFFLED = "shuffled"
    """Who was high is no longer high: rows or columns shifted or swapped."""
    EMPTIED = "emptied"
    """A figure that everybody had is empty for all."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason not to believe a round. `about` is an indicator or a number of subjects."""

    fault: BatchFault
    about: str


def doubts(
    features: Features,
    made: Collection[Assessment],
    before: Collection[Assessment],
    indicators: Mapping[str, Indicator],
) -> list[Doubt]:
    """Every reason not to believe this round; `before` is the last one that was recorded."""
    return [*_as_a_whole(features, made, before), *_by_figure(features, indicators)]


def _as_a_whole(
    features: Features, made: Collection[Assessment], before: Collection[Assessment]
) -> Iterator[Doubt]:
    known = set(features.subjects)
    lost = [one.subject for one in before if one.subject not in known]
    if lost:
        yield Doubt(BatchFault.LOST, str(len(lost)))
    if len(known) >= FEWEST:
        dropped = sorted(features.relations.dropped.items())
        yield from (Doubt(BatchFault.DROPPED, source) for source, share in dropped if share > _DROPPED)
    if len(made) < FEWEST:
        return
    scores = {(one.points, one.coverage) for one in made}
    if len(scores) == 1 and len({(one.points, one.coverage) for one in before}) != 1:
        yield Doubt(BatchFault.ALL_EQUAL, str(len(made)))
    had = max((one.coverage for one in before), default=0.0)
    if had > 0 and all(one.coverage == 0 for one in made):
        yield Doubt(BatchFault.EMPTY, str(len(made)))


def _by_figure(features: Features, indicators: Mapping[str, Indicator]) -> Iterator[Doubt]:
    for name, one in sorted(features.measured.items()):
        if indicators[name].parsed().events:
            continue  # a count of events is zero for all in a good year
        fault = _fault_of(one, is_since="maanden_sinds" in indicators[name].formula)
        if fault is not None:
            yield Doubt(fault, name)


def _fault_of(one: Measured, *, is_since: bool) -> BatchFault | None:
    """`is_since`: time since a date is reset by what happened, so neither its size nor its order says anything."""
    now, then = one.value, one.previous
    earlier = np.where(np.isnan(one.recent[:, 2]), one.year_ago, one.recent[:, 2])
    had = one.stated & ~np.isnan(then)
    if had.sum() >= FEWEST and np.isnan(now[had]).all():
        return BatchFault.EMPTIED
    both = had & ~np.isnan(now)
    if both.sum() < FEWEST:
        return None
    if np.ptp(now[both]) == 0 and np.ptp(then[both]) > 0:
        return BatchFault.CONSTANT
    if is_since:
        return None
    if _slipped(now[both], then[both]):
        return BatchFault.SLIPPED
    return BatchFault.SHUFFLED if _shuffled(now, then, earlier, both) else None


def _slipped(now: Floats, then: Floats) -> bool:
    usable = (now != 0) & (then != 0)
    if usable.sum() < FEWEST:
        return False
    ratio = float(np.median(np.abs(now[usable] / then[usable])))
    return ratio > _SLIP or ratio < 1 / _SLIP


def _shuffled(now: Floats, then: Floats, earlier: Floats, both: Bools) -> bool:
    """Ranks that used to hold from period to period hold no longer; a figure that always jumps says nothing."""
    all_three = both & ~np.isnan(earlier)
    if all_three.sum() < FEWEST:
        return False
    was = _alike(then[all_three], earlier[all_three])
    return was >= _WAS_ALIKE and _alike(now[all_three], then[all_three]) < _IS_UNLIKE


def _alike(one: Floats, other: Floats) -> float:
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 1.0
    ranks = pd.DataFrame({"a": one, "b": other}).rank()
    return float(np.corrcoef(ranks["a"], ranks["b"])[0, 1])
