"""The frame around every job and act: the one clock, the open site, the ledger row, the log line."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Engine, insert, update

from ews.errors import NotAllowedError, NotFoundError, RefusedError
from ews.people import Person
from ews.settings.load import Settings, load, load_site
from ews.settings.site import database_url
from ews.store import config_versions, schema
from ews.store.audit import SYSTEM, Actor
from ews.store.engine import migrate, open_engine, reading, writing

OFFICE_ZONE = ZoneInfo("Europe/Amsterdam")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Context:
    """An open site at one moment: what every job and act is given."""

    settings: Settings
    engine: Engine
    now: datetime
    actor: Actor

    @property
    def folder(self) -> Path:
        """The site's folder."""
        return self.settings.folder

    def person(self) -> Person:
        """The person who acts. Raises NotAllowedError for an act without `--user`."""
        found = self.settings.people.get(self.actor.id)
        if found is None:
            unknown = f"'{self.actor.id}' staat niet in people.toml. " if self.actor != SYSTEM else ""
            raise NotAllowedError(
                f"{unknown}Deze handeling hoort bij een persoon. Zeg wie u bent met: ews --user ID … "
                f"(of EWS_USER). Bekend: {', '.join(self.settings.people)}."
            )
        return found


def clock() -> datetime:
    """The only clock in the product."""
    return datetime.now(UTC)


def end_of_day(day: date) -> datetime:
    """The last moment of an office day, in UTC: what `--as-of DATE` means."""
    midnight = datetime.combine(day + timedelta(days=1), time(0), OFFICE_ZONE)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


def open_site(folder: Path, *, user: str | None = None, now: datetime | None = None) -> Context:
    """Open a site with the configuration that is in force.

    Raises NotFoundError when there is no site, ConfigError for a faulty configuration, RefusedError
    for `now` on a site that is not a demo or drill, NotAllowedError for an unknown person.
    """
    if not (folder / "config").is_dir():
        raise NotFoundError(
            f"In {folder} is nog geen plek ingericht. Maak er een met: ews --site {folder} init"
        )
    engine = open_engine(database_url(folder, load_site(folder)))
    migrate(engine)
    with reading(engine) as connection:
        active = config_versions.active_documents(connection)
    settings = load(folder, active)
    if now is not None and settings.site.kind == "production":
        raise RefusedError('--now mag alleen op een plek met kind = "demo" of "drill" in settings.toml.')
    actor = SYSTEM if user is None else Actor(user, "beweerd")
    context = Context(settings=settings, engine=engine, now=now or clock(), actor=actor)
    if user is not None:
        context.person()
    return context


def run_job(context: Context, job: str, work: Callable[[Context], dict[str, Any]]) -> dict[str, Any]:
    """Run one job by hand or from the scheduler: ledger row, one log line, and its failure on the record.

    Returns what `work` returned: counts, for the log line, the ledger and `--json`.
    """
    slot = f"hand@{clock().isoformat()}"
    with writing(context.engine) as connection:
        connection.execute(
            insert(schema.job_run).values(
                job=job, slot=slot, state="running", token=1, owner=context.actor.id, started_at=context.now
            )
        )
    try:
        summary = work(context)
    except Exception as error:
        _close(context, job, slot, state="failed", error=f"{type(error).__name__}: {error}")
        log.exception("job failed", job=job) if not isinstance(error, RefusedError) else None
        raise
    _close(context, job, slot, state="done", summary=summary)
    log.info("job done", job=job, **{key: value for key, value in summary.items() if isinstance(value, int)})
    return summary


def _close(context: Context, job: str, slot: str, **values: Any) -> None:
    with writing(context.engine) as connection:
        connection.execute(
            update(schema.job_run)
            .where(schema.job_run.c.job == job, schema.job_run.c.slot == slot)
            .values(ended_at=context.now, **values)
        )


def at(context: Context, moment: datetime) -> Context:
    """The same site at another moment: the demo plays its past with this."""
    return replace(context, now=moment)
