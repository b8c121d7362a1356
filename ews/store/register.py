"""The register as it was known at a moment."""

from collections import OrderedDict
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection, func, select

from ews.signals.register import REGISTER_INDICATORS, Register, build_register
from ews.store import observations
from ews.store.schema import delivery

# A register is made of deliveries alone: the same ones known make the same register, whoever asks and when.
_KEPT = 4
_made: OrderedDict[tuple[object, ...], Register] = OrderedDict()
_lock = Lock()


def register_at(connection: Connection, as_of: datetime) -> Register:
    """Providers and locations as known at `as_of`."""
    key = _deliveries_known(connection, as_of)
    with _lock:
        if key in _made:
            _made.move_to_end(key)
            return _made[key]
    frame = observations.known_at(connection, as_of, indicators=REGISTER_INDICATORS)
    register = build_register(frame, observations.last_seen(connection, as_of))
    with _lock:
        _made[key] = register
        while len(_made) > _KEPT:
            _made.popitem(last=False)
    return register


def _deliveries_known(connection: Connection, as_of: datetime) -> tuple[object, ...]:
    """The database, and which accepted deliveries were known in it."""
    known = select(
        func.count(), func.max(delivery.c.id), func.sum(delivery.c.id), func.max(delivery.c.recorded_at)
    )
    row = connection.execute(known.where(delivery.c.status == "accepted", delivery.c.known_at <= as_of)).one()
    return (str(connection.engine.url), id(connection.engine), *row)
