"""Observations: what was known at a moment, and adding what a delivery changed."""

from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import repeat
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Select, func, select, type_coerce
from sqlalchemy.types import NullType

from ews.store.columns import instant_text
from ews.store.schema import delivery, delivery_coverage, dimension, indicator, observation, subject

KNOWN = (
    "subject",
    "kind",
    "indicator",
    "dimension",
    "source",
    "period_start",
    "period_end",
    "known_at",
    "value",
    "text",
    "delivery_id",
    "row_number",
)
_AT_ONCE = 100_000


def known_at(
    connection: Connection,
    as_of: datetime,
    *,
    subjects: Collection[str] | None = None,
    indicators: Collection[str] | None = None,
) -> pd.DataFrame:
    """The newest version known at `as_of` of every figure per subject, dimension, source and period.

    `subjects` and `indicators` narrow it; None: all.
    Columns KNOWN: period_start (None for a state) and period_end are dates, known_at is aware, `value` is NaN
    when there is none or it is text. A row without value and text says that the figure was seen to be empty.
    """
    frame = _fetch(connection, _newest(as_of, subjects, indicators))
    people = {row.id: (row.identifier, row.kind) for row in connection.execute(select(subject))}
    return pd.DataFrame(
        {
            "subject": _named(frame["subject_id"], {key: value[0] for key, value in people.items()}),
            "kind": _named(frame["subject_id"], {key: value[1] for key, value in people.items()}),
            "indicator": _named(
                frame["indicator_id"], _names(connection, select(indicator.c.id, indicator.c.name))
            ),
            "dimension": _named(
                frame["dimension_id"], _names(connection, select(dimension.c.id, dimension.c.content))
            ),
            "source": frame["source"].astype(object),
            "period_start": _as_dates(frame["period_start"]),
            "period_end": _as_dates(frame["period_end"]),
            "known_at": pd.to_datetime(frame["known_at"], utc=True, format="ISO8601"),
            "value": frame["value_real"].astype("float64").fillna(frame["value_int"].astype("float64")),
            "text": frame["value_text"].astype(object),
            "delivery_id": frame["delivery_id"],
            "row_number": frame["row_number"],
        },
        columns=list(KNOWN),
    )


def _newest(
    as_of: datetime, subjects: Collection[str] | None, indicators: Collection[str] | None
) -> Select[Any]:
    o = observation.c
    version = func.row_number().over(
        partition_by=(o.subject_id, o.indicator_id, o.dimension_id, o.source, o.period_end),
        order_by=o.known_at.desc(),
    )
    accepted = select(delivery.c.id).where(delivery.c.status == "accepted")
    known = select(observation, version.label("version")).where(
        o.known_at <= as_of, o.delivery_id.in_(accepted)
    )
    if subjects is not None:
        chosen = select(subject.c.id).where(subject.c.identifier.in_(sorted(subjects)))
        known = known.where(o.subject_id.in_(chosen))
    if indicators is not None:
        wanted = select(indicator.c.id).where(indicator.c.name.in_(sorted(indicators)))
        known = known.where(o.indicator_id.in_(wanted))
    inner = known.subquery()
    return _raw(inner.c).where(inner.c.version == 1)


_RAW = (
    "subject_id",
    "indicator_id",
    "dimension_id",
    "source",
    "period_start",
    "period_end",
    "known_at",
    "value_int",
    "value_real",
    "value_text",
    "delivery_id",
    "row_number",
)


def _raw(columns: Any) -> Select[Any]:
    # dates and moments become arrays at once: a call of the column type for every row takes ten times as long
    bare = {"period_start", "period_end", "known_at"}
    return select(
        *(type_coerce(columns[name], NullType()) if name in bare else columns[name] for name in _RAW)
    )


