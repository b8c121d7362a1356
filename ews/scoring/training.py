"""From features and exits to rows that a model can learn from, with nothing in them that was not known at the cut."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ews.scoring.backtest import FAILURES
from ews.scoring.hazard import Hazard, fit, probability, score
from ews.scoring.outcomes import Exit, known_exits, label_locations, label_providers
from ews.scoring.person_periods import Rows
from ews.scoring.plan import WORST, ModelPlan
from ews.scoring.selection import chosen_columns
from ews.scoring.shapes import Floats

KEYS = ["subject", "as_of", "provider", "status"]
_EVER = 1200
QUARTER = 3
_FOLLOWED_AT_LEAST = 2.0
_DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Cut:
    """The moment a model is made at, and how late the kind of an exit becomes known."""

    on: date
    delay_days: int

    @property
    def followed_until(self) -> date:
        """Of exits after this day the kind is not known yet."""
        return self.on - timedelta(days=self.delay_days)


def location_rows(features: pd.DataFrame, exits: Iterable[Exit], cut: Cut) -> Rows:
    """Rows of active locations (KEYS and features, one row per location × date before the cut)."""
    followed = _followed(features, cut)
    labels = label_locations(followed, known_exits(exits, at=cut.on, delay_days=cut.delay_days), months=_EVER)
    return _rows(followed, labels, cut)


def provider_rows(features: pd.DataFrame, members: pd.DataFrame, exits: Iterable[Exit], cut: Cut) -> Rows:
    """Rows of providers; `members` (subject, as_of, provider) are the active locations they had."""
    followed = _followed(features, cut)
    own = _followed(members, cut)
    known = known_exits(exits, at=cut.on, delay_days=cut.delay_days)
    located = label_locations(own, known, months=_EVER).assign(provider=own["provider"].to_numpy())
    labels = followed[["subject", "as_of"]].merge(
        label_providers(located), on=["subject", "as_of"], how="left"
    )
    return _rows(followed, labels, cut)


def _followed(rows: pd.DataFrame, cut: Cut) -> pd.DataFrame:
    """Those seen long enough before the cut to have told anything."""
    until = cut.followed_until - timedelta(days=_FOLLOWED_AT_LEAST * _DAYS_PER_MONTH)
    return rows[[day <= until for day in rows["as_of"]]].reset_index(drop=True)


def _rows(features: pd.DataFrame, labels: pd.DataFrame, cut: Cut) -> Rows:
    as_of = pd.to_datetime(features["as_of"])
    followed = pd.Series(pd.Timestamp(cut.followed_until), index=as_of.index)
    left = pd.to_datetime(labels["left_on"]).set_axis(as_of.index)
    end = left.fillna(followed)
    return Rows(
        features=features.drop(columns=[name for name in KEYS if name in features.columns]),
        failed=labels["outcome"].isin(FAILURES).to_numpy(dtype=bool),
        months=np.maximum(calendar_months(as_of, end), 0.0) + _spread(as_of, left),
        groups=np.asarray(pd.factorize(features["provider"], sort=True)[0], dtype=np.int64),
        followable=calendar_months(as_of, followed),
    )


def _spread(as_of: pd.Series, left: pd.Series) -> Floats:
    """Months to add so that who left between two extracts far apart did not all leave in the first quarter after.

    Who was last seen before a gap of a year left somewhere in it: evenly over its quarters, in the order of the rows.
    """
    dates = np.sort(as_of.unique())
    after = np.searchsorted(dates, left.to_numpy(), side="right")
    begin = pd.Series(dates[np.maximum(after - 1, 0)])
    # a day between two extracts was told by somebody, and stands
    has_next = (left.to_numpy() == begin.to_numpy()) & (after < len(dates))
    following = pd.Series(dates[np.minimum(after, len(dates) - 1)])
    quarters = np.where(has_next, np.round(calendar_months(begin, following) / QUARTER), 1).clip(1)
    turn: Floats = QUARTER * (np.arange(len(as_of)) % quarters)
    return turn


def calendar_months(begin: pd.Series, end: pd.Series) -> Floats:
    """Months between days as a calendar counts them: from the last of March to the last of June is three.

    Registers come on the last day of a quarter. In months of 30.4 days who was last seen a year later would have
    stopped within the year, which no label says: it left after that.
    """
    months = (end.dt.year - begin.dt.year) * 12 + end.dt.month - begin.dt.month
    counted: Floats = (months + (_day(end) - _day(begin)) / 30).to_numpy(dtype=np.float64)
    return counted


def _day(days: pd.Series) -> pd.Series:
    """Day of a month of thirty, the last day of any month being the thirtieth."""
    return days.dt.day.clip(upper=30).where(~days.dt.is_month_end, 30)


def provider_features(locations: pd.DataFrame, worst: dict[str, int]) -> pd.DataFrame:
    """Features of providers: mean over their active locations, and the worst of what has a known sign."""
    names = [name for name in locations.columns if name not in KEYS]
    grouped = locations.groupby(["provider", "as_of"], sort=True)
    means = grouped[names].mean()
    extremes = {
        f"{name}{WORST}": grouped[name].max() if sign > 0 else grouped[name].min()
        for name, sign in sorted(worst.items())
        if name in names
    }
    counted = {"locaties": np.log(grouped.size())}
    table = pd.concat([means, pd.DataFrame({**extremes, **counted})], axis=1).reset_index()
    return table.assign(subject=table["provider"], status="")


def provider_signs(signs: dict[str, int]) -> dict[str, int]:
    """Known directions of the provider's features: those of the means and of the worst."""
    return signs | {f"{name}{WORST}": sign for name, sign in signs.items()}


def fit_as_of(
    rows: Rows,
    plan: ModelPlan,
    *,
    unit: str,
    on: date,
    signs: dict[str, int],
    today: pd.DataFrame | None = None,
) -> Hazard:
    """Fit by the newest choice of settings that was known on a day; `today` are those it will speak of."""
    choice = plan.choice(unit=unit, on=on)
    chosen = replace(rows, features=chosen_columns(rows.features, plan.selection, choice))
    return fit(chosen, plan.knobs(choice), signs, today=today)


def walk_model(
    features: pd.DataFrame, rows_until: dict[date, Rows], plan: ModelPlan, *, unit: str, signs: dict[str, int]
) -> tuple[pd.DataFrame, dict[date, Hazard]]:
    """Per date, the chance that a model fitted at that date gives: subject, as_of, probability."""
    parts, models = [], {}
    for day, rows in sorted(rows_until.items()):
        now = features[features["as_of"] == day]
        model = models[day] = fit_as_of(rows, plan, unit=unit, on=day, signs=signs, today=now)
        chance = probability(model, score(model, now), months=plan.replay.months)
        parts.append(now[["subject", "as_of"]].assign(probability=chance))
    return pd.concat(parts, ignore_index=True), models
