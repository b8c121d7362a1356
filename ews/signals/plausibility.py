"""Figures that can't be believed beside their own past or each other: held apart until two people have looked.

A slip of a unit (×1000), a lost sign, figures copied from an earlier period, another year than meant, a balance that does
not add up. Only figures of which the contract asks it (amounts by themselves); without a past only sums are judged.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ews.signals.arithmetic import unbalanced
from ews.signals.fields import AddsUp
from ews.signals.model import Rejection, RejectionReason
from ews.signals.parsed import Kind, Parsed

LARGEST_JUMP = 20.0
"""Times the largest value of the series so far, or below the smallest."""
TELLING_FROM = 3
"""Earlier values before a sign, the size of a flow or the newest period of a series says anything."""
COPIED_FROM = 5
"""So many figures of a subject, all equal to one earlier period, are copied."""
SLIPPED_TOGETHER = 3
"""So many figures of a row, a thousand times as large or small as they usually are, are in another unit."""
ZEROS_MORE = 3
LARGER = 3.0
"""A figure so many times the largest before that ends in so many zeros more than all of those: it was told in thousands.

A result goes through zero, so that a thousandfold of a small one may lie among its own swings; the zeros stay. Larger only,
or every rounded figure of a series that is not rounded would wait.
"""
FARTHEST_AHEAD = timedelta(days=400)
FARTHEST_BACK = timedelta(days=400)
"""A period that was never stated, so long before the newest one, after three periods that were: another year was meant."""
_SERIES = ["subject_id", "indicator_id", "dimension_id"]
_REMEDIES = {
    "jump": "De waarde is meer dan 20 maal zo groot of klein als voorheen. Controleer de eenheid (euro of duizenden).",
    "zeros": "De waarde is groter dan alle eerdere en eindigt op drie nullen meer. Controleer de eenheid (euro of duizenden).",
    "unit": "De cijfers van deze periode zijn samen zo'n duizend maal zo groot of klein als anders. Controleer de eenheid.",
    "sign": "De waarde heeft een ander teken dan alle eerdere. Controleer het minteken.",
    "copied": "Alle cijfers zijn gelijk aan die van een eerdere periode. Controleer of de juiste periode is ingevuld.",
    "ahead": "De periode ligt in de toekomst. Controleer het jaar.",
    "behind": "De periode ligt ver voor de laatste en is nooit eerder opgegeven. Controleer het jaar.",
    "sum": "Dit bedrag past niet bij de andere van deze periode: zij tellen niet op, of een deel is groter dan het geheel.",
}


def doubts(
    cells: pd.DataFrame,
    before: pd.DataFrame,
    *,
    indicators: Mapping[int, str],
    day: date,
    sums: Sequence[AddsUp] = (),
    ids: Mapping[str, int] | None = None,
) -> NDArray[np.object_]:
    """Per cell why it is doubted (a key of _REMEDIES), or None.

    `cells` and `before` as `changes.changed` takes them; `indicators` are the ids that are held against their
    past, with how: `history` or `size` (see `fields.Figure`). `ids` are the numbers of the names that `sums` use.
    """
    doubted = np.full(len(cells), None, dtype=object)
    value = _numbers(cells)
    looked_at = cells["indicator_id"].isin(list(indicators)).to_numpy() & ~np.isnan(value)
    doubted[unbalanced(cells, value, sums, ids or {})] = "sum"
    ends = cells["period_end"].to_numpy(dtype="datetime64[s]")
    stated = ~np.isnat(cells["period_start"].to_numpy(dtype="datetime64[s]"))
    doubted[looked_at & stated & (ends > np.datetime64(day + FARTHEST_AHEAD, "s"))] = "ahead"
    if before.empty or not looked_at.any():
        return doubted
    past = before.assign(value=_numbers(before)).dropna(subset=["value"])
    past = past[past["indicator_id"].isin(list(indicators)) & (past["value"] != 0)]
    known = _known_series(cells, past)
    balance = cells["indicator_id"].map(dict(indicators)).eq("history").to_numpy()
    doubted[looked_at & balance & _flipped(value, known)] = "sign"
    doubted[looked_at & ~balance & _thousands(value, known)] = "zeros"
    doubted[looked_at & _jumped(value, known, balance)] = "jump"
    doubted[_slipped(cells, np.abs(value) / known["typical"].to_numpy(), looked_at)] = "unit"
    doubted[looked_at & _copied(cells.assign(value=value), past)] = "copied"
    doubted[looked_at & stated & _misdated(ends, known, day) & (doubted != "ahead")] = "behind"
    doubted[looked_at & stated & balance & _early(ends, known, day)] = "ahead"
    return doubted


def _jumped(value: NDArray[np.float64], known: pd.DataFrame, balance: NDArray[np.bool_]) -> NDArray[np.bool_]:
    size = np.abs(value)
    # a flow that passed zero once says nothing of its usual size: one small result would hold all later ones
    telling = balance | (known["count"].to_numpy() >= TELLING_FROM)
    rose = telling & (size > LARGEST_JUMP * known["largest"].to_numpy())
    fell = balance & (size > 0) & (size < known["smallest"].to_numpy() / LARGEST_JUMP)
    jumped: NDArray[np.bool_] = rose | fell
    return jumped


def _thousands(value: NDArray[np.float64], known: pd.DataFrame) -> NDArray[np.bool_]:
    telling = known["count"].to_numpy() >= TELLING_FROM
    larger = np.abs(value) > LARGER * known["largest"].to_numpy()
    rounder = _zeros(value) >= known["zeros"].to_numpy() + ZEROS_MORE
    in_thousands: NDArray[np.bool_] = telling & larger & rounder
    return in_thousands


def _zeros(value: NDArray[np.float64]) -> NDArray[np.int64]:
    """How many zeros a whole number ends in, at most nine; 0 for one with decimals."""
    ends_in = value[:, np.newaxis] % (10 ** np.arange(1, 10)) == 0
    zeros: NDArray[np.int64] = ends_in.sum(axis=1)
    return zeros


def _flipped(value: NDArray[np.float64], known: pd.DataFrame) -> NDArray[np.bool_]:
    agreed = (known["count"].to_numpy() >= TELLING_FROM) & (np.abs(known["signs"].to_numpy()) == 1)
    other = np.sign(value) == -known["signs"].to_numpy()
    flipped: NDArray[np.bool_] = agreed & other & (np.abs(value) > known["smallest"].to_numpy() / 2)
    return flipped


def _slipped(
    cells: pd.DataFrame, ratio: NDArray[np.float64], looked_at: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Cells of a subject and period whose figures together are about a thousand times what they usually are."""
    usable = looked_at & np.isfinite(ratio) & (ratio > 0)
    if not usable.any():
        return usable
    powers = pd.Series(np.where(usable, np.log10(np.where(usable, ratio, 1.0)), np.nan), index=cells.index)
    groups = powers.groupby([cells["subject_id"], cells["period_end"]])
    middle = groups.transform("median").abs()
    together = (groups.transform("count") >= SLIPPED_TOGETHER) & middle.between(2.5, 3.5)
    marked: NDArray[np.bool_] = looked_at & together.to_numpy()
    return marked


