"""The additive models beside peers on the same features: AUC, AP, recall at 5 %, Brier, with intervals.

    python -m pip install --group bench
    python benchmarks/scoring.py --site SITE --data ../shared/data [--only location provider downgrade polish american]

SITE is a site in which the extracts of ../shared/data/scotland/datastore were ingested. Rolling origin: each
test year once, with what was known then. Ours are those that `ews model select` chose on what was known at each date
(config/model.toml); each peer chooses among settings of its own, on all features and on the groups that ours chose, by
log-loss on a third of the providers in the training rows of the first test year. Above 12,000 rows peers learn from every
second, third, … date; ours is shown on those rows as well.
"""

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from peers import PEERS, TABLE_PEERS, Tuned, tuned
from threadpoolctl import threadpool_limits

from ews.jobs.past import read_outcomes, read_past
from ews.jobs.replay import past_cube
from ews.jobs.replay_model import features_of, rows_known, signs_of
from ews.jobs.run import open_site
from ews.jobs.tables import TableQuestion, subjects
from ews.scoring.evaluation import Ranking, bootstrap_weights, brier, calibration, fill_missing, interval
from ews.scoring.hazard import probability, score
from ews.scoring.outcomes import Exit, Outcome, label_locations
from ews.scoring.person_periods import Rows, within_a_year
from ews.scoring.plan import Choice
from ews.scoring.population import members, of_providers
from ews.scoring.selection import features_of_groups, select, thinned
from ews.scoring.tabular import fit_table, folds_of, interacting_scores, score_table
from ews.scoring.training import Cut, fit_as_of
from ews.store.engine import reading

warnings.filterwarnings("ignore")
FAILED = {Outcome.CLOSED, Outcome.INSOLVENT}
DRAWS = 200


@dataclass
class Run:
    """All that one task gathers over its test years: scores per model, truth per horizon, providers."""

    task: str
    scored: dict[str, list[np.ndarray]] = field(default_factory=dict)
    chances: dict[int, list[np.ndarray]] = field(default_factory=dict)
    """Of our model, per horizon in months."""
    truth: dict[int, list[np.ndarray]] = field(default_factory=dict)
    groups: list[np.ndarray] = field(default_factory=list)
    chosen: dict[str, Tuned] = field(default_factory=dict)
    known: list[float] = field(default_factory=list)
    """Failures per followed year in the rows that each test year was learned from: the base rate as known then."""

    def put(self, model: str, scores: np.ndarray) -> None:
        self.scored.setdefault(model, []).append(np.asarray(scores, dtype=float))


def table(run: Run, *, months: int = 12, years: int = 99) -> list[dict[str, Any]]:
    """One line per model over the first `years` test years together, each ranked within itself."""
    truth = run.truth[months][:years]
    failed = np.concatenate(truth)
    dates = np.concatenate([np.full(len(part), place) for place, part in enumerate(truth)])
    groups = pd.factorize(np.concatenate(run.groups[:years]))[0]
    draws = bootstrap_weights(groups, draws=DRAWS, seed=0)
    rate = pd.Series(failed).groupby(dates).transform("mean").to_numpy(dtype=float)
    # what was known beforehand is the fair reference; what the year itself came to is known to nobody
    then = np.concatenate([np.full(len(part), one) for part, one in zip(truth, run.known, strict=False)])
    lines = []
    for model, parts in run.scored.items():
        given = run.chances[months] if model == "ews" and months in run.chances else parts
        scores = fill_missing(np.concatenate(given[:years]), dates)
        ranking = Ranking(scores, failed, dates)
        auc = interval(ranking.auc, len(failed), draws)
        recall = interval(lambda weights, r=ranking: r.budget(weights, 0.05).recall, len(failed), draws)
        is_chance = scores.min() >= 0 and scores.max() <= 1 and months == 12 or model == "ews"
        fifths = calibration(scores, failed) if is_chance and model != "fewest_locations" else []
        lines.append(
            {
                "task": f"{run.task} {months} months", "model": model, "rows": len(failed), "events": int(failed.sum()),
                "auc": auc.value, "auc_low": auc.low, "auc_high": auc.high, "auc_years": per_year(scores, failed, dates),
                "average_precision": ranking.average_precision(np.ones(len(failed))),
                "recall_at_5": recall.value, "recall_low": recall.low, "recall_high": recall.high,
                "brier_skill_known": 1 - brier(scores, failed) / brier(then, failed) if fifths and months == 12 else None,
                "brier_skill": 1 - brier(scores, failed) / brier(rate, failed) if fifths else None,
                "fifths": [
                    {"expected": round(one.expected, 1), "observed": one.observed, "low": one.low, "high": one.high}
                    for one in fifths
                ],
            }
        )  # fmt: skip
    return lines


