"""The additive models beside peers on the same features: AUC, AP, recall at 5 %, Brier, with intervals.

    python -m pip install --group bench
    python benchmarks/scoring.py --site SITE --data ../shared/data [--only location provider downgrade polish american]

SITE is a site in which the extracts of ../shared/data/scotland/datastore were ingested. Rolling origin: each
test year once, with what was known then. Settings of every model are chosen on the training rows of the first
test year, by log-loss on a third of the providers, and kept.
"""

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from ews.jobs.past import read_outcomes, read_past
from ews.jobs.replay import past_cube
from ews.jobs.replay_model import features_of, rows_known, signs_of
from ews.jobs.run import open_site
from ews.jobs.tables import TableQuestion, subjects
from ews.scoring.evaluation import Ranking, bootstrap_weights, fill_missing, interval
from ews.scoring.hazard import Rows, fit, probability, score
from ews.scoring.outcomes import Exit, Outcome, label_locations
from ews.scoring.population import members, of_providers
from ews.scoring.tabular import fit_table, folds_of, interacting_scores, score_table
from ews.scoring.training import Cut
from ews.store.engine import reading

warnings.filterwarnings("ignore")
Fitted = Callable[[pd.DataFrame], np.ndarray]
FAILED = {Outcome.CLOSED, Outcome.INSOLVENT}
DRAWS = 200


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
        random_seed=0, allow_writing_files=False,
    ).fit(x.to_numpy(), y, sample_weight=w)  # fmt: skip
    return lambda z: model.predict_proba(z.to_numpy())[:, 1]


def forest(x: pd.DataFrame, y: np.ndarray, w: np.ndarray, leaf: int) -> Fitted:
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(150, min_samples_leaf=leaf, n_jobs=1, random_state=0)
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


def tuned(make: Callable[..., Fitted], settings: tuple[int, ...], rows: tuple[Any, ...]) -> int:
    """The setting with the lowest log-loss on a third of the providers."""
    if len(settings) == 1:
        return settings[0]
    x, y, w, groups = rows
    held = np.random.default_rng(1).random(groups.max() + 1)[groups] < 1 / 3
    losses = {}
    for setting in settings:
        p = np.clip(make(x[~held], y[~held], w[~held], setting)(x[held]), 1e-6, 1 - 1e-6)
        losses[setting] = -np.sum(w[held] * (y[held] * np.log(p) + (1 - y[held]) * np.log(1 - p)))
    return min(losses, key=lambda setting: losses[setting])


def table(
    name: str, scored: dict[str, list[np.ndarray]], truth: list[np.ndarray], groups: np.ndarray
) -> list[dict[str, Any]]:
    """One line per model over all test years together, each year ranked within itself."""
    failed = np.concatenate(truth)
    dates = np.concatenate([np.full(len(part), place) for place, part in enumerate(truth)])
    draws = bootstrap_weights(groups, draws=DRAWS, seed=0)
    lines = []
    for model, parts in scored.items():
        scores = fill_missing(np.concatenate(parts), dates)
        ranking = Ranking(scores, failed, dates)
        auc = interval(ranking.auc, len(failed), draws)
        recall = interval(lambda weights, r=ranking: r.budget(weights, 0.05).recall, len(failed), draws)
        years = [
            Ranking(
                fill_missing(part, np.zeros(len(part), int)), failed[dates == place], np.zeros(len(part), int)
            ).auc(np.ones(len(part)))
            for place, part in enumerate(parts)
        ]
        p = scores if scores.min() >= 0 and scores.max() <= 1 else None
        rate = failed.mean()
        lines.append(
            {
                "task": name, "model": model, "rows": len(failed), "events": int(failed.sum()),
                "auc": auc.value, "auc_low": auc.low, "auc_high": auc.high, "auc_years": [round(v, 3) for v in years],
                "average_precision": ranking.average_precision(np.ones(len(failed))),
                "recall_at_5": recall.value, "recall_low": recall.low, "recall_high": recall.high,
                "brier_skill": None if p is None else 1 - np.mean((p - failed) ** 2) / (rate * (1 - rate)),
            }
        )  # fmt: skip
    return lines


