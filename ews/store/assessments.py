"""Assessments as they were recorded, with their reasons."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, Select, func, insert, select

from ews.scoring.model import Assessment, Confidence, Horizon, Level, Part, Reason, Standing
from ews.store.schema import assessment, delivery, subject

ENGINE = "scorecard"
_LATELY = timedelta(days=60)
_REASONS = TypeAdapter(tuple[Reason, ...])


def record(
    connection: Connection, assessments: Sequence[Assessment], *, now: datetime, engine: str = ENGINE
) -> dict[str, int]:
    """Add assessments, those of the same subject and moment aside. Returns the row of each by subject."""
    if not assessments:
        return {}
    ids = {row.identifier: row.id for row in connection.execute(select(subject.c.identifier, subject.c.id))}
    present = recorded_at(connection, assessments[0].as_of, engine=engine)
    fresh = [one for one in assessments if one.subject not in present]
    if fresh:
        connection.execute(
            insert(assessment), [_row(one, ids[one.subject], engine=engine, now=now) for one in fresh]
        )
    return recorded_at(connection, assessments[0].as_of, engine=engine)


def recorded_at(connection: Connection, as_of: datetime, *, engine: str = ENGINE) -> dict[str, int]:
    """Row of each assessment of one moment, by subject."""
    query = (
        select(subject.c.identifier, assessment.c.id)
        .join(subject, subject.c.id == assessment.c.subject_id)
        .where(assessment.c.as_of == as_of, assessment.c.engine == engine)
    )
    return {row.identifier: row.id for row in connection.execute(query)}


def last_as_of(connection: Connection, *, before: datetime | None = None) -> datetime | None:
    """The moment of the last live assessment, or of the last one before a moment; None when there is none."""
    query = select(func.max(assessment.c.as_of)).where(assessment.c.engine == ENGINE)
    moment: datetime | None = connection.execute(
        query if before is None else query.where(assessment.c.as_of < before)
    ).scalar()
    return moment


def latest(
    connection: Connection,
    *,
    as_of: datetime | None = None,
    subjects: Collection[str] | None = None,
    engine: str = ENGINE,
) -> dict[str, Assessment]:
    """The newest assessment of each subject, at or before `as_of`."""
    return _nth(connection, 1, as_of=as_of, subjects=subjects, engine=engine)


def previous(
    connection: Connection,
    *,
    as_of: datetime | None = None,
    subjects: Collection[str] | None = None,
    engine: str = ENGINE,
) -> dict[str, Assessment]:
    """The one before the newest of each subject, at or before `as_of`."""
    return _nth(connection, 2, as_of=as_of, subjects=subjects, engine=engine)


def at(connection: Connection, as_of: datetime, *, engine: str = ENGINE) -> dict[str, Assessment]:
    """Every assessment of one round, by subject."""
    query = _assessments(engine).where(assessment.c.as_of == as_of).order_by(subject.c.identifier)
    return {row.identifier: _assessment(row) for row in connection.execute(query)}


def current(connection: Connection) -> dict[str, Assessment]:
    """The newest assessment of everybody who was still assessed lately: a refused round leaves the one before."""
    last = last_as_of(connection)
    if last is None:
        return {}
    newest = latest(connection)
    return {name: one for name, one in newest.items() if last - one.as_of <= _LATELY}


def standings(connection: Connection, *, as_of: datetime | None = None) -> dict[str, Standing]:
    """Where everybody stood in their newest assessment at or before `as_of`, without reasons."""
    a = assessment.c
    columns = (a.as_of, a.level, a.points, a.probability, a.confidence, a.coverage)
    query = _of_newest(columns, as_of=as_of, subjects=None)
    return {
        identifier: Standing(identifier, at, Level(level), points, chance, Confidence(confidence), coverage)
        for identifier, at, level, points, chance, confidence, coverage in connection.execute(query)
    }


def current_standings(connection: Connection) -> dict[str, Standing]:
    """Where everybody stands who was still assessed lately (`current`), without reasons."""
    last = last_as_of(connection)
    if last is None:
        return {}
    return {name: one for name, one in standings(connection).items() if last - one.as_of <= _LATELY}


def series(connection: Connection, identifier: str, *, as_of: datetime, limit: int = 60) -> list[Assessment]:
    """The assessments of one subject up to a moment, oldest first."""
    query = (
        _assessments(ENGINE)
        .where(subject.c.identifier == identifier, assessment.c.as_of <= as_of)
        .order_by(assessment.c.as_of.desc())
        .limit(limit)
    )
    return [_assessment(row) for row in connection.execute(query)][::-1]


def parts_of(
    connection: Connection, subjects: Collection[str], *, as_of: datetime
) -> dict[str, Counter[Part]]:
    """What the newest assessment of each subject is made of, at or before `as_of`."""
    query = _of_newest([assessment.c.reasons], as_of=as_of, subjects=subjects)
    return {row.identifier: _parts(row.reasons) for row in connection.execute(query)}


def points_of(
    connection: Connection, identifier: str, *, as_of: datetime, limit: int
) -> list[tuple[datetime, int, Level]]:
    """Moment, points and level of the assessments of one subject before a moment, oldest first."""
    query = (
        select(assessment.c.as_of, assessment.c.points, assessment.c.level)
        .join(subject, subject.c.id == assessment.c.subject_id)
        .where(subject.c.identifier == identifier, assessment.c.engine == ENGINE, assessment.c.as_of < as_of)
        .order_by(assessment.c.as_of.desc())
        .limit(limit)
    )
    return [(row.as_of, row.points, Level(row.level)) for row in connection.execute(query)][::-1]


def last_other(connection: Connection, made: Assessment, *, limit: int) -> Assessment | None:
    """The last one before it that adds up from other parts; read from new to old, no further than needed."""
    query = (
        _assessments(ENGINE)
        .where(subject.c.identifier == made.subject, assessment.c.as_of < made.as_of)
        .order_by(assessment.c.as_of.desc())
        .limit(limit)
    )
    parts = made.parts()
    with connection.execute(query) as rows:
        for row in rows:
            if _parts(row.reasons) != parts:
                return _assessment(row)
    return None


def _parts(reasons: Sequence[Any]) -> Counter[Part]:
    return Counter((one["indicator"], one["kind"], one["points"]) for one in reasons)


def file_names(connection: Connection, deliveries: Collection[int]) -> dict[int, tuple[str, str]]:
    """Name and SHA-256 of the files behind deliveries."""
    query = select(delivery.c.id, delivery.c.name, delivery.c.sha256).where(
        delivery.c.id.in_(sorted(deliveries))
    )
    return {row.id: (row.name, row.sha256) for row in connection.execute(query)}


def _nth(
    connection: Connection,
    nth: int,
    *,
    as_of: datetime | None,
    subjects: Collection[str] | None,
    engine: str,
) -> dict[str, Assessment]:
    query = _of_newest([assessment], as_of=as_of, subjects=subjects, engine=engine, nth=nth)
    return {row.identifier: _assessment(row) for row in connection.execute(query)}


def _of_newest(
    columns: Sequence[Any],
    *,
    as_of: datetime | None,
    subjects: Collection[str] | None,
    engine: str = ENGINE,
    nth: int = 1,
) -> Select[Any]:
    """Identifier and columns of the nth newest assessment of each subject.

    Looked up per subject in the index: numbering every row that was ever recorded grows with the years.
    """
    past = assessment.alias("past").c
    of_subject = select(past.id).where(past.subject_id == subject.c.id, past.engine == engine)
    if as_of is not None:
        of_subject = of_subject.where(past.as_of <= as_of)
    wanted = of_subject.order_by(past.as_of.desc()).limit(1).offset(nth - 1).scalar_subquery()
    query = select(subject.c.identifier, *columns).join_from(subject, assessment, assessment.c.id == wanted)
    if subjects is not None:
        query = query.where(subject.c.identifier.in_(sorted(subjects)))
    return query.order_by(subject.c.identifier)


def _assessments(engine: str) -> Select[Any]:
    return (
        select(assessment, subject.c.identifier)
        .join(subject, subject.c.id == assessment.c.subject_id)
        .where(assessment.c.engine == engine)
    )


def _row(one: Assessment, subject_id: int, *, engine: str, now: datetime) -> dict[str, Any]:
    return {
        "subject_id": subject_id,
        "as_of": one.as_of,
        "recorded_at": now,
        "engine": engine,
        "level": one.level.value,
        "points": one.points,
        "probability": one.probability,
        "horizons": {
            horizon.value: {"level": level.value, "points": one.horizon_points[horizon]}
            for horizon, level in one.horizons.items()
        },
        "reasons": _REASONS.dump_python(one.reasons, mode="json"),
        "confidence": one.confidence.value,
        "coverage": one.coverage,
        "versions": dict(one.versions),
        "remedy": one.remedy,
    }


def _assessment(row: Row[Any]) -> Assessment:
    return Assessment(
        subject=row.identifier,
        as_of=row.as_of,
        level=Level(row.level),
        horizons={Horizon(name): Level(part["level"]) for name, part in row.horizons.items()},
        horizon_points={Horizon(name): part["points"] for name, part in row.horizons.items()},
        points=row.points,
        probability=row.probability,
        reasons=_REASONS.validate_python(row.reasons),
        confidence=Confidence(row.confidence),
        coverage=row.coverage,
        versions=row.versions,
        remedy=row.remedy,
    )