def _misdated(ends: NDArray[np.datetime64], known: pd.DataFrame, day: date) -> NDArray[np.bool_]:
    """Periods that were never stated, long before the newest one that was."""
    newest = known["newest"].to_numpy(dtype="datetime64[s]")
    gap = np.timedelta64(FARTHEST_BACK.days, "D").astype("timedelta64[s]")
    unheard = ~known["restates"].to_numpy(dtype=bool)
    enough = known["count"].to_numpy() >= TELLING_FROM
    back: NDArray[np.bool_] = unheard & enough & (newest - ends > gap)
    return back


def _early(ends: NDArray[np.datetime64], known: pd.DataFrame, day: date) -> NDArray[np.bool_]:
    """Periods that have not ended yet, of figures that were only ever stated afterwards."""
    always_after = known["ahead"].eq(False).to_numpy(dtype=bool)
    early: NDArray[np.bool_] = always_after & (ends > np.datetime64(day, "s"))
    return early


def _numbers(frame: pd.DataFrame) -> NDArray[np.float64]:
    integers = frame["value_int"].astype("float64")
    numbers: NDArray[np.float64] = frame["value_real"].astype("float64").fillna(integers).to_numpy()
    return numbers


def _known_series(cells: pd.DataFrame, past: pd.DataFrame) -> pd.DataFrame:
    """Per cell what its series was: sizes, length, the sign that all share (else between), its newest period.

    `restates` says whether the cell's own period was stated before; `ahead` whether any period was before it had ended.
    """
    known_at = past["known_at"] if "known_at" in past else pd.Series(pd.NaT, index=past.index)
    told_on = pd.to_datetime(known_at, utc=True).dt.tz_localize(None).to_numpy(dtype="datetime64[s]")
    ends = past["period_end"].to_numpy(dtype="datetime64[s]")
    series = past.assign(
        size=past["value"].abs(),
        signs=np.sign(past["value"]),
        early=ends > told_on,
        zeros=_zeros(past["value"].to_numpy()),
    ).groupby(_SERIES)
    told = series.agg(
        smallest=("size", "min"),
        largest=("size", "max"),
        typical=("size", "median"),
        count=("size", "size"),
        signs=("signs", "mean"),
        newest=("period_end", "max"),
        ahead=("early", "any"),
        zeros=("zeros", "min"),
    )
    known = cells[[*_SERIES, "period_end"]].merge(told.reset_index(), on=_SERIES, how="left")
    stated = past[[*_SERIES, "period_end"]].drop_duplicates().assign(restates=True)
    known = known.merge(stated, on=[*_SERIES, "period_end"], how="left")
    return known.assign(restates=known["restates"].eq(True))


