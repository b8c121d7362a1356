"""Which groups of features, how much shrinkage and how many trees: chosen on rows that were known then, by rule.

Every choice is held against providers that a fold did not see, by log-loss after a sigmoid, among those of one date.
Nothing of later years comes in, so that what is measured on them is a test.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import product
from typing import TypeVar

import numpy as np
import pandas as pd

from ews.scoring.calibration import log_losses, sigmoid
from ews.scoring.hazard import Part, fit_boosting_part, fit_logistic_part, unseen_scores
from ews.scoring.person_periods import Rows, within_dates
from ews.scoring.plan import WORST, Choice, Knobs, SelectionPlan
from ews.scoring.shapes import Floats

T = TypeVar("T")
CLEARLY = 3.0
"""Standard errors: the best of a dozen groups to leave out is two better by chance alone."""


@dataclass(frozen=True, slots=True)
class Step:
    """One choice that was made: what was tried, and its log-loss per row on unseen providers."""

    what: str
    tried: tuple[tuple[str, float], ...]
    taken: str


@dataclass(frozen=True, slots=True)
class Selected:
    """What came out, and every step that led to it."""

    choice: Choice
    steps: tuple[Step, ...]


def matching(names: Sequence[str], patterns: Sequence[str]) -> list[str]:
    """The features that any of the patterns names, in their own order; a provider's worst goes with the rest."""
    return [
        name for name in names if any(fnmatchcase(name.removesuffix(WORST), wanted) for wanted in patterns)
    ]


def features_of_groups(
    names: Sequence[str], groups: Mapping[str, Sequence[str]], wanted: Sequence[str]
) -> list[str]:
    """The features of the wanted groups."""
    return matching(names, [pattern for group in wanted for pattern in groups[group]])


