"""What a walk through the past adds up to: found, missed, in vain, how early, beside naive rankings.

Rows are subject × date. The frame `judged` has subject, provider, as_of (date), score, level (rank
of the level, 0 unknown to 4 acute), outcome, left_on, months (see `outcomes`), why (for a row that was
not warned) and one column per naive ranking and per way to split.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from ews.scoring.evaluation import (
    Floats,
    Interval,
    Ranking,
    bootstrap_weights,
    fill_missing,
    interval,
    lead_times,
    peers,
    proportion,
)
from ews.scoring.model import Level
from ews.scoring.outcomes import Outcome

BUDGETS = (0.01, 0.02, 0.05, 0.10)
FAILURES = [str(outcome) for outcome in Outcome if outcome.is_failure]


@dataclass(frozen=True, slots=True)
class Backtest:
    """How to sum a walk up: the level that counts as a warning, the naive peers, the splits, the bootstrap."""

    warn_from: Level
    naive: Mapping[str, str]
    """Name in the report -> column of the frame; higher is riskier, NaN is unknown."""
    splits: Mapping[str, str]
    """Name in the report (`by_sector`) -> column of the frame."""
    draws: int
    seed: int = 0


def sum_up(judged: pd.DataFrame, how: Backtest) -> dict[str, Any]:
    """All figures of a walk, with 95 % intervals over providers. Unknown figures are None."""
    rows = marked(judged, how.warn_from)
    failed = rows["failed"].to_numpy(dtype=bool)
    dates, clusters = _codes(rows["as_of"]), _codes(rows["provider"])
    ranking = Ranking(rows["score"].to_numpy(dtype=float), failed, dates)
    draws = bootstrap_weights(clusters, draws=how.draws, seed=how.seed) if len(rows) else []
    naive = {name: rows[column].to_numpy(dtype=float) for name, column in how.naive.items()}
    auc = interval(ranking.auc, len(rows), draws)
    precise = interval(ranking.average_precision, len(rows), draws)
    report = {
        **_counts(rows),
        **_shares(rows),
        "auc": auc.value,
        "average_precision": precise.value,
        "budgets": [_budget(ranking, share, rows, draws) for share in BUDGETS],
        "lead_time_months": _lead(rows),
        "naive": {name: {"auc": value} for name, value in peers(naive, failed, dates).items()},
        "beats_naive": {name: _gain(ranking, scores, rows, draws) for name, scores in naive.items()},
        "intervals": {"auc": _bounds(auc), "average_precision": _bounds(precise)},
        "levels": [_at_level(judged, level) for level in (Level.ELEVATED, Level.HIGH, Level.ACUTE)],
        "by_date": [_part(rows[rows["as_of"] == day], "as_of", str(day)) for day in _days(rows["as_of"])],
    }
    for name, column in how.splits.items():
        report[name] = [_part(part, "group", str(group)) for group, part in rows.groupby(column, sort=True)]
    cleaned: dict[str, Any] = _without_nan(report)
    return cleaned


def missed_by_name(judged: pd.DataFrame, warn_from: Level) -> list[dict[str, Any]]:
    """The failed subjects that stood unwarned at the last date before they left, with the reason."""
    rows = marked(judged, warn_from)
    last = rows[rows["failed"]].sort_values(["subject", "as_of"]).groupby("subject").tail(1)
    missed = last[~last["is_warned"]]
    return [
        {"subject": r.subject, "as_of": str(r.as_of), "left_on": str(r.left_on.date()), "why": r.why}
        for r in missed.itertuples()
    ]


def false_alarms_by_name(judged: pd.DataFrame, warn_from: Level) -> list[dict[str, Any]]:
    """The subjects that were warned for and did not stop: since when, until when, how high, how often."""
    rows = marked(judged, warn_from)
    vain = rows[rows["is_warned"] & rows["outcome"].eq(str(Outcome.NONE))]
    ranks = {level.rank: str(level) for level in Level}
    return [
        {
            "subject": str(subject),
            "first": str(part["as_of"].min()),
            "last": str(part["as_of"].max()),
            "level": ranks[int(part["level"].max())],
            "times": len(part),
        }
        for subject, part in vain.groupby("subject", sort=True)
    ]


def alerts_per_100_years(rows: pd.DataFrame) -> float:
    """New warnings per hundred years that one subject was watched; a warning that stands is one alert.

    `rows` is marked with is_warned. NaN without rows. The first date of a subject that is warned at once counts.
    """
    days = _days(rows["as_of"])
    if not days:
        return float("nan")
    between = (days[-1] - days[0]).days / (len(days) - 1) if len(days) > 1 else 365.25 / 4
    walk = rows.sort_values(["subject", "as_of"])
    before = walk.groupby("subject")["is_warned"].shift(1, fill_value=False)
    begun = int((walk["is_warned"] & ~before.astype(bool)).sum())
    return 100 * begun / (len(rows) * between / 365.25)


def marked(judged: pd.DataFrame, warn_from: Level) -> pd.DataFrame:
    """The rows with `failed` and `is_warned`."""
    return judged.assign(
        failed=judged["outcome"].isin(FAILURES),
        is_warned=judged["level"] >= warn_from.rank,
    )


def _counts(rows: pd.DataFrame) -> dict[str, int]:
    """Failures are warned or missed; what was handed over or averted is neither failure nor false alarm."""
    failed, warned = rows["failed"], rows["is_warned"]
    apart = {outcome: rows["outcome"].eq(str(outcome)) for outcome in (Outcome.HANDED_OVER, Outcome.AVERTED)}
    quiet = ~failed & ~apart[Outcome.HANDED_OVER] & ~apart[Outcome.AVERTED]
    return {
        "population": len(rows),
        "subjects": int(rows["subject"].nunique()),
        "failures": int(failed.sum()),
        "failed_subjects": int(rows.loc[failed, "subject"].nunique()),
        "handed_over": int(apart[Outcome.HANDED_OVER].sum()),
        "averted": int(apart[Outcome.AVERTED].sum()),
        "warned": int((failed & warned).sum()),
        "missed": int((failed & ~warned).sum()),
        "false_alarms": int((quiet & warned).sum()),
        "warned_handed_over": int((apart[Outcome.HANDED_OVER] & warned).sum()),
        "warned_averted": int((apart[Outcome.AVERTED] & warned).sum()),
    }


def _shares(rows: pd.DataFrame) -> dict[str, Any]:
    """Precision and recall; a subject seen on four dates is not four pieces of evidence for the interval."""
    count = _counts(rows)
    apart = float(rows["subject"].nunique() / len(rows)) if len(rows) else 1.0
    alarms = count["warned"] + count["false_alarms"]
    precision = proportion(count["warned"] * apart, alarms * apart)
    recall = proportion(count["warned"] * apart, count["failures"] * apart)
    return {
        "precision": precision.value,
        "precision_interval": _bounds(precision),
        "recall": recall.value,
        "recall_interval": _bounds(recall),
        "warned_share": float(rows["is_warned"].mean()) if len(rows) else None,
        "alerts_per_100_years": alerts_per_100_years(rows),
    }


def _budget(ranking: Ranking, share: float, rows: pd.DataFrame, draws: list[Floats]) -> dict[str, Any]:
    recall = interval(lambda weights: ranking.budget(weights, share).recall, len(rows), draws)
    precision = interval(lambda weights: ranking.budget(weights, share).precision, len(rows), draws)
    return {
        "share": share,
        "recall": recall.value,
        "precision": precision.value,
        "recall_interval": _bounds(recall),
        "precision_interval": _bounds(precision),
    }


def gain_over(rows: pd.DataFrame, column: str, how: Backtest) -> Any:
    """How much higher the AUC of `score` is than that of another column, with its 95 % interval, or None.

    `rows` has score, failed, provider, as_of and that column; both are judged on the same draws.
    """
    failed, dates = rows["failed"].to_numpy(dtype=bool), _codes(rows["as_of"])
    ranking = Ranking(rows["score"].to_numpy(dtype=float), failed, dates)
    draws = bootstrap_weights(_codes(rows["provider"]), draws=how.draws, seed=how.seed) if len(rows) else []
    return _without_nan(_gain(ranking, rows[column].to_numpy(dtype=float), rows, draws))


def _gain(ranking: Ranking, scores: Floats, rows: pd.DataFrame, draws: list[Floats]) -> Any:
    """How much higher the AUC is than a naive ranking's, on the same draws."""
    if not len(rows) or np.isnan(scores).all():
        return None
    dates = _codes(rows["as_of"])
    naive = Ranking(fill_missing(scores, dates), rows["failed"].to_numpy(dtype=bool), dates)
    gain = interval(lambda weights: ranking.auc(weights) - naive.auc(weights), len(rows), draws)
    return {"auc_gain": gain.value, "interval": _bounds(gain)}


