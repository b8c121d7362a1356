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


def by_hash(connection: Connection, beginning: str) -> list[dict[str, dict[str, Any]]]:
    """The documents of every configuration that was in force and whose hash begins so, each once."""
    rows = connection.execute(
        select(config_version.c.hash, config_version.c.content)
        .where(config_version.c.hash.startswith(beginning, autoescape=True))
        .order_by(config_version.c.id)
    )
    return list({row.hash: row.content for row in rows}.values())


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
