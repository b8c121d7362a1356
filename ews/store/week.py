"""One week as it was known at its end: everything that the digest is made from, also years later."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from ews.alerts.model import ChangeReason
from ews.scoring.model import Confidence, Level
from ews.store.audit import Head
from ews.store.schema import (
    alert,
    alert_change,
    assessment,
    audit_entry,
    committee_decision,
    config_version,
    delivery,
    event,
    subject,
)


@dataclass(frozen=True, slots=True)
class Moved:
    """One alert change, with the largest reason of the assessment behind it."""

    change: int
    alert: int
    subject: str
    at: datetime
    reason: ChangeReason
    before: Level
    after: Level
    points: int
    because: str
    by_tripwire: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How one subject stood at a moment."""

    level: Level
    points: int
    confidence: Confidence
    coverage: float


@dataclass(frozen=True, slots=True)
class SourceState:
    """What came in of one source up to a moment."""

    last_accepted: datetime | None
    held: tuple[str, ...]
    """Names of files that are held."""


@dataclass(frozen=True, slots=True)
class CommitteeDecision:
    id: int
    week: str
    what: str
    owner: str
    due_on: date
    outcome: str
    ended_on: datetime | None


@dataclass(frozen=True, slots=True)
class Episode:
    """One alert from beginning to end."""

    alert: int
    subject: str
    opened_at: datetime
    cleared_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A told change of an alert whose receipt nobody confirmed."""

    change: int
    alert: int
    subject: str
    level: Level
    at: datetime


def moved(
    connection: Connection, since: datetime, until: datetime, *, only: Collection[int] | None = None
) -> list[Moved]:
    """Alert changes of the week that changed a level, oldest first; `only`: of these numbers, None for all."""
    query = (
        select(
            alert_change.c.id,
            alert_change.c.alert_id,
            subject.c.identifier,
            alert_change.c.at,
            alert_change.c.reason,
            alert_change.c.level_before,
            alert_change.c.level_after,
            alert_change.c.points,
            assessment.c.reasons,
        )
        .join(alert, alert_change.c.alert_id == alert.c.id)
        .join(subject, alert.c.subject_id == subject.c.id)
        .join(assessment, alert_change.c.assessment_id == assessment.c.id, isouter=True)
        .where(alert_change.c.at >= since, alert_change.c.at <= until)
        .where(alert_change.c.level_before != alert_change.c.level_after)
        .order_by(alert_change.c.id)
    )
    if only is not None:
        query = query.where(alert_change.c.id.in_(sorted(only)))
    return [_moved(row) for row in connection.execute(query)]


def _moved(row: Any) -> Moved:
    reasons: list[Mapping[str, Any]] = sorted(row.reasons or [], key=lambda one: -one["points"])
    return Moved(
        change=row.id,
        alert=row.alert_id,
        subject=row.identifier,
        at=row.at,
        reason=ChangeReason(row.reason),
        before=Level(row.level_before),
        after=Level(row.level_after),
        points=row.points,
        because=reasons[0]["text"] if reasons else "",
        by_tripwire=any(one["kind"] == "tripwire" for one in reasons),
    )


def standings(connection: Connection, until: datetime, *, kind: str) -> dict[str, Standing]:
    """The last assessment of every provider or location up to a moment."""
    newest = func.row_number().over(partition_by=assessment.c.subject_id, order_by=assessment.c.as_of.desc())
    ranked = (
        select(assessment, newest.label("newest"))
        .where(assessment.c.as_of <= until, assessment.c.engine == "scorecard")
        .subquery()
    )
    rows = connection.execute(
        select(
            subject.c.identifier,
            ranked.c.level,
            ranked.c.points,
            ranked.c.confidence,
            ranked.c.coverage,
        )
        .join(subject, ranked.c.subject_id == subject.c.id)
        .where(ranked.c.newest == 1, subject.c.kind == kind)
    )
    return {
        row.identifier: Standing(Level(row.level), row.points, Confidence(row.confidence), row.coverage)
        for row in rows
    }


def sources(connection: Connection, until: datetime) -> dict[str, SourceState]:
    """Per source what came in, as recorded up to a moment."""
    rows = connection.execute(
        select(delivery.c.source, delivery.c.status, delivery.c.name, delivery.c.known_at)
        .where(delivery.c.recorded_at <= until, delivery.c.status.in_(["accepted", "held"]))
        .order_by(delivery.c.id)
    )
    last: dict[str, datetime] = {}
    held: dict[str, list[str]] = {}
    for source, status, name, known_at in rows:
        if status == "held":
            held.setdefault(source, []).append(name)
        else:
            last[source] = max(known_at, last.get(source, known_at))
    return {
        source: SourceState(last.get(source), tuple(held.get(source, ())))
        for source in sorted(last.keys() | held.keys())
    }


def episodes(connection: Connection, until: datetime) -> list[Episode]:
    """Every alert that began up to a moment; an end after it had not come yet."""
    rows = connection.execute(
        select(alert.c.id, subject.c.identifier, alert.c.opened_at, alert.c.cleared_at)
        .join(subject, alert.c.subject_id == subject.c.id)
        .where(alert.c.opened_at <= until)
        .order_by(alert.c.id)
    )
    return [
        Episode(number, name, opened, cleared if cleared and cleared <= until else None)
        for number, name, opened, cleared in rows
    ]


def happened(
    connection: Connection, kinds: Collection[str], *, since: date, until: datetime
) -> list[tuple[str, date]]:
    """Events of these kinds that were known by a moment and occurred on or after a day, once each."""
    rows = connection.execute(
        select(subject.c.identifier, func.min(event.c.occurred_on))
        .join(subject, event.c.subject_id == subject.c.id)
        .where(event.c.kind.in_(sorted(kinds)), event.c.occurred_on >= since, event.c.known_at <= until)
        .group_by(subject.c.identifier)
        .order_by(subject.c.identifier)
    )
    return [(identifier, on) for identifier, on in rows]


def unanswered(connection: Connection, until: datetime) -> list[Waiting]:
    """Open alerts whose last told change was not followed by an acknowledgement, as of a moment."""
    rows = connection.execute(
        select(
            alert_change.c.id,
            alert_change.c.alert_id,
            subject.c.identifier,
            alert_change.c.reason,
            alert_change.c.level_after,
            alert_change.c.at,
        )
        .join(alert, alert_change.c.alert_id == alert.c.id)
        .join(subject, alert.c.subject_id == subject.c.id)
        .where(alert_change.c.at <= until, alert_change.c.speaker == "")
        .order_by(alert_change.c.id)
    )
    last: dict[int, Waiting | None] = {}
    for change, number, name, reason, level, at in rows:
        if reason in {ChangeReason.ACKNOWLEDGED, ChangeReason.CLEARED, ChangeReason.LOWERED}:
            last[number] = None
        elif reason in {ChangeReason.OPENED, ChangeReason.RAISED} or last.get(number) is None:
            last[number] = Waiting(change, number, name, Level(level), at)
    return [one for one in last.values() if one is not None]


def audit_head(connection: Connection, until: datetime) -> Head:
    """The newest entry of the chain before a moment: what is recorded of the digest itself comes after it."""
    row = connection.execute(
        select(audit_entry.c.seq, audit_entry.c.hash)
        .where(audit_entry.c.at < until)
        .order_by(audit_entry.c.seq.desc())
        .limit(1)
    ).first()
    return Head(row.seq, row.hash) if row else Head(0, "0" * 64)


def config_changes(
    connection: Connection, since: datetime, until: datetime
) -> list[tuple[datetime, str, str]]:
    """Activations in the week: when, by whom, and how many differences."""
    rows = connection.execute(
        select(config_version.c.activated_at, config_version.c.activated_by, config_version.c.difference)
        .where(config_version.c.activated_at >= since, config_version.c.activated_at <= until)
        .order_by(config_version.c.id)
    )
    return [(at, by, "; ".join(difference)) for at, by, difference in rows]


def decisions(connection: Connection, until: datetime) -> list[CommitteeDecision]:
    """What the committee decided up to a moment, with what had become of it then."""
    rows = connection.execute(
        select(committee_decision)
        .where(committee_decision.c.recorded_at <= until)
        .order_by(committee_decision.c.due_on, committee_decision.c.id)
    )
    return [
        CommitteeDecision(
            row.id,
            row.week,
            row.what,
            row.owner,
            row.due_on,
            row.outcome if row.ended_at and row.ended_at <= until else "",
            row.ended_at if row.ended_at and row.ended_at <= until else None,
        )
        for row in rows
    ]


def add_decision(connection: Connection, **values: Any) -> int:
    """Record a decision of the committee."""
    added = insert(committee_decision).values(**values).returning(committee_decision.c.id)
    return int(connection.execute(added).scalar_one())


def end_decision(connection: Connection, number: int, *, outcome: str, now: datetime, by: str) -> bool:
    """Record what became of a decision; False when there is no such open decision."""
    ended = connection.execute(
        update(committee_decision)
        .where(committee_decision.c.id == number, committee_decision.c.ended_at.is_(None))
        .values(outcome=outcome, ended_at=now, ended_by=by)
    )
    return ended.rowcount == 1
