"""Would we have warned: walk through the past as it was known then, and hold it against what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ews.errors import RefusedError
from ews.jobs.past import Past, followed_until, read_outcomes, read_past
from ews.jobs.replay_model import by_model, model_report
from ews.jobs.run import Context, end_of_day
from ews.notify.words import LEVEL
from ews.scoring.backtest import FAILURES, Backtest, missed_by_name, sum_up
from ews.scoring.card import cards_on
from ews.scoring.cube import Cube, build_cube
from ews.scoring.features import build
from ews.scoring.model import Level
from ews.scoring.outcomes import (
    Exit,
    is_judgeable,
    label_locations,
    label_providers,
    prefer_own,
)
from ews.scoring.population import members, of_providers
from ews.scoring.scorecard import Scored, score
from ews.settings.load import Settings
from ews.signals.model import Event
from ews.store import events
from ews.store.engine import reading

NAIVE = {
    "regulator_risk": "regulator_risk",
    "worst_grade": "worst_grade",
    "fewest_locations": "fewest_locations",
}
ENGINES = ("scorecard", "model")
UNITS = ("location", "provider")
SPLITS = {"by_sector": "sector", "by_size": "size_class", "by_year": "year"}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the past."""

    since: date
    until: date
    outcomes: Path | None
    engine: str
    """One of ENGINES."""
    unit: str
    """One of UNITS."""


def replay(context: Context, question: Question) -> dict[str, Any]:
    """The report of a walk; see `scoring.backtest.sum_up` for its keys.

    Raises RefusedError when nothing was known, or no date was followed long enough to be judged.
    """
    settings = context.settings
    with reading(context.engine) as connection:
        past = read_past(connection, settings, since=question.since, until=question.until)
        happened = [events.known_at(connection, end_of_day(day)) for day in past.dates]
    exits = read_outcomes(question.outcomes) if question.outcomes else []
    judgeable = [day for day in past.dates if _is_judgeable(settings, past, exits, day)]
    if not judgeable:
        raise RefusedError(
            f"Van geen datum tussen {question.since} en {question.until} is al bekend wat er in de "
            f"{settings.model.replay.months} maanden erna gebeurde. Kies een vroegere --until."
        )
    cube = past_cube(past, settings)
    labelled = label(cube, past, exits, settings, unit=question.unit)
    labelled = labelled[labelled["as_of"].isin(judgeable)]
    if question.engine == "scorecard":
        judged = labelled.merge(
            _by_card(past, settings, happened, judgeable), on=["subject", "as_of"], how="left"
        )
        return _report(judged, question, settings, past, judgeable)
    chances, models = by_model(cube, exits, judgeable, settings.model, unit=question.unit)
    judged = labelled.merge(chances, on=["subject", "as_of"], how="inner")
    failed = judged["outcome"].isin(FAILURES)
    report = _report(judged, question, settings, past, sorted(models))
    return report | {"model": model_report(judged, failed, models)}


def _is_judgeable(settings: Settings, past: Past, exits: Sequence[Exit], day: date) -> bool:
    plan = settings.model.replay
    return is_judgeable(
        day,
        months=plan.months,
        followed_until=followed_until(exits, past.seen),
        slack_days=plan.slack_days,
    )


def past_cube(past: Past, settings: Settings) -> Cube:
    """The figures that the model looks at, on the extracts before the walk and its own dates."""
    dates = [*past.earlier, *past.dates]
    figures = past.versions["figure"].isin(settings.model.panel.figures())
    return build_cube(
        past.versions[figures],
        past.seen[past.seen["source"].isin(past.state_sources)],
        dates=dates,
        moments=[end_of_day(day) for day in dates],
    )


def label(cube: Cube, past: Past, exits: Sequence[Exit], settings: Settings, *, unit: str) -> pd.DataFrame:
    """Who was there at each date, with naive rankings, and what became of them."""
    plan = settings.model
    locations = members(cube, plan.panel.roles, dates=past.dates)
    labels = label_locations(locations, exits, months=plan.replay.months)
    if unit == "location":
        return locations.merge(labels, on=["subject", "as_of"])
    providers = of_providers(locations)
    derived = label_providers(labels.assign(provider=locations["provider"].to_numpy()))
    own = label_locations(providers, exits, months=plan.replay.months)
    return providers.merge(prefer_own(derived, own), on=["subject", "as_of"])


def _by_card(
    past: Past, settings: Settings, happened: list[list[Event]], dates: Sequence[date]
) -> pd.DataFrame:
    """Points, level and what lacked, of every subject at each date."""
    parts = []
    for day, known in zip(past.dates, happened, strict=True):
        if day not in dates:
            continue
        moment = end_of_day(day)
        features = build(
            past.timeline.at(moment),
            indicators=settings.indicators,
            as_of=moment,
            seen=past.seen_at(moment),
            state_sources=past.state_sources,
            events=known,
        )
        for card in cards_on(settings.scorecards, day).card:
            parts.append(_judged(score(features, card, settings.indicators), features.subjects, day))
    return pd.concat(parts, ignore_index=True)


def _judged(scored: Scored, subjects: pd.Index, day: date) -> pd.DataFrame:
    levels = np.array([level.rank for level in scored.levels], dtype=np.int64)
    stale = scored.is_stale.any(axis=1)
    why = np.where(levels == Level.UNKNOWN.rank, "no_data", np.where(stale, "stale", "below_threshold"))
    return pd.DataFrame(
        {
            "subject": subjects[scored.positions].to_numpy(dtype=object),
            "as_of": day,
            "score": scored.total.astype(float),
            "level": levels,
            "why": why,
        }
    )


def _report(
    judged: pd.DataFrame, question: Question, settings: Settings, past: Past, judgeable: Sequence[date]
) -> dict[str, Any]:
    plan = settings.model.replay
    bounds = [-np.inf, *plan.size_bounds, np.inf]
    rows = judged.assign(
        score=judged["score"].fillna(0.0),
        level=judged["level"].fillna(Level.UNKNOWN.rank).astype(int),
        why=judged["why"].fillna("no_data"),
        size_class=pd.cut(judged["size"], bounds).astype(str),
        year=[day.year for day in judged["as_of"]],
    )
    how = Backtest(warn_from=plan.warn_from, naive=NAIVE, splits=SPLITS, draws=plan.draws)
    return {
        "since": str(question.since),
        "until": str(question.until),
        "unit": question.unit,
        "engine": question.engine,
        "horizon_months": plan.months,
        "warned_from": str(plan.warn_from),
        "warned_from_label": LEVEL[plan.warn_from],
        "not_judged": [str(day) for day in past.dates if day not in judgeable],
        **sum_up(rows, how),
        "misses": missed_by_name(rows, plan.warn_from),
        "config": settings.hash,
    }
