"""The history that features start from: one select, the same answer from every engine."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, func, select, type_coerce
from sqlalchemy.types import NullType

from ews.signals.formula import figure_key
from ews.store.schema import delivery, dimension, indicator, observation, subject

PERIODS_BACK = 12
_AT_ONCE = 100_000
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
    result = connection.execute(
        lagged(as_of, figures=figures, subjects=subjects), execution_options={"stream_results": True}
    )
    pieces = [_compact(piece) for piece in result.partitions(_AT_ONCE)]
    frame = pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=RAW)
    return readable(frame, connection)


def _compact(rows: Sequence[Any]) -> pd.DataFrame:
    """A piece of the answer as arrays, so that a nation's figures never stand in memory as tuples."""
    frame = pd.DataFrame([tuple(row) for row in rows], columns=RAW)
    return frame.astype({"value_int": "float64", "value_real": "float64", "text": object})


def lagged(
    as_of: datetime, *, figures: Collection[str], subjects: Collection[str] | None = None
) -> Select[Any]:
    """The select itself: newest version per period, then the newest periods; ids, not names."""
    accepted = select(delivery.c.id).where(delivery.c.status == "accepted")
    wanted = select(indicator.c.id).where(indicator.c.name.in_(sorted(figures)))
    o = observation.c
    series = (o.subject_id, o.indicator_id, o.dimension_id, o.source)
    version = func.row_number().over(partition_by=(*series, o.period_end), order_by=o.known_at.desc())
    known_rows = select(observation, version.label("version")).where(
        o.known_at <= as_of, o.delivery_id.in_(accepted), o.indicator_id.in_(wanted)
    )
    if subjects is not None:  # before the windows, so that the table is entered by its key
        chosen = select(subject.c.id).where(subject.c.identifier.in_(sorted(subjects)))
        known_rows = known_rows.where(o.subject_id.in_(chosen))
    known = known_rows.subquery()
    k = known.c
    lag = func.row_number().over(
        partition_by=(k.subject_id, k.indicator_id, k.dimension_id, k.source), order_by=k.period_end.desc()
    )
    newest = select(known, lag.label("lag")).where(k.version == 1).subquery()
    n = newest.c
    # dates and moments are turned into arrays by pandas: a million calls of the column types take ten times as long
    raw = (type_coerce(column, NullType()) for column in (n.period_start, n.period_end, n.known_at))
    return select(
        n.subject_id,
        n.indicator_id,
        n.dimension_id,
        n.source,
        *raw,
        n.value_int,
        n.value_real,
        n.value_text,
        n.delivery_id,
        n.row_number,
    ).where(n.lag <= PERIODS_BACK)


RAW = [
    "subject_id",
    "indicator_id",
    "dimension_id",
    "source",
    "period_start",
    "period_end",
    "known_at",
    "value_int",
    "value_real",
    "text",
    "delivery",
    "row",
]


def readable(frame: pd.DataFrame, connection: Connection) -> pd.DataFrame:
    """Rows of RAW with names for ids, in the columns that features start from (COLUMNS)."""
    subjects = {row.id: (row.identifier, row.kind) for row in connection.execute(select(subject))}
    indicators = {row.id: row.name for row in connection.execute(select(indicator))}
    dimensions = {row.id: json.loads(row.content) for row in connection.execute(select(dimension))}
    pairs = frame[["indicator_id", "dimension_id"]].drop_duplicates()
    keys = {
        (i, d): figure_key(indicators[i], *dimensions[d].values()) for i, d in pairs.itertuples(index=False)
    }
    figure = pd.MultiIndex.from_frame(frame[["indicator_id", "dimension_id"]]).map(keys)
    value = frame["value_real"].astype("float64").fillna(frame["value_int"].astype("float64"))
    return pd.DataFrame(
        {
            "subject": frame["subject_id"].map({id: one[0] for id, one in subjects.items()}).astype(object),
            "kind": frame["subject_id"].map({id: one[1] for id, one in subjects.items()}).astype(object),
            "figure": pd.Series(figure, index=frame.index, dtype=object),
            "source": frame["source"].astype(object),
            "period_start": pd.to_datetime(frame["period_start"], format="ISO8601").astype("datetime64[s]"),
            "period_end": pd.to_datetime(frame["period_end"], format="ISO8601").astype("datetime64[s]"),
            "known_at": pd.to_datetime(frame["known_at"], utc=True, format="ISO8601"),
            "value": value,
            "text": frame["text"].astype(object),
            "delivery": frame["delivery"],
            "row": frame["row"],
        },
        columns=COLUMNS,
    )
