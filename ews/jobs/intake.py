"""One delivery into the store: staged in short transactions, published in one, or held for a person.

What is staged is invisible. A process that dies in between leaves a delivery in state `staging`; the next ingest
removes it. Alerts are written while this runs: no transaction here takes long.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from time import monotonic, sleep
from typing import Any, TypeVar

import pandas as pd
from sqlalchemy import Connection

from ews.jobs.arrival import Arrival, Numbered, dimensions_of, indicators_of, news, numbered
from ews.jobs.memory import Memory
from ews.jobs.restate import said_later
from ews.jobs.run import Context
from ews.signals.model import Rejection
from ews.store import deliveries, events, names, observations
from ews.store.audit import append
from ews.store.engine import reading, writing

T = TypeVar("T")
BATCH = 2_000
SUBJECTS = 500
"""Whose figures are removed at once."""
TURN_SECONDS = 0.3
"""So long a delivery writes before it lets others write."""
BREATH_SECONDS = 0.2
"""SQLite gives no turns: who waits looks again every tenth of a second, and on a busy machine somewhat later."""


class _Turns:
    """Lets waiting writers in while a delivery of many batches is written."""

    def __init__(self) -> None:
        self._since = monotonic()

    def pass_on(self) -> None:
        """To be called between transactions."""
        if monotonic() - self._since > TURN_SECONDS:
            sleep(BREATH_SECONDS)
            self._since = monotonic()


def _staged(context: Context, arrival: Arrival, **state: Any) -> int:
    """The number of a new delivery that nobody sees yet, with all that could not be read of it."""
    with writing(context.engine) as connection:
        number = _record(connection, context, arrival, **state)
    _note_rejections(context, number, arrival.parsed.rejections)
    return number


def _note_rejections(context: Context, number: int, rejections: Sequence[Rejection]) -> None:
    """Add what could not be read of a delivery; of a spoiled file that is every row."""
    turns = _Turns()
    for some in _batches(rejections):
        with writing(context.engine) as connection:
            deliveries.record_rejections(connection, number, some)
        turns.pass_on()


def unwrite(context: Context, number: int) -> None:
    """Remove the observations of a delivery that nobody could see, in short transactions."""
    turns = _Turns()
    with reading(context.engine) as connection:
        last = deliveries.last_subject(connection)
    for start in range(0, last + 1, SUBJECTS):
        with writing(context.engine) as connection:
            deliveries.clear_observations(connection, number, range(start, start + SUBJECTS))
        turns.pass_on()


def _record(connection: Connection, context: Context, arrival: Arrival, **state: Any) -> int:
    parsed = arrival.parsed
    return deliveries.record(
        connection,
        {
            "source": arrival.contract.name,
            "sha256": arrival.sha256,
            "name": arrival.name,
            "size": arrival.size,
            "known_at": arrival.moment,
            "recorded_at": context.now,
            "period_end": arrival.day,
            "columns_seen": sorted({slot.indicator for slot in parsed.slots}),
            "indicators_refused": list(parsed.refused),
            "unknown_columns": list(parsed.unknown),
            "contract": arrival.contract.reading,
            "taken_in_by": context.actor.id,
            "status": "staging",
            "counts": {},
            "message": "",
            **state,
        },
    )


def hold(
    context: Context, arrival: Arrival, message: str, memory: Memory, *, doubt: str = ""
) -> tuple[int, dict[str, int]]:
    """Keep a delivery for a person to decide; its figures stay out. Returns its number and what a release would give.

    `doubt`: why only a person ends this, whatever a later contract makes of the file.
    """
    with reading(context.engine) as connection:
        delivered = numbered(connection, arrival.parsed, arrival.contract, create=False)
        before = memory.before(connection, arrival.contract.name, arrival.moment)
        counts = news(connection, arrival, delivered, before).counts(arrival.parsed)
    number = _staged(context, arrival, message=message, doubt=doubt)
    with writing(context.engine) as connection:
        deliveries.change(connection, number, status="held", counts=counts)
        about = {"source": arrival.contract.name, "sha256": arrival.sha256}
        append(connection, context.actor, "delivery.held", f"delivery:{number}", about, now=context.now)
    return number, counts


def publish(context: Context, arrival: Arrival, memory: Memory) -> tuple[int, dict[str, int]]:
    """Store a delivery. Returns its number and the account of its rows."""
    number = _staged(context, arrival)
    delivered = name_all(context, arrival)
    counts = fill(context, arrival, delivered, number=number, memory=memory)
    with writing(context.engine) as connection:
        deliveries.change(connection, number, status="accepted", counts=counts)
        about = {"source": arrival.contract.name, "sha256": arrival.sha256, **counts}
        append(connection, context.actor, "delivery.accepted", f"delivery:{number}", about, now=context.now)
    return number, counts


def name_all(context: Context, arrival: Arrival) -> Numbered:
    """Give every name of a delivery its number, some at a time, and put its cells by number."""
    turns = _Turns()
    for some in _batches(arrival.parsed.subjects):
        with writing(context.engine) as connection:
            names.numbers(connection, subjects=some, indicators=(), dimensions=(), create=True)
        turns.pass_on()
    with writing(context.engine) as connection:
        names.numbers(
            connection,
            subjects=(),
            indicators=indicators_of(arrival.parsed, arrival.contract),
            dimensions=dimensions_of(arrival.parsed, arrival.contract),
            create=True,
        )
    with reading(
        context.engine
    ) as connection:  # millions of cells are put by number without holding up a writer
        return numbered(connection, arrival.parsed, arrival.contract, create=False)


def _batches(things: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(things), BATCH):
        yield things[start : start + BATCH]


def fill(
    context: Context, arrival: Arrival, delivered: Numbered, *, number: int, memory: Memory
) -> dict[str, int]:
    """Write what is new of a delivery that is not visible yet, in short transactions."""
    source, moment = arrival.contract.name, arrival.moment
    with reading(context.engine) as connection:
        before = memory.before(connection, source, moment)
        found = news(connection, arrival, delivered, before)
        # before this one is published: what later deliveries said must never look overruled
        later = said_later(connection, context, arrival, found.rows)
    turns = _Turns()
    for delivery, rows in later:
        _write_rows(context, rows, turns, number=delivery.id, source=source, moment=delivery.known_at)
        memory.forget(source)
    _write_rows(context, found.rows, turns, number=number, source=source, moment=moment)
    for mentioned in _batches(list(delivered.covered.items())):
        with writing(context.engine) as connection:
            deliveries.cover(connection, number, dict(mentioned))
        turns.pass_on()
    constants = {"source": source, "delivery_id": number, "known_at": moment}
    for told in _batches(found.events):
        with writing(context.engine) as connection:
            events.add(connection, [event | constants for event in told])
        turns.pass_on()
    memory.stored(source, moment, before, found.rows)
    return found.counts(arrival.parsed)


def _write_rows(
    context: Context, rows: pd.DataFrame, turns: _Turns, *, number: int, source: str, moment: datetime
) -> None:
    """Add observations in batches that each are one short transaction.

    In the order of the table's key: a column of a wide file names everybody, and would touch every page of the table.
    """
    rows = rows.sort_values(["subject_id", "indicator_id", "dimension_id"], ignore_index=True)
    for start in range(0, len(rows), BATCH):
        with writing(context.engine) as connection:
            batch = rows.iloc[start : start + BATCH]
            observations.add(connection, batch, delivery_id=number, source=source, known=moment)
        turns.pass_on()