def per_year(scores: np.ndarray, failed: np.ndarray, dates: np.ndarray) -> list[float]:
    found = []
    for place in np.unique(dates):
        at = dates == place
        ranking = Ranking(scores[at], failed[at], np.zeros(at.sum(), int))
        found.append(round(ranking.auc(np.ones(at.sum())), 3))
    return found


def within(one: dict[str, Any]) -> bool:
    """The interval of observed over expected touches what may be."""
    return bool(one["low"] <= 1.5 and one["high"] >= 1 / 1.5)


def show(lines: list[dict[str, Any]]) -> None:
    for line in lines:
        skill, known = (
            "" if line[k] is None else f"{line[k]:+.4f}" for k in ("brier_skill", "brier_skill_known")
        )
        fifths = line.get("fifths") or []
        told = f"{sum(map(within, fifths))} of {len(fifths)}" if fifths else ""
        print(
            f"| {line['task']} ({line['events']} of {line['rows']}) | {line['model']} | "
            f"{line['auc']:.3f} ({line['auc_low']:.3f}–{line['auc_high']:.3f}) | "
            f"{line['average_precision']:.3f} | {line['recall_at_5']:.3f} ({line['recall_low']:.3f}–{line['recall_high']:.3f}) | "
            f"{known} | {skill} | {told} | {' '.join(f'{v:.3f}' for v in line['auc_years'])} |",
            flush=True,
        )
        if line["model"] == "ews" and fifths:
            told = "; ".join(f"{one['observed']} of {one['expected']} expected" for one in fifths)
            print(f"#   ews by fifths: {told}", flush=True)


