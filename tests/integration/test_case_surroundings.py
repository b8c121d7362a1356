"""What a new case says of its surroundings: alone or with many, and which cases belong together."""

import json
from datetime import UTC, date, datetime

import pytest
from alerts_played import play_alert
from openpyxl import Workbook

from ews.jobs.run import open_site
from ews.scoring.model import Assessment, Confidence, Horizon, Level, Reason, ReasonKind
from ews.store import assessments
from ews.store.engine import writing

NAMES = {"00000101": "Eén", "00000202": "Twee", "00000303": "Drie"} | {
    f"000004{number:02d}": f"Ander {number}" for number in range(20)
}
NOW = datetime(2026, 11, 6, 8, 0, tzinfo=UTC)


def assessed(number: str, *reasons: Reason) -> Assessment:
    points = sum(reason.points for reason in reasons)
    return Assessment(
        f"kvk:{number}", NOW, Level.HIGH, {}, {}, points, None, reasons, Confidence.HIGH, 1.0, {}
    )


def reason(indicator: str) -> Reason:
    return Reason(indicator, ReasonKind.VALUE, 20, (Horizon.SHORT,), 1.0, "", "", indicator, ())


@pytest.fixture
def region(site, ews, monkeypatch, tmp_path):
    """GHZ providers, two of one concern; one reason is shared by all, one stands alone."""
    monkeypatch.setenv("EWS_KIND", "drill")
    book = Workbook()
    sheet = book.active
    sheet.append(
        ["KvK-nummer", "Naam", "AGB-code", "Sector", "Regio", "Plaats", "Concern", "Rechtsvorm", "Contract tot",
         "Status", "Moeilijk vervangbaar", "Accountmanager"]
    )  # fmt: skip
    for number, name in NAMES.items():
        concern = "Groep Voorbeeld" if name in {"Eén", "Twee"} else None
        sheet.append([number, name, None, "GHZ", "5528", "Uden", concern, "stichting", date(2027, 12, 31),
                      "gecontracteerd", "nee", "manager"])  # fmt: skip
    book.save(tmp_path / "zorgaanbieders_2026-11-05.xlsx")
    assert ews("--now", "2026-11-06T08:00", "ingest", tmp_path / "zorgaanbieders_2026-11-05.xlsx").code == 0
    context = open_site(site, now=NOW)
    with writing(context.engine) as connection:
        made = [
            assessed("00000101", reason("solvabiliteit"), reason("ziekteverzuim")),
            *(assessed(number, reason("ziekteverzuim")) for number in NAMES if number != "00000101"),
        ]
        assessments.record(connection, made, now=NOW)
    return context


def test_a_new_case_says_what_is_unique_and_what_is_wider(region, ews):
    play_alert(region, Level.HIGH, provider="kvk:00000101")
    page = ews("--now", "2026-11-06T09:00", "case", "show", "C-2026-001").out
    text = " ".join(page.split())
    assert "Solvabiliteit: uniek (1 van 23 vergelijkbare aanbieders)." in text
    assert "Ziekteverzuim: breder (23 van 23 vergelijkbare aanbieders)." in text


def test_cases_of_one_concern_are_tied_both_ways(region, ews):
    play_alert(region, Level.HIGH, provider="kvk:00000101")
    play_alert(region, Level.HIGH, provider="kvk:00000202")
    play_alert(region, Level.HIGH, provider="kvk:00000303")
    for case, other in (("C-2026-001", "C-2026-002"), ("C-2026-002", "C-2026-001")):
        shown = json.loads(ews("--now", "2026-11-06T09:00", "case", "show", case, "--json").out)
        assert f"Verbonden met {other}: zelfde concern: Groep Voorbeeld" in [
            one["text"] for one in shown["entries"]
        ]
    alone = json.loads(ews("--now", "2026-11-06T09:00", "case", "show", "C-2026-003", "--json").out)
    assert not any("Verbonden" in one["text"] for one in alone["entries"])
