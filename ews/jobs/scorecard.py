"""Propose points from the past: walk it as known then, and hold every bin against what became of whom."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from ews.errors import RefusedError
from ews.jobs.past import Past, followed_until, read_outcomes, read_past
from ews.jobs.replay import label, past_cube
from ews.jobs.run import Context, end_of_day
from ews.scoring.card import Card, cards_on
from ews.scoring.features import build
from ews.scoring.fit import FEWEST_FAILURES, Proposal, applying, propose
from ews.scoring.outcomes import Outcome, is_judgeable
from ews.scoring.scorecard import score
from ews.signals.model import Event
from ews.store import events
from ews.store.engine import reading


def fit(
    context: Context, *, card: str, since: date, until: date, outcomes: Path, unit: str, shrinkage: float
) -> Proposal:
    """A proposal for one card; nothing is written or activated.

    Raises RefusedError for an unknown card or too few failures to learn from.
    """
    settings = context.settings
    chosen = _card(context, card, until)
    exits = read_outcomes(outcomes)
    with reading(context.engine) as connection:
        past = read_past(connection, settings, since=since, until=until)
        known = [events.known_at(connection, end_of_day(day)) for day in past.dates]
    months = settings.model.replay.months
    followed = followed_until(exits, past.seen)
    days = [
        day
        for day in past.dates
        if is_judgeable(
            day, months=months, followed_until=followed, slack_days=settings.model.replay.slack_days
        )
    ]
    labels = label(past_cube(past, settings), past, exits, settings, unit=unit)
    parts = [
        _judged(context, past, chosen, day, happened, unit)
        for day, happened in zip(past.dates, known, strict=True)
        if day in days
    ]
    if not parts:
        raise RefusedError("In deze periode is van geen enkele datum bekend wat er daarna gebeurde.")
    rows = pd.concat(parts, ignore_index=True).merge(labels, on=["subject", "as_of"])
    failed = np.array([Outcome(outcome).is_failure for outcome in rows["outcome"]])
    if failed.sum() < FEWEST_FAILURES:
        raise RefusedError(
            f"{failed.sum()} keer gestopte zorg is te weinig om van te leren (minstens {FEWEST_FAILURES})."
        )
    bins = rows[[f"line{at}" for at in range(len(chosen.lines))]].to_numpy(dtype=np.int16)
    return propose(chosen, settings.indicators, bins, failed, shrinkage=shrinkage)


def _card(context: Context, name: str, day: date) -> Card:
    cards = {card.id: card for card in cards_on(context.settings.scorecards, day).card}
    if name not in cards:
        raise RefusedError(f"Kaart '{name}' bestaat niet. Kies uit: {', '.join(cards)}.")
    return cards[name]


def _judged(
    context: Context, past: Past, card: Card, day: date, happened: Sequence[Event], unit: str
) -> pd.DataFrame:
    moment: datetime = end_of_day(day)
    features = build(
        past.timeline.at(moment),
        indicators=context.settings.indicators,
        as_of=moment,
        seen=past.seen_at(moment),
        state_sources=past.state_sources,
        events=happened,
    )
    scored = score(features, card, context.settings.indicators)
    sectors = features.relations.sector[scored.positions]
    bins = applying(card, scored.bins, kind=unit, sectors=sectors)
    frame = pd.DataFrame(bins, columns=[f"line{at}" for at in range(bins.shape[1])])
    return frame.assign(subject=features.subjects[scored.positions].to_numpy(dtype=object), as_of=day)
