"""A score that is a sum: per feature one curve of log-odds, with a value of its own for missing.

A curve is a step function plus a clipped line, so that boosted stumps and a winsorised logistic
regression are both exactly one, and so is their average.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shape:
    """What one feature adds: values[number of edges below x] + slope × clip(x, low, high)."""

    feature: str
    edges: tuple[float, ...]
    values: tuple[float, ...]
    """One more than there are edges."""
    missing: float
    slope: float = 0.0
    low: float = 0.0
    high: float = 0.0

    def at(self, x: Floats) -> Floats:
        """Log-odds for each value; NaN is missing."""
        known = np.nan_to_num(x)
        step = np.asarray(self.values)[np.searchsorted(self.edges, known, side="left")]
        added = step + self.slope * np.clip(known, self.low, self.high)
        return np.where(np.isnan(x), self.missing, added)

    def points(self) -> list[float]:
        """Values between which the curve is a straight line or flat: all it takes to check its direction."""
        corners = {*self.edges, self.low, self.high}
        return sorted({*corners, *(np.nextafter(edge, np.inf) for edge in self.edges)})


def contributions(shapes: Sequence[Shape], features: pd.DataFrame) -> pd.DataFrame:
    """Log-odds per row and feature; their sum and the intercept are the score, exactly."""
    return pd.DataFrame(
        {shape.feature: shape.at(features[shape.feature].to_numpy(dtype=np.float64)) for shape in shapes},
        index=features.index,
    )


def add(one: Shape, other: Shape) -> Shape:
    """The curve that is the sum of two curves of the same feature (at most one of them has a line)."""
    assert one.feature == other.feature
    assert not (one.slope and other.slope)
    line = one if one.slope else other
    edges = tuple(sorted({*one.edges, *other.edges}))
    return Shape(
        feature=one.feature,
        edges=edges,
        values=tuple(_step(one, place) + _step(other, place) for place in (*edges, np.inf)),
        missing=one.missing + other.missing,
        slope=line.slope,
        low=line.low,
        high=line.high,
    )


def scale(shape: Shape, factor: float) -> Shape:
    """The curve times a factor."""
    return Shape(
        feature=shape.feature,
        edges=shape.edges,
        values=tuple(factor * value for value in shape.values),
        missing=factor * shape.missing,
        slope=factor * shape.slope,
        low=shape.low,
        high=shape.high,
    )


def average(parts: Sequence[Mapping[str, Shape]], weights: Sequence[float]) -> dict[str, Shape]:
    """The weighted sum of models, feature by feature; a feature that a model lacks adds nothing."""
    summed: dict[str, Shape] = {}
    for part, weight in zip(parts, weights, strict=True):
        for name, shape in part.items():
            weighed = scale(shape, weight)
            summed[name] = add(summed[name], weighed) if name in summed else weighed
    return {name: summed[name] for name in sorted(summed)}


def _step(shape: Shape, place: float) -> float:
    return shape.values[int(np.searchsorted(shape.edges, place, side="left"))]


def shapes_of_boosting(model: Any, names: Sequence[str]) -> dict[str, Shape]:
    """The curves inside a HistGradientBoostingClassifier whose trees use one feature each.

    Raises ValueError when a tree uses two: then there are no exact contributions.
    """
    trees = [predictors[0].nodes for predictors in model._predictors]
    by_feature: dict[int, list[Any]] = {}
    for nodes in trees:
        used = set(nodes["feature_idx"][nodes["is_leaf"] == 0].tolist())
        if len(used) > 1:
            raise ValueError("a tree uses more than one feature")
        by_feature.setdefault(used.pop() if used else 0, []).append(nodes)
    return {names[index]: _shape_of_trees(names[index], grown) for index, grown in sorted(by_feature.items())}


def _shape_of_trees(name: str, trees: list[Any]) -> Shape:
    inner = [nodes["num_threshold"][nodes["is_leaf"] == 0] for nodes in trees]
    thresholds = np.unique(np.concatenate(inner))
    # a split of what is known from what is missing has an infinite threshold: no known value lies above it
    edges = tuple(thresholds[np.isfinite(thresholds)].tolist())
    places = (*edges, np.inf)
    return Shape(
        feature=name,
        edges=edges,
        values=tuple(float(sum(_leaf(nodes, place) for nodes in trees)) for place in places),
        missing=float(sum(_leaf(nodes, np.nan) for nodes in trees)),
    )


def _leaf(nodes: Any, x: float) -> float:
    node = nodes[0]
    while not node["is_leaf"]:
        goes_left = bool(node["missing_go_to_left"]) if np.isnan(x) else x <= node["num_threshold"]
        node = nodes[node["left"] if goes_left else node["right"]]
    return float(node["value"])
