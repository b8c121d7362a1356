"""What a provider itself stated: its newest figures and ratios, and how they changed since the period before."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ews.scoring.cube import PERIODS, Cube, Floats
from ews.scoring.plan import ModelPlan, PanelPlan

PREFIX = "eigen:"


def own_features(cube: Cube, plan: PanelPlan, providers: pd.DataFrame) -> pd.DataFrame:
    """One row per row of `providers` (subject, as_of), columns `eigen:…`; nothing where nobody states any of it."""
    made: dict[str, Floats] = {}
    for name, stack in _stacks(cube, plan).items():
        newest, before = _newest(stack)
        made[f"{PREFIX}{name}"] = newest
        made[f"{PREFIX}{name}:verschil"] = newest - before
    row = cube.subjects.get_indexer(pd.Index(providers["subject"]))
    column = pd.Index(cube.dates).get_indexer(pd.Index(providers["as_of"]))
    return pd.DataFrame(
        {name: np.where(row >= 0, values[row, column], np.nan) for name, values in sorted(made.items())},
        index=providers.index,
    )


def naive_of_own(cube: Cube, plan: ModelPlan, providers: pd.DataFrame) -> dict[str, Floats]:
    """The rankings that anybody makes with one figure: the worst first, as its known direction says."""
    own = own_features(cube, plan.panel, providers)
    nothing = np.full(len(providers), np.nan)
    return {
        name: own[name].to_numpy() * plan.signs()[name] if name in own.columns else nothing
        for name in plan.replay.naive
    }


def _stacks(cube: Cube, plan: PanelPlan) -> dict[str, Floats]:
    """Subject × date × period (this one and the two before); a ratio is of figures of one period."""
    stacks = {name: cube.yearly[name] for name in plan.own if name in cube.yearly}
    for over, under in plan.own_ratios:
        if over in cube.yearly and under in cube.yearly:
            below = np.where(cube.yearly[under] > 0, cube.yearly[under], np.nan)
            stacks[f"{over}/{under}"] = cube.yearly[over] / below
    return stacks


def _newest(stack: Floats) -> tuple[Floats, Floats]:
    """The newest period that is known, and the one before it."""
    this, last, oldest = (stack[:, :, lag] for lag in range(PERIODS))
    before = np.where(np.isnan(this), np.where(np.isnan(last), np.nan, oldest), _first_known([last, oldest]))
    return _first_known([this, last, oldest]), before


def _first_known(layers: Sequence[Floats]) -> Floats:
    found = layers[0]
    for layer in layers[1:]:
        found = np.where(np.isnan(found), layer, found)
    return found