def show(lines: list[dict[str, Any]]) -> None:
    for line in lines:
        skill = "" if line["brier_skill"] is None else f"{line['brier_skill']:+.4f}"
        print(
            f"| {line['task']} | {line['model']} | {line['auc']:.3f} ({line['auc_low']:.3f}–{line['auc_high']:.3f}) | "
            f"{line['average_precision']:.3f} | {line['recall_at_5']:.3f} ({line['recall_low']:.3f}–{line['recall_high']:.3f}) | "
            f"{skill} | {' '.join(f'{v:.3f}' for v in line['auc_years'])} |",
            flush=True,
        )


def scotland(site: Path, outcomes: Path, task: str) -> list[dict[str, Any]]:
    context = open_site(site)
    plan, unit = context.settings.model, "provider" if task == "provider" else "location"
    with reading(context.engine) as connection:
        # a downgrade is seen in the extracts themselves, so its last test year needs a year more of them
        until = date(2022, 3, 31) if task == "downgrade" else date(2021, 3, 31)
        past = read_past(connection, context.settings, since=date(2016, 1, 1), until=until)
    cube, exits = past_cube(past, context.settings), read_outcomes(outcomes)
    features, located = features_of(cube, plan, unit=unit)
    features = features[[day <= date(2021, 3, 31) for day in features["as_of"]]].reset_index(drop=True)
    population = members(cube, plan.panel.roles, dates=cube.dates)
    naive = (of_providers(population) if unit == "provider" else population).set_index(["subject", "as_of"])
    if task == "downgrade":
        exits = downgrades(cube, plan)
        with_grade = features["laagste_cijfer"] > 2
        features = features[with_grade].reset_index(drop=True)
    signs, chosen = signs_of(plan, unit=unit), {}
    scored: dict[str, list[np.ndarray]] = {}
    truth, groups = [], []
    for year in (2018, 2019, 2020, 2021):
        origin = max(day for day in cube.dates if day <= date(year, 3, 31))
        delay = 0 if task == "downgrade" else plan.known_after_days
        rows = rows_known(features, located, exits, Cut(origin, delay), unit=unit)
        now = features[features["as_of"] == origin].reset_index(drop=True)
        y = truth_of(now, located, exits, unit=unit)
        truth.append(y)
        groups.append(now["provider"].to_numpy())
        started = time.perf_counter()
        model = fit(rows, plan.fit, signs)
        scored.setdefault("ews", []).append(probability(model, score(model, now), months=12))
        print(
            f"# {task} {year}: ews {time.perf_counter() - started:.0f} s, {int(y.sum())} events",
            file=sys.stderr,
        )
        add_parts(scored, rows, now, plan, signs)
        add_peers(scored, rows, now, chosen)
        index = pd.MultiIndex.from_frame(now[["subject", "as_of"]])
        for peer in ("regulator_risk", "worst_grade", "fewest_locations"):
            scored.setdefault(peer, []).append(naive[peer].reindex(index).to_numpy(dtype=float))
    codes = pd.factorize(np.concatenate(groups))[0]
    return table(task, scored, truth, codes)


def add_parts(
    scored: dict[str, list[np.ndarray]], rows: Rows, now: pd.DataFrame, plan: Any, signs: dict[str, int]
) -> None:
    """The logistic half by itself: what the trees add."""
    model = fit(rows, replace(plan.fit, blends=(0.0,)), signs)
    scored.setdefault("ews, only logistic", []).append(probability(model, score(model, now), months=12))


def add_peers(
    scored: dict[str, list[np.ndarray]], rows: Rows, now: pd.DataFrame, chosen: dict[str, int]
) -> None:
    y = (rows.failed & (rows.months < 12)).astype(float)
    w = np.where(y > 0, 1.0, np.clip(rows.months, 0.1, 12) / 12)
    x = rows.features.loc[:, rows.features.nunique() > 1].astype(float)
    for name, (make, settings) in PEERS.items():
        started = time.perf_counter()
        if name not in chosen:
            chosen[name] = tuned(make, settings, (x, y, w, rows.groups))
        with threadpool_limits(1):
            p = make(x, y, w, chosen[name])(now[x.columns].astype(float))
        scored.setdefault(name, []).append(np.asarray(p, dtype=float))
        print(f"#   {name} ({chosen[name]}) {time.perf_counter() - started:.0f} s", file=sys.stderr)


