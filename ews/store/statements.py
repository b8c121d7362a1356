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

from ews.store.schema import delivery, observation

_TURNED = 512
"""Rows turned into arrays together: of more the processor's cache has lost the first when the last is read."""
_SUBJECT, _INDICATOR, _DELIVERY = 37, 24, 32
"""Bits below each number when packed: 67 million subjects, 8 thousand indicators, 16 million dimensions; 4 billion rows."""
_FEW = 500
"""Deliveries asked for one by one; more of them are read with the whole list."""


@dataclass(frozen=True, slots=True)
class Statements:
    """Observations as arrays, one entry per row; what rows repeat stands once, with its place per row."""

    subject_id: NDArray[np.int64]
    indicator_id: NDArray[np.int64]
    dimension_id: NDArray[np.int64]
    source: NDArray[np.object_]
    times: NDArray[np.int32]
    """Place in `starts`, `ends` and `moments`."""
    starts: NDArray[np.datetime64]
    """NaT: a state."""
    ends: NDArray[np.datetime64]
    moments: pd.DatetimeIndex
    """When it could be known."""
    value_int: NDArray[np.int64]
    """0 where there is none."""
    no_int: NDArray[np.bool_]
    value_real: NDArray[np.float64]
    value_text: NDArray[np.object_]
    delivery_id: NDArray[np.int64]
    row_number: NDArray[np.int64]

    def frame(self) -> pd.DataFrame:
        """Columns subject_id, indicator_id, dimension_id, source, period_start (NaT: a state) and period_end as
        datetime64[s], known_at (aware), value_int (Int64), value_real, value_text, delivery_id and row_number.
        """
        return pd.DataFrame(
            {
                "subject_id": self.subject_id,
                "indicator_id": self.indicator_id,
                "dimension_id": self.dimension_id,
                "source": pd.Series(self.source, dtype=object),
                "period_start": self.starts[self.times],
                "period_end": self.ends[self.times],
                "known_at": self.moments[self.times],
                "value_int": pd.arrays.IntegerArray(self.value_int, self.no_int),
                "value_real": self.value_real,
                "value_text": pd.Series(self.value_text, dtype=object),
                "delivery_id": self.delivery_id,
                "row_number": self.row_number,
            },
            copy=False,
        )


def fetch(connection: Connection, *conditions: ColumnElement[bool], newest: bool = False) -> Statements:
    """Observations that meet the conditions, in the order of the key; `newest`: only the last version of each figure."""
    # an option of this statement alone: set on the connection, PostgreSQL would make a cursor of every insert after it
    result = connection.execute(_packed(conditions, connection), execution_options={"stream_results": True})
    gathered = _Gathered()
    for rows in _raw_rows(result):
        gathered.add(rows)
    columns = gathered.columns()
    source, names = _sources(connection, columns[1] >> _DELIVERY)
    if newest:
        last = _last_versions(columns[0], source, gathered.ends()[columns[2]])
        if not last.all():
            columns, source = [column[last] for column in columns], source[last]
    return gathered.statements(columns, names[source])


