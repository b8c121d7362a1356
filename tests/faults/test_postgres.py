"""S4, S5 and the restore drill on PostgreSQL: several schedulers on one database do no harm."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select
from test_scheduler import race

from ews.errors import RefusedError
from ews.jobs.backup import backup, newest
from ews.jobs.doctor import doctor
from ews.jobs.run import Context, open_site
from ews.store import audit, job_runs
from ews.store.engine import open_engine, reading, writing
from ews.store.schema import audit_entry, job_run

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
pytestmark = pytest.mark.slow


@pytest.fixture
def context(site, empty_postgres, monkeypatch) -> Context:
    monkeypatch.setenv("EWS_DATABASE__URL", empty_postgres)
    opened = replace(open_site(site), now=NOW)
    yield opened
    opened.engine.dispose()


SCHEDULE = """
import sys, time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from ews.jobs import logs
from ews.jobs.run import open_site
from ews.schedule import Scheduler
from ews.slots import ScheduledJob, Missed
from datetime import time as clock_time
logs.configure()
begin, hours = datetime.fromisoformat(sys.argv[2]), int(sys.argv[3])
context = open_site(Path(sys.argv[1]))
job = ScheduledJob("assess", "toets", at=tuple(clock_time(hour) for hour in range(24)), missed=Missed.EACH)
context = replace(context, settings=replace(context.settings, schedule={"assess": job}))
wall = [begin]
ours = Scheduler(context, now=lambda: wall[0], command=(sys.executable, "-c", "import sys; sys.exit(0)"))
taken = []
spawn = Scheduler._spawn
def note(self, job, slot, token):
    from ews.store import job_runs
    from ews.store.engine import writing
    with writing(self.context.engine) as connection:
        job_runs.finish(connection, job.id, slot, token, now=wall[0])
    taken.append(slot)
Scheduler._spawn = note
for hour in range(hours * 4):
    wall[0] = begin + timedelta(minutes=15 * hour)
    ours.tick()
while True:
    before = len(taken); ours.tick()
    if len(taken) == before: break
print(*taken)
"""


@pytest.mark.parametrize("schedulers", [2, 8])
def test_s4_however_many_schedulers_tick_on_one_postgresql_each_slot_is_run_once(schedulers, context):
    with writing(context.engine) as connection:
        job_runs.overtake(connection, "assess", ["2026-11-23@00:00[Europe/Amsterdam]"], owner="a", now=NOW)
    words = [sys.executable, "-c", SCHEDULE, str(context.folder), "2026-11-23T00:00:00+00:00", "24"]
    running = [
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        for _ in range(schedulers)
    ]
    said = [one.communicate(timeout=600) for one in running]
    assert [one.returncode for one in running] == [0] * schedulers, said[0][1][-2000:]
    taken = [slot for out, _ in said for slot in out.split()]
    expected = [f"2026-11-23@{hour:02d}:00[Europe/Amsterdam]" for hour in range(1, 24)]
    assert sorted(taken) == [*expected, "2026-11-24@00:00[Europe/Amsterdam]"]
    with reading(context.engine) as connection:
        left = connection.scalars(select(job_run.c.slot).where(job_run.c.state.in_(["running", "failed"])))
        assert [slot for slot in left if slot != "tick"] == []


def test_s4_eight_claimants_two_thousand_slots_and_one_winner_each_on_postgresql(context):
    assert sum(race(context.engine.url.render_as_string(hide_password=False), 8, 2000)) == 2000


APPEND = """
import sys
from datetime import datetime, UTC
from ews.store import audit
from ews.store.engine import open_engine, writing
engine = open_engine(sys.argv[1])
for number in range(100):
    with writing(engine) as connection:
        audit.append(connection, audit.SYSTEM, "raced", f"{sys.argv[2]}/{number}", now=datetime.now(UTC))
"""


def test_four_writers_at_once_make_one_whole_chain_on_postgresql(context):
    url = context.engine.url.render_as_string(hide_password=False)
    running = [subprocess.Popen([sys.executable, "-c", APPEND, url, str(n)], cwd=ROOT) for n in range(4)]
    assert [one.wait(timeout=300) for one in running] == [0] * 4
    with reading(context.engine) as connection:
        assert audit.first_bad_entry(connection) is None
        raced = connection.scalars(select(audit_entry.c.seq).where(audit_entry.c.action == "raced")).all()
    assert len(raced) == 400


def test_the_backup_of_a_postgresql_is_restored_and_proved_before_it_counts(context):
    with writing(context.engine) as connection:
        audit.append(connection, audit.SYSTEM, "kept", "x", now=NOW)
    made = backup(context)
    kept = newest(context.folder)
    assert kept is not None
    assert kept.name == "ews-20261123T070000Z.dump"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert made["rows"] > 0
    with reading(context.engine) as connection:
        left = connection.exec_driver_sql("SELECT datname FROM pg_database WHERE datname LIKE 'ews_proef%%'")
        assert left.all() == []


def test_a_broken_chain_makes_no_backup_of_a_postgresql_and_keeps_the_last(context):
    backup(context)
    kept = newest(context.folder)
    with writing(context.engine) as connection:
        audit.append(connection, audit.SYSTEM, "kept", "x", now=NOW)
        connection.execute(audit_entry.update().values(action="iets anders"))
    with pytest.raises(RefusedError, match="niet heel"):
        backup(replace(context, now=NOW + timedelta(days=1)))
    assert newest(context.folder) == kept


def test_without_pg_dump_or_the_right_to_restore_the_backup_says_so_and_what_to_do(
    context, empty_postgres, monkeypatch
):
    with psycopg.connect(empty_postgres.replace("+psycopg", ""), autocommit=True) as server:
        server.execute("DROP ROLE IF EXISTS zonder_recht")
        server.execute("CREATE ROLE zonder_recht LOGIN")
        server.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO zonder_recht")
        server.execute("GRANT USAGE ON SCHEMA public TO zonder_recht")
        server.execute("GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO zonder_recht")
    bare = open_engine(empty_postgres.replace("ews@", "zonder_recht@"))
    with pytest.raises(RefusedError, match="CREATEDB"):
        backup(replace(context, engine=bare))
    bare.dispose()
    monkeypatch.setenv("PATH", str(context.folder))
    with pytest.raises(RefusedError, match="ontbreekt pg_dump en pg_restore"):
        backup(context)
    found = {one.check: one for one in doctor(context, with_relay=False)}
    assert "pg_dump" in found["reservekopie"].message
    assert found["reservekopie"].ok is False
