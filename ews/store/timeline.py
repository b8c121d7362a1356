"""Everything that was ever known until a moment, in two reads, for whoever walks through the past."""

from collections.abc import Collection
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, select, type_coerce
from sqlalchemy.types import NullType

from ews.store.history import RAW, readable
from ews.store.schema import delivery, delivery_coverage, indicator, observation, subject


def versions_until(connection: Connection, until: datetime, *, figures: Collection[str]) -> pd.DataFrame:
    """Every version of the named figures that was known at `until`; columns as `history_at` gives."""
    accepted = select(delivery.c.id).where(delivery.c.status == "accepted")
    wanted = select(indicator.c.id).where(indicator.c.name.in_(sorted(figures)))
    o = observation.c
    raw = {"period_start", "period_end", "known_at"}
    names = [{"text": "value_text", "delivery": "delivery_id", "row": "row_number"}.get(n, n) for n in RAW]
    columns = [type_coerce(o[name], NullType()) if name in raw else o[name] for name in names]
    query = select(*columns).where(
        o.known_at <= until, o.delivery_id.in_(accepted), o.indicator_id.in_(wanted)
    )
    return readable(pd.DataFrame(connection.execute(query).all(), columns=RAW), connection)


def seen_until(connection: Connection, until: datetime) -> pd.DataFrame:
    """One row per subject and accepted delivery that stated it: subject, source, seen_at."""
    query = (
        select(subject.c.identifier, delivery.c.source, type_coerce(delivery.c.known_at, NullType()))
        .join(delivery_coverage, delivery_coverage.c.subject_id == subject.c.id)
        .join(delivery, delivery.c.id == delivery_coverage.c.delivery_id)
        .where(delivery.c.status == "accepted", delivery.c.known_at <= until)
    )
    frame = pd.DataFrame(connection.execute(query).all(), columns=["subject", "source", "seen_at"])
    return frame.assign(seen_at=pd.to_datetime(frame["seen_at"], utc=True, format="ISO8601"))
