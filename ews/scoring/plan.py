"""config/model.toml: what the model looks at, how it is fitted, and how a replay is summed up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from ews.scoring.attention import AttentionPlan
from ews.scoring.drift import WatchPlan
from ews.scoring.model import Level
from ews.scoring.standing import ShadowPlan

FORBID: dict[str, str] = {"extra": "forbid"}
WORST = ":slechtste"
"""Ends the name of a feature that is the worst of a provider's locations."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of the figures that say who belongs to whom and who is active."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    provider: str
    status: str
    active: str
    """The word of `status` of a subject that runs."""
    sector: str
    region: str
    place: str
    size: str
    grade: str


@dataclass(frozen=True, slots=True)
class PanelPlan:
    """What is made of which figure."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    roles: Roles
    months_back: tuple[int, ...]
    """Changes are taken over these terms."""
    log: tuple[str, ...]
    """Sizes: a change of one in ten means more than a change of one in a thousand."""
    merged: Mapping[str, tuple[str, ...]]
    """A figure that goes by several names over the years: the first that is known."""
    ratios: tuple[tuple[str, str], ...]
    """Figures divided by another: staff per place."""
    kinds: tuple[str, ...]
    """Text figures of few words: one feature per word."""
    identities: tuple[str, ...]
    """Text figures of which only change and sharing matter: the manager, the name."""
    changing: tuple[str, ...]
    """Numbers whose changes are followed."""
    levels: tuple[str, ...]
    """Numbers that are looked at as they stand."""
    yearly: tuple[str, ...]
    """Figures and short answers per year: the current one and the two before."""
    dates: tuple[str, ...]
    """Dates of which the time since counts."""
    own: tuple[str, ...]
    """Figures per period that a provider states of itself."""
    own_ratios: tuple[tuple[str, str], ...]
    """The same, one divided by another of the same period."""
    word_rows: int
    """A word that fewer cells hold gets no feature of its own."""
    keep: tuple[str, ...]
    """Names of the features that the model gets, `*` for any; few and known beats many."""

    def figures(self) -> frozenset[str]:
        """Names of all raw figures that are looked at, for the select and the cube."""
        roles = self.roles
        told = {
            roles.provider,
            roles.status,
            roles.sector,
            roles.region,
            roles.place,
            roles.size,
            roles.grade,
        }
        parts = {part for names in self.merged.values() for part in names}
        pairs = {name for pair in self.ratios for name in pair}
        listed = {
            *self.own,
            *(name for pair in self.own_ratios for name in pair),
            *self.log,
            *self.kinds,
            *self.identities,
            *self.changing,
            *self.levels,
            *self.yearly,
            *self.dates,
        }
        return frozenset(told | parts | pairs | listed)


@dataclass(frozen=True, slots=True)
class Knobs:
    """How to fit."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    penalty: float
    learning_rate: float
    iterations: int
    leaves: int
    leaf_rows: int
    l2: float
    feature_share: float
    folds: int
    share: float
    """Of boosting; the rest is logistic."""
    minimum_events: int
    base_rate_months: float
    """The base rate is that of rows followed for at most so long, when they hold failures enough."""
    prior_events: float
    """How many failures the model's own base rate is worth beside those of the last year that is known."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class SelectionPlan:
    """What there is to choose from, by rule, on rows that were known at a cut."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    folds: int
    rows_at_most: int
    """With more rows only every second, third, … date is looked at."""
    groups: Mapping[str, tuple[str, ...]]
    """Patterns of features that come or stay away together."""
    penalties: tuple[float, ...]
    iterations: tuple[int, ...]
    leaf_rows: tuple[int, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a selection gave, for models made on or after the day it was known until."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    unit: str
    known_until: date
    groups: tuple[str, ...]
    penalty: float
    iterations: int
    leaf_rows: int
    share: float


@dataclass(frozen=True, slots=True)
class TablePlan:
    """How a plain table of accounts is fitted."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    paired: int
    """So many of the strongest figures are held against each other as ratios."""
    learning_rate: float
    iterations: int
    leaves: int
    leaf_rows: int
    l2: float
    feature_share: float
    interacting_iterations: int
    interacting_leaves: int
    folds: int
    seed: int = 0


@dataclass(frozen=True, slots=True)
class LevelShares:
    """The riskiest share of each date that a ranking by probability puts at a level or above."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    elevated: float
    high: float
    acute: float

    def ranks(self) -> tuple[tuple[int, float], ...]:
        """Rank of the level with its share, lowest level first."""
        return (
            (Level.ELEVATED.rank, self.elevated),
            (Level.HIGH.rank, self.high),
            (Level.ACUTE.rank, self.acute),
        )


@dataclass(frozen=True, slots=True)
class ReplayPlan:
    """How history is judged."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    months: int
    """Failure means: stopped within this term."""
    slack_days: int
    """Gap between two extracts: a date is judged when its term ends at most this long after the last exit."""
    draws: int
    """Bootstrap samples of providers behind each interval."""
    warn_from: Level
    naive: tuple[str, ...]
    """Features of a provider's own figures that it is also ranked by, each alone, in its known direction."""
    model_levels: LevelShares
    size_bounds: tuple[float, ...]
    """Classes of size to report apart, in places."""


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """The whole document."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    panel: PanelPlan
    fit: Knobs
    replay: ReplayPlan
    table: TablePlan
    known_after_days: int
    """An exit says what it was (closed or handed over) only so long after the subject was last seen."""
    higher_is_riskier: tuple[str, ...]
    lower_is_riskier: tuple[str, ...]
    shadow: ShadowPlan
    watch: WatchPlan
    attention: AttentionPlan
    selection: SelectionPlan
    chosen: tuple[Choice, ...]

    def signs(self) -> Mapping[str, int]:
        """Feature -> +1 or -1 where the direction is known."""
        return {name: 1 for name in self.higher_is_riskier} | {name: -1 for name in self.lower_is_riskier}

    def choice(self, *, unit: str, on: date) -> Choice:
        """The newest choice that was known on a day, or the first one: what came later has no say."""
        own = sorted((one for one in self.chosen if one.unit == unit), key=lambda one: one.known_until)
        return next((one for one in reversed(own) if one.known_until <= on), own[0])

    def knobs(self, choice: Choice) -> Knobs:
        """How to fit by a choice."""
        return replace(
            self.fit,
            penalty=choice.penalty,
            iterations=choice.iterations,
            leaf_rows=choice.leaf_rows,
            share=choice.share,
        )
