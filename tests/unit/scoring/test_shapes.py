import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from ews.scoring.shapes import Shape, add, average, contributions, shapes_of_boosting

STEP = Shape("cijfer", edges=(2.0, 3.0), values=(0.9, 0.4, -0.2), missing=0.1)
LINE = Shape("cijfer", edges=(), values=(0.0,), missing=-0.3, slope=0.5, low=1.0, high=4.0)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        pytest.param(2.0, 0.9, id="an edge belongs to the step below it"),
        pytest.param(2.5, 0.4, id="between two edges"),
        pytest.param(9.0, -0.2, id="above the last edge"),
        pytest.param(np.nan, 0.1, id="missing has a value of its own"),
    ],
)
def test_a_step_curve(x, expected):
    assert STEP.at(np.array([x])).tolist() == [expected]


def test_a_line_stops_at_its_ends():
    assert LINE.at(np.array([0.0, 1.0, 3.0, 9.0, np.nan])).tolist() == [0.5, 0.5, 1.5, 2.0, -0.3]


def test_the_sum_of_two_curves_is_the_curve_of_the_sum():
    x = np.array([0.0, 1.5, 2.0, 2.5, 3.0, 3.5, 7.0, np.nan])
    assert add(STEP, LINE).at(x) == pytest.approx(STEP.at(x) + LINE.at(x))


def test_an_average_keeps_what_only_one_model_knows():
    mixed = average([{"cijfer": STEP}, {"leeftijd": Shape("leeftijd", (), (1.0,), 0.0)}], [0.25, 0.75])
    assert mixed["cijfer"].missing == 0.025
    assert mixed["leeftijd"].values == (0.75,)


@pytest.fixture(scope="module")
def boosted() -> tuple[HistGradientBoostingClassifier, pd.DataFrame]:
    rng = np.random.default_rng(5)
    x = pd.DataFrame(rng.normal(size=(2000, 4)), columns=list("abcd"))
    x = x.mask(rng.random(x.shape) < 0.1)
    y = rng.random(2000) < 1 / (1 + np.exp(2 - x["a"].fillna(1) + np.sin(x["b"].fillna(0))))
    model = HistGradientBoostingClassifier(
        max_iter=40, interaction_cst="no_interactions", early_stopping=False, random_state=0
    )
    return model.fit(x, y), x


def test_contributions_sum_exactly_to_the_boosted_score(boosted):
    model, x = boosted
    shapes = shapes_of_boosting(model, list(x.columns))
    summed = contributions(tuple(shapes.values()), x).sum(axis=1) + model._baseline_prediction.item()
    assert np.abs(summed - model.decision_function(x)).max() < 1e-12


def test_a_split_of_known_from_missing_leaves_no_edge_that_cannot_be_written_down():
    x = pd.DataFrame({"a": [1.0] * 200 + [np.nan] * 200})
    y = np.array([False] * 190 + [True] * 10 + [True] * 150 + [False] * 50)
    model = HistGradientBoostingClassifier(max_iter=5, early_stopping=False, random_state=0).fit(x, y)
    (shape,) = shapes_of_boosting(model, ["a"]).values()
    assert (shape.edges, len(shape.values)) == ((), 1)
    scored = shape.at(np.array([1.0, np.nan])) + model._baseline_prediction.item()
    assert scored == pytest.approx(model.decision_function(pd.DataFrame({"a": [1.0, np.nan]})), abs=1e-12)


def test_a_model_with_interactions_has_no_exact_contributions():
    rng = np.random.default_rng(5)
    x = pd.DataFrame(rng.normal(size=(500, 2)), columns=["a", "b"])
    model = HistGradientBoostingClassifier(max_iter=5, random_state=0).fit(x, x["a"] * x["b"] > 0)
    with pytest.raises(ValueError, match="more than one feature"):
        shapes_of_boosting(model, ["a", "b"])
