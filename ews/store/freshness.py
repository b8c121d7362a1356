"""How new what stands in the store is: the last played moment, and a stamp that changes when anything does."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from ews.store.schema import alert_change, assessment, case_entry, case_file, config_version, delivery


def last_moment(connection: Connection) -> datetime | None:
    """The newest moment that anything was assessed at or delivered, or None in a fresh store."""
    assessed = connection.execute(select(func.max(assessment.c.as_of))).scalar()
    delivered = connection.execute(select(func.max(delivery.c.recorded_at))).scalar()
    moments: list[datetime] = [moment for moment in (assessed, delivered) if moment is not None]
    return max(moments, default=None)


def stamp(connection: Connection) -> tuple[int, ...]:
    """Numbers that differ as soon as a figure, an assessment, an alert, a case or the rules changed."""
    accepted = select(func.count()).where(delivery.c.status == "accepted").scalar_subquery()
    newest = [
        select(func.max(table.c.id)).scalar_subquery()
        for table in (assessment, alert_change, case_entry, config_version)
    ]
    versions = select(func.sum(case_file.c.version)).scalar_subquery()
    row = connection.execute(select(accepted, *newest, versions)).one()
    return tuple(int(value or 0) for value in row)
