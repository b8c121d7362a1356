"""Who belongs to whom, in which sector and concern, and who is still there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ews.scoring.tables import ALL_STATES, NOTHING, Bools, Days, History, Ints, Table

REGISTER = ("aanbieder", "sector", "concern", "naam", "regio", "geconsolideerd")


@dataclass(frozen=True, slots=True)
class Relations:
    """Who belongs to whom, as positions in the subjects (NOTHING: unknown)."""

    is_location: Bools
    parent: Ints
    """Of a location, its provider."""
    concern: Ints
    """Number of the concern, of a provider and of its locations."""
    sector: NDArray[Any]
    """Of a provider with locations in several sectors: `gemengd`."""
    region: NDArray[Any]
    """Of a provider or location, as its own register text says; empty where none does."""
    accounts: Ints
    """Of a provider in a concern, the member whose accounts are those of the whole concern."""
    is_active: Bools
    """Still in the newest extract of at least one register that had it."""
    last_seen: Days
    dropped: Mapping[str, float]
    """Per register, the share of its last extract but one that is not in the newest."""


def seen_days(seen: pd.DataFrame, history: History) -> dict[str, Days]:
    """Per source the day on which each subject was last seen in it (NaT: never)."""
    days: dict[str, Days] = {}
    for source, part in seen.groupby("source", sort=True):
        position = history.subjects.get_indexer(part["subject"])
        one = np.full(len(history.subjects), np.datetime64("NaT"), dtype="datetime64[D]")
        moments = part["seen_at"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[D]")
        one[position[position >= 0]] = moments[position >= 0]
        days[str(source)] = one
    return days


def relate(
    frame: pd.DataFrame,
    history: History,
    tables: Sequence[Table],
    days: Mapping[str, Days],
    states: Mapping[str, Days],
) -> Relations:
    """Relations of all subjects, from the newest register texts and from who was seen where."""
    count = len(history.subjects)
    kinds = frame.drop_duplicates("subject").set_index("subject")["kind"]
    is_location = (kinds.reindex(history.subjects) == "location").to_numpy(dtype=bool)
    texts = {name: _latest_text(name, tables, history) for name in REGISTER}
    parent = np.asarray(history.subjects.get_indexer(pd.Index(texts["aanbieder"])), dtype=np.int64)
    own_concern = (
        pd.Series(texts["concern"]).replace("", None).astype("category").cat.codes.to_numpy(np.int64)
    )
    concern = np.where((own_concern == NOTHING) & (parent != NOTHING), own_concern[parent], own_concern)
    is_active = _active(states, count)
    last = np.full(count, np.datetime64("NaT"), dtype="datetime64[D]")
    for moments in days.values():
        last = np.fmax(last, moments)
    return Relations(
        is_location=is_location,
        parent=parent,
        concern=concern,
        sector=_sectors(texts["sector"], parent, is_active),
        region=texts["regio"],
        accounts=_accounts(texts["geconsolideerd"], concern, is_location),
        is_active=is_active,
        last_seen=last,
        dropped={
            table.source: _dropped(states[table.source])
            for table in tables
            if table.is_state
            and "naam" in table.columns
            and table.source in states
            and table.source != ALL_STATES
        },
    )


def _accounts(consolidated: NDArray[Any], concern: Ints, is_location: Bools) -> Ints:
    """Per subject its concern's consolidating member; NOTHING without one, or with several that disagree."""
    heads = np.flatnonzero((consolidated == "ja") & (concern != NOTHING) & ~is_location)
    of: dict[int, list[int]] = {}
    for head in heads:
        of.setdefault(int(concern[head]), []).append(int(head))
    found = np.full(len(concern), NOTHING, dtype=np.int64)
    for number, members in of.items():
        if len(members) == 1:
            found[(concern == number) & ~is_location] = members[0]
    return found


def _active(states: Mapping[str, Days], count: int) -> Bools:
    """In the newest extract of a register, or in no register at all."""
    in_newest, in_any = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    for source, moments in states.items():
        was_there = ~np.isnat(moments)
        in_any |= was_there
        if source != ALL_STATES and was_there.any():
            in_newest |= moments == np.nanmax(moments)
    active: Bools = in_newest | ~in_any
    return active


def _dropped(seen: Days) -> float:
    moments = np.unique(seen[~np.isnat(seen)])
    if moments.size < 2:
        return 0.0
    gone, still = (seen == moments[-2]).sum(), (seen == moments[-1]).sum()
    return float(gone / (gone + still))


def _latest_text(name: str, tables: Sequence[Table], history: History) -> NDArray[Any]:
    found = np.full(len(history.subjects), "", dtype=object)
    known = np.full(len(history.subjects), np.datetime64("1900-01-01"), dtype="datetime64[D]")
    for table in tables:
        if name not in table.columns:
            continue
        cells = table.origin[:, table.columns[name]]
        rows = np.flatnonzero(cells != NOTHING)
        fresher = history.known_at[cells[rows]] >= known[table.subject[rows]]
        rows = rows[fresher]
        found[table.subject[rows]] = history.text[cells[rows]]
        known[table.subject[rows]] = history.known_at[cells[rows]]
    return found


def _sectors(own: NDArray[Any], parent: Ints, active: Bools) -> NDArray[Any]:
    sector = own.copy()
    children = np.flatnonzero((parent != NOTHING) & active)
    below = pd.DataFrame({"parent": parent[children], "sector": own[children]}).drop_duplicates()
    kinds = below.groupby("parent")["sector"].agg(["size", "first"])
    lacking = kinds[sector[kinds.index.to_numpy(dtype=np.int64)] == ""]
    sector[lacking.index.to_numpy(dtype=np.int64)] = np.where(
        lacking["size"] > 1, "gemengd", lacking["first"]
    )
    parentless = (sector == "") & (parent != NOTHING)
    sector[parentless] = sector[parent[parentless]]
    return sector
