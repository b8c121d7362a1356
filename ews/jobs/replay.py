"""Would we have warned: walk through the past as it was known then, and hold it against what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ews.alerts.model import Mute
from ews.errors import RefusedError
from ews.jobs.outcomes import own_outcomes
from ews.jobs.owed import duties_at
from ews.jobs.past import Past, followed_until, read_outcomes, read_past
from ews.jobs.replay_model import by_model, model_report
from ews.jobs.run import Context, end_of_day
from ews.notify.words import LEVEL
from ews.scoring.backtest import FAILURES, Backtest, false_alarms_by_name, missed_by_name, sum_up
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
from ews.scoring.owed import Duties
from ews.scoring.own import naive_of_own
from ews.scoring.population import members, of_providers
from ews.scoring.scorecard import Scored, score
from ews.settings.load import Settings
from ews.signals.model import Event
from ews.store import events, mutes
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
    """A file of exits; None: what the office's own record says became of its providers."""
    engine: str
    """One of ENGINES."""
    unit: str
    """One of UNITS."""


@dataclass(frozen=True, slots=True)
class Walked:
    """Every subject at every date that can be judged: what the rules said of it and what became of it."""

    rows: pd.DataFrame
    """Columns as `scoring.backtest` asks for."""
    not_judged: tuple[date, ...]
    model: dict[str, Any] | None
    """What the models of the walk were made of; None for a scorecard."""


def replay(context: Context, question: Question) -> dict[str, Any]:
    """The report of a walk; see `scoring.backtest.sum_up` for its keys.

    Raises RefusedError when nothing was known, or no date was followed long enough to be judged.
    """
    settings = context.settings
    walked = walk(context, settings, question)
    plan = settings.model.replay
    report = {
        "since": str(question.since),
        "until": str(question.until),
        "unit": question.unit,
        "engine": question.engine,
        "outcomes": "file" if question.outcomes else "record",
        "horizon_months": plan.months,
        "warned_from": str(plan.warn_from),
        "warned_from_label": LEVEL[plan.warn_from],
        "not_judged": [str(day) for day in walked.not_judged],
        **sum_up(walked.rows, how_of(settings)),
        "misses": missed_by_name(walked.rows, plan.warn_from),
        "false_alarms_by_name": false_alarms_by_name(walked.rows, plan.warn_from),
        "config": settings.hash,
    }
    return report | ({"model": walked.model} if walked.model else {})


def how_of(settings: Settings) -> Backtest:
    """How this office sums a walk up."""
    plan = settings.model.replay
    naive = NAIVE | {name: name for name in plan.naive}
    return Backtest(warn_from=plan.warn_from, naive=naive, splits=SPLITS, draws=plan.draws)


def walk(context: Context, settings: Settings, question: Question) -> Walked:
    """The past by the rules of `settings`, which need not be those in force. Raises as `replay` does."""
    with reading(context.engine) as connection:
        past = read_past(connection, settings, since=question.since, until=question.until)
        happened = [events.known_at(connection, end_of_day(day)) for day in past.dates]
        duties = [
            duties_at(connection, settings, known, end_of_day(day))
            for day, known in zip(past.dates, happened, strict=True)
        ]
        muted = mutes.listed(connection)
        exits = (
            read_outcomes(question.outcomes)
            if question.outcomes
            else own_outcomes(connection, settings, context.now)
        )
    judgeable = [day for day in past.dates if _is_judgeable(settings, past, exits, day)]
    if not judgeable:
        raise RefusedError(
            f"Van geen datum tussen {question.since} en {question.until} is al bekend wat er in de "
            f"{settings.model.replay.months} maanden erna gebeurde. Kies een vroegere --until."
        )
    cube = past_cube(past, settings)
    labelled = label(cube, past, exits, settings, unit=question.unit)
    labelled = labelled[labelled["as_of"].isin(judgeable)]
    if question.engine == "model":
        return _walk_model(labelled, cube, exits, settings, past, judgeable, question)
    judged = labelled.merge(
        _by_card(past, settings, list(zip(happened, duties, strict=True)), judgeable),
        on=["subject", "as_of"],
        how="left",
    )
    rows = _silenced(_completed(judged, settings), muted, settings.model.replay.warn_from)
    return Walked(rows, tuple(day for day in past.dates if day not in judgeable), None)


def _walk_model(
    labelled: pd.DataFrame,
    cube: Cube,
    exits: Sequence[Exit],
    settings: Settings,
    past: Past,
    judgeable: Sequence[date],
    question: Question,
) -> Walked:
    chances, models = by_model(cube, exits, judgeable, settings.model, unit=question.unit)
    rows = _completed(labelled.merge(chances, on=["subject", "as_of"], how="inner"), settings)
    report = model_report(rows, rows["outcome"].isin(FAILURES), models)
    return Walked(rows, tuple(day for day in past.dates if day not in models), report)


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
        unknown = dict.fromkeys(plan.replay.naive, float("nan"))
        return locations.assign(**unknown).merge(labels, on=["subject", "as_of"])
    providers = of_providers(locations)
    providers = providers.assign(**naive_of_own(cube, plan, providers))
    derived = label_providers(labels.assign(provider=locations["provider"].to_numpy()))
    own = label_locations(providers, exits, months=plan.replay.months)
    return providers.merge(prefer_own(derived, own), on=["subject", "as_of"])


def _by_card(
    past: Past, settings: Settings, happened: list[tuple[list[Event], Duties]], dates: Sequence[date]
) -> pd.DataFrame:
    """Points, level and what lacked, of every subject at each date."""
    parts = []
    for day, (known, due) in zip(past.dates, happened, strict=True):
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
            duties=due,
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


def _completed(judged: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """With the classes that a report splits by; a subject that no card judges is unknown, not low."""
    bounds = [-np.inf, *settings.model.replay.size_bounds, np.inf]
    return judged.assign(
        score=judged["score"].fillna(0.0),
        level=judged["level"].fillna(Level.UNKNOWN.rank).astype(int),
        why=judged["why"].fillna("no_data"),
        size_class=pd.cut(judged["size"], bounds).astype(str),
        year=[day.year for day in judged["as_of"]],
    )


def _silenced(rows: pd.DataFrame, muted: Sequence[Mute], warn_from: Level) -> pd.DataFrame:
    """A warning that the office had muted reached nobody: it counts as none, with that reason."""
    quiet = pd.Series(False, index=rows.index)
    for mute in muted:
        until = min(mute.until, mute.ended_at or mute.until)
        days = [day for day in rows["as_of"].unique() if mute.from_at <= end_of_day(day) < until]
        concerned = rows["subject"].eq(mute.subject) | rows["provider"].eq(mute.subject)
        quiet |= concerned & rows["as_of"].isin(days)
    quiet &= rows["level"] >= warn_from.rank
    return rows.assign(level=rows["level"].mask(quiet, Level.LOW.rank), why=rows["why"].mask(quiet, "muted"))
