"""Trouble with the system reaches who keeps it going: each kind as a mail with what to do, and told once."""

import shutil
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from portfolios import assessed, change, kvk, register
from sqlalchemy import select

from ews.jobs.doctor import doctor
from ews.jobs.ingest import ingest
from ews.jobs.run import Context, open_site
from ews.jobs.source_trouble import tell_sources
from ews.jobs.worker import run_slot
from ews.store import job_runs, mutes
from ews.store.engine import reading, writing
from ews.store.schema import outbox, outbox_content

LISTS = Path(__file__).parents[2] / "examples/region/lijsten"
FILE = "clienten_per_profiel_2026-09-07.csv"


@pytest.fixture
def context(site) -> Context:
    return open_site(site)


def told(context: Context) -> dict[str, str]:
    """Subject -> text of the system mails to the one who keeps the system going."""
    with reading(context.engine) as connection:
        rows = connection.execute(
            select(outbox.c.subject, outbox_content.c.content)
            .join(outbox_content)
            .where(outbox.c.kind == "system", outbox.c.recipient == "beheerder@kantoor.example")
        ).all()
    mails = {row.subject: message_from_bytes(row.content, policy=policy.default) for row in rows}
    return {subject: mail.get_body(("plain",)).get_content() for subject, mail in mails.items()}


def test_a_held_file_is_told_of_once(context, tmp_path):
    text = (LISTS / FILE).read_text(encoding="utf-8-sig")
    head, _, rest = text.partition("\n")
    broken = tmp_path / FILE
    broken.write_text(f"{head.replace(head.split(';')[0], 'Iets anders', 1)}\n{rest}", encoding="utf-8")
    assert ingest(context, [broken]).files[0].status == "held"
    assert tell_sources(context) > 0
    later = replace(context, now=context.now + timedelta(days=20))
    assert tell_sources(later) == 0
    ((subject, mail),) = told(context).items()
    assert subject.startswith("EWS systeem: bestand vastgehouden: ")
    assert FILE in mail
    assert "ews rejections list" in mail


def test_a_source_that_fell_silent_is_told_of_each_week(context, tmp_path):
    file = tmp_path / FILE
    shutil.copy(LISTS / FILE, file)
    assert ingest(context, [file]).files[0].status == "accepted"
    assert tell_sources(context) == 0
    quiet = replace(context, now=context.now + timedelta(days=90))
    assert tell_sources(quiet) > 0
    assert tell_sources(quiet) == 0
    assert tell_sources(replace(quiet, now=quiet.now + timedelta(days=7))) > 0
    subjects = [one for one in told(context) if one.startswith("EWS systeem: bron stil: ")]
    assert len(subjects) == 1


@pytest.mark.parametrize("job", ["assess", "backup"])
def test_a_job_that_failed_and_a_backup_that_failed_are_told_of(job, context):
    slot = "2026-11-23@07:00[Europe/Amsterdam]"
    with writing(context.engine) as connection:
        job_runs.claim(connection, job, slot, owner="toets", now=context.now)

    def fails(_: Context) -> dict[str, int]:
        raise OSError("schijf weg")

    assert run_slot(open_site(context.folder), job, slot, 1, fails) == 1
    ((subject, mail),) = told(context).items()
    assert subject == f"EWS systeem: taak mislukt: {job}"
    assert "OSError: schijf weg" in mail


def test_an_old_mute_over_somebody_at_an_alerting_level_is_found_by_the_doctor(context):
    register(context, [(1, "Zorggroep 1")])
    with writing(context.engine) as connection:
        change(connection, assessed(1, context.now), now=context.now)
        mutes.add(
            connection, kvk(1), now=context.now, until=context.now + timedelta(days=40), reason="gesprek loopt",
            author="officier", second="teamleider",
        )  # fmt: skip
    later = {
        days: {one.check: one for one in doctor(replace(context, now=context.now + timedelta(days=days)))}
        for days in (6, 8)
    }
    assert later[6]["stiltes"].ok is True
    assert later[8]["stiltes"].ok is False
    assert "ews mute end" in later[8]["stiltes"].remedy
