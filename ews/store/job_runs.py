"""The ledger of runs: one row a job and slot, whoever wants to run it, with a token that outlives no takeover."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ews.store.schema import job_run

TICK = ("tick", "tick")


@dataclass(frozen=True, slots=True)
class Run:
    """One slot that somebody runs or ran."""

    job: str
    slot: str
    state: str
    token: int
    owner: str
    started_at: datetime
    ended_at: datetime | None
    beat: int
    tries: int
    error: str | None


_COLUMNS = (
    job_run.c.job,
    job_run.c.slot,
    job_run.c.state,
    job_run.c.token,
    job_run.c.owner,
    job_run.c.started_at,
    job_run.c.ended_at,
    job_run.c.beat,
    job_run.c.tries,
    job_run.c.error,
)


def _insert_ignore(connection: Connection) -> Any:
    return (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(job_run)


def claim(connection: Connection, job: str, slot: str, *, owner: str, now: datetime) -> int | None:
    """Take a slot that nobody had: the token to run it with, or None when somebody did."""
    values = {"job": job, "slot": slot, "state": "running", "token": 1, "owner": owner, "started_at": now}
    taken = _insert_ignore(connection).values(**values).on_conflict_do_nothing().returning(job_run.c.token)
    return connection.execute(taken).scalar()


def overtake(connection: Connection, job: str, slots: Iterable[str], *, owner: str, now: datetime) -> int:
    """Record slots that a later one makes needless; those that somebody has stay as they are."""
    rows = [
        {
            "job": job,
            "slot": slot,
            "state": "superseded",
            "token": 0,
            "owner": owner,
            "started_at": now,
            "ended_at": now,
        }
        for slot in slots
    ]
    if not rows:
        return 0
    added = _insert_ignore(connection).values(rows).on_conflict_do_nothing().returning(job_run.c.slot)
    return len(connection.execute(added).all())


def take_over(connection: Connection, run: Run, *, owner: str, now: datetime) -> int | None:
    """Take a run whose owner fell silent, or that failed: only as it was seen. The old token is worth nothing then."""
    taken = connection.execute(
        update(job_run)
        .where(
            job_run.c.job == run.job,
            job_run.c.slot == run.slot,
            job_run.c.state == run.state,
            job_run.c.token == run.token,
            job_run.c.beat == run.beat,
        )
        .values(
            state="running",
            token=job_run.c.token + 1,
            owner=owner,
            started_at=now,
            ended_at=None,
            tries=job_run.c.tries + 1,
            error=None,
        )
        .returning(job_run.c.token)
    )
    return taken.scalar()


def beat(connection: Connection, job: str, slot: str, token: int) -> bool:
    """A sign of life of who holds the token; False when another has it."""
    moved = connection.execute(_held(job, slot, token).values(beat=job_run.c.beat + 1))
    return moved.rowcount == 1


def finish(
    connection: Connection,
    job: str,
    slot: str,
    token: int,
    *,
    now: datetime,
    summary: dict[str, Any] | None = None,
    error: str | None = None,
) -> bool:
    """Record the end of a run; False, and nothing recorded, when another has it by now."""
    state = "done" if error is None else "failed"
    moved = connection.execute(
        _held(job, slot, token).values(state=state, ended_at=now, summary=summary, error=error)
    )
    return moved.rowcount == 1


def _held(job: str, slot: str, token: int) -> Any:
    return update(job_run).where(
        job_run.c.job == job, job_run.c.slot == slot, job_run.c.token == token, job_run.c.state == "running"
    )


def token_of(connection: Connection, job: str, slot: str) -> int | None:
    """The token that counts now."""
    return connection.execute(
        select(job_run.c.token).where(job_run.c.job == job, job_run.c.slot == slot)
    ).scalar()


def last_slot(connection: Connection, job: str) -> str | None:
    """The newest slot of a job that anyone took or passed by."""
    newest = select(func.max(job_run.c.slot)).where(job_run.c.job == job, job_run.c.slot.like("%@%[%"))
    return connection.execute(newest).scalar()


def unfinished(connection: Connection, job: str) -> list[Run]:
    """Planned runs of a job that are under way or failed, oldest first."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(job_run.c.state.in_(["running", "failed"]), job_run.c.job == job)
        .where(job_run.c.slot.not_like("hand@%"))
        .order_by(job_run.c.slot, job_run.c.job)
    )
    return [Run(**row._mapping) for row in rows]


def recent(connection: Connection, since: datetime) -> list[Run]:
    """Every run that began after a moment, newest first."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(job_run.c.started_at >= since, job_run.c.job != TICK[0])
        .order_by(job_run.c.started_at.desc())
    )
    return [Run(**row._mapping) for row in rows]


def last_done(connection: Connection) -> dict[str, datetime]:
    """When each job last ended well."""
    rows = connection.execute(
        select(job_run.c.job, func.max(job_run.c.ended_at))
        .where(job_run.c.state == "done")
        .group_by(job_run.c.job)
    )
    return {job: ended for job, ended in rows if ended is not None}


def tick(connection: Connection, *, owner: str, now: datetime) -> datetime | None:
    """Leave a sign of life of the scheduler; returns the one before."""
    job, slot = TICK
    row = connection.execute(
        select(job_run.c.ended_at).where(job_run.c.job == job, job_run.c.slot == slot)
    ).first()
    if row is None:
        connection.execute(
            insert(job_run).values(
                job=job, slot=slot, state="running", token=1, owner=owner, started_at=now, ended_at=now
            )
        )
        return None
    connection.execute(
        update(job_run)
        .where(job_run.c.job == job, job_run.c.slot == slot)
        .values(owner=owner, ended_at=now, beat=job_run.c.beat + 1)
    )
    before: datetime | None = row.ended_at
    return before


def last_tick(connection: Connection) -> datetime | None:
    """When the scheduler last gave a sign of life."""
    job, slot = TICK
    moment: datetime | None = connection.execute(
        select(job_run.c.ended_at).where(job_run.c.job == job, job_run.c.slot == slot)
    ).scalar()
    return moment