def _sources(
    connection: Connection, origin: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """A number per row for the source it came from, and the sources by number."""
    told = select(delivery.c.id, delivery.c.source)
    ids = pd.unique(origin).tolist()
    if len(ids) <= _FEW:
        told = told.where(delivery.c.id.in_(ids))
    sources = {number: source for number, source in connection.execute(told)}
    words = _Words()
    numbers = np.zeros(max(sources, default=0) + 1, dtype=np.int64)
    numbers[[*sources]] = words.coded([*sources.values()])
    return numbers[origin], np.array([*words], dtype=object)


def _raw_rows(result: CursorResult[Any]) -> Iterator[Sequence[Any]]:
    """Rows as the driver gives them: a Row of SQLAlchemy for each of millions takes as long as the reading."""
    cursor: Any = result.cursor
    first = result.fetchone()  # a streaming result has taken the first row from the driver already
    if first is not None:
        yield [tuple(first)]
        while rows := cursor.fetchmany(_TURNED):
            yield rows
    result.close()


def _packed(conditions: Sequence[ColumnElement[bool]], connection: Connection) -> Select[Any]:
    o = observation.c
    key = cast(o.subject_id, BigInteger) * (1 << _SUBJECT) + cast(o.indicator_id, BigInteger) * (
        1 << _INDICATOR
    )
    # one text for three columns: few are distinct, and a column more costs every row as much as reading it
    period = func.coalesce(cast(o.period_start, String), "").concat(cast(o.period_end, String))
    in_utc = func.to_char(func.timezone("UTC", o.known_at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    known = type_coerce(o.known_at, String) if connection.dialect.name == "sqlite" else in_utc
    return (
        select(
            key + o.dimension_id,
            cast(o.delivery_id, BigInteger) * (1 << _DELIVERY) + o.row_number,
            period.concat(known),
            o.value_int,
            o.value_real,
            o.value_text,
        )
        .where(*conditions)
        .order_by(o.subject_id, o.indicator_id, o.dimension_id, o.source, o.period_end, o.known_at)
    )


_START, _END, _KNOWN = slice(-37), slice(-37, -27), slice(-27, None)
"""Where the days and the moment stand in a text of all three."""


class _Words(dict[Any, int]):
    """Numbers for values that rows repeat, in the order in which they were met."""

    def __missing__(self, word: Any) -> int:
        self[word] = number = len(self)
        return number

    def coded(self, column: Sequence[Any]) -> NDArray[np.int32]:
        return np.fromiter(map(self.__getitem__, column), np.int32, len(column))


@dataclass(slots=True)
class _Gathered:
    """The answer so far, as arrays: a nation's figures never stand in memory as tuples."""

    pieces: list[tuple[NDArray[Any], ...]] = field(default_factory=list)
    times: _Words = field(default_factory=_Words)
    """Texts `2026-01-012026-03-312026-04-15T05:00:00.000000Z`; of a state without the first day."""

    def add(self, rows: Sequence[Any]) -> None:
        key, origin, times, whole, real, text = zip(*rows, strict=True)
        self.pieces.append(
            (
                np.array(key, dtype=np.int64),
                np.array(origin, dtype=np.int64),
                self.times.coded(times),
                *_whole_numbers(whole),
                np.array(real, dtype=np.float64),
                np.array(text, dtype=object),
            )
        )

    def columns(self) -> list[NDArray[Any]]:
        """One array per column; only once, since the pieces are let go."""
        columns = [np.concatenate(column) for column in zip(_NOTHING, *self.pieces, strict=True)]
        self.pieces.clear()
        return columns

    def ends(self) -> NDArray[np.int32]:
        """The last days by the number of their text, themselves as numbers."""
        return _Words().coded([text[_END] for text in self.times])

    def statements(self, columns: Sequence[NDArray[Any]], source: NDArray[np.object_]) -> Statements:
        """The columns unpacked."""
        key, origin, times, whole, none, real, text = columns
        moments = pd.to_datetime([text[_KNOWN] for text in self.times], utc=True, format="ISO8601")
        return Statements(
            subject_id=key >> _SUBJECT,
            indicator_id=(key >> _INDICATOR) & ((1 << _SUBJECT - _INDICATOR) - 1),
            dimension_id=key & ((1 << _INDICATOR) - 1),
            source=source,
            times=times,
            starts=np.array([text[_START] or "NaT" for text in self.times], dtype="datetime64[s]"),
            ends=np.array([text[_END] for text in self.times], dtype="datetime64[s]"),
            moments=pd.DatetimeIndex(moments).as_unit("us"),
            value_int=whole,
            no_int=none,
            value_real=real,
            value_text=text,
            delivery_id=origin >> _DELIVERY,
            row_number=origin & ((1 << _DELIVERY) - 1),
        )


_NOTHING = tuple(
    np.empty(0, dtype=kind) for kind in (np.int64, np.int64, np.int32, np.int64, np.bool_, np.float64, object)
)
"""A piece without rows."""


def _whole_numbers(column: Sequence[int | None]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The numbers, 0 for none, and where there is none."""
    if column.count(None) == len(column):
        return np.zeros(len(column), dtype=np.int64), np.ones(len(column), dtype=np.bool_)
    raw = np.array(column, dtype=object)
    none: NDArray[np.bool_] = np.asarray(pd.isna(raw))
    raw[none] = 0
    return raw.astype(np.int64), none


def _last_versions(
    key: NDArray[np.int64], source: NDArray[np.int64], end: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """The last of the rows beside each other that are about the same figure."""
    last = np.ones(len(key), dtype=bool)
    if len(key):
        last[:-1] = (key[1:] != key[:-1]) | (source[1:] != source[:-1]) | (end[1:] != end[:-1])
    return last
