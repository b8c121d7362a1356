"""What a delivery says that was not known before: cells beside the newest statements of its source."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ews.signals.parsed import Kind, Parsed

_DAYS = "datetime64[s]"
_VALUES = ["value_int", "value_real", "value_text"]


def changed(cells: pd.DataFrame, before: pd.DataFrame) -> NDArray[np.bool_]:
    """Which cells differ from the newest statement before them. A blank that never held a value is no news.

    `cells` and `before` have subject_id, indicator_id, dimension_id, period_start (NaT: a state), period_end and
    value_int, value_real, value_text (null: none). `before` is ordered oldest first.
    """
    blank: NDArray[np.bool_] = cells[_VALUES].isna().all(axis=1).to_numpy()
    if before.empty:
        return ~blank
    codes_new, codes_old = identities(cells, before)
    order = np.argsort(codes_old, kind="stable")
    place = np.searchsorted(codes_old[order], codes_new, side="right") - 1  # the last of equal ones
    place = order[place.clip(0)]
    known = codes_old[place] == codes_new
    old = before.iloc[place[known]]
    same = np.zeros(len(cells), dtype=bool)
    same[known] = _equal(cells[known], old)
    return np.where(known, ~same, ~blank)


def added(cells: pd.DataFrame, before: pd.DataFrame, adding: Collection[int]) -> pd.DataFrame:
    """The cells, those of indicators that add up on top of what was counted before of the same figure and period."""
    chosen = cells["indicator_id"].isin(list(adding)).to_numpy()
    if before.empty or not chosen.any():
        return cells
    codes_new, codes_old = identities(cells, before)
    counted = pd.Series(before["value_int"].to_numpy(), index=codes_old).groupby(level=0).last()
    earlier = counted.reindex(codes_new).fillna(0).to_numpy(dtype=np.int64)
    return cells.assign(value_int=cells["value_int"] + np.where(chosen, earlier, 0))


def newest(before: pd.DataFrame) -> pd.DataFrame:
    """The last statement of every figure, of statements that are ordered oldest first."""
    (codes,) = identities(before)
    return before[~pd.Series(codes).duplicated(keep="last").to_numpy()]


def identities(*frames: pd.DataFrame) -> list[NDArray[np.int64]]:
    """A number per row of each frame; equal for the same subject, indicator, dimensions and period.

    A state has no period of its own: today's place count is the same figure as yesterday's.
    """
    size = sum(len(frame) for frame in frames)
    numbers = np.zeros(size, dtype=np.int64)
    for column in _identity(frames):
        codes, uniques = pd.factorize(column)
        numbers = numbers * (len(uniques) + 1) + codes + 1
    ends = np.cumsum([len(frame) for frame in frames])[:-1]
    return list(np.split(numbers, ends))


def _identity(frames: Sequence[pd.DataFrame]) -> Iterator[NDArray[np.int64]]:
    for name in ("subject_id", "indicator_id", "dimension_id"):
        yield np.concatenate([frame[name].to_numpy(dtype=np.int64) for frame in frames])
    ends = [frame["period_end"].to_numpy(dtype=_DAYS).view(np.int64) for frame in frames]
    states = [np.isnat(frame["period_start"].to_numpy(dtype=_DAYS)) for frame in frames]
    yield np.where(np.concatenate(states), np.iinfo(np.int64).min, np.concatenate(ends))


def _equal(new: pd.DataFrame, old: pd.DataFrame) -> NDArray[np.bool_]:
    equal = np.ones(len(new), dtype=bool)
    for name in _VALUES:
        left, right = new[name], old[name]
        none_left, none_right = left.isna().to_numpy(), right.isna().to_numpy()
        filler = "" if name == "value_text" else 0
        alike = left.fillna(filler).to_numpy() == right.fillna(filler).to_numpy()
        equal &= (none_left == none_right) & alike
    return equal


def gone(cells: pd.DataFrame, before: pd.DataFrame, covered: Mapping[int, int], *, day: date) -> pd.DataFrame:
    """Splits that an extract of `day` no longer names although it names the subject: seen to be empty.

    `covered` maps subject ids to the row that names them. Only indicators that the extract splits are looked at:
    a profile that is no longer in the list has no clients left, but a column that is gone says nothing.
    """
    divided = set(cells.loc[cells["split"].astype(bool), "indicator_id"])
    states = before[before["period_start"].isna() & before["indicator_id"].isin(divided)]
    if states.empty:
        return cells.iloc[:0]
    codes_new, codes_old = identities(cells, states)
    newest = states.assign(code=codes_old).drop_duplicates("code", keep="last")
    holding = ~newest[_VALUES].isna().all(axis=1)
    found = newest[holding & ~newest["code"].isin(codes_new) & newest["subject_id"].isin(list(covered))]
    rows = found.reindex(columns=cells.columns).copy()
    rows[["value_int", "value_real", "value_text"]] = None
    rows["period_end"] = np.datetime64(day, "s")
    rows["row_number"] = found["subject_id"].map(covered)
    return rows.astype({"value_int": "Int64", "value_real": "float64"})


LEFT = "niet meer op de lijst"
"""Status of a subject that a complete list no longer names."""


def left(
    before: pd.DataFrame, covered: Collection[int], *, counts: Collection[int], status: tuple[int, int]
) -> pd.DataFrame:
    """What a complete list says of those it named before and no longer names, and of those it names again.

    Their counts are seen to be empty, and their `status` says so; whoever is back has no such status. `before` holds
    the newest statements of the list, `counts` are numbers of indicators, `status` is one with that of no dimensions. Row
    number 0: no row says it.
    """
    states = before[before["period_start"].isna()]
    gone_now = ~states["subject_id"].isin(list(covered))
    holding = ~states[_VALUES].isna().all(axis=1)
    emptied = states[gone_now & holding & states["indicator_id"].isin(list(counts))]
    marked = set(states.loc[(states["indicator_id"] == status[0]) & holding, "subject_id"])
    gone_subjects = set(states.loc[gone_now, "subject_id"])
    told: list[tuple[int, str | None]] = [(subject, LEFT) for subject in sorted(gone_subjects - marked)]
    told += [(subject, None) for subject in sorted(marked - gone_subjects)]
    columns = ["subject_id", "indicator_id", "dimension_id", "value_text"]
    blank = emptied[columns[:3]].assign(value_text=None)
    said = pd.DataFrame([(subject, *status, text) for subject, text in told], columns=columns)
    rows = pd.concat([blank, said.astype({"value_text": object})], ignore_index=True)
    return rows.assign(value_int=pd.array([None] * len(rows), dtype="Int64"), value_real=np.nan, row_number=0)


def values_of(cells: pd.DataFrame) -> pd.DataFrame:
    """The three value columns as the store keeps them: null where a cell has no value of that kind."""
    kind = cells["kind"].to_numpy()
    return pd.DataFrame(
        {
            "value_int": pd.array(np.where(kind == Kind.INT, cells["value_int"], 0), dtype="Int64"),
            "value_real": np.where(kind == Kind.REAL, cells["value_real"], np.nan),
            "value_text": cells["value_text"].astype(object).to_numpy(),
        },
        index=cells.index,
    ).assign(value_int=lambda frame: frame["value_int"].mask(kind != Kind.INT))


def placed(
    parsed: Parsed,
    *,
    subjects: Mapping[str, int],
    indicators: Mapping[str, int],
    dimensions: Mapping[str, int],
    split: Collection[str],
) -> pd.DataFrame:
    """The cells of a delivery by the store's numbers, with the columns that `changed` looks at.

    `split` are the indicators that the source divides by a dimension column.
    """
    cells, slots = parsed.cells, parsed.slots
    subject = np.array([subjects[one] for one in parsed.subjects], dtype=np.int64)
    indicator = np.array([indicators[slot.indicator] for slot in slots], dtype=np.int64)
    dimension = np.array([dimensions[slot.dimensions] for slot in slots], dtype=np.int64)
    starts = np.array([slot.period.start for slot in slots], dtype=_DAYS)
    ends = np.array([slot.period.end for slot in slots], dtype=_DAYS)
    divided = np.array([slot.indicator in split for slot in slots], dtype=bool)
    at = cells["slot"].to_numpy(dtype=np.int64)
    frame = pd.DataFrame(
        {
            "subject_id": subject[cells["subject"].to_numpy(dtype=np.int64)],
            "indicator_id": indicator[at],
            "dimension_id": dimension[at],
            "row_number": cells["row"].to_numpy(dtype=np.int64),
            "split": divided[at],
            "period_start": starts[at],
            "period_end": ends[at],
        }
    )
    return pd.concat([frame, values_of(cells.reset_index(drop=True))], axis=1)
