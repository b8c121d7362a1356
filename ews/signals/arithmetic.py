"""Amounts of one subject and period held beside each other: a whole is its parts, and no part exceeds it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ews.signals.fields import AddsUp

_ROUNDING = 100.0
"""Eurocents by which amounts may differ whatever their size: they are rounded to euros."""


def unbalanced(
    cells: pd.DataFrame, value: NDArray[np.float64], rules: Sequence[AddsUp], ids: Mapping[str, int]
) -> NDArray[np.bool_]:
    """Cells that take part in a sum that does not add up; which of them is wrong nobody can tell from here.

    `cells` has subject_id, indicator_id, dimension_id and period_end; a sum of which a term lacks is not judged.
    """
    marked = np.zeros(len(cells), dtype=bool)
    if cells.empty or not rules:
        return marked
    group = cells.groupby(["subject_id", "dimension_id", "period_end"], sort=False).ngroup().to_numpy()
    indicator = cells["indicator_id"].to_numpy()
    for rule in rules:
        terms = [ids[name] for name in (rule.total, *rule.parts) if name in ids]
        if len(terms) <= len(rule.parts):
            continue
        columns = [_by_group(group, indicator == term, value) for term in terms]
        total, parts = columns[0], np.sum(columns[1:], axis=0)
        if rule.rule == "at_most":
            apart = np.abs(parts) - np.abs(total) if rule.size else parts - total
        else:
            apart = np.abs(parts - total)
        wrong = apart > rule.tolerance * np.abs(total) + _ROUNDING  # NaN, where a term lacks, is never above
        marked |= np.isin(group, np.flatnonzero(wrong)) & np.isin(indicator, terms)
    return marked


def _by_group(
    group: NDArray[np.int64], mine: NDArray[np.bool_], value: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The value of one indicator per group; NaN where it lacks."""
    found = np.full(int(group.max()) + 1, np.nan)
    found[group[mine]] = value[mine]
    return found
