"""`ews run`: one process that starts what is due. APScheduler only ticks; what is due is decided in ews/slots.py."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from ews.jobs.run import OFFICE_ZONE, Context, clock
from ews.jobs.watcher import ping
from ews.slots import ScheduledJob, Slot, catch_up, due_slots, moment_of, slot_name
from ews.store import job_runs, outbox
from ews.store.engine import reading, writing
from ews.store.job_runs import Run

TICK_SECONDS = 20
DEAD_AFTER_SECONDS = 60.0
"""A run whose beat has not changed for so long, on our own clock, is nobody's any more."""
RETRY_AFTER = timedelta(minutes=2)
AT_ONCE = 2
log = structlog.get_logger()


@dataclass(slots=True)
class Child:
    """A job that runs in a process of its own."""

    job: str
    slot: str
    token: int
    process: subprocess.Popen[bytes]
    started: float
    limit_seconds: float


@dataclass(slots=True)
class Scheduler:
    """What one scheduler knows between ticks; everything else stands in the ledger."""

    context: Context
    now: Callable[[], datetime] = clock
    monotonic: Callable[[], float] = time.monotonic
    command: Sequence[str] = (sys.executable, "-m", "ews.jobs.worker")
    owner: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    children: list[Child] = field(default_factory=list)
    beats: dict[tuple[str, str], tuple[int, int, float]] = field(default_factory=dict)
    """Run -> (token, beat, when we first saw it so): silence is measured on our clock, not on the wall's."""

    def tick(self) -> None:
        """Look once: end what overruns, take what is due or orphaned, start what there is room for."""
        now = self.now()
        self._reap(now)
        with writing(self.context.engine) as connection:
            before = job_runs.tick(connection, owner=self.owner, now=now)
        if before is not None and now < before - timedelta(minutes=5):
            log.error("clock stepped back", before=before.isoformat(), now=now.isoformat())
        for job in self.context.settings.schedule.values():
            if len(self.children) >= AT_ONCE:
                return
            if all(child.job != job.id for child in self.children):
                self._start_next(job, now)

    def _start_next(self, job: ScheduledJob, now: datetime) -> None:
        taken = self._take_mail(job, now) if job.when_mail_waits else self._take_slot(job, now)
        if taken is not None:
            self._spawn(job, *taken)

    def _take_slot(self, job: ScheduledJob, now: datetime) -> tuple[str, int] | None:
        with writing(self.context.engine) as connection:
            runs = job_runs.unfinished(connection, job.id)
            orphan = self._orphan(connection, job, runs, now)
            if orphan is not None:
                return orphan
            if any(run.state == "running" for run in runs):  # slots of one job go in order, whoever runs them
                return None
            last = job_runs.last_slot(connection, job.id)
            if last is None:  # the first look ever: nothing before it is ours to make up for
                self._begin(connection, job, now)
                return None
            plan = catch_up(job, due_slots(job, last=moment_of(last), now=now))
            job_runs.overtake(
                connection, job.id, [slot.name for slot in plan.overtaken], owner=self.owner, now=now
            )
            for slot in plan.run[:1]:
                token = job_runs.claim(connection, job.id, slot.name, owner=self.owner, now=now)
                return (slot.name, token) if token is not None else None
        return None

    def _begin(self, connection: Connection, job: ScheduledJob, now: datetime) -> None:
        local = now.astimezone(OFFICE_ZONE)
        here = Slot(now, slot_name(local.date(), local.time().replace(second=0, microsecond=0)))
        job_runs.overtake(connection, job.id, [here.name], owner=self.owner, now=now)

    def _take_mail(self, job: ScheduledJob, now: datetime) -> tuple[str, int] | None:
        with reading(self.context.engine) as connection:
            if not outbox.is_due(connection, now=now):
                return None
        slot = f"post@{int(now.timestamp()) // TICK_SECONDS * TICK_SECONDS}"
        with writing(self.context.engine) as connection:
            token = job_runs.claim(connection, job.id, slot, owner=self.owner, now=now)
        return (slot, token) if token is not None else None

    def _orphan(
        self, connection: Connection, job: ScheduledJob, runs: Sequence[Run], now: datetime
    ) -> tuple[str, int] | None:
        """A run of this job that failed and may be tried again, or whose owner fell silent."""
        for run in runs:
            is_ours_to_take = (
                self._is_silent(run) if run.state == "running" else self._may_retry(job, run, now)
            )
            if not is_ours_to_take:
                continue
            if run.tries >= job.tries:
                words = "viel weg, ook na opnieuw proberen"
                job_runs.finish(connection, run.job, run.slot, run.token, now=now, error=words)
                continue
            token = job_runs.take_over(connection, run, owner=self.owner, now=now)
            if token is not None:
                log.warning(
                    "run taken over", job=run.job, slot=run.slot, before=run.owner, tries=run.tries + 1
                )
                return run.slot, token
        return None

    def _is_silent(self, run: Run) -> bool:
        key, seen = (run.job, run.slot), self.monotonic()
        known = self.beats.get(key)
        if known is None or known[:2] != (run.token, run.beat):
            self.beats[key] = (run.token, run.beat, seen)
            return False
        return seen - known[2] >= DEAD_AFTER_SECONDS

    def _may_retry(self, job: ScheduledJob, run: Run, now: datetime) -> bool:
        rested = run.ended_at is None or now - run.ended_at >= RETRY_AFTER or now < run.ended_at
        return rested and run.tries < job.tries

    def _spawn(self, job: ScheduledJob, slot: str, token: int) -> None:
        words = [
            *self.command,
            *("--site", str(self.context.folder), "--job", job.id, "--slot", slot, "--token", str(token)),
            *("--memory-mb", str(job.memory_mb), "--cpu-seconds", str(job.limit_minutes * 60)),
        ]
        process = subprocess.Popen(words, start_new_session=True)  # noqa: S603 - our own interpreter and module
        self.children.append(Child(job.id, slot, token, process, self.monotonic(), job.limit_minutes * 60))
        ping(self.context.settings.site.watcher.url, job.id, "start")

    def _reap(self, now: datetime) -> None:
        for child in list(self.children):
            code = child.process.poll()
            if code is None and self.monotonic() - child.started > child.limit_seconds:
                _end(child.process)
                code = child.process.wait()
            if code is None:
                continue
            self.children.remove(child)
            self._record(child, code, now)

    def _record(self, child: Child, code: int, now: datetime) -> None:
        """A process that ended without saying so itself was ended by a limit or a fault of the machine."""
        if code not in {0, 1}:
            with writing(self.context.engine) as connection:
                job_runs.finish(
                    connection,
                    child.job,
                    child.slot,
                    child.token,
                    now=now,
                    error=f"proces eindigde met {code}",
                )
            log.error("job process ended", job=child.job, slot=child.slot, code=code)
        ping(self.context.settings.site.watcher.url, child.job, "" if code == 0 else "fail")

    def safe_tick(self) -> None:
        """A tick whose failure is logged and leaves the ticker alive: the next one is twenty seconds away."""
        try:
            self.tick()
        except Exception:
            log.exception("tick failed")

    def stop(self) -> None:
        """End what runs; its slots are taken up again at the next start."""
        for child in self.children:
            _end(child.process)
            child.process.wait()


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def run(context: Context, *, until: threading.Event | None = None) -> None:
    """Tick until told to stop (SIGTERM, SIGINT, or `until`)."""
    from apscheduler.schedulers.background import BackgroundScheduler

    stopping = until or threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
    ours = Scheduler(replace(context))
    ticker = BackgroundScheduler(
        timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    ticker.add_job(ours.safe_tick, "interval", seconds=TICK_SECONDS, next_run_time=clock())
    ticker.start()
    log.info("scheduler started", owner=ours.owner, jobs=len(context.settings.schedule))
    stopping.wait()
    ticker.shutdown(wait=True)
    ours.stop()
