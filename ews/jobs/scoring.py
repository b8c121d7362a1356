"""Gather what was known at a moment and score it: the one path of live use, reconstruction and replay."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection

import ews
from ews.jobs.owed import duties_at
from ews.jobs.run import OFFICE_ZONE
from ews.scoring.card import Card, cards_on
from ews.scoring.explain import Explainer
from ews.scoring.features import Features, build, figures_needed
from ews.scoring.model import Assessment
from ews.scoring.remedy import Groups, remedy, remedy_text
from ews.scoring.scorecard import Scored, score
from ews.settings.load import Settings
from ews.store import events, observations
from ews.store.history import history_at

Adjust = Callable[[pd.DataFrame], pd.DataFrame]
"""What a what-if changes in the history before it is scored."""


@dataclass(frozen=True, slots=True)
class Round:
    """All subjects at one moment: features, and the sums of each card."""

    features: Features
    scored: tuple[Scored, ...]
    explainer: Explainer

    def assessments(self) -> dict[str, Assessment]:
        """Every assessment with its reasons, by subject."""
        made = [one for scored in self.scored for one in self.explainer.assessments(scored)]
        return {one.subject: one for one in sorted(made, key=lambda one: one.subject)}

    def assessment(self, subject: str) -> Assessment | None:
        """One subject's assessment, or None for a stranger or one that left."""
        found = self.row(subject)
        return self.explainer.assessments(found[0], [found[1]])[0] if found else None

    def remedy(self, subject: str) -> str:
        """What would bring a subject's level down, in Dutch; empty where nothing has to."""
        found = self.row(subject)
        if found is None:
            return ""
        way = remedy(self.features, *found, self.explainer.indicators)
        return remedy_text(way, self.explainer.indicators) if way else ""

    def with_remedies(self, made: Mapping[str, Assessment]) -> dict[str, Assessment]:
        """The same, each with what would bring its level down: worked out here, where everybody is at hand."""
        said: dict[str, str] = {}
        for scored in self.scored:
            groups: Groups = {}
            for row, at in enumerate(scored.positions):
                way = remedy(self.features, scored, row, self.explainer.indicators, groups=groups)
                if way:
                    said[str(self.features.subjects[at])] = remedy_text(way, self.explainer.indicators)
        return {name: replace(one, remedy=said.get(name, "")) for name, one in made.items()}

    def row(self, subject: str) -> tuple[Scored, int] | None:
        """The sums a subject is in, and its row there."""
        for scored in self.scored:
            rows = {str(self.features.subjects[at]): row for row, at in enumerate(scored.positions)}
            if subject in rows:
                return scored, rows[subject]
        return None


def as_it_is(frame: pd.DataFrame) -> pd.DataFrame:
    """The history unchanged."""
    return frame


def read_features(
    connection: Connection, settings: Settings, as_of: datetime, *, adjust: Adjust = as_it_is
) -> Features:
    """Features of everybody as known at `as_of`: one select for figures, one for what was seen, one for events."""
    happened = events.known_at(connection, as_of)
    return build(
        adjust(history_at(connection, as_of, figures=figures_needed(settings.indicators.values()))),
        indicators=settings.indicators,
        as_of=as_of,
        seen=observations.last_seen(connection, as_of),
        state_sources=frozenset(
            name for name, source in settings.sources.items() if source.figures == "state"
        ),
        events=happened,
        duties=duties_at(connection, settings, happened, as_of),
    )


def score_at(
    connection: Connection, settings: Settings, as_of: datetime, *, adjust: Adjust = as_it_is
) -> Round:
    """Score everybody with the cards that hold on the day of `as_of`; `adjust` makes it a what-if."""
    features = read_features(connection, settings, as_of, adjust=adjust)
    cards = cards_on(settings.scorecards, as_of.astimezone(OFFICE_ZONE).date())
    versions = {
        "scorecard": cards.valid_from.isoformat(),
        "config": settings.hash,
        "engine": ews.__version__,
    }
    return Round(
        features=features,
        scored=tuple(score(features, card, settings.indicators) for card in cards.card),
        explainer=Explainer(features, settings.indicators, versions),
    )


def cards_by_scheme(settings: Settings, as_of: datetime) -> Mapping[str, Card]:
    """The card of each identifier scheme on the day of `as_of`."""
    cards = cards_on(settings.scorecards, as_of.astimezone(OFFICE_ZONE).date()).card
    return {scheme: card for card in cards for scheme in card.schemes}


def parents_of(features: Features) -> dict[str, str]:
    """The provider of each location."""
    return {
        str(features.subjects[at]): str(features.subjects[parent])
        for at, parent in enumerate(features.relations.parent)
        if parent >= 0
    }


def concerns_of(features: Features) -> dict[str, tuple[int, str]]:
    """Concern and region of each provider that belongs to a concern: readers of one region hear of one alert."""
    relations = features.relations
    return {
        str(features.subjects[at]): (int(concern), str(relations.region[at]))
        for at, concern in enumerate(relations.concern)
        if concern >= 0 and not relations.is_location[at]
    }
