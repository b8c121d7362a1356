"""Events: what was known to have happened, and adding what a delivery told that was new."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from ews.signals.model import Event
from ews.signals.recurring import Identity, Told
from ews.signals.soft import RESTRICTED_SOURCE, SOFT_SOURCE, is_heard
from ews.store.schema import delivery, subject
from ews.store.schema import event as event_table


def known_at(
    connection: Connection,
    as_of: datetime,
    *,
    restricted: bool = False,
    subjects: Collection[str] | None = None,
) -> list[Event]:
    """The newest version known at `as_of` of every event, by subject and date. `detail` is JSON text.

    `subjects` narrows it; None: all. Restricted events are for their named readers only: they come by themselves, and never among the others.
    """
    apart = event_table.c.source == RESTRICTED_SOURCE
    newest = _newest(as_of).where(apart if restricted else ~apart)
    if subjects is not None:
        chosen = select(subject.c.id).where(subject.c.identifier.in_(sorted(subjects)))
        newest = newest.where(event_table.c.subject_id.in_(chosen))
    version = newest.subquery()
    query = (
        select(version, subject.c.identifier)
        .join(subject, subject.c.id == version.c.subject_id)
        .where(version.c.version == 1)
        .order_by(
            subject.c.identifier, version.c.occurred_on, version.c.kind, version.c.key, version.c.source
        )
    )
    return [_event(row) for row in connection.execute(query)]


def _newest(as_of: datetime) -> Select[Any]:
    e = event_table.c
    version = func.row_number().over(
        partition_by=(e.subject_id, e.kind, e.key, e.source), order_by=e.known_at.desc()
    )
    accepted = select(delivery.c.id).where(delivery.c.status == "accepted")
    return select(event_table, version.label("version")).where(
        e.known_at <= as_of, e.delivery_id.in_(accepted)
    )


def _event(row: Any) -> Event:
    return Event(
        subject=row.identifier,
        kind=row.kind,
        occurred_on=row.occurred_on,
        known_at=row.known_at,
        key=row.key,
        detail=json.dumps(row.detail, sort_keys=True, ensure_ascii=False),
        source=row.source,
        delivery=row.delivery_id,
        row=row.row_number,
        ended_on=row.ended_on,
    )


def first_known(connection: Connection, event: Event) -> datetime:
    """When the first version of an event was known."""
    e = event_table.c
    query = (
        select(func.min(e.known_at))
        .join(subject, subject.c.id == e.subject_id)
        .where(subject.c.identifier == event.subject, e.source == event.source)
        .where(e.kind == event.kind, e.key == event.key)
    )
    found: datetime | None = connection.execute(query).scalar_one()
    return found or event.known_at


def unheard_rows(connection: Connection, as_of: datetime) -> frozenset[tuple[int, int]]:
    """(delivery, row) of every version of a soft signal on which its provider was not heard by `as_of`."""
    newest = _newest(as_of).where(event_table.c.source == SOFT_SOURCE)
    versions = connection.execute(newest.order_by(event_table.c.known_at)).all()
    heard = {(row.subject_id, row.kind, row.key) for row in versions if is_heard(row.detail)}
    return frozenset(
        (row.delivery_id, row.row_number)
        for row in versions
        if (row.subject_id, row.kind, row.key) not in heard
    )


def told(connection: Connection, source: str, moment: datetime) -> dict[Identity, Told]:
    """Every event of a source as it was told last, up to and at `moment`."""
    version = _newest(moment).where(event_table.c.source == source).subquery()
    query = select(version, subject.c.identifier).join(subject, subject.c.id == version.c.subject_id)
    return {
        (row.identifier, row.kind, row.key): Told(row.occurred_on, row.ended_on, row.detail)
        for row in connection.execute(query.where(version.c.version == 1))
    }


def add(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add events as rows of the table, in the caller's transaction."""
    if rows:
        connection.execute(insert(event_table), list(rows))
