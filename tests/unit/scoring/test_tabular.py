import numpy as np
import pandas as pd
import pytest

from ews.scoring.plan import TablePlan
from ews.scoring.shapes import contributions
from ews.scoring.tabular import (
    auc,
    fit_table,
    held_out_scores,
    identifiers,
    per_subject,
    score_table,
    signed_log,
    strongest,
    with_pairs,
)

PLAN = TablePlan(
    paired=3,
    learning_rate=0.1,
    iterations=60,
    leaves=4,
    leaf_rows=20,
    l2=1.0,
    feature_share=1.0,
    interacting_iterations=60,
    interacting_leaves=8,
    folds=3,
)


def accounts(size: int = 900) -> tuple[pd.DataFrame, pd.Series]:
    """Failure is debt that outgrows cash: neither figure says it alone, their ratio does."""
    rng = np.random.default_rng(4)
    scale = rng.lognormal(6, 2, size)
    cash, debt = scale * rng.lognormal(0, 0.7, size), scale * rng.lognormal(0, 0.7, size)
    failed = pd.Series(np.log(debt / cash) + rng.normal(0, 0.4, size) > 1.2)
    return pd.DataFrame({"kas": cash, "schuld": debt, "omzet": scale}), failed


def test_log_keeps_the_sign_of_a_loss():
    assert signed_log(pd.DataFrame({"winst": [-99.0, 0.0, 99.0]}))["winst"].round(3).tolist() == [
        -4.605,
        0,
        4.605,
    ]


def test_years_of_a_firm_become_one_row_with_what_was_before():
    table = pd.DataFrame(
        {
            "firma": [7, 7, 8, 8],
            "jaar": [2020, 2021, 2021, 2020],
            "kas": [1.0, 2.0, 9.0, 8.0],
            "fout": [0, 1, 0, 0],
        }
    )
    figures, labels = per_subject(table, label="fout", group="firma", time="jaar")
    assert figures[["kas", "kas:1"]].to_numpy().tolist() == [[2.0, 1.0], [9.0, 8.0]]
    assert figures["kas~1"].round(4).tolist() == [0.4055, 0.1054]  # ln 3/2, ln 10/9
    assert labels.tolist() == [True, False]
    assert "jaar" not in figures


def test_a_second_name_of_the_firm_is_no_figure():
    table = pd.DataFrame(
        {"firma": [1, 1, 2], "nummer": [10, 10, 20], "kas": [1.0, 1.0, 1.0], "jaar": [1, 2, 1]}
    )
    assert identifiers(table, "firma") == ["nummer"]


def test_a_ratio_of_two_figures_is_found_and_the_reasons_still_sum():
    figures, failed = accounts()
    model = fit_table(figures, failed.to_numpy(dtype=float), PLAN)
    scores = score_table(model, figures)
    summed = contributions(model.shapes, with_pairs(figures, model.paired)).sum(axis=1) + model.intercept
    assert np.abs(scores - summed).max() < 1e-12
    reach = {shape.feature: max(shape.values) - min(shape.values) for shape in model.shapes}
    assert max(reach, key=lambda name: reach[name]) in {"kas : schuld", "schuld : kas"}


def test_held_out_ranking_is_right_and_repeats_itself():
    figures, failed = accounts()
    scores, folds = held_out_scores(figures, failed, PLAN, folds=3, interactions=False)
    assert len(folds) == 3
    assert min(folds) > 0.9
    assert (held_out_scores(figures, failed, PLAN, folds=3, interactions=False)[0] == scores).all()


def test_interactions_are_measured_on_the_same_folds():
    figures, failed = accounts()
    assert min(held_out_scores(figures, failed, PLAN, folds=3, interactions=True)[1]) > 0.85


def test_strongest_are_of_the_last_period_only():
    figures, failed = accounts()
    figures["kas:1"] = failed.astype(float)
    assert "kas:1" not in strongest(figures, failed.to_numpy(dtype=float), 4)


def test_auc_by_hand():
    assert auc(np.array([3.0, 1.0, 2.0]), np.array([1.0, 0.0, 0.0])) == pytest.approx(1.0)
