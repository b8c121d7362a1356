"""One writer of deliveries at a time in a site, and what a dead one left behind."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from ews.jobs.run import Context
from ews.store import deliveries
from ews.store.audit import append
from ews.store.engine import reading, writing


@contextmanager
def one_at_a_time(context: Context) -> Iterator[None]:
    """Wait for the site's other ingest; the lock goes with the process, however it ends.

    Deliveries that a dead process left half written are removed first: nobody could see them.
    """
    with (context.folder / "ingest.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _remove_abandoned(context)
        yield


def _remove_abandoned(context: Context) -> None:
    with reading(context.engine) as connection:
        left = deliveries.abandoned(connection)
    for number in left:
        with writing(context.engine) as connection:
            deliveries.remove(connection, number)
            append(connection, context.actor, "delivery.abandoned", f"delivery:{number}", now=context.now)
