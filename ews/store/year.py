"""What the record of a year holds: when the portfolio was judged, and how often something was done."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select

from ews.store.schema import assessment, audit_entry


def assessed_at(connection: Connection, since: datetime, until: datetime) -> list[datetime]:
    """The moments at which the portfolio was judged, oldest first; reconstructions are none of them."""
    rows = connection.execute(
        select(assessment.c.as_of)
        .where(assessment.c.as_of >= since, assessment.c.as_of <= until, assessment.c.recorded_at <= until)
        .distinct()
        .order_by(assessment.c.as_of)
    )
    return [row.as_of for row in rows]


def acts(connection: Connection, actions: Collection[str], since: datetime, until: datetime) -> int:
    """How many entries of the chain name one of these actions; no actions: how many there are at all."""
    query = select(func.count()).where(audit_entry.c.at >= since, audit_entry.c.at <= until)
    if actions:
        query = query.where(audit_entry.c.action.in_(sorted(actions)))
    return int(connection.execute(query).scalar_one())