def truth_of(now: pd.DataFrame, located: pd.DataFrame, exits: list[Exit], *, unit: str) -> np.ndarray:
    if unit == "location":
        return label_locations(now, exits, months=12)["outcome"].isin(FAILED).to_numpy()
    own = located[located["as_of"].isin(now["as_of"].unique())].reset_index(drop=True)
    failed = label_locations(own, exits, months=12)["outcome"].isin(FAILED)
    whole = failed.groupby(own["provider"]).all()
    return whole.reindex(now["subject"]).to_numpy(dtype=bool)


def downgrades(cube: Any, plan: Any) -> list[Exit]:
    """The first extract at which a worst grade above 2 has fallen to 1 or 2, as an exit on the extract before."""
    grade = np.where(cube.present, cube.numbers[plan.panel.roles.grade], np.nan)
    found = []
    for row, column in zip(*np.nonzero((grade[:, 1:] <= 2) & (grade[:, :-1] > 2)), strict=True):
        left = cube.dates[column + 1] - timedelta(days=1)
        found.append(Exit(str(cube.subjects[row]), left, Outcome.CLOSED))
    return sorted(found, key=lambda exit_: exit_.left_on, reverse=True)


def accounts(context: Any, name: str, question: TableQuestion) -> list[dict[str, Any]]:
    plan = context.settings.model.table
    figures, labels = subjects(question.path, question)
    failed = labels.to_numpy(dtype=float)
    if question.validation:
        unseen, truth = subjects(question.validation, question)
        splits = [((figures, failed), unseen[figures.columns], truth.to_numpy(dtype=bool))]
    else:
        splits = [
            ((figures.iloc[a], failed[a]), figures.iloc[b], failed[b] > 0)
            for a, b in folds_of(labels, folds=plan.folds, seed=plan.seed)
        ]
    scored: dict[str, list[np.ndarray]] = {}
    for (x, y), z, _ in splits:
        scored.setdefault("ews, additive", []).append(score_table(fit_table(x, y, plan), z))
        scored.setdefault("ews, with interactions", []).append(interacting_scores(x, y, z, plan))
        scored.setdefault("ews, additive, no ratios", []).append(
            score_table(fit_table(x, y, replace(plan, paired=0)), z)
        )
        for peer, (make, settings) in PEERS.items():
            kept = settings[-1] if peer != "random forest" else 3
            with threadpool_limits(1):
                scored.setdefault(peer, []).append(
                    np.asarray(make(x, y, np.ones(len(y)), kept)(z), dtype=float)
                )
    truth = [part for _, _, part in splits]
    return table(name, scored, truth, np.arange(sum(map(len, truth))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument(
        "--only", nargs="*", default=["location", "provider", "downgrade", "polish", "american"]
    )
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    lines: list[dict[str, Any]] = []
    print(
        "| task | model | AUC (95 %) | AP | recall at 5 % (95 %) | Brier skill | AUC per year or fold |\n|---|---|---|---|---|---|---|"
    )
    for task in given.only:
        if task in {"location", "provider", "downgrade"}:
            made = scotland(given.site, given.data / "scotland" / "outcomes_until_2022-03.csv", task)
        else:
            made = accounts(open_site(given.site), task, QUESTIONS[task](given.data))
        show(made)
        lines += made
    if given.json:
        given.json.write_text(json.dumps(lines, indent=1), encoding="utf-8")


QUESTIONS: dict[str, Callable[[Path], TableQuestion]] = {
    "polish": lambda data: TableQuestion(data / "polish" / "5year.arff.gz", "class", None, None, None, False),
    "american": lambda data: TableQuestion(
        data / "american" / "window3_train.csv.gz", "status", "case", "fyear",
        data / "american" / "window3_validation.csv.gz", False,
    ),
}  # fmt: skip

if __name__ == "__main__":
    main()
