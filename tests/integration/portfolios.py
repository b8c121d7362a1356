"""A small portfolio in the store: providers by name, assessments and alert changes as the assessor records them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from ews.alerts.model import AlertChange, ChangeReason, RecordedChange
from ews.jobs.run import Context
from ews.scoring.model import Assessment, Confidence, Horizon, Level, Reason, ReasonKind, SourceRow
from ews.store import assessments
from ews.store.engine import writing
from ews.store.schema import alert, alert_change, delivery, dimension, indicator, observation, subject


def kvk(number: int) -> str:
    return f"kvk:{10_000_000 + number}"


def register(
    context: Context, names: Iterable[tuple[int, str]], *, region: str = "5528", clients: int = 40
) -> None:
    """Providers with a name, a region, a sector and a number of clients."""
    with writing(context.engine) as connection:
        made = _delivery(connection, context.now)
        ids = {
            name: _id(connection, indicator, name=name) for name in ("naam", "regio", "sector", "clienten")
        }
        none = _id(connection, dimension, content="{}")
        for number, name in names:
            who = _id(connection, subject, identifier=kvk(number), kind="provider")
            common = {
                "subject_id": who,
                "dimension_id": none,
                "source": "zorgaanbieders",
                "period_end": date(2026, 1, 1),
                "known_at": context.now - timedelta(days=30),
                "delivery_id": made,
                "row_number": number,
            }
            texts = {"naam": name, "regio": region, "sector": "ghz"}
            rows: list[dict[str, Any]] = [
                {**common, "indicator_id": ids[key], "value_text": value, "value_int": None}
                for key, value in texts.items()
            ]
            rows.append({**common, "indicator_id": ids["clienten"], "value_text": None, "value_int": clients})
            connection.execute(insert(observation), rows)


def _delivery(connection: Connection, now: datetime) -> int:
    values = {
        "source": "zorgaanbieders",
        "sha256": f"{connection.execute(select(delivery.c.id)).all().__len__():064d}",
        "name": "zorgaanbieders.csv",
        "size": 1,
        "known_at": now - timedelta(days=30),
        "recorded_at": now - timedelta(days=30),
        "status": "accepted",
        "counts": {},
        "columns_seen": [],
        "indicators_refused": [],
        "unknown_columns": [],
        "message": "",
    }
    return int(connection.execute(insert(delivery).values(**values).returning(delivery.c.id)).scalar_one())


def _id(connection: Connection, table: Any, **values: Any) -> int:
    key = next(iter(values))
    found = connection.execute(select(table.c.id).where(table.c[key] == values[key])).scalar()
    if found is None:
        found = connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one()
    return int(found)


def assessed(
    number: int,
    now: datetime,
    *,
    points: int = 50,
    level: Level = Level.HIGH,
    text: str = "Liquiditeit reikt nog 3,4 weken",
) -> Assessment:
    """An assessment whose reasons add up to the points."""
    first = min(points, 30)
    row = SourceRow(1, "kwartaalopgave", 12, now - timedelta(days=4))
    reasons = [
        Reason(
            "liquiditeit_weken",
            ReasonKind.VALUE,
            first,
            (Horizon.SHORT,),
            3.4,
            "≥ 13",
            "2026 Q3",
            text,
            (row,),
        )
    ]
    if points > first:
        reasons.append(
            Reason(
                "dscr",
                ReasonKind.VALUE,
                points - first,
                (Horizon.MEDIUM,),
                0.91,
                "≥ 1,20",
                "2026 Q3",
                "DSCR 0,91",
                (row,),
            )
        )
    return Assessment(
        subject=kvk(number),
        as_of=now,
        level=level,
        horizons={one: level for one in Horizon},
        horizon_points={one: points for one in Horizon},
        points=points,
        probability=None,
        reasons=tuple(reasons),
        confidence=Confidence.MEDIUM,
        coverage=0.86,
        versions={"scorecard": "2026-01-01"},
    )


def change(
    connection: Connection,
    made: Assessment,
    *,
    now: datetime,
    reason: ChangeReason = ChangeReason.OPENED,
    before: Level = Level.LOW,
    after: Level | None = None,
    alert_id: int | None = None,
) -> RecordedChange:
    """Record an assessment and the change of its alert, as one round of the assessor would."""
    rows = assessments.record(connection, [made], now=now)
    who = _id(connection, subject, identifier=made.subject, kind="provider")
    level = after or made.level
    if alert_id is None:
        values = {"subject_id": who, "family": "continuity", "opened_at": now, "held": level}
        alert_id = int(connection.execute(insert(alert).values(**values).returning(alert.c.id)).scalar_one())
    step = AlertChange(alert_id, made.subject, "continuity", now, reason, before, level, made.points, "toets")
    change_id = connection.execute(
        insert(alert_change)
        .values(
            alert_id=alert_id,
            at=now,
            reason=reason,
            level_before=before,
            level_after=level,
            points=made.points,
            assessment_id=rows[made.subject],
            policy="toets",
            actor="systeem",
        )
        .returning(alert_change.c.id)
    ).scalar_one()
    return RecordedChange(step, int(change_id), alert_id, made)
