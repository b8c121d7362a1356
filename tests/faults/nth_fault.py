"""Fail, or die, at the nth operation of a whole round of work, for every n: run as a process of its own.

    python nth_fault.py TEMPLATE WORK PORT EVERY

TEMPLATE is a site with providers and one file in its inbox; each point gets a fresh copy in WORK. A warm parent
forks one child that runs the round with the fault, and one that runs it again without. Prints one JSON document:
per operation how many points there are, how many were tried, and which left something that should not be.
EVERY tries each so-manieth point only. The hooks below exist nowhere in the product.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiosmtplib
from sqlalchemy import event, select

from ews.jobs import logs
from ews.jobs.assess import assess
from ews.jobs.backup import backup
from ews.jobs.canary import canary
from ews.jobs.deliver import deliver
from ews.jobs.digest import digest
from ews.jobs.escalate import escalate
from ews.jobs.ingest import ingest
from ews.jobs.run import Context, at
from ews.settings.load import Settings, load
from ews.store import audit, invariants
from ews.store.audit import SYSTEM
from ews.store.engine import integrity, open_engine, reading
from ews.store.outbox import waiting
from ews.store.schema import alert_change, case_file, delivery, outbox
from ews.store.schema import event as happened

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
OPERATIONS = ("statement", "commit", "fsync", "rename", "open", "smtp")
MODES = ("fail", "die", "die after")
DIED = 137


@dataclass
class Fault:
    """Strikes at the nth time an operation is reached."""

    operation: str
    nth: int
    mode: str
    seen: int = 0
    struck: bool = False

    def reach(self, operation: str, error: Exception) -> None:
        if operation != self.operation or self.struck:
            return
        self.seen += 1
        if self.seen == self.nth:
            self.struck = True
            if self.mode == "fail":
                raise error
            os._exit(DIED)


def install(fault: Fault, context: Context) -> None:
    """Put the hooks in this process, which is a fork and ends soon."""
    lost = sqlite3.OperationalError("disk I/O error")
    engine, after = context.engine, fault.mode == "die after"
    event.listen(engine, "before_cursor_execute", lambda *_: fault.reach("statement", lost))
    event.listen(
        engine.pool if after else engine, "checkin" if after else "commit", _reach(fault, "commit", lost)
    )
    for name, operation in (("fsync", "fsync"), ("replace", "rename")):
        setattr(os, name, _before(fault, operation, getattr(os, name)))
    io.open = _opening(fault, io.open)
    aiosmtplib.SMTP = failing_client(fault)


def _reach(fault: Fault, operation: str, error: Exception) -> Callable[..., None]:
    return lambda *_: fault.reach(operation, error)


def _opening(fault: Fault, plain: Callable[..., object]) -> Callable[..., object]:
    def opened(file: object, mode: str = "r", *words: object, **options: object) -> object:
        if set(mode) & set("wax+"):
            fault.reach("open", OSError(28, "No space left on device"))
        return plain(file, mode, *words, **options)

    return opened


def failing_client(fault: Fault) -> type[aiosmtplib.SMTP]:
    """The real client, of which each command, and the moment after the server took a mail, can fail."""
    gone = aiosmtplib.SMTPServerDisconnected("weg")

    class Failing(aiosmtplib.SMTP):
        async def execute_command(self, *words: object, **options: object) -> object:
            fault.reach("smtp", gone)
            return await super().execute_command(*words, **options)

        async def data(self, *words: object, **options: object) -> object:
            fault.reach("smtp", gone)
            reply = await super().data(*words, **options)
            fault.reach("smtp", gone)
            return reply

    return Failing


def _before(fault: Fault, operation: str, plain: Callable[..., object]) -> Callable[..., object]:
    def struck(*words: object, **options: object) -> object:
        fault.reach(operation, OSError(5, "Input/output error"))
        return plain(*words, **options)

    return struck


def work(context: Context, *, canary_after: timedelta = timedelta(minutes=1)) -> None:
    """A morning: a provider says it can't pay salaries; nobody confirms; the week is summed up; a copy is made."""
    ingest(context, [])
    assess(context)
    deliver(context)
    escalate(at(context, NOW + timedelta(days=2)))
    deliver(at(context, NOW + timedelta(days=2)))
    digest(at(context, NOW + timedelta(days=2)), week="2026-W47")
    canary(at(context, NOW + timedelta(days=2) + canary_after))
    backup(at(context, NOW + timedelta(days=2, minutes=20)))


