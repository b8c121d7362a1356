"""How new what stands in the store is: the last played moment, and a stamp that changes when anything does."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from ews.store.schema import (
    alert_change,
    assessment,
    case_file,
    committee_decision,
    config_version,
    delivery,
)

Stamp = tuple[object, ...]


def last_moment(connection: Connection) -> datetime | None:
    """The newest moment that anything was assessed at or delivered, or None in a fresh store."""
    assessed = connection.execute(select(func.max(assessment.c.as_of))).scalar()
    delivered = connection.execute(select(func.max(delivery.c.recorded_at))).scalar()
    moments: list[datetime] = [moment for moment in (assessed, delivered) if moment is not None]
    return max(moments, default=None)


def stamp(connection: Connection) -> Stamp:
    """Differs as soon as a figure, an assessment, an alert, the rules, a decision or the cover of a case changed."""
    accepted = select(func.count()).where(delivery.c.status == "accepted").scalar_subquery()
    newest = [
        select(func.max(table.c.id)).scalar_subquery() for table in (assessment, alert_change, config_version)
    ]
    decided = [
        select(func.count(column)).scalar_subquery()
        for column in (committee_decision.c.id, committee_decision.c.ended_at)
    ]
    numbers = connection.execute(select(accepted, *newest, *decided)).one()
    covers = connection.execute(
        select(case_file.c.number, case_file.c.stage, case_file.c.owner, case_file.c.closed_at)
    )
    return (*numbers, tuple(tuple(row) for row in covers))
