"""A delivery's tables and its contract into cells, events, rejections and a count of every row.

No row is lost: each is out of scope, rejected, or kept. Nothing is repaired: what can't be read is a rejection.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ews.signals.cells import Fault
from ews.signals.columns import Columns, match
from ews.signals.contract import Layout, SourceContract
from ews.signals.duplicates import Origin, settle
from ews.signals.happenings import read_events
from ews.signals.known import Known
from ews.signals.model import Rejection, RejectionReason
from ews.signals.parsed import Kind, Parsed, ParsedEvent, RowCounts, RowState, Slot
from ews.signals.rows import LONGEST_SHOWN, Rows, by_period, read_rows
from ews.signals.table import Table
from ews.signals.uniques import Numbering, marks
from ews.signals.values import NO_DIMENSIONS, About, Block, about, read_blocks, without_values

COLUMNS = ("subject", "slot", "row", "kind", "value_int", "value_real", "value_text")


@dataclass(slots=True)
class _Reading:
    """What has been read of a delivery so far."""

    subjects: Numbering = field(default_factory=Numbering)
    slots: Numbering = field(default_factory=Numbering)
    frames: list[pd.DataFrame] = field(default_factory=list)
    events: list[ParsedEvent] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    """Of rows and columns."""
    cell_rejections: list[Rejection] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    """The columns that `origin` in the frames counts."""
    mentions: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = field(default_factory=list)
    states: list[tuple[NDArray[np.int64], NDArray[np.int8]]] = field(default_factory=list)
    ragged: int = 0
    missing: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def parse(
    tables: Sequence[Table], contract: SourceContract, *, on: date, known: Known | None = None
) -> Parsed:
    """Read the tables of one delivery; `on` is the day of the extract, or of receipt.

    `known` says whose an identifier is, on the last day of the period; rows about others are out of scope. None: about anybody.
    """
    reading = _Reading()
    for table in tables:
        columns = match(table.header, contract, on=on)
        reading.missing += columns.missing_keys
        reading.refused += columns.refused
        reading.unknown += columns.unknown
        _ragged(table, reading)
        if columns.missing_keys:
            _unreadable(table, columns, reading)
        else:
            _read_table(table, columns, contract, on=on, known=known, reading=reading)
    return _settled(reading)


def _ragged(table: Table, reading: _Reading) -> None:
    reading.ragged += len(table.ragged)
    width = len(table.header)
    reading.rejections += [
        Rejection(
            row,
            "",
            text[:LONGEST_SHOWN],
            RejectionReason.RAGGED_ROW,
            f"Deze rij hoort {width} cellen te hebben.",
        )
        for row, text in table.ragged
    ]


def _unreadable(table: Table, columns: Columns, reading: _Reading) -> None:
    """Without its keys no row of a table can be read."""
    reading.states.append((table.rows, np.full(len(table), RowState.REJECTED, dtype=np.int8)))
    remedy = "Zet de kolom (eenmaal) in het bestand, of voeg de nieuwe naam als alias toe aan het contract."
    reading.rejections += [
        Rejection(1, name, "", RejectionReason.MISSING_COLUMN, remedy) for name in columns.missing_keys
    ]


def _read_table(
    table: Table,
    columns: Columns,
    contract: SourceContract,
    *,
    on: date,
    known: Known | None,
    reading: _Reading,
) -> None:
    rows = read_rows(table, columns, contract, reading.subjects, known)
    if contract.layout is Layout.EVENTS:
        reading.events += read_events(rows, columns, contract, reading.subjects.things())
    else:
        meant = about(rows, columns, contract, on)
        if known is not None and meant.period is not None:
            ends = [period.end for period in meant.periods]
            by_period(rows, ends, meant.period, known=known, subjects=reading.subjects)
        _keep(rows, _blocks(rows, columns, contract, meant=meant, reading=reading), reading)
        _link_locations(rows, meant, reading)
    reading.rejections += rows.rejections
    reading.states.append((table.rows, rows.state))
    kept = rows.state == RowState.IN_SCOPE
    reading.mentions += [
        (numbers[kept & (numbers >= 0)], table.rows[kept & (numbers >= 0)])
        for numbers in (rows.subject, rows.provider)
    ]


def _blocks(
    rows: Rows, columns: Columns, contract: SourceContract, *, meant: About, reading: _Reading
) -> Iterable[Block]:
    excused = _not_applicable(rows, columns, contract)
    for block in read_blocks(rows, columns, contract, meant=meant, slots=reading.slots):
        if block.figure.blank_means_gone and without_values(block):
            reading.refused.append(block.figure.name)
            continue
        if excused is None:
            yield block
            continue
        # only a blank is excused: a value beside "does not apply" contradicts itself
        places = block.frame["position"].to_numpy()
        valued = excused[places] & (block.frame["kind"].to_numpy() > Kind.EMPTY)
        block.frame.loc[valued, "kind"] = Kind.REJECTED
        yield replace(
            block, faults={**block.faults, **dict.fromkeys(places[valued].tolist(), _CONTRADICTION)}
        )


_CONTRADICTION = Fault(
    RejectionReason.UNKNOWN_VALUE,
    "Deze rij zegt 'niet van toepassing' en noemt toch een waarde. Kies een van beide.",
)


def _not_applicable(rows: Rows, columns: Columns, contract: SourceContract) -> NDArray[np.bool_] | None:
    if contract.not_applicable is None:
        return None
    expression = re.compile(contract.not_applicable.pattern, re.IGNORECASE)
    texts = rows.table.columns[columns.keys["not_applicable"]]
    return marks(texts, lambda text: bool(expression.fullmatch(text.strip())))


def _keep(rows: Rows, blocks: Iterable[Block], reading: _Reading) -> None:
    for block in blocks:
        places = block.frame["position"].to_numpy()
        for place, fault in block.faults.items():
            shown = str(rows.table.columns[block.column][place])[:LONGEST_SHOWN]
            reading.cell_rejections.append(
                Rejection(int(rows.table.rows[place]), block.header, shown, fault.reason, fault.remedy)
            )
        readable = block.frame["kind"].to_numpy() != Kind.REJECTED
        frame = block.frame.loc[readable].drop(columns="position")
        frame["row"] = rows.table.rows[places[readable]]
        frame["origin"] = len(reading.origins)
        reading.origins.append(Origin(block.header, majority=block.figure.of == "provider"))
        reading.frames.append(frame)


def _link_locations(rows: Rows, meant: About, reading: _Reading) -> None:
    """That a location belongs to a provider is an observation too."""
    linked = np.flatnonzero(
        (rows.state == RowState.IN_SCOPE) & (rows.provider >= 0) & (rows.subject != rows.provider)
    )
    if not len(linked):
        return
    providers = np.array(reading.subjects.things(), dtype=object)[rows.provider[linked]]
    frame = pd.DataFrame({"subject": rows.subject[linked], "kind": np.int8(Kind.TEXT), "value_int": 0})
    frame["slot"] = reading.slots.number(Slot("aanbieder", NO_DIMENSIONS, meant.state))
    frame["value_real"] = np.nan
    frame["value_text"] = pd.Series(providers, dtype=object)
    frame["row"] = rows.table.rows[linked]
    frame["origin"] = len(reading.origins)
    reading.origins.append(Origin("aanbieder", majority=False))
    reading.frames.append(frame)


def _settled(reading: _Reading) -> Parsed:
    cells = pd.concat(reading.frames, ignore_index=True) if reading.frames else _no_cells()
    reading.frames.clear()  # else millions of cells stand in memory twice
    cells, conflicts = settle(cells, reading.origins)
    cell_rejections = [*reading.cell_rejections, *conflicts]
    numbers, states = _row_states(reading, cells, cell_rejections)
    rejected = numbers[states == RowState.REJECTED]
    if len(rejected):
        cells = cells[~np.isin(cells["row"].to_numpy(), rejected)]
    faulty = np.union1d(rejected, np.array([found.row for found in cell_rejections], dtype=np.int64))
    counts = RowCounts(
        read=len(numbers) + reading.ragged,
        out_of_scope=int((states == RowState.OUT_OF_SCOPE).sum()),
        rejected=len(rejected) + reading.ragged,
        faulty=len(faulty) + reading.ragged,
        cells_rejected=len(cell_rejections),
    )
    return Parsed(
        subjects=reading.subjects.things(),
        slots=reading.slots.things(),
        cells=cells[list(COLUMNS)],
        events=tuple(reading.events),
        rejections=tuple(
            sorted([*reading.rejections, *cell_rejections], key=lambda one: (one.row, one.column))
        ),
        coverage=_coverage(reading, rejected),
        rows=counts,
        missing_keys=tuple(dict.fromkeys(reading.missing)),
        refused=tuple(dict.fromkeys(reading.refused)),
        unknown=tuple(dict.fromkeys(reading.unknown)),
    )


def _no_cells() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="int64") for name in (*COLUMNS, "origin")})


def _row_states(
    reading: _Reading, cells: pd.DataFrame, refused: Sequence[Rejection]
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Number and state of every row; one with refused cells of which nothing could be read is rejected."""
    if not reading.states:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int8)
    numbers = np.concatenate([rows for rows, _ in reading.states])
    states = np.concatenate([state for _, state in reading.states])
    having = cells["row"].to_numpy()[cells["kind"].to_numpy() > Kind.EMPTY]
    hopeless = np.setdiff1d(np.array([one.row for one in refused], dtype=np.int64), having)
    states[np.isin(numbers, hopeless) & (states == RowState.IN_SCOPE)] = RowState.REJECTED
    return numbers, states


def _coverage(reading: _Reading, rejected: NDArray[np.int64]) -> NDArray[np.int64]:
    """Per subject the first row, rejected ones aside, that mentions it."""
    first = np.zeros(len(reading.subjects.numbers), dtype=np.int64)
    for numbers, rows in reversed(reading.mentions):
        kept = ~np.isin(rows, rejected)
        first[numbers[kept][::-1]] = rows[kept][::-1]
    return first
