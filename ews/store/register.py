"""The register as it was known at a moment."""

from datetime import datetime

from sqlalchemy import Connection

from ews.signals.register import Register, build_register
from ews.store import observations


def register_at(connection: Connection, as_of: datetime) -> Register:
    """Providers and locations as known at `as_of`."""
    frame = observations.known_at(connection, as_of)
    return build_register(frame, observations.last_seen(connection, as_of))
