"""The commands around mail, digest, schedule and self-check, as scripts and people use them."""

import stat
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, select

from ews.errors import RefusedError
from ews.jobs.backup import backup, newest
from ews.jobs.metrics import metrics
from ews.jobs.run import open_site
from ews.jobs.worker import run_slot
from ews.settings.secrets import read_secret, site_key
from ews.store import job_runs
from ews.store.engine import reading, writing
from ews.store.schema import audit_entry, job_run, outbox


def test_a_test_message_per_address_is_queued_and_delivered_as_a_file(ews, site):
    queued = ews("notify", "test", "--to", "a@kantoor.example", "--to", "b@kantoor.example", "--json")
    assert queued.json == {"queued": 2}
    done = ews("deliver", "--json")
    assert done.code == 0
    assert {key: done.json[key] for key in ("sent", "deferred", "refused", "unknown", "queued")} == {
        "sent": 2, "deferred": 0, "refused": 0, "unknown": 0, "queued": 0,
    }  # fmt: skip
    assert len(list((site / "outbox").glob("*-test-*.eml"))) == 2


@pytest.mark.parametrize("address", ["x@elders.example", "geen", "a@kantoor.example\nBcc: x@elders.example"])
def test_an_address_outside_the_office_is_refused_and_nothing_is_queued(address, ews, site):
    refused = ews("notify", "test", "--to", "a@kantoor.example", "--to", address)
    assert refused.code == 2
    assert "kantoor.example" in refused.err
    assert ews("deliver", "--json").json["sent"] == 0


def test_the_digest_is_made_for_a_week_and_lies_where_it_says(ews, site):
    done = ews("digest", "--week", "2026-W01", "--json")
    assert done.code == 0
    assert done.json["week"] == "2026-W01"
    assert sorted(path.rpartition(".")[2] for path in done.json["files"]) == ["html", "pdf", "txt"]
    assert (site / "digests" / "2026-W01.pdf").read_bytes().startswith(b"%PDF")


def test_a_committee_decision_needs_a_person(ews, site):
    words = [
        "digest",
        "decide",
        "--week",
        "2026-W01",
        "--what",
        "x",
        "--owner",
        "officier",
        "--due",
        "2026-02-01",
    ]
    assert ews(*words).code == 2
    assert ews("--user", "commissie", *words, "--json").json == {"decision": 1}


def test_doctor_says_what_is_wrong_and_what_to_do(ews, site):
    found = ews("doctor", "--json")
    assert found.code == 1
    wrong = [one for one in found.json["checks"] if not one["ok"]]
    assert [one["check"] for one in wrong] == ["portefeuille"]
    assert wrong[0]["remedy"] == "Lever de lijst met aanbieders in: ews ingest"
    assert found.json["ok"] is False


def test_doctor_finds_a_record_that_was_changed(ews, site):
    engine = create_engine(f"sqlite:///{site / 'ews.sqlite'}")
    with engine.begin() as connection:
        connection.execute(audit_entry.update().values(action="iets anders"))
    engine.dispose()
    found = {one["check"]: one for one in ews("doctor", "--json").json["checks"]}
    assert found["V9 auditketen"]["ok"] is False
    assert "regel 1 is gewijzigd" in found["V9 auditketen"]["message"]


def test_the_schedule_is_explained_with_its_next_ten_runs(ews, site):
    shown = ews("config", "explain", "schedule", "--json").json["schedule"]
    assert len(shown["digest"]) == 10
    assert shown["deliver"] == []
    assert "zondag om 06:00" in ews("config", "explain", "schedule").out


def test_a_mail_that_is_not_there_can_t_be_previewed(ews, site, tmp_path):
    assert ews("mail", "preview", "alert", "--alert", "1", "--out", tmp_path / "p").code == 2
    assert ews("mail", "preview", "brief", "--out", tmp_path / "p").code == 2
    nothing = ews("mail", "preview", "storm", "--out", tmp_path / "p")
    assert nothing.code == 2
    assert "nog geen bericht van soort 'storm'" in nothing.err
    shown = ews("mail", "preview", "digest", "--out", tmp_path / "p", "--json")
    assert shown.json["subject"].startswith("EWS week ")
    assert (tmp_path / "p" / "digest.html").is_file()


