"""The history that features start from: one select, the same answer from every engine."""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Row, Select, Table, func, literal, select, type_coerce
from sqlalchemy.types import NullType

from ews.signals.formula import figure_key
from ews.store.schema import delivery, dimension, indicator, observation, subject

PERIODS_BACK = 12
_SERIES = ("subject_id", "indicator_id", "dimension_id", "source")
_AT_ONCE = 100_000
_LOW = (1 << 32) - 1
COLUMNS = [
    "subject",
    "kind",
    "figure",
    "source",
    "period_start",
    "period_end",
    "known_at",
    "value",
    "text",
    "delivery",
    "row",
]


def history_at(
    connection: Connection,
    as_of: datetime,
    *,
    figures: Collection[str],
    subjects: Collection[str] | None = None,
) -> pd.DataFrame:
    """The last PERIODS_BACK periods of each figure per subject and source, as known at `as_of`.

    One row per subject × figure × source × period: the newest version that was known. Columns are COLUMNS;
    period_start and period_end are datetime64 (NaT: a state), known_at is aware, value is NaN when none or
    text. `figures` are names of raw indicators; `subjects` identifiers, None for all.
    """
    if connection.dialect.name == "duckdb":
        known = _known(observation.c, as_of, figures=figures, subjects=subjects)
        return readable(
            _newest(_as_arrays(connection, select(*_raw(observation.c)).where(*known))), connection
        )
    query = lagged(as_of, figures=figures, subjects=subjects)
    result = connection.execute(query, execution_options={"stream_results": True})
    pieces = [_compact(piece) for piece in result.partitions(_AT_ONCE)]
    frame = pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=RAW)
    return readable(frame, connection)


def _as_arrays(connection: Connection, query: Select[Any]) -> dict[str, Any]:
    """The answer as DuckDB holds it: arrays already, so no row becomes a Python object on its way."""
    cursor: Any = connection.execute(query).cursor
    return dict(zip(RAW, cursor.fetchnumpy().values(), strict=True))


def _newest(known: dict[str, Any]) -> pd.DataFrame:
    """Of known rows what `lagged` asks for: the newest version per period, the last PERIODS_BACK per series.

    In arrays this takes a quarter of the time that DuckDB needs to join or to rank the rows of a lake.
    """
    codes = [pd.factorize(known[key])[0] if key == "source" else known[key] for key in _SERIES]
    keys = [*codes, known["period_end"]]
    order = np.lexsort((known["known_at"], *keys[::-1]))
    ends_series, ends_period = (_last_of_each(part, order) for part in (codes, keys))
    held = np.flatnonzero(ends_period)
    series = (np.cumsum(ends_series) - ends_series)[held]
    later = np.searchsorted(series, series, side="right") - np.arange(len(held)) - 1
    rows = order[held[later < PERIODS_BACK]]
    return pd.DataFrame({name: _unmasked(column[rows]) for name, column in known.items()})


def _last_of_each(keys: Sequence[Any], order: Any) -> Any:
    """bool per row of an order: the next one has other keys."""
    last = np.zeros(len(order), dtype=bool)
    last[-1:] = True
    for key in keys:
        ordered = key[order]
        last[:-1] |= ordered[1:] != ordered[:-1]
    return last


def _unmasked(column: Any) -> Any:
    """What is absent as pandas has it: NaN or NaT."""
    if not np.ma.isMaskedArray(column):
        return column
    if column.dtype.kind == "M":
        return column.filled(np.datetime64("NaT"))
    kind = object if column.dtype.kind == "O" else np.float64
    return np.where(np.ma.getmaskarray(column), np.nan, column.data.astype(kind))


def _compact(rows: Sequence[Any]) -> pd.DataFrame:
    """A piece of the answer as arrays, so that a nation's figures never stand in memory as tuples."""
    columns = dict(zip(RAW, zip(*rows, strict=True), strict=True))
    return pd.DataFrame({name: np.array(column, dtype=_KINDS[name]) for name, column in columns.items()})


def lagged(
    as_of: datetime, *, figures: Collection[str], subjects: Collection[str] | None = None
) -> Select[Any]:
    """The select itself: newest version per period, then the newest periods; ids, not names.

    Newest is said by what does not exist, and recent by whether there are twelve later ones: both follow the
    order of the table's key, so that SQLite sorts nothing. Row numbers from new to old take twice as long.
    """
    later = observation.alias("later")
    o, n = observation.c, later.c
    same = [n[key] == o[key] for key in (*_SERIES, "period_end")]
    superseded = select(literal(1)).where(
        *same, n.known_at > o.known_at, *_known(n, as_of, figures=figures, subjects=subjects)
    )
    newest = select(observation).where(
        *_known(o, as_of, figures=figures, subjects=subjects), ~superseded.exists()
    )
    k = newest.subquery().c
    twelfth = func.lead(k.period_end, PERIODS_BACK).over(
        partition_by=[k[key] for key in _SERIES], order_by=k.period_end
    )
    r = select(*k, twelfth.label("twelfth")).subquery().c
    return select(*_raw(r)).where(r.twelfth.is_(None))