class _Trial:
    """The rows of one selection, and the log-loss of whatever is tried on them."""

    def __init__(self, rows: Rows, plan: SelectionPlan, knobs: Knobs, signs: Mapping[str, int]) -> None:
        self.step = -(-len(rows.failed) // plan.rows_at_most)
        rows, knobs = thinned(rows, self.step), replace(knobs, folds=plan.folds)
        self.failed, self.weights = within_dates(rows)
        self.varying = rows.features.loc[:, rows.features.nunique() > 1].astype(np.float64)
        self.rows, self.knobs, self.signs = rows, knobs, signs

    def unseen(self, fit_part: Part, columns: Sequence[str], knobs: Knobs) -> Floats:
        """Shrinkage and leaves are counted in rows, so with one row in `step` they are that much smaller."""
        knobs = replace(
            knobs, penalty=knobs.penalty / self.step, leaf_rows=max(knobs.leaf_rows // self.step, 20)
        )
        return unseen_scores(self.varying[list(columns)], self.rows, knobs, self.signs, fit_part)

    def loss(self, scores: Floats) -> float:
        """Mean log-loss per followed year after a sigmoid."""
        return float(self._losses(scores).sum() / self.weights.sum())

    def is_clearly_better(self, one: Floats, other: Floats) -> bool:
        """The loss is lower by more than CLEARLY times the error that drawing providers gives."""
        gain = np.bincount(self.rows.groups, self._losses(other) - self._losses(one))
        return float(gain.sum()) > CLEARLY * float(np.sqrt(np.sum((gain - gain.mean()) ** 2)))

    def _losses(self, scores: Floats) -> Floats:
        if not np.ptp(scores):
            scores = np.zeros(len(scores))
        return log_losses(scores, self.failed, self.weights, sigmoid(scores, self.failed, self.weights))


def select(
    rows: Rows, plan: SelectionPlan, knobs: Knobs, signs: Mapping[str, int], *, choice: Choice
) -> Selected:
    """Choose groups (all but what harms, by the logistic half), then shrinkage, then trees, then the mix of the two.

    `choice` says for which unit and until when; the rest of it is overwritten.
    """
    trial = _Trial(rows, plan, knobs, signs)
    columns = list(trial.varying.columns)
    groups, steps = _groups(trial, plan, columns)
    names = features_of_groups(columns, plan.groups, groups)
    penalty, logistic, shrunk = _penalty(trial, plan, names)
    (iterations, leaf_rows), boosted, grown = _trees(trial, plan, names)
    share, mixed = _share(trial, plan, logistic, boosted)
    chosen = replace(
        choice, groups=tuple(groups), penalty=penalty, iterations=iterations, leaf_rows=leaf_rows, share=share
    )
    return Selected(chosen, (*steps, shrunk, grown, mixed))


def thinned(rows: Rows, step: int) -> Rows:
    """Every second, third, … date, newest first: a subject is much the same from one quarter to the next."""
    dates, place = np.unique(rows.followable, return_inverse=True)
    kept = place % step == 0 if step < len(dates) else place == 0
    return Rows(
        features=rows.features[kept].reset_index(drop=True),
        failed=rows.failed[kept],
        months=rows.months[kept],
        groups=np.unique(rows.groups[kept], return_inverse=True)[1],
        followable=rows.followable[kept],
    )


def _groups(trial: _Trial, plan: SelectionPlan, columns: Sequence[str]) -> tuple[list[str], list[Step]]:
    """All groups, less those without which unseen providers are told apart clearly better.

    Taking the best group each time, until none helps, finds what fits these providers by chance: shrinkage already
    makes a group that tells nothing weigh nothing.
    """
    knobs = replace(trial.knobs, penalty=plan.penalties[len(plan.penalties) // 2])

    def unseen(groups: Sequence[str]) -> Floats:
        return trial.unseen(fit_logistic_part, features_of_groups(columns, plan.groups, groups), knobs)

    taken = [group for group in plan.groups if features_of_groups(columns, plan.groups, [group])]
    scores, steps = unseen(taken), list[Step]()
    while len(taken) > 1:
        tried = {group: unseen([one for one in taken if one != group]) for group in sorted(taken)}
        losses = {group: trial.loss(without) for group, without in tried.items()}
        group = min(losses, key=lambda name: losses[name])
        is_better = trial.is_clearly_better(tried[group], scores)
        steps.append(Step("groep eraf", _told(losses), group if is_better else "geen"))
        if not is_better:
            break
        taken, scores = [one for one in taken if one != group], tried[group]
    return taken, steps


def _penalty(trial: _Trial, plan: SelectionPlan, names: Sequence[str]) -> tuple[float, Floats, Step]:
    scores = {
        penalty: trial.unseen(fit_logistic_part, names, replace(trial.knobs, penalty=penalty))
        for penalty in plan.penalties
    }
    best, step = _lowest("krimp", scores, trial.loss)
    return best, scores[best], step


def _trees(trial: _Trial, plan: SelectionPlan, names: Sequence[str]) -> tuple[tuple[int, int], Floats, Step]:
    scores = {
        (iterations, leaf_rows): trial.unseen(
            fit_boosting_part, names, replace(trial.knobs, iterations=iterations, leaf_rows=leaf_rows)
        )
        for iterations, leaf_rows in product(plan.iterations, plan.leaf_rows)
    }
    best, step = _lowest("bomen (aantal, rijen per blad)", scores, trial.loss)
    return best, scores[best], step


def _share(trial: _Trial, plan: SelectionPlan, logistic: Floats, boosted: Floats) -> tuple[float, Step]:
    scores = {share: (1 - share) * logistic + share * boosted for share in plan.shares}
    return _lowest("aandeel bomen", scores, trial.loss)


def _lowest(what: str, scores: Mapping[T, Floats], loss: Callable[[Floats], float]) -> tuple[T, Step]:
    tried = {key: loss(value) for key, value in scores.items()}
    best = min(tried, key=lambda key: tried[key])
    return best, Step(what, _told(tried), str(best))


def _told(tried: Mapping[T, float]) -> tuple[tuple[str, float], ...]:
    return tuple((str(key), round(value, 6)) for key, value in tried.items())


def chosen_columns(features: pd.DataFrame, plan: SelectionPlan, choice: Choice) -> pd.DataFrame:
    """The features of a choice; all of them where it names no groups."""
    if not choice.groups:
        return features
    return features[features_of_groups(list(features.columns), plan.groups, choice.groups)]
