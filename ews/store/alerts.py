"""Alert episodes and their changes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, func, insert, select, update

from ews.alerts.model import AlertChange, AlertState, ChangeReason, RecordedChange
from ews.scoring.model import Assessment, Level
from ews.store.schema import alert, alert_change, subject

_LEVEL_CHANGES = (ChangeReason.OPENED, ChangeReason.RAISED, ChangeReason.LOWERED)
_TOLD = frozenset(ChangeReason) - {ChangeReason.ACKNOWLEDGED}
_FEW = 500
"""Subjects asked for one by one; more of them are read with the whole list."""


def open_states(connection: Connection, *, subjects: Collection[str] | None = None) -> dict[str, AlertState]:
    """Every open episode by subject."""
    moved = alert_change.c.reason.in_([reason.value for reason in _LEVEL_CHANGES])
    last_change = select(func.max(alert_change.c.at)).where(alert_change.c.alert_id == alert.c.id, moved)
    query = (
        select(alert, subject.c.identifier, last_change.scalar_subquery().label("last_change_at"))
        .join(subject, subject.c.id == alert.c.subject_id)
        .where(alert.c.cleared_at.is_(None))
        .order_by(subject.c.identifier)
    )
    if subjects is not None:
        query = query.where(subject.c.identifier.in_(sorted(subjects)))
    return {row.identifier: _state(row) for row in connection.execute(query)}


def record(
    connection: Connection,
    changes: Sequence[AlertChange],
    *,
    assessments: Mapping[str, Assessment],
    rows: Mapping[str, int],
    actor: str,
) -> list[RecordedChange]:
    """Add changes and bring their episodes up to date, in the caller's transaction.

    `rows` are the assessment rows by subject. The database refuses a second open episode of a subject.
    """
    alert_ids = _alert_ids(connection, changes)
    values = [
        {
            "alert_id": alert_id,
            "at": change.at,
            "reason": change.reason.value,
            "level_before": change.before.value,
            "level_after": change.after.value,
            "points": change.points,
            "assessment_id": rows.get(change.subject),
            "policy": change.policy,
            "actor": actor,
            "speaker": change.speaker,
        }
        for change, alert_id in zip(changes, alert_ids, strict=True)
    ]
    change_ids = _inserted(connection, alert_change, values)
    _follow(connection, list(zip(alert_ids, changes, strict=True)))
    return [
        RecordedChange(change, change_id, alert_id, assessments[change.subject])
        for change, change_id, alert_id in zip(changes, change_ids, alert_ids, strict=True)
    ]


def _inserted(connection: Connection, table: Table, values: Sequence[Mapping[str, Any]]) -> list[int]:
    """Ids of new rows, in their order: a country's changes in a few statements, since others wait for this lock."""
    if not values:
        return []
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.execute(statement, values).scalars())


def _alert_ids(connection: Connection, changes: Sequence[AlertChange]) -> list[int]:
    """The episode of each change; of one without, a new one."""
    opening = [change for change in changes if not change.alert]
    wanted = sorted({change.subject for change in opening})
    known = select(subject.c.identifier, subject.c.id)
    if len(wanted) <= _FEW:
        known = known.where(subject.c.identifier.in_(wanted))
    ids = {row.identifier: row.id for row in connection.execute(known)} if wanted else {}
    opened = [
        {
            "subject_id": ids[change.subject],
            "family": change.family,
            "opened_at": change.at,
            "held": change.after.value,
        }
        for change in opening
    ]
    fresh = iter(_inserted(connection, alert, opened))
    return [change.alert or next(fresh) for change in changes]


def keep_observed(connection: Connection, states: Iterable[AlertState]) -> None:
    """Write `below_since` of episodes that were looked at."""
    for state in states:
        connection.execute(
            update(alert).where(alert.c.id == state.alert).values(below_since=state.below_since)
        )


def _follow(connection: Connection, changes: Iterable[tuple[int, AlertChange]]) -> None:
    """Bring episodes up to date, one change after another; those that set the same columns together."""
    values = [{"episode": alert_id, **_after(change)} for alert_id, change in changes]
    for columns, alike in groupby(values, key=lambda one: [*one]):
        moved: dict[str, Any] = {name: bindparam(name) for name in columns if name != "episode"}
        statement = update(alert).where(alert.c.id == bindparam("episode")).values(moved)
        connection.execute(statement, list(alike))


def _after(change: AlertChange) -> dict[str, Any]:
    """What a change makes of its episode."""
    values: dict[str, Any] = {"held": change.after.value}
    if change.reason in _TOLD and not change.speaker:
        values["last_told_at"] = change.at
    if change.reason in {ChangeReason.RAISED, ChangeReason.REESCALATED}:
        values |= {"acknowledged_until": None, "acknowledged_by": None}
    if change.reason in {ChangeReason.LOWERED, ChangeReason.RAISED}:
        values["below_since"] = None
    if change.reason is ChangeReason.CLEARED:
        values["cleared_at"] = change.at
    return values


def _state(row: Row[Any]) -> AlertState:
    return AlertState(
        alert=row.id,
        subject=row.identifier,
        family=row.family,
        held=Level(row.held),
        opened_at=row.opened_at,
        last_change_at=row.last_change_at,
        last_told_at=row.last_told_at,
        below_since=row.below_since,
        acknowledged_until=row.acknowledged_until,
        acknowledged_by=row.acknowledged_by,
    )


def held_at(connection: Connection, as_of: datetime) -> dict[str, Level]:
    """The level that each subject's episode held at a moment; cleared and never opened ones are absent."""
    place = func.row_number().over(
        partition_by=alert.c.subject_id, order_by=(alert_change.c.at.desc(), alert_change.c.id.desc())
    )
    ranked = (
        select(subject.c.identifier, alert_change.c.level_after, alert_change.c.reason, place.label("place"))
        .join(alert, alert.c.id == alert_change.c.alert_id)
        .join(subject, subject.c.id == alert.c.subject_id)
        .where(alert_change.c.at <= as_of)
        .subquery()
    )
    query = select(ranked).where(ranked.c.place == 1, ranked.c.reason != ChangeReason.CLEARED.value)
    return {row.identifier: Level(row.level_after) for row in connection.execute(query)}
