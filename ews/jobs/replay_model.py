"""The model inside a replay: fitted anew at each date, on exits whose kind was known then."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from ews.errors import RefusedError
from ews.scoring.cube import Cube
from ews.scoring.evaluation import brier, calibration
from ews.scoring.hazard import Hazard, TooFewEventsError
from ews.scoring.outcomes import Exit
from ews.scoring.own import own_features
from ews.scoring.panel import location_features
from ews.scoring.person_periods import Rows, events
from ews.scoring.plan import ModelPlan, ReplayPlan
from ews.scoring.training import (
    KEYS,
    Cut,
    location_rows,
    provider_features,
    provider_rows,
    provider_signs,
    walk_model,
)


def features_of(cube: Cube, plan: ModelPlan, *, unit: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Features of every active subject on every date of the cube, and the locations they stand for."""
    located = location_features(cube, plan.panel)
    active = located[located["status"] == plan.panel.roles.active].reset_index(drop=True)
    members = active[KEYS]
    if unit == "location":
        return active, members
    providers = provider_features(active, dict(plan.signs()))
    return pd.concat([providers, own_features(cube, plan.panel, providers)], axis=1), members


def signs_of(plan: ModelPlan, *, unit: str) -> dict[str, int]:
    """Known directions of the unit's features."""
    signs = dict(plan.signs())
    return signs if unit == "location" else provider_signs(signs)


def rows_known(
    features: pd.DataFrame, members: pd.DataFrame, exits: Sequence[Exit], cut: Cut, *, unit: str
) -> Rows:
    """What a model may learn from at a cut."""
    if unit == "location":
        return location_rows(features, exits, cut)
    return provider_rows(features, members, exits, cut)


def by_model(
    cube: Cube, exits: Sequence[Exit], dates: Sequence[date], plan: ModelPlan, *, unit: str
) -> tuple[pd.DataFrame, dict[date, Hazard]]:
    """Chance, level and score of every subject at each date; and the model of each date.

    Dates at which too few failures were known give no rows: the model does not speak there.
    Raises RefusedError when that goes for all.
    """
    features, members = features_of(cube, plan, unit=unit)
    known = {
        day: rows_known(features, members, exits, Cut(day, plan.known_after_days), unit=unit) for day in dates
    }
    enough = {day: rows for day, rows in known.items() if events(rows) >= plan.fit.minimum_events}
    try:
        judged, models = walk_model(features, enough, plan, unit=unit, signs=signs_of(plan, unit=unit))
    except (TooFewEventsError, ValueError) as error:
        raise RefusedError(
            f"Te weinig gevallen om iets te zeggen ({error}). Geef met --outcomes meer uitkomsten, "
            "of gebruik --engine scorecard."
        ) from None
    judged["score"] = judged["probability"]
    judged["level"] = levels_by_share(judged, plan.replay)
    judged["why"] = "below_threshold"
    return judged, models


def levels_by_share(judged: pd.DataFrame, plan: ReplayPlan) -> pd.Series:
    """Rank of the level: the riskiest shares of each date."""
    place = judged.groupby("as_of")["probability"].rank(ascending=False, method="average", pct=True)
    level = pd.Series(1, index=judged.index)
    for rank, share in plan.model_levels.ranks():
        level = level.mask(place <= share, rank)
    return level


def model_report(judged: pd.DataFrame, failed: pd.Series, models: dict[date, Hazard]) -> dict[str, Any]:
    """Brier score beside the base rate's, calibration in fifths, and what each date's model was made of."""
    chance, came = judged["probability"].to_numpy(dtype=float), failed.to_numpy(dtype=bool)
    rate = failed.groupby(judged["as_of"]).transform("mean").to_numpy(dtype=float)
    ours, base = brier(chance, came), brier(rate, came)
    return {
        "brier": ours,
        "brier_base_rate": base,
        "brier_skill": 1 - ours / base,
        "calibration": [
            {
                "expected": round(part.expected, 2),
                "observed": part.observed,
                "observed_to_expected": [round(part.low, 3), round(part.high, 3)],
            }
            for part in calibration(chance, came)
        ],
        "fits": [
            {
                "as_of": str(day),
                "events": int(sum(band.events for band in model.bands)),
                "rows": int(sum(band.rows for band in model.bands)),
                "boosting_share": model.boosting_share,
                "slope": round(model.slope, 3),
                "features": len(model.shapes),
            }
            for day, model in sorted(models.items())
        ],
        "mean_probability": float(np.mean(chance)),
    }