def scotland(site: Path, outcomes: Path, task: str, peers: set[str], given_rows: int) -> list[dict[str, Any]]:
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
        features = features[features["laagste_cijfer"] > 2].reset_index(drop=True)
    signs, run = signs_of(plan, unit=unit), Run(task)
    for year in (2018, 2019, 2020, 2021):
        origin = max(day for day in cube.dates if day <= date(year, 3, 31))
        delay = 0 if task == "downgrade" else plan.known_after_days
        rows = rows_known(features, located, exits, Cut(origin, delay), unit=unit)
        if task == "downgrade" and year == 2018:
            made = select(
                rows, plan.selection, plan.fit, signs, choice=Choice(unit, date(1990, 1, 1), (), 0, 0, 0, 0)
            )
            plan = replace(plan, chosen=(made.choice,))
            print(f"# chosen for a downgrade on {origin}: {made.choice}", file=sys.stderr)
        now = features[features["as_of"] == origin].reset_index(drop=True)
        for months in (3, 12, 36):
            run.truth.setdefault(months, []).append(truth_of(now, located, exits, unit=unit, months=months))
        run.groups.append(now["provider"].to_numpy())
        stopped, years = within_a_year(rows)
        run.known.append(float(stopped.sum() / years.sum()))
        started = time.perf_counter()
        model = fit_as_of(rows, plan, unit=unit, on=origin, signs=signs, today=now)
        print(
            f"# {task} {year}: ews {time.perf_counter() - started:.0f} s, {len(rows.failed)} rows",
            file=sys.stderr,
        )
        scores = score(model, now)
        for months in (3, 12, 36):
            run.chances.setdefault(months, []).append(probability(model, scores, months=months))
        run.put("ews", run.chances[12][-1])
        choice = plan.choice(unit=unit, on=origin)
        short = features_of_groups(list(rows.features.columns), plan.selection.groups, choice.groups)
        step = -(-len(rows.failed) // given_rows)
        if step > 1:
            rows = thinned(rows, step)
            lighter = replace(
                choice, penalty=choice.penalty / step, leaf_rows=max(choice.leaf_rows // step, 20)
            )
            same = fit_as_of(
                rows, replace(plan, chosen=(lighter,)), unit=unit, on=origin, signs=signs, today=now
            )
            run.put("ews, on the rows of the peers", probability(same, score(same, now), months=12))
        else:
            run.put("ews, on the rows of the peers", run.chances[12][-1])
        add_peers(run, rows, now, short, peers)
        index = pd.MultiIndex.from_frame(now[["subject", "as_of"]])
        for peer in ("regulator_risk", "worst_grade", "fewest_locations"):
            run.put(peer, naive[peer].reindex(index).to_numpy(dtype=float))
    lines = table(run) + table(run, months=3) + table(run, months=36, years=2)
    refuse_a_leak(task, lines)
    return lines


def refuse_a_leak(task: str, lines: list[dict[str, Any]]) -> None:
    """Without accounts nobody ranks closures that well: look for the leak before the figure is told."""
    found = [line for line in lines if task == "location" and line["model"] == "ews" and line["auc"] > 0.80]
    if found:
        sys.exit(f"AUC {found[0]['auc']:.3f} at service level: a leak until a written hunt says otherwise")


def add_peers(run: Run, rows: Rows, now: pd.DataFrame, short: list[str], peers: set[str]) -> None:
    y = (rows.failed & (rows.months < 12)).astype(float)
    w = np.where(y > 0, 1.0, np.clip(rows.months, 0.1, 12) / 12)
    x = rows.features.loc[:, rows.features.nunique() > 1].astype(float)
    short = [name for name in short if name in x.columns]
    for name, (make, settings) in PEERS.items():
        if name not in peers:
            continue
        started = time.perf_counter()
        with threadpool_limits(1):
            if name not in run.chosen:
                run.chosen[name] = tuned(make, settings, (x, y, w, rows.groups), short)
            setting, is_short = run.chosen[name]
            z = x[short] if is_short else x
            run.put(name, make(z, y, w, setting)(now[z.columns].astype(float)))
        print(f"#   {name} {run.chosen[name]} {time.perf_counter() - started:.0f} s", file=sys.stderr)


def truth_of(
    now: pd.DataFrame, located: pd.DataFrame, exits: list[Exit], *, unit: str, months: int
) -> np.ndarray:
    if unit == "location":
        return label_locations(now, exits, months=months)["outcome"].isin(FAILED).to_numpy()
    own = located[located["as_of"].isin(now["as_of"].unique())].reset_index(drop=True)
    failed = label_locations(own, exits, months=months)["outcome"].isin(FAILED)
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


def accounts(context: Any, name: str, question: TableQuestion, peers: set[str]) -> list[dict[str, Any]]:
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
    run = Run(name)
    for (x, y), z, truth in splits:
        run.put("ews, additive", score_table(fit_table(x, y, plan), z))
        run.put("ews, with interactions", interacting_scores(x, y, z, plan))
        run.put("ews, additive, no ratios", score_table(fit_table(x, y, replace(plan, paired=0)), z))
        add_table_peers(run, (x, y), z, peers)
        run.truth.setdefault(12, []).append(truth)
        run.known.append(float(np.mean(y)))
        run.groups.append(np.arange(len(truth)) + sum(map(len, run.groups)))
    return table(run)


def add_table_peers(
    run: Run, learned: tuple[pd.DataFrame, np.ndarray], z: pd.DataFrame, peers: set[str]
) -> None:
    x, y = learned
    w, groups = np.ones(len(y)), np.arange(len(y))
    for peer, (make, settings) in TABLE_PEERS.items():
        if peer not in peers:
            continue
        with threadpool_limits(1):
            if peer not in run.chosen:
                run.chosen[peer] = tuned(make, settings, (x, y, w, groups), list(x.columns))
            run.put(peer, make(x, y, w, run.chosen[peer][0])(z))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument(
        "--only", nargs="*", default=["location", "provider", "downgrade", "polish", "american"]
    )
    parser.add_argument("--peers", nargs="*", default=sorted(PEERS))
    parser.add_argument(
        "--rows",
        type=int,
        default=12_000,
        help="peers learn from every second, third, … date above this many rows",
    )
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    lines: list[dict[str, Any]] = []
    print(
        "| task | model | AUC (95 %) | AP | recall at 5 % (95 %) | Brier skill on the rate known then | on the year's own | calibrated fifths | AUC per year or fold |\n|---|---|---|---|---|---|---|---|---|"
    )
    for task in given.only:
        if task in {"location", "provider", "downgrade"}:
            outcomes = given.data / "scotland" / "outcomes_until_2022-03.csv"
            made = scotland(given.site, outcomes, task, set(given.peers), given.rows)
        else:
            made = accounts(open_site(given.site), task, QUESTIONS[task](given.data), set(given.peers))
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