def _fetch(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    """Rows in pieces, so that a nation's figures never stand in memory as tuples. Dates are datetime64."""
    # an option of this statement alone: set on the connection, PostgreSQL would make a cursor of every insert after it
    result = connection.execute(query, execution_options={"stream_results": True})
    pieces = [_piece(rows) for rows in result.partitions(_AT_ONCE)]
    if not pieces:
        empty = pd.DataFrame({name: pd.Series(dtype=_TYPES.get(name, "int64")) for name in _RAW})
        return empty.astype({"period_start": "datetime64[s]", "period_end": "datetime64[s]"})
    frame = pd.concat(pieces, ignore_index=True)
    for name in ("period_start", "period_end"):
        frame[name] = _days(frame[name])
    return frame


_TYPES: dict[str, Any] = {
    "source": object,
    "period_start": object,
    "period_end": object,
    "known_at": object,
    "value_int": "Int64",
    "value_real": "float64",
    "value_text": object,
}


def _piece(rows: Any) -> pd.DataFrame:
    columns = dict(zip(_RAW, zip(*rows, strict=True), strict=True))
    integers = columns["value_int"]
    none = np.array([value is None for value in integers], dtype=bool)
    columns["value_int"] = pd.arrays.IntegerArray(
        np.array([value or 0 for value in integers], dtype=np.int64), none
    )
    arrays = {
        name: values if name == "value_int" else np.array(values, dtype=_TYPES.get(name, "int64"))
        for name, values in columns.items()
    }
    return pd.DataFrame({name: pd.Series(values, dtype=_TYPES.get(name)) for name, values in arrays.items()})


def _names(connection: Connection, query: Select[Any]) -> dict[int, str]:
    return {row[0]: row[1] for row in connection.execute(query)}


def _named(numbers: pd.Series, names: Mapping[int, str]) -> pd.Series:
    return numbers.map(names).astype(object)


def _days(texts: pd.Series) -> pd.Series:
    """ISO texts (SQLite) or dates (PostgreSQL) as datetime64; NaT for none."""
    codes, uniques = pd.factorize(texts, use_na_sentinel=True)
    days = np.array([*(str(one) for one in uniques), "NaT"], dtype="datetime64[s]")
    return pd.Series(days[codes], index=texts.index)


def _as_dates(days: pd.Series) -> pd.Series:
    """datetime64 as dates, one object for each distinct day; None for NaT."""
    codes, uniques = pd.factorize(days, use_na_sentinel=True)
    dates = np.array([*(one.date() for one in pd.DatetimeIndex(uniques)), None], dtype=object)
    return pd.Series(dates[codes], index=days.index, dtype=object)


def last_seen(connection: Connection, as_of: datetime) -> pd.DataFrame:
    """When each subject was last stated by each source, as known at `as_of`: subject, source, seen_at."""
    query = (
        select(subject.c.identifier, delivery.c.source, func.max(delivery.c.known_at))
        .join(delivery_coverage, delivery_coverage.c.subject_id == subject.c.id)
        .join(delivery, delivery.c.id == delivery_coverage.c.delivery_id)
        .where(delivery.c.status == "accepted", delivery.c.known_at <= as_of)
        .group_by(subject.c.identifier, delivery.c.source)
        .order_by(subject.c.identifier, delivery.c.source)
    )
    frame = pd.DataFrame(
        [tuple(row) for row in connection.execute(query)], columns=["subject", "source", "seen_at"]
    )
    return frame.assign(seen_at=pd.to_datetime(frame["seen_at"], utc=True))


def stated(connection: Connection, source: str, moment: datetime) -> pd.DataFrame:
    """Every accepted statement of a source up to and at `moment`, by id, oldest first."""
    o = observation.c
    accepted = select(delivery.c.id).where(delivery.c.status == "accepted", delivery.c.source == source)
    query = _raw(o).where(o.source == source, o.known_at <= moment, o.delivery_id.in_(accepted))
    frame = _fetch(connection, query)
    frame["known_at"] = pd.to_datetime(frame["known_at"], utc=True, format="ISO8601")
    return frame.sort_values("known_at", kind="stable", ignore_index=True)


_ADDED = (
    "subject_id",
    "indicator_id",
    "dimension_id",
    "row_number",
    "period_start",
    "period_end",
    "value_int",
    "value_real",
    "value_text",
)


def add(
    connection: Connection, rows: pd.DataFrame, *, delivery_id: int, source: str, known: datetime
) -> None:
    """Add observations of one delivery, in the caller's transaction.

    `rows` has subject_id, indicator_id, dimension_id, period_start (NaT: a state), period_end, value_int, value_real,
    value_text and row_number. Rows go to the driver as tuples: the layers above it take three times the insert itself.
    """
    if rows.empty:
        return
    sqlite = connection.dialect.name == "sqlite"
    moment: object = instant_text(known) if sqlite else known
    columns = [_driver_values(rows[name], sqlite=sqlite) for name in _ADDED]
    constants = [repeat(value, len(rows)) for value in (delivery_id, source, moment)]
    names = ", ".join((*_ADDED, "delivery_id", "source", "known_at"))
    places = ", ".join(["?" if sqlite else "%s"] * (len(_ADDED) + 3))
    statement = f"INSERT INTO observation ({names}) VALUES ({places})"  # noqa: S608 - names of our own columns
    connection.exec_driver_sql(statement, list(zip(*columns, *constants, strict=True)))


def _driver_values(column: pd.Series, *, sqlite: bool) -> list[Any]:
    if column.name in {"period_start", "period_end"}:
        column = _as_dates(column)
        column = column.map(str, na_action="ignore") if sqlite else column
    values: list[Any] = column.astype(object).where(column.notna(), None).tolist()
    return values