def _raw(rows: Any) -> list[ColumnElement[Any]]:
    """The columns of RAW."""
    # dates and moments are turned into arrays by pandas: a million calls of the column types take ten times as long
    moments = (
        type_coerce(column, NullType()) for column in (rows.period_start, rows.period_end, rows.known_at)
    )
    values = (rows.value_int, rows.value_real, rows.value_text, rows.delivery_id, rows.row_number)
    return [*(rows[key] for key in _SERIES), *moments, *values]


def _known(
    rows: Any, as_of: datetime, *, figures: Collection[str], subjects: Collection[str] | None
) -> list[ColumnElement[bool]]:
    """What was known by then of those asked for; said of both sides, for an engine that joins them whole."""
    conditions = [
        rows.known_at <= as_of,
        rows.delivery_id.in_(select(delivery.c.id).where(delivery.c.status == "accepted")),
        rows.indicator_id.in_(select(indicator.c.id).where(indicator.c.name.in_(sorted(figures)))),
    ]
    if subjects is not None:
        chosen = select(subject.c.id).where(subject.c.identifier.in_(sorted(subjects)))
        conditions.append(rows.subject_id.in_(chosen))
    return conditions


_KINDS: dict[str, type] = {
    "subject_id": np.int64,
    "indicator_id": np.int64,
    "dimension_id": np.int64,
    "source": object,
    "period_start": object,
    "period_end": object,
    "known_at": object,
    "value_int": np.float64,
    "value_real": np.float64,
    "text": object,
    "delivery": np.int64,
    "row": np.int64,
}
RAW = list(_KINDS)
"""What the select brings, in its order."""


def readable(frame: pd.DataFrame, connection: Connection) -> pd.DataFrame:
    """Rows of RAW with names for ids, in the columns that features start from (COLUMNS)."""
    subjects = {
        row.id: (row.identifier, row.kind) for row in _of_ids(connection, subject, frame["subject_id"])
    }
    indicators = {row.id: row.name for row in _of_ids(connection, indicator, frame["indicator_id"])}
    dimensions = {
        row.id: json.loads(row.content) for row in _of_ids(connection, dimension, frame["dimension_id"])
    }

    def figure(pair: int) -> str:
        return figure_key(indicators[pair >> 32], *dimensions[pair & _LOW].values())

    pair = (frame["indicator_id"].to_numpy(np.int64) << 32) + frame["dimension_id"].to_numpy(np.int64)
    value = frame["value_real"].astype("float64").fillna(frame["value_int"].astype("float64"))
    days = partial(pd.to_datetime, format="ISO8601")
    return pd.DataFrame(
        {
            "subject": _each(frame["subject_id"], lambda id: subjects[id][0]),
            "kind": _each(frame["subject_id"], lambda id: subjects[id][1]),
            "figure": _each(pair, figure),
            "source": frame["source"].astype(object),
            "period_start": _moments(frame["period_start"], days).astype("datetime64[s]"),
            "period_end": _moments(frame["period_end"], days).astype("datetime64[s]"),
            "known_at": _moments(frame["known_at"], partial(days, utc=True)),
            "value": value,
            "text": frame["text"].astype(object),
            "delivery": frame["delivery"],
            "row": frame["row"],
        },
        columns=COLUMNS,
    )


_FEW = 500
"""Ids asked for one by one; more of them are read with the whole table."""


def _of_ids(connection: Connection, table: Table, ids: Any) -> Sequence[Row[Any]]:
    distinct = pd.unique(ids).tolist()
    query = select(table)
    if len(distinct) <= _FEW:
        query = query.where(table.c.id.in_(distinct))
    return connection.execute(query).all()


def _each(ids: Any, read: Callable[[int], str]) -> Any:
    """What each id stands for; every distinct one is looked up once."""
    codes, distinct = pd.factorize(np.asarray(ids))
    names = np.array([*(read(int(one)) for one in distinct), ""], dtype=object)
    return pd.Series(names[codes], dtype=object)


def _moments(texts: pd.Series, read: Callable[[Any], Any]) -> Any:
    """Days or moments; every distinct text is read once."""
    codes, distinct = pd.factorize(texts)
    return pd.Series(read(pd.Index(distinct))).reindex(codes).reset_index(drop=True)
