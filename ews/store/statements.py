"""Rows of `observation` as arrays, millions at a time: packed into few columns by the database, unpacked by numpy.

A row of twelve values costs the driver three times what one of eight does, and a window over millions of rows costs a
sort. Rows come in the order of the key, in which the versions of one figure stand beside each other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    CursorResult,
    Select,
    String,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from ews.store.schema import delivery, observation

_AT_ONCE = 100_000
_TURNED = 512
"""Rows turned into columns together: more of them no longer fit the processor's cache."""
_SUBJECT, _INDICATOR = 1 << 37, 1 << 24
"""Places in the packed key: 67 million subjects, 8 thousand indicators, 16 million dimensions."""
_FEW = 500
"""Deliveries asked for one by one; more of them are read with the whole list."""
_DELIVERY = 1 << 32
"""Places in the packed origin for the row's number."""


def fetch(connection: Connection, *conditions: ColumnElement[bool], newest: bool = False) -> pd.DataFrame:
    """Observations that meet the conditions, in the order of the key; `newest`: only the last version of each figure.

    Columns subject_id, indicator_id, dimension_id, source, period_start (NaT: a state) and period_end as datetime64[s],
    known_at (aware), value_int (Int64), value_real, value_text, delivery_id and row_number.
    """
    # an option of this statement alone: set on the connection, PostgreSQL would make a cursor of every insert after it
    result = connection.execute(_packed(conditions), execution_options={"stream_results": True})
    gathered = _Gathered()
    for rows in _raw_rows(result):
        gathered.add(rows)
    gathered.settle()
    told = select(delivery.c.id, delivery.c.source)
    ids = gathered.deliveries()
    if len(ids) <= _FEW:
        told = told.where(delivery.c.id.in_(ids))
    return gathered.frame({row.id: row.source for row in connection.execute(told)}, newest=newest)


def _raw_rows(result: CursorResult[Any]) -> Iterator[Sequence[Any]]:
    """Rows as the driver gives them: a Row of SQLAlchemy for each of millions takes as long as the reading."""
    cursor: Any = result.cursor
    first = result.fetchone()  # a streaming result has taken the first row from the driver already
    if first is not None:
        yield [tuple(first)]
        while rows := cursor.fetchmany(_TURNED):
            yield rows
    result.close()


def _packed(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    o = observation.c
    key = cast(o.subject_id, BigInteger) * _SUBJECT + cast(o.indicator_id, BigInteger) * _INDICATOR
    period = func.coalesce(cast(o.period_start, String), "").concat(cast(o.period_end, String))
    # dates and moments become arrays at once: a call of the column type for every row takes ten times as long
    return (
        select(
            key + o.dimension_id,
            cast(o.delivery_id, BigInteger) * _DELIVERY + o.row_number,
            type_coerce(period, NullType()),
            type_coerce(o.known_at, NullType()),
            o.value_int,
            o.value_real,
            o.value_text,
        )
        .where(*conditions)
        .order_by(o.subject_id, o.indicator_id, o.dimension_id, o.source, o.period_end, o.known_at)
    )


class _Words:
    """Numbers for values that rows repeat."""

    def __init__(self) -> None:
        self.numbers: dict[Any, int] = {}

    def coded(self, column: Sequence[Any]) -> NDArray[np.int32]:
        codes, uniques = pd.factorize(np.array(column, dtype=object))
        known = [self.numbers.setdefault(one, len(self.numbers)) for one in uniques]
        numbers: NDArray[np.int32] = np.array(known, dtype=np.int32)[codes]
        return numbers


@dataclass(slots=True)
class _Gathered:
    """The answer so far, as arrays: a nation's figures never stand in memory as tuples."""

    lists: tuple[list[Any], ...] = field(default_factory=lambda: tuple([] for _ in range(7)))
    pieces: list[tuple[NDArray[Any], ...]] = field(default_factory=list)
    periods: _Words = field(default_factory=_Words)
    moments: _Words = field(default_factory=_Words)

    def add(self, rows: Sequence[Any]) -> None:
        for collected, column in zip(self.lists, zip(*rows, strict=True), strict=True):
            collected.extend(column)
        if len(self.lists[0]) >= _AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """Turn what was collected into arrays."""
        key, origin, period, known, whole, real, text = self.lists
        self.pieces.append(
            (
                np.array(key, dtype=np.int64),
                np.array(origin, dtype=np.int64),
                self.periods.coded(period),
                self.moments.coded(known),
                *_whole_numbers(whole),
                np.array(real, dtype=np.float64),
                np.array(text, dtype=object),
            )
        )
        for collected in self.lists:
            collected.clear()

    def deliveries(self) -> list[int]:
        """Where the rows came from, once each."""
        found = [np.unique(piece[1] // _DELIVERY) for piece in self.pieces]
        ids: list[int] = np.unique(np.concatenate(found)).tolist()
        return ids

    def frame(self, sources: dict[int, str], *, newest: bool) -> pd.DataFrame:
        """Everything, unpacked."""
        columns = [np.concatenate(column) for column in zip(*self.pieces, strict=True)]
        self.pieces.clear()
        codes, names = pd.factorize(np.array([*sources.values()], dtype=object))
        source = _at(codes, np.array([*sources], dtype=np.int64), columns[1] // _DELIVERY)
        starts, ends, sequence = _days(self.periods)
        if newest:
            kept = _last_versions(columns[0], source, sequence[columns[2]])
            columns, source = [column[kept] for column in columns], source[kept]
        key, origin, period, known, whole, none, real, text = columns
        return pd.DataFrame(
            {
                "subject_id": key // _SUBJECT,
                "indicator_id": key % _SUBJECT // _INDICATOR,
                "dimension_id": key % _INDICATOR,
                "source": pd.Series(np.array([*names, None], dtype=object)[source], dtype=object),
                "period_start": starts[period],
                "period_end": ends[period],
                "known_at": _moments(self.moments)[known],
                "value_int": pd.arrays.IntegerArray(whole, none),
                "value_real": real,
                "value_text": pd.Series(text, dtype=object),
                "delivery_id": origin // _DELIVERY,
                "row_number": origin % _DELIVERY,
            }
        )


def _whole_numbers(column: Sequence[int | None]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The numbers, 0 for none, and where there is none."""
    raw = np.array(column, dtype=object)
    none: NDArray[np.bool_] = np.asarray(pd.isna(raw))
    raw[none] = 0
    return raw.astype(np.int64), none


def _at(values: NDArray[Any], ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[Any]:
    """The value of each wanted id."""
    table = np.full(int(ids.max(initial=0)) + 1, -1, dtype=np.int64)
    table[ids] = values
    return table[wanted]


def _last_versions(
    key: NDArray[np.int64], source: NDArray[np.int64], end: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """The last of the rows beside each other that are about the same figure."""
    last = np.ones(len(key), dtype=bool)
    if len(key):
        last[:-1] = (key[1:] != key[:-1]) | (source[1:] != source[:-1]) | (end[1:] != end[:-1])
    return last


def _days(
    words: _Words,
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64], NDArray[np.int64]]:
    """Start (NaT for a state), end, and a number for each end, of texts `2026-01-012026-03-31` or `2026-03-31`."""
    texts = [*words.numbers]
    starts = np.array([text[:-10] or "NaT" for text in texts], dtype="datetime64[s]")
    ends = np.array([text[-10:] for text in texts], dtype="datetime64[s]")
    return starts, ends, pd.factorize(ends)[0].astype(np.int64)


def _moments(words: _Words) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(pd.to_datetime([*words.numbers], utc=True, format="ISO8601")).as_unit("us")
