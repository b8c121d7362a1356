"""The features that models look at, at one moment: the same code as training and replay, on what was known then."""

from datetime import date, datetime

import pandas as pd
from sqlalchemy import Connection

from ews.jobs.past import extract_dates, panel_figures, walk_dates
from ews.jobs.replay_model import features_of
from ews.jobs.run import OFFICE_ZONE, end_of_day
from ews.scoring.cube import build_cube
from ews.settings.load import Settings
from ews.store.timeline import seen_until, versions_until

_BEGIN = date(1990, 1, 1)


def panel_at(connection: Connection, settings: Settings, moment: datetime, *, unit: str) -> pd.DataFrame:
    """Features of every active subject as known at `moment`; no rows where no register was taken in yet."""
    plan = settings.model
    versions = versions_until(connection, moment, figures=panel_figures(settings))
    seen = seen_until(connection, moment)
    states = {name for name, source in settings.sources.items() if source.figures == "state"}
    seen = seen[seen["source"].isin(states)]
    if versions.empty or seen.empty:
        return pd.DataFrame()
    today = moment.astimezone(OFFICE_ZONE).date()
    earlier = walk_dates(extract_dates(seen), since=_BEGIN, until=today)
    dates = [*(day for day in earlier if day < today), today]
    moments = [*(end_of_day(day) for day in dates[:-1]), moment]
    wanted = versions["figure"].isin(plan.panel.figures())
    cube = build_cube(versions[wanted], seen, dates=dates, moments=moments)
    features, _ = features_of(cube, plan, unit=unit)
    return features[features["as_of"] == today].reset_index(drop=True)