def _copied(cells: pd.DataFrame, past: pd.DataFrame) -> NDArray[np.bool_]:
    """Cells of a subject and period whose figures all equal those of one earlier period."""
    periods = past[past["period_start"].notna()]
    last = periods.drop_duplicates([*_SERIES, "period_end"], keep="last")[[*_SERIES, "value", "period_end"]]
    mine = cells[[*_SERIES, "value", "period_end"]].assign(place=np.arange(len(cells)))
    beside = mine[mine["value"] != 0].merge(last, on=_SERIES, suffixes=("", "_then"))
    beside = beside[beside["period_end"] > beside["period_end_then"]]
    beside = beside.assign(same=beside["value"] == beside["value_then"])
    groups = beside.groupby(["subject_id", "period_end", "period_end_then"])["same"]
    whole = (groups.transform("sum") >= COPIED_FROM) & groups.transform("all")
    marked = np.zeros(len(cells), dtype=bool)
    marked[beside.loc[whole, "place"].to_numpy()] = True
    return marked


def without(parsed: Parsed, doubted: NDArray[np.object_], *, amounts: Collection[str] = ()) -> Parsed:
    """A delivery without its doubted cells, which become rejections; its rows add up as before.

    `amounts` are the indicators kept in eurocents: a person is shown the euros of the file.
    """
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
    rejections = [
        _rejection(parsed, cell, str(doubt), amounts) for cell, doubt in _pairs(parsed, held, doubted)
    ]
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


def _rejection(parsed: Parsed, cell: dict[str, object], doubt: str, amounts: Collection[str]) -> Rejection:
    shown = str(cell["value_int"] if cell["kind"] == Kind.INT else cell["value_real"])
    slot = parsed.slots[int(str(cell["slot"]))]
    if slot.indicator in amounts and cell["kind"] == Kind.INT:
        shown = f"{Decimal(shown) / 100:.2f}".replace(".", ",")
    return Rejection(
        int(str(cell["row"])), slot.indicator, shown, RejectionReason.IMPLAUSIBLE, _REMEDIES[doubt]
    )