def settle(context: Context) -> None:
    """Recovery is running again, and what was deferred leaves in its time: the canary too, after its minute."""
    work(context, canary_after=timedelta(minutes=10))
    for hours in (1, 2, 3):
        deliver(at(context, NOW + timedelta(days=2, hours=hours)))


def state(context: Context) -> str:
    """What the office would find: independent of how often anything was tried."""
    with reading(context.engine) as connection:
        parts = [
            sorted(connection.execute(select(table.c[first], table.c[second])).all())
            for table, first, second in (
                (delivery, "name", "status"),
                (happened, "kind", "occurred_on"),
                (alert_change, "reason", "level_after"),
                (case_file, "number", "subject_id"),
            )
        ]
        mails = connection.execute(
            select(
                outbox.c.about, outbox.c.kind, outbox.c.recipient, outbox.c.state, outbox.c.message_id
            ).where(outbox.c.kind != "system", outbox.c.revision < 1000)
        ).all()
    files = sorted(path.name for path in (context.folder / "digests").glob("*"))
    copies = len(list((context.folder / "backup").glob("ews-*.copy")))
    return hashlib.sha256(repr([parts, sorted(mails), files, copies]).encode()).hexdigest()


def faults_of(context: Context) -> list[str]:
    """The invariants of the record, and no mail left behind."""
    with reading(context.engine) as connection:
        broken = audit.first_bad_entry(connection)
        return [
            *invariants.untold_changes(connection),
            *invariants.odd_states(connection),
            *invariants.unproved_sent(connection),
            *invariants.lost_rows(connection),
            *integrity(connection),
            *([broken] if broken else []),
            *([f"{left} berichten wachten nog"] if (left := waiting(connection)) else []),
        ]


def in_child(settings: Settings, task: Callable[[Context], object]) -> tuple[int, str]:
    """Run in a fork with an engine of its own: exit code, and what it wrote."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        code = 1
        try:
            engine = open_engine(f"sqlite:///{settings.folder / 'ews.sqlite'}")
            said = task(Context(settings, engine, NOW, SYSTEM))
            os.write(writer, str(said if said is not None else "").encode())
            engine.dispose()
            code = 0
        except Exception as error:  # noqa: BLE001 - the fault, on its way out as it would be in a job
            os.write(writer, f"{type(error).__name__}: {error}"[:500].encode())
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


def fresh(template: Path, work_folder: Path) -> None:
    shutil.rmtree(work_folder, ignore_errors=True)
    shutil.copytree(template, work_folder)


def attempt(fault: Fault) -> Callable[[Context], str]:
    def run(context: Context) -> str:
        install(fault, context)
        try:
            work(context)
        except Exception:  # noqa: BLE001 - whatever the fault became
            return "struck" if fault.struck else "other"
        return "struck" if fault.struck else str(fault.seen)

    return run


def settled(context: Context) -> str:
    settle(context)
    return json.dumps({"state": state(context), "faults": faults_of(context)})


def main() -> None:
    template, place, port, every = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    for key, value in {"HOST": "127.0.0.1", "PORT": port, "SECURITY": "insecure-loopback"}.items():
        os.environ[f"EWS_SMTP__{key}"] = value
    logs.configure()
    real, sys.stderr = sys.stderr, Path(os.devnull).open("w")  # noqa: SIM115 - for the life of the process
    fresh(template, place)
    settings = load(place)
    code, said = in_child(settings, settled)
    assert code == 0, said
    clean = json.loads(said)
    assert clean["faults"] == [], clean
    report: dict[str, dict[str, object]] = {"clean": clean}
    for operation in OPERATIONS:
        for mode in MODES if operation == "commit" else MODES[:2]:
            report[f"{operation}, {mode}"] = every_point(
                settings, template, operation, mode, clean=clean, every=every
            )
    sys.stderr = real
    print(json.dumps(report, indent=1))


def every_point(
    settings: Settings, template: Path, operation: str, mode: str, *, clean: dict[str, object], every: int
) -> dict[str, object]:
    """n = 1, 1 + every, … until the fault is no longer reached."""
    tried, broken, nth = 0, [], 1
    while True:
        fresh(template, settings.folder)
        code, said = in_child(settings, attempt(Fault(operation, nth, mode)))
        if code == 0 and said.isdigit():
            return {"points": int(said), "tried": tried, "broken": broken}
        tried += 1
        code, after = in_child(settings, settled)
        if code != 0 or json.loads(after) != clean:
            broken.append([nth, said, after[:600]])
        nth += every


if __name__ == "__main__":
    main()
