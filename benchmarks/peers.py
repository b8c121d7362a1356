"""The peers that benchmarks/scoring.py holds our models against, and how each gets settings of its own."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

Fitted = Callable[[pd.DataFrame], np.ndarray]


def hgb(x: pd.DataFrame, y: np.ndarray, w: np.ndarray, leaves: int) -> Fitted:
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=120,
        max_leaf_nodes=leaves,
        min_samples_leaf=60,
        l2_regularization=20,
        random_state=0,
    ).fit(x, y, sample_weight=w)
    return lambda z: model.predict_proba(z)[:, 1]


def lightgbm(x: pd.DataFrame, y: np.ndarray, w: np.ndarray, leaves: int) -> Fitted:
    import lightgbm as lgb

    model = lgb.LGBMClassifier(
        n_estimators=150, learning_rate=0.05, num_leaves=leaves, min_child_samples=60, reg_lambda=20,
        colsample_bytree=0.5, n_jobs=1, verbose=-1, random_state=0,
    ).fit(x.to_numpy(), y, sample_weight=w)  # fmt: skip
    return lambda z: model.predict_proba(z.to_numpy())[:, 1]


def catboost(x: pd.DataFrame, y: np.ndarray, w: np.ndarray, depth: int) -> Fitted:
    import catboost as cb

    model = cb.CatBoostClassifier(
        iterations=200, learning_rate=0.06, depth=depth, l2_leaf_reg=20, thread_count=1, verbose=False,
        random_seed=0, boosting_type="Plain", allow_writing_files=False,
    ).fit(x.to_numpy(), y, sample_weight=w)  # fmt: skip
    return lambda z: model.predict_proba(z.to_numpy())[:, 1]


def forest(x: pd.DataFrame, y: np.ndarray, w: np.ndarray, leaf: int) -> Fitted:
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(100, min_samples_leaf=leaf, n_jobs=1, random_state=0)
    model.fit(x.fillna(-9.0), y, sample_weight=w)
    return lambda z: model.predict_proba(z.fillna(-9.0))[:, 1]


def ebm(x: pd.DataFrame, y: np.ndarray, w: np.ndarray, interactions: int) -> Fitted:
    from interpret.glassbox import ExplainableBoostingClassifier

    model = ExplainableBoostingClassifier(
        interactions=interactions, outer_bags=1, max_rounds=300, learning_rate=0.04, n_jobs=1, random_state=0
    ).fit(x.to_numpy(), y.astype(int), sample_weight=w)
    return lambda z: model.predict_proba(z.to_numpy())[:, 1]


PEERS: dict[str, tuple[Callable[..., Fitted], tuple[int, ...]]] = {
    "hgb": (hgb, (4, 16)),
    "lightgbm": (lightgbm, (4, 16)),
    "catboost": (catboost, (4, 6)),
    "random forest": (forest, (10, 40)),
    "ebm": (ebm, (0,)),
}


def table_hgb(x: pd.DataFrame, y: np.ndarray, w: np.ndarray, iterations: int) -> Fitted:
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        learning_rate=0.06, max_iter=iterations, max_leaf_nodes=16, min_samples_leaf=15, l2_regularization=5,
        max_features=0.5, early_stopping=False, random_state=0,
    ).fit(x, y, sample_weight=w)  # fmt: skip
    return lambda z: model.predict_proba(z)[:, 1]


def table_lightgbm(x: pd.DataFrame, y: np.ndarray, w: np.ndarray, iterations: int) -> Fitted:
    import lightgbm as lgb

    model = lgb.LGBMClassifier(
        n_estimators=iterations, learning_rate=0.05, num_leaves=24, min_child_samples=15, reg_lambda=5,
        colsample_bytree=0.5, n_jobs=1, verbose=-1, random_state=0,
    ).fit(x.to_numpy(), y, sample_weight=w)  # fmt: skip
    return lambda z: model.predict_proba(z.to_numpy())[:, 1]


def table_catboost(x: pd.DataFrame, y: np.ndarray, w: np.ndarray, iterations: int) -> Fitted:
    import catboost as cb

    model = cb.CatBoostClassifier(
        iterations=iterations, learning_rate=0.06, depth=6, l2_leaf_reg=4, rsm=0.5, thread_count=1, verbose=False,
        random_seed=0, boosting_type="Plain", allow_writing_files=False,
    ).fit(x.to_numpy(), y, sample_weight=w)  # fmt: skip
    return lambda z: model.predict_proba(z.to_numpy())[:, 1]


TABLE_PEERS: dict[str, tuple[Callable[..., Fitted], tuple[int, ...]]] = {
    "hgb": (table_hgb, (150, 500)),
    "lightgbm": (table_lightgbm, (200, 600)),
    "catboost": (table_catboost, (250, 600)),
    "random forest": (forest, (2, 5, 15)),
    "ebm": (ebm, (0,)),
}
Tuned = tuple[int, bool]
"""A peer's setting, and whether it looks at the groups of features that ours chose or at all of them."""


def tuned(
    make: Callable[..., Fitted], settings: tuple[int, ...], rows: tuple[Any, ...], short: list[str]
) -> Tuned:
    """The setting and the feature table with the lowest log-loss on a third of the providers."""
    x, y, w, groups = rows
    held = np.random.default_rng(1).random(groups.max() + 1)[groups] < 1 / 3

    def loss(one: Tuned) -> float:
        z = x[short] if one[1] else x
        p = np.clip(make(z[~held], y[~held], w[~held], one[0])(z[held]), 1e-6, 1 - 1e-6)
        return -float(np.sum(w[held] * (y[held] * np.log(p) + (1 - y[held]) * np.log(1 - p))))

    losses = {(setting, False): loss((setting, False)) for setting in settings}
    best = min(losses, key=lambda one: losses[one])
    if len(short) < x.shape[1]:
        losses[best[0], True] = loss((best[0], True))
    return min(losses, key=lambda one: losses[one])
