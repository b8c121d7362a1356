"""Mutes: silence about a subject, with a reason and an end."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from ews.alerts.model import Mute
from ews.store.schema import alert_mute, subject


def active(connection: Connection, now: datetime) -> dict[str, Mute]:
    """The mute in force of each muted subject at a moment."""
    query = _mutes().where(
        alert_mute.c.from_at <= now,
        alert_mute.c.until_at > now,
        alert_mute.c.ended_at.is_(None) | (alert_mute.c.ended_at > now),
    )
    return {row.identifier: _mute(row) for row in connection.execute(query)}


def listed(connection: Connection) -> list[Mute]:
    """Every mute there ever was, newest first."""
    return [_mute(row) for row in connection.execute(_mutes().order_by(alert_mute.c.id.desc()))]


def add(
    connection: Connection,
    identifier: str,
    *,
    now: datetime,
    until: datetime,
    reason: str,
    author: str,
    second: str | None,
) -> int:
    """Mute a subject and return the mute's number."""
    subject_id = connection.execute(
        select(subject.c.id).where(subject.c.identifier == identifier)
    ).scalar_one()
    added = insert(alert_mute).values(
        subject_id=subject_id, from_at=now, until_at=until, reason=reason, author=author, second=second
    )
    return int(connection.execute(added.returning(alert_mute.c.id)).scalar_one())


def end(connection: Connection, number: int, *, now: datetime) -> None:
    """End a mute before its time."""
    connection.execute(update(alert_mute).where(alert_mute.c.id == number).values(ended_at=now))


def _mutes() -> Select[Any]:
    return select(alert_mute, subject.c.identifier).join(subject, subject.c.id == alert_mute.c.subject_id)


def _mute(row: Row[Any]) -> Mute:
    return Mute(
        id=row.id,
        subject=row.identifier,
        from_at=row.from_at,
        until=row.until_at,
        reason=row.reason,
        author=row.author,
        second=row.second,
        ended_at=row.ended_at,
    )
