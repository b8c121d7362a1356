"""Two sets of rules on the same past: who is found that was missed, who is lost, and whether it is more than chance.

Both frames are rows as `backtest` asks for, of the same walk; only rows that both judged are held side by side.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ews.scoring.backtest import Backtest, gain_over, marked, sum_up
from ews.scoring.outcomes import Outcome

KEYS = ["subject", "as_of"]
SHOWN = (
    "failures",
    "warned",
    "missed",
    "false_alarms",
    "precision",
    "recall",
    "alerts_per_100_years",
    "auc",
    "lead_time_months",
    "levels",
)


def compare(old: pd.DataFrame, new: pd.DataFrame, how: Backtest) -> dict[str, Any]:
    """What changes between two walks.

    `auc_gain` is new minus old with its 95 % interval over the same draws of providers. `found` and `lost`
    name the subjects that stopped and whose last judgement became, or ceased to be, a warning; `quieter` and
    `louder` count rows of subjects that went on, warned by one set of rules only.
    """
    both = _beside(marked(old, how.warn_from), marked(new, how.warn_from))
    gain = gain_over(both.rename(columns={"score_new": "score", "failed_new": "failed"}), "score_old", how)
    went_on = both["outcome_new"].eq(str(Outcome.NONE))
    changed = both["is_warned_new"] != both["is_warned_old"]
    return {
        "old": _short(sum_up(old, how)),
        "new": _short(sum_up(new, how)),
        "compared": len(both),
        "auc_gain": gain,
        **_moved(both),
        "quieter": int((went_on & changed & both["is_warned_old"]).sum()),
        "louder": int((went_on & changed & both["is_warned_new"]).sum()),
    }


def _beside(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    kept = [*KEYS, "score", "is_warned", "failed", "outcome", "left_on", "level"]
    both = old[kept].merge(new[[*kept, "provider"]], on=KEYS, suffixes=("_old", "_new"))
    return both.sort_values(KEYS, ignore_index=True)


def _moved(both: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    last = both[both["failed_new"]].groupby("subject").tail(1)
    found = last[last["is_warned_new"] & ~last["is_warned_old"]]
    lost = last[last["is_warned_old"] & ~last["is_warned_new"]]
    return {"found": _named(found), "lost": _named(lost)}


def _named(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {"subject": str(r.subject), "as_of": str(r.as_of), "left_on": str(r.left_on_new.date())}
        for r in rows.itertuples()
    ]


def _short(report: Mapping[str, Any]) -> dict[str, Any]:
    return {key: report[key] for key in SHOWN}


def is_proven(gain: Mapping[str, Any] | None) -> bool | None:
    """True: better; False: worse; None: the interval holds zero, or nothing can be said."""
    if gain is None or None in gain["interval"] or np.isnan(gain["auc_gain"]):
        return None
    low, high = gain["interval"]
    return None if low <= 0 <= high else bool(low > 0)
