"""Models in use, what they said of each round, and what the watch over them found."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from ews.store.schema import alert, model_activation, model_score, model_watch


@dataclass(frozen=True, slots=True)
class Activation:
    """One model put to use for a unit, by two people."""

    unit: str
    model: str
    sha256: str
    activated_at: datetime
    activated_by: str
    second: str


@dataclass(frozen=True, slots=True)
class ModelScore:
    """What a model said of a subject at a moment: log-odds score and chance of stopping within 12 months."""

    model: str
    as_of: datetime
    subject: str
    score: float
    probability: float


def activate(connection: Connection, one: Activation) -> None:
    """Make a model the one in use for its unit; the one before it becomes the challenger."""
    connection.execute(
        insert(model_activation).values(
            unit=one.unit, model=one.model, sha256=one.sha256,
            activated_at=one.activated_at, activated_by=one.activated_by, second=one.second,
        )
    )  # fmt: skip


def activations(connection: Connection, *, as_of: datetime | None = None) -> list[Activation]:
    """All of them, oldest first."""
    query = select(model_activation).order_by(model_activation.c.id)
    if as_of is not None:
        query = query.where(model_activation.c.activated_at <= as_of)
    rows = connection.execute(query)
    return [
        Activation(row.unit, row.model, row.sha256, row.activated_at, row.activated_by, row.second)
        for row in rows
    ]


def record_scores(connection: Connection, model: str, as_of: datetime, scores: Iterable[ModelScore]) -> None:
    """What a model said of a round; said again it takes the place of what it said before."""
    rows = [
        {"model": one.model, "as_of": one.as_of, "subject": one.subject, "score": one.score, "probability": one.probability}
        for one in scores
    ]  # fmt: skip
    connection.execute(delete(model_score).where(model_score.c.model == model, model_score.c.as_of == as_of))
    if rows:
        connection.execute(insert(model_score), rows)


def last_scored(connection: Connection, model: str, *, until: datetime) -> datetime | None:
    """When a model last spoke, up to a moment."""
    moment: datetime | None = connection.execute(
        select(func.max(model_score.c.as_of)).where(
            model_score.c.model == model, model_score.c.as_of <= until
        )
    ).scalar()
    return moment


def scores_at(connection: Connection, model: str, as_of: datetime) -> dict[str, ModelScore]:
    """What a model said at a moment, by subject."""
    rows = connection.execute(
        select(model_score)
        .where(model_score.c.model == model, model_score.c.as_of == as_of)
        .order_by(model_score.c.subject)
    )
    return {
        row.subject: ModelScore(row.model, row.as_of, row.subject, row.score, row.probability) for row in rows
    }


def alerts_opened(connection: Connection, *, since: datetime, until: datetime) -> int:
    """How many alerts began after `since`, up to `until`."""
    query = select(func.count()).where(alert.c.opened_at > since, alert.c.opened_at <= until)
    return int(connection.execute(query).scalar() or 0)


def record_watch(connection: Connection, found: dict[str, Any], *, at: datetime) -> None:
    """What the watch found at a moment."""
    connection.execute(insert(model_watch).values(at=at, found=found))


def last_watch(connection: Connection, *, until: datetime) -> tuple[datetime, dict[str, Any]] | None:
    """What the watch found last, up to a moment; None when it never looked."""
    row = connection.execute(
        select(model_watch.c.at, model_watch.c.found)
        .where(model_watch.c.at <= until)
        .order_by(model_watch.c.id.desc())
        .limit(1)
    ).first()
    return (row.at, row.found) if row else None
