"""Rows of tests.score_frames put into a store, as accepted deliveries would leave them."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, select

from ews.store import schema
from ews.store.engine import writing

_NUMBERS = count(1)


def keep(engine: Engine, rows: Sequence[Mapping[str, Any]], *, seen: datetime | None = None) -> None:
    """Store rows, one delivery a source; `seen` is when everybody in them was last stated."""
    with writing(engine) as connection:
        for source in sorted({str(one["source"]) for one in rows}):
            part = [one for one in rows if one["source"] == source]
            _deliver(connection, source, part, seen or max(one["known_at"] for one in part))


def keep_event(engine: Engine, subject: str, kind: str, on: date) -> None:
    """Store an event of a known subject, known at noon of its day."""
    moment = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    with writing(engine) as connection:
        made = _delivery(connection, "insolventieregister", moment)
        connection.execute(
            insert(schema.event).values(
                subject_id=_id(connection, schema.subject, identifier=subject), kind=kind, key=kind, occurred_on=on,
                known_at=moment, detail={}, source="insolventieregister", delivery_id=made, row_number=2,
            )
        )  # fmt: skip


def _deliver(
    connection: Connection, source: str, rows: Sequence[Mapping[str, Any]], moment: datetime
) -> None:
    made = _delivery(connection, source, moment)
    for one in rows:
        values = {
            "subject_id": _id(connection, schema.subject, identifier=one["subject"], kind=one["kind"]),
            "indicator_id": _id(connection, schema.indicator, name=one["figure"]),
            "dimension_id": _id(connection, schema.dimension, content=json.dumps({})),
            "source": source,
            "period_start": one["period_start"],
            "period_end": one["period_end"],
            "known_at": one["known_at"],
            "value_real": one["value"],
            "value_text": one["text"],
            "delivery_id": made,
            "row_number": one["row"],
        }
        connection.execute(insert(schema.observation).values(**values))
    for identifier in sorted({str(one["subject"]) for one in rows}):
        subject_id = connection.execute(
            select(schema.subject.c.id).where(schema.subject.c.identifier == identifier)
        ).scalar_one()
        connection.execute(
            insert(schema.delivery_coverage).values(delivery_id=made, subject_id=subject_id, row_number=2)
        )


def _delivery(connection: Connection, source: str, moment: datetime) -> int:
    added = (
        insert(schema.delivery)
        .values(
            source=source, sha256=f"{next(_NUMBERS):064d}", name=f"{source}.csv", size=1, known_at=moment,
            recorded_at=moment, status="accepted", counts={}, columns_seen=[], indicators_refused=[],
            unknown_columns=[], message="",
        )
        .returning(schema.delivery.c.id)
    )  # fmt: skip
    return int(connection.execute(added).scalar_one())


def _id(connection: Connection, table: Table, **values: Any) -> int:
    key = next(iter(values))
    found = connection.execute(select(table.c.id).where(table.c[key] == values[key])).scalar()
    if found is None:
        found = connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one()
    return int(found)
