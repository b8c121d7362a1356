"""What was on the record about a provider, by the moment it was recorded: data, levels, acts and views."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from ews.scoring.model import Level
from ews.store.schema import assessment, audit_entry, delivery, delivery_coverage, subject


@dataclass(frozen=True, slots=True)
class Recorded:
    """One thing on the record at a moment."""

    at: datetime
    what: str
    by: str = ""


def deliveries(
    connection: Connection, identifier: str, *, since: datetime, until: datetime
) -> list[Recorded]:
    """Accepted deliveries that said something of a provider."""
    query = (
        select(delivery.c.recorded_at, delivery.c.source)
        .join(delivery_coverage, delivery_coverage.c.delivery_id == delivery.c.id)
        .join(subject, subject.c.id == delivery_coverage.c.subject_id)
        .where(subject.c.identifier == identifier, delivery.c.status == "accepted")
        .where(delivery.c.recorded_at >= since, delivery.c.recorded_at <= until)
        .order_by(delivery.c.recorded_at, delivery.c.id)
    )
    return [Recorded(row.recorded_at, row.source) for row in connection.execute(query)]


def levels(connection: Connection, identifier: str, *, until: datetime) -> list[tuple[datetime, Level]]:
    """Levels by the moment they were recorded; reconstructions afterwards are no knowledge of then."""
    query = (
        select(assessment.c.recorded_at, assessment.c.level)
        .join(subject, subject.c.id == assessment.c.subject_id)
        .where(subject.c.identifier == identifier, assessment.c.engine == "scorecard")
        .where(assessment.c.recorded_at <= until)
        .order_by(assessment.c.recorded_at, assessment.c.as_of)
    )
    return [(row.recorded_at, Level(row.level)) for row in connection.execute(query)]


def people(
    connection: Connection, objects: Collection[str], *, since: datetime, until: datetime
) -> list[Recorded]:
    """Everything that persons did or looked at, from the audit chain."""
    query = (
        select(audit_entry.c.at, audit_entry.c.action, audit_entry.c.actor, audit_entry.c.object)
        .where(audit_entry.c.at >= since, audit_entry.c.at <= until, audit_entry.c.proof != "systeem")
        .order_by(audit_entry.c.seq)
    )
    wanted = tuple(objects)
    return [
        Recorded(row.at, row.action, row.actor)
        for row in connection.execute(query)
        if row.object in wanted or row.object.startswith(tuple(f"{one}/" for one in wanted))
    ]
