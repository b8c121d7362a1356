"""Company accounts as plain tables: log figures, what they were before, and every pair as a ratio.

A ratio of two figures is where trees find their interactions; given as a feature of its own it keeps
the model a sum, so that reasons stay exact ("short-term debt against cash", with its own curve).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ews.scoring.evaluation import Floats, Ranking
from ews.scoring.plan import TablePlan
from ews.scoring.shapes import Shape, contributions, shapes_of_boosting

PERIODS = 3


@dataclass(frozen=True, slots=True)
class TableModel:
    """A fitted sum, and the figures whose pairs it looks at."""

    paired: tuple[str, ...]
    shapes: tuple[Shape, ...]
    intercept: float


def signed_log(frame: pd.DataFrame) -> pd.DataFrame:
    """Sign × log(1 + size): amounts over many orders of magnitude, losses included."""
    return np.sign(frame) * np.log1p(frame.abs())


def per_subject(
    table: pd.DataFrame, *, label: str, group: str | None, time: str | None
) -> tuple[pd.DataFrame, pd.Series]:
    """One row per subject: figures of the last period and of the ones before it (`figure:1`, `figure:2`).

    `group` and `time` name the columns of the subject and the period and are no features themselves.
    Without `time` every row is a subject of its own. Returns figures and labels on one index.
    """
    figures = [name for name in table.columns if name not in {label, group, time, *identifiers(table, group)}]
    if group is None or time is None:
        return table[figures].astype(np.float64), table[label].astype(bool)
    ordered = table.sort_values([group, time], kind="stable")
    back = ordered.groupby(group).cumcount(ascending=False)
    parts = []
    for period in range(PERIODS):
        part = ordered[back == period].set_index(group)[figures].astype(np.float64)
        parts.append(part if period == 0 else part.add_suffix(f":{period}"))
    wide = pd.concat(parts, axis=1).sort_index()
    changes = {
        f"{name}~{period}": signed_log(wide[[name]])[name]
        - signed_log(wide[[f"{name}:{period}"]])[f"{name}:{period}"]
        for name in figures
        for period in range(1, PERIODS)
        if f"{name}:{period}" in wide
    }
    labels = ordered[back == 0].set_index(group)[label].astype(bool).sort_index()
    return pd.concat([wide, pd.DataFrame(changes)], axis=1), labels


def identifiers(table: pd.DataFrame, group: str | None) -> list[str]:
    """Whole numbers that name the subject over again: one value each, another for everybody else."""
    if group is None:
        return []
    count = table[group].nunique()
    table = table[
        [name for name in table.columns if name == group or pd.api.types.is_integer_dtype(table[name])]
    ]
    pairs = {name: table[[group, name]].drop_duplicates().shape[0] for name in table.columns if name != group}
    return [name for name, found in pairs.items() if found == count and table[name].nunique() == count]


def strongest(figures: pd.DataFrame, failed: Floats, count: int) -> tuple[str, ...]:
    """The figures of the last period that tell most by themselves, by distance of AUC to a half."""
    ones, dates = np.ones(len(failed)), np.zeros(len(failed), dtype=np.int64)
    strength = {}
    for name in figures.columns:
        if ":" in name or "~" in name:
            continue
        values = figures[name].fillna(figures[name].median()).fillna(0.0).to_numpy(dtype=np.float64)
        strength[name] = abs(Ranking(values, failed > 0, dates).auc(ones) - 0.5)
    return tuple(sorted(strength, key=lambda name: (-strength[name], name))[:count])


def with_pairs(figures: pd.DataFrame, paired: Sequence[str]) -> pd.DataFrame:
    """The figures, how many are missing, and the log-ratio of each pair."""
    logs = signed_log(figures[list(paired)])
    pairs = {
        f"{one} : {other}": logs[one] - logs[other]
        for place, one in enumerate(paired)
        for other in paired[place + 1 :]
    }
    extra = pd.DataFrame({**pairs, "ontbrekende cijfers": figures.isna().sum(axis=1).astype(np.float64)})
    return pd.concat([figures, extra], axis=1)


def fit_table(figures: pd.DataFrame, failed: Floats, plan: TablePlan) -> TableModel:
    """An additive model on figures and their pairs."""
    paired = strongest(figures, failed, plan.paired)
    features = with_pairs(figures, paired)
    varying = features.loc[:, features.nunique() > 1]
    model = _boosted(varying, failed, plan, interactions=False)
    shapes = shapes_of_boosting(model, list(varying.columns))
    return TableModel(paired, tuple(shapes.values()), float(np.asarray(model._baseline_prediction).item()))


def score_table(model: TableModel, figures: pd.DataFrame) -> Floats:
    """Log-odds per row."""
    parts = contributions(model.shapes, with_pairs(figures, model.paired))
    scores: Floats = parts.to_numpy(dtype=np.float64).sum(axis=1) + model.intercept
    return scores


def interacting_scores(
    figures: pd.DataFrame, failed: Floats, unseen: pd.DataFrame, plan: TablePlan
) -> Floats:
    """The same boosting with interactions, for measuring what additivity costs; never kept."""
    paired = strongest(figures, failed, plan.paired)
    features = with_pairs(figures, paired)
    varying = [name for name in features.columns if features[name].nunique() > 1]
    model = _boosted(features[varying], failed, plan, interactions=True)
    scores: Floats = model.decision_function(with_pairs(unseen, paired)[varying])
    return scores


def _boosted(features: pd.DataFrame, failed: Floats, plan: TablePlan, *, interactions: bool):  # type: ignore[no-untyped-def]
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    model = HistGradientBoostingClassifier(
        learning_rate=plan.learning_rate,
        max_iter=plan.interacting_iterations if interactions else plan.iterations,
        max_leaf_nodes=plan.interacting_leaves if interactions else plan.leaves,
        min_samples_leaf=plan.leaf_rows,
        l2_regularization=plan.l2,
        max_features=plan.feature_share,
        interaction_cst=None if interactions else "no_interactions",
        early_stopping=False,
        random_state=plan.seed,
    )
    with threadpool_limits(1, user_api="openmp"):
        return model.fit(features, failed)


def folds_of(labels: pd.Series, *, folds: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Stratified folds over subjects: positions to learn from and positions held out."""
    from sklearn.model_selection import StratifiedKFold

    yield from StratifiedKFold(folds, shuffle=True, random_state=seed).split(labels, labels)


def held_out_scores(
    figures: pd.DataFrame, labels: pd.Series, plan: TablePlan, *, folds: int, interactions: bool
) -> tuple[Floats, list[float]]:
    """Scores of every subject by a model that did not see it, and the AUC of each fold."""
    failed = labels.to_numpy(dtype=np.float64)
    scores, found = np.zeros(len(failed)), []
    for inside, outside in folds_of(labels, folds=folds, seed=plan.seed):
        learned = figures.iloc[inside], failed[inside]
        if interactions:
            scores[outside] = interacting_scores(*learned, figures.iloc[outside], plan)
        else:
            scores[outside] = score_table(fit_table(*learned, plan), figures.iloc[outside])
        found.append(auc(scores[outside], failed[outside]))
    return scores, found


def auc(scores: Floats, failed: Floats) -> float:
    """AUC of one set of rows."""
    return Ranking(scores, failed > 0, np.zeros(len(failed), dtype=np.int64)).auc(np.ones(len(failed)))
