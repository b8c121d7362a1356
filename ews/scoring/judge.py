"""What each line of the card looks at: a value, a change, a run of declines, the distance to peers."""

from datetime import date

import numpy as np
import pandas as pd

from ews.scoring.card import Card, Judged, Line
from ews.scoring.features import Features, Presence
from ews.scoring.measure import Measured
from ews.scoring.slope import slopes
from ews.scoring.tables import Bools, Floats, Ints
from ews.signals.indicators import Direction, Indicator

_NORM_PERIODS = 3
MOST_DECLINES = 3
_SHARE_DECIMALS = 4


def judged(line: Line, indicator: Indicator, features: Features, *, card: Card) -> Floats:
    """The number that chooses the bin, per subject; NaN where it can't be told."""
    one = features.measured[indicator.id]
    match line.judged:
        case Judged.VALUE:
            return one.value
        case Judged.CHANGE_LAST:
            return _change(one.value, one.previous, line, indicator)
        case Judged.CHANGE_YEAR:
            return _change(one.value, one.year_ago, line, indicator)
        case Judged.DECLINES:
            return _declines(one, indicator)
        case Judged.BEYOND_NORM:
            return _beyond_norm(one, line, indicator, features.as_of.date())
        case Judged.SLOPE:
            return np.round(slopes(one.recent), indicator.decimals + 1)
        case Judged.PEERS:
            return share_better(indicator, features, card=card)


def _change(value: Floats, before: Floats, line: Line, indicator: Indicator) -> Floats:
    change = value - before
    if line.relative:
        share: Floats = np.full(len(value), np.nan)
        np.divide(change, np.abs(before), out=share, where=~np.isnan(before) & (before != 0))
        return np.round(share, _SHARE_DECIMALS)
    return np.round(change, indicator.decimals)


def _declines(one: Measured, indicator: Indicator) -> Floats:
    recent = one.recent[:, : MOST_DECLINES + 1]
    steps = recent[:, :-1] - recent[:, 1:]
    worse = steps > 0 if indicator.direction is Direction.HIGHER_IS_WORSE else steps < 0
    run = np.cumprod(worse, axis=1).sum(axis=1).astype(np.float64)
    return np.where(np.isnan(one.recent[:, 1]), np.nan, run)


def _beyond_norm(one: Measured, line: Line, indicator: Indicator, day: date) -> Floats:
    norm = indicator.norm_at(line.norm, day)
    if norm is None:
        return np.full(len(one.value), np.nan)
    recent = one.recent[:, :_NORM_PERIODS]
    higher = indicator.direction is Direction.HIGHER_IS_WORSE
    broken = recent > norm.value if higher else recent < norm.value
    return np.where(np.isnan(one.value), np.nan, broken.sum(axis=1).astype(np.float64))


def share_better(indicator: Indicator, features: Features, *, card: Card) -> Floats:
    """Share of the comparable subjects that do strictly better; NaN with too few of them."""
    usable = usable_peers(features, indicator.id)
    group = peer_groups(features, usable, card=card)
    return _share_better(features.measured[indicator.id].value, group, usable, indicator.direction)


def usable_peers(features: Features, indicator: str) -> Bools:
    """Who has a fresh figure to be compared with."""
    known: Bools = features.presence[indicator] == Presence.PRESENT
    return known & ~np.isnan(features.measured[indicator].value)


def peer_groups(features: Features, usable: Bools, *, card: Card) -> Ints:
    """Number of each subject's group: same kind, sector and size class, or without size when too few; -1: too few."""
    relations = features.relations
    sector = pd.Series(relations.sector).astype(str) + np.where(relations.is_location, "/l", "/p")
    size = (
        features.measured[card.size].value if card.size in features.measured else np.full(len(sector), np.nan)
    )
    size_class = np.digitize(np.nan_to_num(size, nan=-1.0), card.size_bounds)
    narrow = sector + "/" + size_class.astype(str)
    counted = pd.Series(usable & relations.is_active)
    enough_narrow = counted.groupby(narrow).transform("sum").to_numpy() > card.peers_minimum
    enough_wide = counted.groupby(sector).transform("sum").to_numpy() > card.peers_minimum
    chosen = narrow.where(enough_narrow, sector).where(enough_narrow | enough_wide, None)
    return np.asarray(chosen.astype("category").cat.codes, dtype=np.int64)


def _share_better(value: Floats, group: Ints, usable: Bools, direction: Direction) -> Floats:
    signed = value if direction is Direction.HIGHER_IS_WORSE else -value
    chosen = np.flatnonzero(usable & (group >= 0))
    part = pd.Series(signed[chosen]).groupby(group[chosen])
    better = part.rank(method="min").to_numpy() - 1
    others = part.transform("size").to_numpy() - 1
    share = np.full(len(value), np.nan)
    share[chosen] = np.round(np.divide(better, others, out=np.full(len(chosen), np.nan), where=others > 0), 4)
    return share
