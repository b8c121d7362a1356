"""Figure columns into typed cells: every distinct text is read once, the rest is numpy."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ews.signals.cells import EMPTY, Cell, Conventions, Fault, plain, reader
from ews.signals.columns import Columns, FigureColumn
from ews.signals.contract import Layout, SourceContract
from ews.signals.fields import DimensionColumn, Figure
from ews.signals.model import Period, RejectionReason
from ews.signals.parsed import Kind, RowState, Slot
from ews.signals.rows import Rows, read_periods
from ews.signals.uniques import Numbering, Texts, each_unique, marks

NO_DIMENSIONS = "{}"


def canonical(dimensions: Mapping[str, str]) -> str:
    """Dimensions as the store keeps them."""
    return json.dumps(dict(dimensions), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(slots=True)
class About:
    """What the cells of a table are about besides their subject and indicator, numbered per row."""

    periods: list[Period]
    """Of the rows, by number."""
    period: NDArray[np.int64] | None
    """Per row; None for an extract: one state for all."""
    state: Period
    dimensions: Mapping[str, Texts]
    """Dimension -> canonical text per row."""


def about(rows: Rows, columns: Columns, contract: SourceContract, on: date) -> About:
    """Periods and dimensions of every row; rows without them are rejected."""
    dimensions: dict[str, Texts] = {}
    for dimension in contract.dimension:
        dimensions[dimension.id] = _dimension(rows, columns.keys[f"dimension.{dimension.id}"], dimension)
    state = Period(None, on)
    if contract.period is None or contract.figures == "state":
        return About([state], None, state, dimensions)
    period, periods = read_periods(rows, columns, contract)
    return About(periods, period, state, dimensions)


def _dimension(rows: Rows, position: int, dimension: DimensionColumn) -> Texts:
    mapped = {plain(cell): value for cell, value in dimension.values.items()}
    texts = rows.table.columns[position]

    def read(text: str) -> str:
        return mapped.get(plain(text), "" if dimension.closed else text.strip())

    header = rows.table.header[position].strip()
    codes, answers = each_unique(texts, read)
    result = np.array(answers, dtype=object)[codes] if answers else texts
    remedy = f"Vul '{header}' met een bekende waarde: {', '.join(list(dimension.values)[:8])}."
    blank = marks(texts, lambda text: bool(text.strip()) and not read(text))
    rows.reject(blank, header, texts, (RejectionReason.BAD_KEY, remedy))
    return result


@dataclass(frozen=True, slots=True)
class Block:
    """Cells of one figure column (or code): rows by position, with slot, kind and value."""

    figure: Figure
    header: str
    frame: pd.DataFrame
    """position, subject, slot, kind, value_int, value_real, value_text"""
    column: int
    faults: Mapping[int, Fault]
    """By row position."""


def read_blocks(
    rows: Rows, columns: Columns, contract: SourceContract, *, meant: About, slots: Numbering
) -> Iterator[Block]:
    """Every figure of a table."""
    conventions = Conventions(
        contract.decimal,
        frozenset(plain(word) for word in contract.empty),
        frozenset(plain(word) for word in contract.placeholders),
    )
    for column, where in _figure_rows(rows, columns, contract):
        yield _block(rows, column, where, conventions=conventions, meant=meant, slots=slots)


def _figure_rows(
    rows: Rows, columns: Columns, contract: SourceContract
) -> Iterator[tuple[FigureColumn, NDArray[np.bool_]]]:
    """Each figure and the rows it stands in: all of them, or those with its code."""
    in_scope = rows.state == RowState.IN_SCOPE
    if contract.layout is Layout.WIDE:
        yield from ((column, in_scope) for column in columns.figures)
        return
    position = columns.keys["value"]
    codes = rows.table.columns[columns.keys["indicator"]]
    for figure in contract.figure:
        wanted = {plain(code) for code in figure.codes}
        having = marks(codes, lambda text: plain(text) in wanted)  # noqa: B023
        yield FigureColumn(position, rows.table.header[position], figure), in_scope & having


def _block(
    rows: Rows,
    column: FigureColumn,
    where: NDArray[np.bool_],
    *,
    conventions: Conventions,
    meant: About,
    slots: Numbering,
) -> Block:
    figure = column.figure
    subject = rows.provider if figure.of == "provider" else rows.subject
    positions = np.flatnonzero(where & (subject >= 0))
    texts = rows.table.columns[column.position][positions]
    codes, answers = each_unique(texts, reader(figure, conventions))
    kinds, integers, reals, strings = _typed(answers)
    frame = pd.DataFrame(
        {
            "position": positions,
            "subject": subject[positions],
            "slot": _slots(rows, column, positions, meant=meant, slots=slots),
            "kind": kinds[codes],
            "value_int": integers[codes],
            "value_real": reals[codes],
        }
    )
    frame["value_text"] = pd.Series(strings[codes], dtype=object)
    bad = np.flatnonzero(frame["kind"].to_numpy() == Kind.REJECTED)
    faults = {int(positions[place]): answers[codes[place]] for place in bad}
    return Block(figure, column.header.strip(), frame, column.position, faults)


def _typed(
    answers: Sequence[Cell],
) -> tuple[NDArray[np.int8], NDArray[np.int64], NDArray[np.float64], Texts]:
    size = len(answers)
    kinds = np.zeros(size, dtype=np.int8)
    integers, reals = np.zeros(size, dtype=np.int64), np.full(size, np.nan)
    strings = np.full(size, None, dtype=object)
    for place, answer in enumerate(answers):
        if answer is EMPTY:
            continue
        if isinstance(answer, Fault):
            kinds[place] = Kind.REJECTED
        elif isinstance(answer, int):
            kinds[place], integers[place] = Kind.INT, answer
        elif isinstance(answer, float):
            kinds[place], reals[place] = Kind.REAL, answer
        else:
            kinds[place], strings[place] = Kind.TEXT, answer
    return kinds, integers, reals, strings


def _slots(
    rows: Rows, column: FigureColumn, positions: NDArray[np.int64], *, meant: About, slots: Numbering
) -> NDArray[np.int64]:
    """The slot of every cell: one for the whole column where nothing differs by row."""
    figure = column.figure
    fixed = {**figure.dimensions, **(column.dimensions or {})}
    varying = {name: meant.dimensions[name][positions] for name in figure.by}
    if rows.location_text is not None and figure.of == "subject":
        varying["locatie"] = rows.location_text[positions]
    by_row = column.period is None and meant.period is not None and figure.about == "period"
    if not varying and not by_row:
        only = slots.number(Slot(figure.name, canonical(fixed), column.period or meant.state))
        return np.full(len(positions), only, dtype=np.int64)
    assert meant.period is not None or not by_row
    period = meant.period[positions] if by_row and meant.period is not None else np.zeros(len(positions), int)
    periods = meant.periods if by_row else [column.period or meant.state]
    return _slots_by_row(figure.name, fixed, varying, period=period, periods=periods, slots=slots)


def _slots_by_row(
    indicator: str,
    fixed: Mapping[str, str],
    varying: Mapping[str, Texts],
    *,
    period: NDArray[np.int64],
    periods: Sequence[Period],
    slots: Numbering,
) -> NDArray[np.int64]:
    combined = period.astype(np.int64)
    coded = [pd.factorize(texts, use_na_sentinel=False) for texts in varying.values()]
    for codes, uniques in coded:
        combined = combined * len(uniques) + codes
    distinct, first, inverse = np.unique(combined, return_index=True, return_inverse=True)
    numbers = np.empty(len(distinct), dtype=np.int64)
    for place, row in enumerate(first):
        own = {name: texts[row] for name, texts in varying.items() if texts[row]}
        numbers[place] = slots.number(Slot(indicator, canonical({**fixed, **own}), periods[period[row]]))
    return numbers[inverse]


def without_values(block: Block) -> bool:
    """Whether a column holds not one value."""
    return not bool((block.frame["kind"].to_numpy() != Kind.EMPTY).any())
