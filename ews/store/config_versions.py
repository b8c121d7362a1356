"""Which documents of config/ are in force, since when, and who made them so."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from ews.store.schema import config_version


def active_documents(connection: Connection) -> dict[str, dict[str, Any]] | None:
    """The documents in force, or None before the site's first activation."""
    row = connection.execute(
        select(config_version.c.content).order_by(config_version.c.id.desc()).limit(1)
    ).first()
    return row.content if row else None


def record(
    connection: Connection,
    *,
    content: dict[str, Any],
    hash: str,
    difference: list[str],
    by: str,
    second: str,
    now: datetime,
) -> None:
    """Make documents the ones in force, beside all that were before."""
    connection.execute(
        insert(config_version).values(
            hash=hash,
            activated_at=now,
            activated_by=by,
            second=second,
            content=content,
            difference=difference,
        )
    )
