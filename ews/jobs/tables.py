"""Plain tables of accounts: read them, fit the additive model, say how well it ranks who it did not see."""

import gzip
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ews.errors import FileRefusedError
from ews.scoring.evaluation import Ranking, bootstrap_weights, interval
from ews.scoring.plan import TablePlan
from ews.scoring.tabular import (
    auc,
    fit_table,
    held_out_scores,
    interacting_scores,
    per_subject,
    score_table,
)

DRAWS = 200


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """Which table, and which columns of it are not figures."""

    path: Path
    label: str
    group: str | None
    time: str | None
    validation: Path | None
    interactions: bool


def measure_table(question: TableQuestion, plan: TablePlan) -> dict[str, Any]:
    """AUC on subjects that were not learned from: in folds, or on a later table. Nothing is stored."""
    figures, labels = subjects(question.path, question)
    if question.validation is None:
        scores, folds = held_out_scores(
            figures, labels, plan, folds=plan.folds, interactions=question.interactions
        )
        failed = labels.to_numpy(dtype=bool)
    else:
        scores, failed = _later(question, figures, labels, plan)
        folds = [auc(scores, failed.astype(np.float64))]
    ranking = Ranking(scores, failed, np.zeros(len(failed), dtype=np.int64))
    draws = bootstrap_weights(np.arange(len(failed)), draws=DRAWS, seed=plan.seed)
    pooled = interval(ranking.auc, len(failed), draws)
    return {
        "table": question.path.name,
        "subjects": len(labels),
        "failures": int(labels.sum()),
        "figures": figures.shape[1],
        "interactions": question.interactions,
        "measured_on": question.validation.name if question.validation else f"{plan.folds} folds",
        "auc": round(float(np.mean(folds)), 6),
        "auc_interval": [round(pooled.low, 6), round(pooled.high, 6)],
        "auc_folds": [round(value, 6) for value in folds],
        "average_precision": round(float(ranking.average_precision(np.ones(len(failed)))), 6),
        "recall_at_5": round(float(ranking.budget(np.ones(len(failed)), 0.05).recall), 6),
        "strongest": [] if question.interactions else _strongest(figures, labels, plan),
    }


def _later(
    question: TableQuestion, figures: pd.DataFrame, labels: pd.Series, plan: TablePlan
) -> tuple[np.ndarray, np.ndarray]:
    assert question.validation is not None
    unseen, truth = subjects(question.validation, question)
    unseen = unseen.reindex(columns=figures.columns)
    failed = labels.to_numpy(dtype=np.float64)
    if question.interactions:
        return interacting_scores(figures, failed, unseen, plan), truth.to_numpy(dtype=bool)
    return score_table(fit_table(figures, failed, plan), unseen), truth.to_numpy(dtype=bool)


def _strongest(figures: pd.DataFrame, labels: pd.Series, plan: TablePlan, *, shown: int = 10) -> list[str]:
    """The features whose curves reach furthest, of a model on all subjects."""
    model = fit_table(figures, labels.to_numpy(dtype=np.float64), plan)
    reach = {shape.feature: max(shape.values) - min(shape.values) for shape in model.shapes}
    return sorted(reach, key=lambda name: (-reach[name], name))[:shown]


def subjects(path: Path, question: TableQuestion) -> tuple[pd.DataFrame, pd.Series]:
    """Figures and labels, one row per subject. Raises FileRefusedError for columns that are not there."""
    table = read_table(path)
    named = {"--label": question.label, "--group": question.group, "--time": question.time}
    _check_columns(path, table, named)
    labels = set(table[question.label].dropna().unique())
    if not labels <= {0, 1} or table[question.label].isna().any():
        raise FileRefusedError(
            f"{path}: kolom {question.label} heeft andere waarden dan 0 en 1 ({sorted(labels)[:5]}). "
            "Geef met --label de kolom die zegt of het misging."
        )
    return per_subject(table, label=question.label, group=question.group, time=question.time)


def _check_columns(path: Path, table: pd.DataFrame, named: Mapping[str, str | None]) -> None:
    for option, column in named.items():
        if column is not None and column not in table.columns:
            raise FileRefusedError(
                f"{path}: kolom {column} ({option}) bestaat niet. Kolommen: {', '.join(table.columns[:30])}."
            )
    others = [name for name in table.columns if name not in named.values()]
    texts = [name for name in others if not pd.api.types.is_numeric_dtype(table[name])]
    if texts:
        raise FileRefusedError(f"{path}: kolom {texts[0]} bevat tekst; alleen getallen zijn cijfers.")


def read_table(path: Path) -> pd.DataFrame:
    """A CSV or ARFF table, gzipped or not; `?` and empty cells are unknown.

    Raises FileRefusedError for a file that can't be read as one.
    """
    if not path.is_file():
        raise FileRefusedError(f"De tabel {path} bestaat niet.")
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        text = content.decode("utf-8")
        if path.name.removesuffix(".gz").endswith(".arff"):
            return _read_arff(text)
        return pd.read_csv(io.StringIO(text), na_values=["?"])
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise FileRefusedError(f"{path} is niet te lezen als CSV of ARFF: {error}.") from None


def _read_arff(text: str) -> pd.DataFrame:
    lines = text.splitlines()
    starts = [place for place, line in enumerate(lines) if line.strip().lower() == "@data"]
    if not starts:
        raise ValueError("@data ontbreekt")
    names = [
        line.split()[1].strip("'\"")
        for line in lines[: starts[0]]
        if line.strip().lower().startswith("@attribute")
    ]
    body = "\n".join(lines[starts[0] + 1 :])
    return pd.read_csv(io.StringIO(body), header=None, names=names, na_values=["?"])
