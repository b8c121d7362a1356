"""Figures that can't be believed beside their own past: held apart until two people have looked.

A slip of a unit (×1000), a lost sign, a year copied from the year before, a period far ahead. Only figures of which
the contract asks it (amounts by themselves) and only beside at least one earlier value: a first value is never held.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ews.signals.model import Rejection, RejectionReason
from ews.signals.parsed import Kind, Parsed

LARGEST_JUMP = 20.0
"""Times the largest value of the series so far, or below the smallest."""
SIGN_AFTER = 3
"""Earlier values that agree on the sign before another sign is doubted."""
COPIED_FROM = 5
"""So many figures of a subject, all equal to the period before, are copied."""
FARTHEST_AHEAD = timedelta(days=400)
_SERIES = ["subject_id", "indicator_id", "dimension_id"]
_REMEDIES = {
    "jump": "De waarde is meer dan 20 maal zo groot of klein als voorheen. Controleer de eenheid (euro of duizenden).",
    "sign": "De waarde heeft een ander teken dan alle eerdere. Controleer het minteken.",
    "copied": "Alle cijfers zijn gelijk aan die van de periode ervoor. Controleer of de juiste periode is ingevuld.",
    "ahead": "De periode ligt ver in de toekomst. Controleer het jaar.",
}


def doubts(
    cells: pd.DataFrame, before: pd.DataFrame, *, indicators: Mapping[int, str], day: date
) -> NDArray[np.object_]:
    """Per cell why it is doubted (`jump`, `sign`, `copied`, `ahead`), or None.

    `cells` and `before` as `changes.changed` takes them; `indicators` are the ids that are held against their
    past, with how: `history` or `size` (see `fields.Figure`).
    """
    doubted = np.full(len(cells), None, dtype=object)
    value = _numbers(cells)
    looked_at = cells["indicator_id"].isin(list(indicators)).to_numpy() & ~np.isnan(value)
    ends = cells["period_end"].to_numpy(dtype="datetime64[s]")
    stated = ~np.isnat(cells["period_start"].to_numpy(dtype="datetime64[s]"))
    doubted[looked_at & stated & (ends > np.datetime64(day + FARTHEST_AHEAD, "s"))] = "ahead"
    if before.empty or not looked_at.any():
        return doubted
    past = before.assign(value=_numbers(before)).dropna(subset=["value"])
    past = past[past["indicator_id"].isin(list(indicators)) & (past["value"] != 0)]
    known = _known_series(cells, past)
    size = np.abs(value)
    rose = size > LARGEST_JUMP * known["largest"].to_numpy()
    balance = cells["indicator_id"].map(dict(indicators)).eq("history").to_numpy()
    fell = balance & (size > 0) & (size < known["smallest"].to_numpy() / LARGEST_JUMP)
    jumped = looked_at & (rose | fell)
    agreed = (known["count"].to_numpy() >= SIGN_AFTER) & (np.abs(known["signs"].to_numpy()) == 1)
    flipped = (
        looked_at
        & balance
        & agreed
        & (np.sign(value) == -known["signs"].to_numpy())
        & (size > known["smallest"].to_numpy() / 2)
    )
    doubted[flipped] = "sign"
    doubted[jumped] = "jump"
    doubted[looked_at & _copied(cells.assign(value=value), past)] = "copied"
    return doubted


def _numbers(frame: pd.DataFrame) -> NDArray[np.float64]:
    integers = frame["value_int"].astype("float64")
    numbers: NDArray[np.float64] = frame["value_real"].astype("float64").fillna(integers).to_numpy()
    return numbers


def _known_series(cells: pd.DataFrame, past: pd.DataFrame) -> pd.DataFrame:
    """Per cell the smallest and largest size of its series, its length, and the sign that all share (else between)."""
    series = past.assign(size=past["value"].abs(), signs=np.sign(past["value"])).groupby(_SERIES)
    told = series.agg(
        smallest=("size", "min"), largest=("size", "max"), count=("size", "size"), signs=("signs", "mean")
    )
    return cells[_SERIES].merge(told.reset_index(), on=_SERIES, how="left")


def _copied(cells: pd.DataFrame, past: pd.DataFrame) -> NDArray[np.bool_]:
    """Cells of a subject and period whose figures all equal those of the period before it."""
    periods = past[past["period_start"].notna()].sort_values("period_end")
    last = periods.drop_duplicates(_SERIES, keep="last")[[*_SERIES, "value", "period_end"]]
    beside = cells[[*_SERIES, "value", "period_end"]].merge(
        last, on=_SERIES, how="left", suffixes=("", "_last")
    )
    comparable = (beside["value"] != 0) & (beside["period_end"] > beside["period_end_last"])
    beside["same"] = comparable & (beside["value"] == beside["value_last"])
    beside["other"] = comparable & (beside["value"] != beside["value_last"])
    groups = beside.groupby(["subject_id", "period_end"])
    whole = (groups["same"].transform("sum") >= COPIED_FROM) & (groups["other"].transform("sum") == 0)
    marked: NDArray[np.bool_] = (whole & beside["same"]).to_numpy()
    return marked


def without(parsed: Parsed, doubted: NDArray[np.object_]) -> Parsed:
    """A delivery without its doubted cells, which become rejections; its rows add up as before."""
    held = np.array([doubt is not None for doubt in doubted], dtype=bool)
    if not held.any():
        return parsed
    rows = parsed.cells["row"].to_numpy()
    kept = parsed.cells[~held]
    readable = kept["row"].to_numpy()[kept["kind"].to_numpy() > Kind.EMPTY]
    hopeless = np.setdiff1d(rows[held], readable)
    faulty = np.setdiff1d(rows[held], [one.row for one in parsed.rejections])
    counts = replace(
        parsed.rows,
        rejected=parsed.rows.rejected + len(hopeless),
        faulty=parsed.rows.faulty + len(faulty),
        cells_rejected=parsed.rows.cells_rejected + int(held.sum()),
    )
    rejections = [_rejection(parsed, cell, str(doubt)) for cell, doubt in _pairs(parsed, held, doubted)]
    together = sorted([*parsed.rejections, *rejections], key=lambda one: (one.row, one.column))
    return replace(
        parsed,
        cells=kept[~np.isin(kept["row"].to_numpy(), hopeless)],
        rejections=tuple(together),
        rows=counts,
    )


def _pairs(
    parsed: Parsed, held: NDArray[np.bool_], doubted: NDArray[np.object_]
) -> list[tuple[dict[str, object], object]]:
    return list(zip(parsed.cells[held].to_dict("records"), doubted[held], strict=True))


def _rejection(parsed: Parsed, cell: dict[str, object], doubt: str) -> Rejection:
    shown = cell["value_int"] if cell["kind"] == Kind.INT else cell["value_real"]
    slot = parsed.slots[int(str(cell["slot"]))]
    return Rejection(
        int(str(cell["row"])), slot.indicator, str(shown), RejectionReason.IMPLAUSIBLE, _REMEDIES[doubt]
    )
