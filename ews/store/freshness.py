"""How new what stands in the store is: the last played moment, and stamps that change when anything does."""

from datetime import datetime

from sqlalchemy import Connection, ScalarSelect, Table, func, select

from ews.alerts.model import LEVEL_CHANGES
from ews.store.schema import (
    alert_change,
    assessment,
    case_entry,
    case_file,
    committee_decision,
    config_version,
    delivery,
    evidence,
    evidence_mark,
)

Stamp = tuple[object, ...]


def last_moment(connection: Connection) -> datetime | None:
    """The newest moment that anything was assessed at or delivered, or None in a fresh store."""
    assessed = connection.execute(select(func.max(assessment.c.as_of))).scalar()
    delivered = connection.execute(select(func.max(delivery.c.recorded_at))).scalar()
    moments: list[datetime] = [moment for moment in (assessed, delivered) if moment is not None]
    return max(moments, default=None)


def figures(connection: Connection) -> Stamp:
    """Differs as soon as a figure, an event or the rules changed: all of them come by delivery or activation."""
    d = delivery.c
    by_status = select(d.status, func.count(), func.max(d.id), func.sum(d.id)).group_by(d.status)
    rules = connection.execute(select(func.max(config_version.c.id))).scalar()
    rows = connection.execute(by_status.order_by(d.status))
    return (rules, *(tuple(row) for row in rows))


def judged(connection: Connection) -> Stamp:
    """Differs as soon as anything changed that a level is made from, or a level itself."""
    level_changes = select(alert_change.c.id).where(alert_change.c.reason.in_(sorted(LEVEL_CHANGES)))
    moved = level_changes.order_by(alert_change.c.id.desc()).limit(1).scalar_subquery()
    row = connection.execute(select(_newest(assessment), moved)).one()
    return (figures(connection), *row)


def covers(connection: Connection) -> Stamp:
    """Differs as soon as the cover of a case did: number, stage, owner, open or closed."""
    c = case_file.c
    rows = connection.execute(select(c.number, c.stage, c.owner, c.closed_at).order_by(c.id))
    return tuple(tuple(row) for row in rows)


def cases(connection: Connection) -> Stamp:
    """Differs as soon as anything changed that a list of cases shows."""
    c = case_file.c
    written = connection.execute(
        select(func.count(), func.sum(c.version), func.max(c.id)).select_from(case_file)
    )
    newest = connection.execute(
        select(*(_newest(one) for one in (case_entry, evidence, evidence_mark)))
    ).one()
    return (judged(connection), covers(connection), tuple(written.one()), *newest)


def stamp(connection: Connection) -> Stamp:
    """Differs as soon as a figure, an assessment, an alert, the rules, a decision or the cover of a case changed."""
    decided = [
        select(func.count(column)).scalar_subquery()
        for column in (committee_decision.c.id, committee_decision.c.ended_at)
    ]
    row = connection.execute(select(_newest(alert_change), *decided)).one()
    return (judged(connection), covers(connection), *row)


def _newest(table: Table) -> ScalarSelect[int]:
    return select(func.max(table.c.id)).scalar_subquery()
