"""Observations: what was known at a moment, and adding what a delivery changed."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import repeat
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Column, ColumnElement, Connection, Table, func, select

from ews.store.columns import instant_text
from ews.store.schema import delivery, delivery_coverage, dimension, indicator, observation, subject
from ews.store.statements import fetch

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
    found = fetch(connection, *_known(as_of, subjects, indicators), newest=True)
    named = partial(_named, connection)
    whom, kind = named(found.subject_id, subject, [subject.c.identifier, subject.c.kind])
    (figure,) = named(found.indicator_id, indicator, [indicator.c.name])
    (split,) = named(found.dimension_id, dimension, [dimension.c.content])
    index = pd.RangeIndex(len(whom))
    objects = partial(pd.Series, dtype=object, index=index, copy=False)
    return pd.DataFrame(
        {
            "subject": objects(whom),
            "kind": objects(kind),
            "indicator": objects(figure),
            "dimension": objects(split),
            "source": objects(found.source),
            "period_start": objects(_dates(found.starts)[found.times]),
            "period_end": objects(_dates(found.ends)[found.times]),
            "known_at": found.moments[found.times],
            "value": np.where(found.no_int, found.value_real, found.value_int),
            "text": objects(found.value_text),
            "delivery_id": found.delivery_id,
            "row_number": found.row_number,
        },
        columns=list(KNOWN),
        index=index,
        copy=False,
    )


def _known(
    as_of: datetime, subjects: Collection[str] | None, indicators: Collection[str] | None
) -> Iterator[ColumnElement[bool]]:
    o = observation.c
    yield o.known_at <= as_of
    accepted = select(delivery.c.id).where(delivery.c.status == "accepted")
    if subjects is None:
        yield o.delivery_id.in_(accepted)
    else:
        # few rows look up their own delivery; a list of all deliveries would cost more than the answer
        yield accepted.where(delivery.c.id == o.delivery_id).exists()
        yield o.subject_id.in_(select(subject.c.id).where(subject.c.identifier.in_(sorted(subjects))))
    if indicators is not None:
        yield o.indicator_id.in_(select(indicator.c.id).where(indicator.c.name.in_(sorted(indicators))))


_FEW = 500
"""Names asked for one by one; more of them are read with the whole list."""


def _named(
    connection: Connection, numbers: NDArray[np.int64], table: Table, columns: Sequence[Column[Any]]
) -> list[NDArray[np.object_]]:
    """What the rows of `table` with these numbers say, by column."""
    wanted = pd.unique(numbers).tolist()
    query = select(table.c.id, *columns)
    if len(wanted) <= _FEW:
        query = query.where(table.c.id.in_(wanted))
    found = connection.execute(query).all()
    names = np.full((len(columns), max((row[0] for row in found), default=0) + 1), None, dtype=object)
    for number, *values in found:
        names[:, number] = values
    return [column[numbers] for column in names]


def _dates(days: NDArray[np.datetime64]) -> NDArray[np.object_]:
    """Days as dates; None for NaT."""
    return np.array(days.astype("datetime64[D]").tolist(), dtype=object)


def last_seen(
    connection: Connection, as_of: datetime, *, subjects: Collection[str] | None = None
) -> pd.DataFrame:
    """When each subject was last stated by each source, as known at `as_of`: subject, source, seen_at.

    `subjects` narrows it; None: all.
    """
    query = (
        select(subject.c.identifier, delivery.c.source, func.max(delivery.c.known_at))
        .join(delivery_coverage, delivery_coverage.c.subject_id == subject.c.id)
        .join(delivery, delivery.c.id == delivery_coverage.c.delivery_id)
        .where(delivery.c.status == "accepted", delivery.c.known_at <= as_of)
        .group_by(subject.c.identifier, delivery.c.source)
        .order_by(subject.c.identifier, delivery.c.source)
    )
    if subjects is not None:
        query = query.where(subject.c.identifier.in_(sorted(subjects)))
    frame = pd.DataFrame(
        [tuple(row) for row in connection.execute(query)], columns=["subject", "source", "seen_at"]
    )
    return frame.assign(seen_at=pd.to_datetime(frame["seen_at"], utc=True))


def stated(connection: Connection, source: str, moment: datetime) -> pd.DataFrame:
    """Every accepted statement of a source up to and at `moment`, by id, oldest first."""
    o = observation.c
    accepted = select(delivery.c.id).where(delivery.c.status == "accepted", delivery.c.source == source)
    known = (o.source == source, o.known_at <= moment, o.delivery_id.in_(accepted))
    return _oldest_first(fetch(connection, *known).frame())


def last_stated(connection: Connection, source: str, moment: datetime) -> pd.DataFrame:
    """The newest accepted statement of every figure of a source up to and at `moment`, by id, oldest first."""
    o = observation.c
    accepted = select(delivery.c.id).where(delivery.c.status == "accepted", delivery.c.source == source)
    known = (o.source == source, o.known_at <= moment, o.delivery_id.in_(accepted))
    return _oldest_first(fetch(connection, *known, newest=True).frame())


def _oldest_first(frame: pd.DataFrame) -> pd.DataFrame:
    if frame["known_at"].is_monotonic_increasing:
        return frame  # all of one delivery, as of a source that gives each period a file
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
        codes, distinct = pd.factorize(column.to_numpy(dtype="datetime64[D]"))
        days = [day.isoformat() if sqlite else day for day in distinct.tolist()]
        values: list[Any] = np.array([*days, None], dtype=object)[codes].tolist()
    else:
        values = column.astype(object).where(column.notna(), None).tolist()
    return values
