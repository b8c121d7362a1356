"""What is remembered of fetched addresses, and of bytes that came in again."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from ews.signals.fetching import Asked
from ews.store.schema import delivery, delivery_again, source_fetch


def asked(connection: Connection, source: str) -> dict[str, Asked]:
    """Every item of a source that was ever asked for."""
    rows = connection.execute(select(source_fetch).where(source_fetch.c.source == source))
    found = {}
    for row in rows:
        stored = dict(row._mapping)
        del stored["source"]
        found[row.item] = Asked(**stored)
    return found


def remember(connection: Connection, source: str, known: Asked) -> None:
    """Put an item as it now stands in the place of what was remembered of it."""
    of_item = (source_fetch.c.source == source, source_fetch.c.item == known.item)
    connection.execute(delete(source_fetch).where(*of_item))
    connection.execute(insert(source_fetch).values(source=source, **asdict(known)))


def failing(connection: Connection, until: datetime) -> dict[str, str]:
    """Per source whose newest call up to a moment failed: what went wrong."""
    newest = (
        select(source_fetch.c.source, func.max(source_fetch.c.tried_at).label("tried_at"))
        .where(source_fetch.c.tried_at <= until)
        .group_by(source_fetch.c.source)
        .subquery()
    )
    same_call = (newest.c.source == source_fetch.c.source) & (newest.c.tried_at == source_fetch.c.tried_at)
    rows = connection.execute(
        select(source_fetch.c.source, source_fetch.c.problem)
        .join(newest, same_call)
        .where(source_fetch.c.problem != "")
        .order_by(source_fetch.c.source, source_fetch.c.item)
    )
    return {source: problem for source, problem in rows}


def answered(connection: Connection, until: datetime) -> dict[str, datetime]:
    """Per fetched source when it last answered as agreed, up to a moment."""
    rows = connection.execute(
        select(source_fetch.c.source, func.max(source_fetch.c.answered_at))
        .where(source_fetch.c.answered_at <= until)
        .group_by(source_fetch.c.source)
    )
    return {source: moment for source, moment in rows}


def note_again(connection: Connection, delivery_id: int, *, name: str, at: datetime) -> None:
    """Record that the bytes of a delivery came in once more."""
    connection.execute(insert(delivery_again).values(delivery_id=delivery_id, name=name, at=at))


def last_again(connection: Connection, until: datetime) -> dict[str, datetime]:
    """Per source when known bytes came in again last, up to a moment."""
    rows = connection.execute(
        select(delivery.c.source, func.max(delivery_again.c.at))
        .join(delivery, delivery.c.id == delivery_again.c.delivery_id)
        .where(delivery_again.c.at <= until)
        .group_by(delivery.c.source)
    )
    return {source: at for source, at in rows}