def test_the_last_mail_of_a_kind_is_shown_as_its_reader_got_it(ews, site, tmp_path):
    ews("notify", "test", "--to", "officier@kantoor.example")
    shown = ews("mail", "preview", "test", "--to", "officier", "--out", tmp_path / "p", "--json")
    assert shown.json["subject"] == "EWS proefbericht"
    assert "U hoeft niets te doen." in (tmp_path / "p" / "test.txt").read_text(encoding="utf-8")
    assert ews("mail", "preview", "test", "--to", "teamleider", "--out", tmp_path / "p").code == 2


def test_a_backup_is_opened_counted_and_verified_before_it_counts(site):
    context = open_site(site)
    made = backup(context)
    copy = newest(site)
    assert copy is not None
    assert made["rows"] > 0
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [path.name for path in (site / "backup").iterdir()] == [copy.name]
    with create_engine(f"sqlite:///{copy}").connect() as connection:
        assert connection.scalars(select(audit_entry.c.action)).first() == "site.created"


def test_a_broken_chain_makes_no_backup_and_keeps_the_last(site):
    context = open_site(site)
    backup(context)
    kept = newest(site)
    with writing(context.engine) as connection:
        connection.execute(audit_entry.update().values(action="iets anders"))
    with pytest.raises(RefusedError, match="niet heel"):
        backup(context)
    assert newest(site) == kept


def test_a_scheduled_job_records_its_end_and_its_failure(site):
    context = open_site(site)
    slots = [f"2026-11-23@0{hour}:00[Europe/Amsterdam]" for hour in (7, 8)]
    with writing(context.engine) as connection:
        for slot in slots:
            job_runs.claim(connection, "digest", slot, owner="toets", now=context.now)

    def fails(_):
        raise OSError("schijf weg")

    assert run_slot(open_site(site), "digest", slots[0], 1) == 0
    assert run_slot(open_site(site), "digest", slots[1], 1, fails) == 1
    with reading(context.engine) as connection:
        rows = dict(connection.execute(select(job_run.c.slot, job_run.c.state)).all())
        error = connection.scalars(select(job_run.c.error).where(job_run.c.slot == slots[1])).one()
        told = connection.scalars(select(outbox.c.subject).where(outbox.c.kind == "system")).all()
    assert rows == {slots[0]: "done", slots[1]: "failed"}
    assert error == "OSError: schijf weg"
    assert set(told) == {"EWS systeem: taak mislukt: digest"}


def test_metrics_hold_numbers_and_no_names(ews, site):
    ews("notify", "test", "--to", "a@kantoor.example")
    context = open_site(site)
    text = metrics(replace(context)).decode()
    assert 'ews_outbox_messages{state="queued"} 1.0' in text
    assert "kantoor" not in text


def test_secrets_come_from_the_environment_a_file_or_the_site_and_nobody_else_may_read_them(
    site, tmp_path, monkeypatch
):
    assert read_secret(site, "smtp_password") is None
    path = site / "secrets" / "smtp_password"
    path.write_text("in de plek\n")
    path.chmod(0o600)
    assert read_secret(site, "smtp_password") == "in de plek"
    path.chmod(0o644)
    with pytest.raises(RefusedError, match="chmod 600"):
        read_secret(site, "smtp_password")
    monkeypatch.setenv("EWS_SMTP_PASSWORD", "uit de omgeving")
    assert read_secret(site, "smtp_password") == "uit de omgeving"
    assert site_key(site, "link_key") == site_key(site, "link_key")
    assert stat.S_IMODE((site / "secrets" / "link_key").stat().st_mode) == 0o600
