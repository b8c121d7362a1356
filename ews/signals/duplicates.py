"""The same figure stated twice in one delivery: equal statements are one, contradictions are rejected."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ews.signals.model import Rejection, RejectionReason
from ews.signals.parsed import Kind

_CONFLICT = "Dit bestand noemt voor hetzelfde cijfer verschillende waarden. Laat één rij staan."
_MINORITY = "Andere rijen noemen voor dezelfde aanbieder een andere waarde; de meest genoemde is bewaard."
_VALUE = ["kind", "value_int", "value_real", "value_text"]


@dataclass(frozen=True, slots=True)
class Origin:
    """The column that cells came from."""

    header: str
    majority: bool
    """A fact about the provider that each of its locations repeats: the value named most is kept."""


def settle(cells: pd.DataFrame, origins: Sequence[Origin]) -> tuple[pd.DataFrame, list[Rejection]]:
    """One cell for each subject and slot, and the rejections of those that contradict each other.

    The answer does not depend on the order of the rows: no first or last one wins. A blank yields to a value.
    """
    if cells.empty:
        return cells, []
    key = cells["subject"].to_numpy() * (int(cells["slot"].max()) + 1) + cells["slot"].to_numpy()
    repeated = _repeated(key)
    if not repeated.any():
        return cells, []
    doubles = cells[repeated].assign(place=np.flatnonzero(repeated), key=key[repeated])
    doubles["blank"] = doubles["kind"] == Kind.EMPTY
    doubles["said"] = _said(doubles)
    doubles = doubles.sort_values(["key", "blank", "row", "place"])
    keep = ~repeated
    keep[doubles.drop_duplicates("key")["place"].to_numpy()] = True
    rejections: list[Rejection] = []
    for _, group in _contradictions(doubles):
        kept, refused, remedy = _judge(group, majority=origins[int(group["origin"].iloc[0])].majority)
        keep[group["place"].to_numpy()] = False
        keep[kept] = True
        rejections += [_rejection(row, origins, remedy) for row in refused.to_dict("records")]
    return cells[keep], rejections


def _repeated(key: NDArray[np.int64]) -> NDArray[np.bool_]:
    ordered = np.sort(key, kind="stable")
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    return np.isin(key, twice) if len(twice) else np.zeros(len(key), dtype=bool)


def _said(cells: pd.DataFrame) -> NDArray[np.int64]:
    """Equal values have equal numbers."""
    numbers: NDArray[np.int64] = cells.groupby(_VALUE, dropna=False, sort=False).ngroup().to_numpy()
    return numbers


def _contradictions(doubles: pd.DataFrame) -> Iterable[tuple[object, pd.DataFrame]]:
    stated = doubles[~doubles["blank"]]
    different = stated.groupby("key")["said"].nunique()
    conflicting = stated[stated["key"].isin(different.index[different > 1])]
    yield from conflicting.groupby("key", sort=False)


def _judge(stated: pd.DataFrame, *, majority: bool) -> tuple[list[int], pd.DataFrame, str]:
    """The place of the cell to keep (if any), the refused cells, and what their supplier can do."""
    if not majority:
        return [], stated, _CONFLICT
    counts = stated["said"].value_counts()
    often = stated[stated["said"].isin(counts.index[counts == counts.max()])]
    chosen = min(often.to_dict("records"), key=lambda cell: (_shown(cell), cell["row"]))
    return [int(chosen["place"])], stated[stated["said"] != chosen["said"]], _MINORITY


def _shown(cell: Mapping[Hashable, Any]) -> str:
    column = {Kind.INT: "value_int", Kind.REAL: "value_real", Kind.TEXT: "value_text"}[Kind(cell["kind"])]
    return str(cell[column])


def _rejection(cell: Mapping[Hashable, Any], origins: Sequence[Origin], remedy: str) -> Rejection:
    header = origins[int(cell["origin"])].header
    return Rejection(int(cell["row"]), header, _shown(cell)[:200], RejectionReason.DUPLICATE_KEY, remedy)
