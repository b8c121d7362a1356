"""One regional event, one case."""

from datetime import UTC, datetime

import pytest
from alerts_played import PROVIDER, play_alert, tripwire
from sqlalchemy import insert

from ews.jobs.run import open_site
from ews.scoring.model import Level
from ews.store.engine import writing
from ews.store.schema import subject

FLOOD = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)
OTHER, THIRD = "kvk:00000202", "kvk:00000303"


@pytest.fixture
def flood(site, ews, monkeypatch):
    """A site on which two providers are under one umbrella case."""
    monkeypatch.setenv("EWS_KIND", "drill")
    with writing(open_site(site).engine) as connection:
        for name in (PROVIDER, OTHER, THIRD):
            connection.execute(insert(subject).values(identifier=name, kind="provider"))
    opened = ews(
        "--now", "2026-11-03T06:00", "--user", "officier", "case", "umbrella", "hoogwater Maas", PROVIDER, OTHER, "--json"
    )  # fmt: skip
    assert opened.json["case"] == "C-2026-001"
    return site


def test_an_alert_of_a_member_lands_in_the_umbrella(flood, ews):
    assert play_alert(open_site(flood, now=FLOOD), Level.HIGH, provider=OTHER) == ["C-2026-001"]
    page = ews("--now", "2026-11-03T08:00", "case", "show", "C-2026-001").out
    assert f"Paraplu over hoogwater Maas in regio onbekend: {PROVIDER}, {OTHER}" in " ".join(page.split())
    assert f"Ook {OTHER}: niveau hoog, 50 punten" in page


def test_another_provider_gets_its_own_case(flood):
    assert play_alert(open_site(flood, now=FLOOD), Level.HIGH, provider=THIRD) == ["C-2026-002"]


def test_insolvency_of_a_member_is_a_case_of_its_own(flood):
    context = open_site(flood, now=FLOOD)
    assert play_alert(context, Level.ACUTE, provider=OTHER, reasons=[tripwire("surseance")]) == ["C-2026-002"]
