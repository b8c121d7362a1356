"""The auditor on a real site: quiet when all is well, loud once a day when a step was lost."""

from datetime import UTC, datetime, timedelta

import pytest
from alerts_played import play_alert
from sqlalchemy import delete, select

from ews.jobs.auditor import audit_steps
from ews.jobs.run import at, open_site
from ews.scoring.model import Level
from ews.store.engine import reading, writing
from ews.store.schema import case_entry, outbox

OPENING = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)


@pytest.fixture
def office(site, monkeypatch):
    monkeypatch.setenv("EWS_KIND", "drill")
    context = open_site(site, now=OPENING)
    play_alert(context, Level.HIGH)
    return context


def test_a_lost_task_is_told_once_a_day(office, ews):
    later = at(office, OPENING + timedelta(days=1))
    assert audit_steps(later)["missed"] == 0
    with writing(office.engine) as connection:
        last = connection.execute(select(case_entry.c.id).order_by(case_entry.c.id.desc())).scalar()
        connection.execute(delete(case_entry).where(case_entry.c.id == last))
    assert audit_steps(later)["missed"] == 1
    assert audit_steps(later)["missed"] == 1
    with reading(office.engine) as connection:
        about = connection.execute(select(outbox.c.about).distinct()).scalars().all()
    assert about == ["steps:2026-11-04"]
    told = ews("--now", "2026-11-04T08:00", "audit", "steps")
    assert told.code == 1
    assert "taken_klaargelegd: C-2026-001" in told.out
