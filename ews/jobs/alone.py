"""One writer of deliveries at a time in a site, and what a dead one left behind."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from ews.jobs.intake import unwrite
from ews.jobs.run import Context
from ews.store import deliveries
from ews.store.audit import append
from ews.store.engine import reading, writing

_LOCK = 4_202_611
"""The number of this lock among the advisory locks of a PostgreSQL database."""


@contextmanager
def one_at_a_time(context: Context) -> Iterator[None]:
    """Wait for the site's other ingest; the lock goes with the process, however it ends.

    Deliveries that a dead process left half written are removed first: nobody could see them.
    """
    with _locked(context):
        _remove_abandoned(context)
        yield


@contextmanager
def _locked(context: Context) -> Iterator[None]:
    """By a file beside a SQLite database; in a database that several machines share, by the database itself."""
    if context.engine.dialect.name == "postgresql":
        # outside a transaction: one that stays open would keep the database from cleaning up
        with context.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(select(func.pg_advisory_lock(_LOCK)))
            try:
                yield
            finally:
                connection.execute(select(func.pg_advisory_unlock(_LOCK)))
        return
    with (context.folder / "ingest.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _remove_abandoned(context: Context) -> None:
    with reading(context.engine) as connection:
        left = deliveries.abandoned(connection)
    for number in left:
        unwrite(context, number)
        with writing(context.engine) as connection:
            deliveries.clear(connection, number)
            deliveries.remove(connection, number)
            append(connection, context.actor, "delivery.abandoned", f"delivery:{number}", now=context.now)
