"""What a location or a provider lacks, from the other: as the indicator says."""

from dataclasses import replace
from typing import Any

import numpy as np

from ews.scoring.measure import Measured, nothing_measured
from ews.scoring.relations import Relations
from ews.scoring.tables import NOTHING, Bools, Floats, Ints
from ews.signals.indicators import Direction, FromLocations, Indicator


def inherit(
    indicator: Indicator, own: Measured, relations: Relations, weight: Floats
) -> tuple[Measured, Bools]:
    """The indicator with gaps filled, and where a provider's figure was made of its locations'."""
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
    return _from_concern(own, relations) if indicator.from_concern else own, made


def _from_concern(own: Measured, relations: Relations) -> Measured:
    """Accounts of the parent serve its subsidiaries, which file none of their own."""
    head = np.maximum(relations.accounts, 0)
    lacks = np.isnan(own.value) & (own.text == "")
    there = ~np.isnan(own.value[head]) | (own.text[head] != "")
    given = (relations.accounts != NOTHING) & lacks & there
    if not given.any():
        return own
    taken = Measured(**{name: getattr(own, name)[head] for name in Measured.__slots__})
    return _where(given, taken, own)


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
