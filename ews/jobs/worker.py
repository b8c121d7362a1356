"""One scheduled job in a process of its own: within limits, alive by its beats, and fenced by its token."""

import argparse
import importlib
import resource
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, event
from sqlalchemy.exc import SQLAlchemyError

from ews.errors import EwsError
from ews.jobs import logs
from ews.jobs.run import Context, open_site
from ews.slots import is_late, moment_of
from ews.store import job_runs
from ews.store.engine import writing

BEAT_SECONDS = 5.0
LOST = 75
"""Exit code: another process has this run by now, and nothing was written."""
log = structlog.get_logger()
Work = Callable[[Context], dict[str, Any]]


class FencedOffError(EwsError):
    """This run was taken over while we were away: what we were about to write is not written."""


WORKS = {
    "fetch": "ews.jobs.fetch:fetch",
    "mailbox": "ews.jobs.mailbox:read_mailbox",
    "assess": "ews.jobs.assess:assess",
    "escalate": "ews.jobs.escalate:escalate",
    "deliver": "ews.jobs.deliver:deliver",
    "canary": "ews.jobs.canary:canary",
    "selfcheck": "ews.jobs.doctor:selfcheck",
    "auditor": "ews.jobs.auditor:audit_steps",
    "backup": "ews.jobs.backup:backup",
    "retention": "ews.jobs.retention:propose",
    "model_watch": "ews.jobs.model_watch:watch",
    "scan": "ews.jobs.scan:scan",
}
"""Job -> the function that does it with a context. Those that need more stand in `work_of`."""


def work_of(job: str, slot: str) -> Work:
    """What a job does. Imported here, because a process needs only its own job."""
    if job == "ingest":
        return _ingest
    if job == "digest":
        return _digest(slot)
    module, _, name = WORKS[job].partition(":")
    work: Work = getattr(importlib.import_module(module), name)
    return work


def _ingest(context: Context) -> dict[str, Any]:
    from ews.jobs.ingest import ingest
    from ews.jobs.source_trouble import tell_sources

    totals = ingest(context, []).totals
    return {**totals, "told": tell_sources(context)}


def _digest(slot: str) -> Work:
    from ews.jobs.digest import digest
    from ews.notify.digest import week_of
    from ews.notify.words import day

    planned = moment_of(slot) if "@" in slot and not slot.startswith("hand@") else None

    def make(context: Context) -> dict[str, Any]:
        if planned is None:
            return digest(context)
        return digest(context, week=week_of(day(planned)), is_late=_late(planned, context.now))

    return make


def _late(planned: datetime, now: datetime) -> bool:
    from ews.slots import Slot

    return is_late(Slot(planned, ""), now)


def run_slot(context: Context, job: str, slot: str, token: int, work: Work | None = None) -> int:
    """Run a claimed slot to its end. Returns 0, 1 when it failed, LOST when it was another's by then."""
    fence(context, job, slot, token)
    stop = threading.Event()
    beating = threading.Thread(target=_beat, args=(context, job, slot, token, stop), daemon=True)
    beating.start()
    summary: dict[str, Any] | None = None
    error: str | None = None
    try:
        summary = (work or work_of(job, slot))(context)
    except FencedOffError:
        log.warning("run taken over by another process", job=job, slot=slot)
        return LOST
    except Exception as fault:
        error = f"{type(fault).__name__}: {fault}"[:2000]
        log.exception("job failed", job=job, slot=slot)
    finally:
        stop.set()
        beating.join(BEAT_SECONDS)
    return _end(context, job, slot, token, summary, error)


def _end(
    context: Context, job: str, slot: str, token: int, summary: dict[str, Any] | None, error: str | None
) -> int:
    try:
        with writing(context.engine) as connection:
            job_runs.finish(connection, job, slot, token, now=context.now, summary=summary, error=error)
            if error is not None and job != "deliver":  # about the post itself the watcher and doctor tell
                _tell(connection, context, job, slot, error)
    except FencedOffError:
        return LOST
    counts = {key: value for key, value in (summary or {}).items() if isinstance(value, int)}
    log.info("job ended", job=job, slot=slot, ok=error is None, **counts)
    return 0 if error is None else 1


def _tell(connection: Connection, context: Context, job: str, slot: str, error: str) -> None:
    """A failed job is work for who keeps the system going, from its first failure on."""
    from ews.jobs.post import trouble
    from ews.notify.views import SystemView

    site = context.settings.site
    view = SystemView(
        topic=f"taak mislukt: {job}",
        what=f"De taak {job} van {slot.partition('[')[0].replace('@', ' ')} is mislukt.",
        consequence="Zij wordt vanzelf opnieuw geprobeerd; lukt dat niet, dan ontbreekt haar resultaat.",
        actions=(
            "Kijk of het bij een volgende poging lukt: ews doctor.",
            "Zo niet: herstel wat hieronder staat.",
        ),
        details=(error[:300],),
        office=site.office.name,
        at=context.now,
        fictitious=site.kind != "production",
    )
    trouble(connection, context, view, about=f"job:{job}:{slot.partition('[')[0]}"[:80])


def fence(context: Context, job: str, slot: str, token: int) -> None:
    """From here on no transaction of this process commits unless the token still counts."""

    @event.listens_for(context.engine, "commit")
    def _check(connection: Connection) -> None:
        if connection.get_execution_options().get("reading", False):
            return
        if job_runs.token_of(connection, job, slot) != token:
            raise FencedOffError(f"{job} {slot}: overgenomen door een ander proces")


def _beat(context: Context, job: str, slot: str, token: int, stop: threading.Event) -> None:
    while not stop.wait(BEAT_SECONDS):
        try:
            with writing(context.engine) as connection:
                job_runs.beat(connection, job, slot, token)
        except (
            SQLAlchemyError,
            FencedOffError,
        ):  # the work itself finds out; a missed beat is all that is lost
            log.warning("beat missed", job=job, slot=slot)


def limit(memory_mb: int, cpu_seconds: int) -> None:
    """Hard limits of this process: beyond them it ends, and its slot fails."""
    size = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))


def main(arguments: list[str] | None = None) -> int:
    """`python -m ews.jobs.worker`: started by the scheduler, never by hand."""
    parser = argparse.ArgumentParser(prog="ews worker")
    for name in ("site", "job", "slot"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("token", "memory-mb", "cpu-seconds"):
        parser.add_argument(f"--{name}", type=int, required=True)
    given = parser.parse_args(arguments)
    logs.configure()
    limit(given.memory_mb, given.cpu_seconds)
    context = open_site(Path(given.site))
    return run_slot(context, given.job, given.slot, given.token)


if __name__ == "__main__":
    sys.exit(main())