def _lead(rows: pd.DataFrame) -> dict[str, Any]:
    walk = rows[["subject", "as_of", "is_warned"]].assign(left_on=rows["left_on"].where(rows["failed"]))
    months = lead_times(walk)
    if months.empty:
        return {"p25": None, "median": None, "p75": None, "counted": 0}
    p25, median, p75 = np.percentile(months, [25, 50, 75])
    return {"p25": float(p25), "median": float(median), "p75": float(p75), "counted": len(months)}


def _at_level(judged: pd.DataFrame, level: Level) -> dict[str, Any]:
    rows = marked(judged, level)
    count = _counts(rows)
    kept = ("warned", "missed", "false_alarms")
    return {
        "level": str(level),
        **{key: count[key] for key in kept},
        **_shares(rows),
        "lead_time_months": _lead(rows),
    }


def _part(rows: pd.DataFrame, key: str, name: str) -> dict[str, Any]:
    ranking = Ranking(
        rows["score"].to_numpy(dtype=float), rows["failed"].to_numpy(dtype=bool), _codes(rows["as_of"])
    )
    ones = np.ones(len(rows))
    return {
        key: name,
        **_counts(rows),
        "auc": ranking.auc(ones),
        "average_precision": ranking.average_precision(ones),
        "recall_at_5": ranking.budget(ones, 0.05).recall,
    }


def _codes(values: pd.Series) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.asarray(pd.factorize(values, sort=True)[0], dtype=np.int64)


def _days(values: pd.Series) -> Sequence[date]:
    return sorted(values.unique())


def _bounds(found: Interval) -> list[float]:
    return [found.low, found.high]


def _without_nan(value: Any) -> Any:
    """JSON knows no NaN; figures are rounded to six decimals so that the text is stable."""
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_nan(item) for item in value]
    if isinstance(value, float):
        return None if np.isnan(value) else round(float(value), 6)
    return value
