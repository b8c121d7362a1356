"""Portfolio, provider, week, quarantine and keeping: what each shows, to whom, and what may be taken away."""

import csv
import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from served import IN_NORTH, IN_SOUTH, NORTH, state_register, strike
from sqlalchemy import select

from ews.jobs.assess import assess
from ews.jobs.run import OFFICE_ZONE, clock
from ews.store import schema
from ews.store.audit import SYSTEM
from ews.store.engine import reading


@pytest.fixture
def assessed(two_regions):
    assess(two_regions.context(SYSTEM))
    return two_regions


def audited(site, action):
    with reading(site.opened.engine) as connection:
        rows = connection.execute(select(schema.audit_entry).where(schema.audit_entry.c.action == action))
        return [(row.actor, row.proof, row.object, row.detail) for row in rows]


def test_each_sees_the_providers_of_their_own_regions(browse, assessed):
    all_of_it, south = browse("officier").get("/portefeuille"), browse("zuid").get("/portefeuille")
    assert "Stichting Noordzijde" in all_of_it.text
    assert "2 van 2" in all_of_it.text
    assert "Stichting Noordzijde" not in south.text
    assert "1 van 1" in south.text


def test_a_filter_stands_in_the_address(browse, assessed):
    page = browse("officier").get("/portefeuille?sector=ghz&niveau=unknown")
    assert "1 van 2" in page.text
    assert "Stichting Zuidzijde" in page.text
    assert browse("officier").get("/portefeuille?niveau=onzin&pagina=99").status_code == 200


def test_a_provider_without_figures_is_unknown_and_not_safe(browse, assessed):
    page = browse("officier").get(f"/aanbieder/{IN_SOUTH}")
    assert page.status_code == 200
    assert "level-unknown" in page.text
    assert audited(assessed, "provider.viewed") == [("officier", "bewezen", IN_SOUTH, {})]


def test_a_foreign_an_absent_and_a_malformed_provider_are_alike(browse, assessed):
    south = browse("zuid")
    answers = [south.get(f"/aanbieder/{one}") for one in (IN_NORTH, "kvk:80009999", "onzin", "kvk:1' OR 1=1")]
    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_has_a_reason_a_mark_and_no_formula(browse, assessed, kind):
    state_register(assessed, {"kvk:80000009": {"naam": "=cmd|' /C calc'!A0", "regio": NORTH, "sector": "vv"}})
    assess(assessed.context(SYSTEM))
    officer = browse("officier")
    assert officer.post("/portefeuille/uitvoer", {"vorm": kind}).status_code == 422
    file = officer.post("/portefeuille/uitvoer?sector=vv", {"vorm": kind, "reden": "voor de commissie"})
    assert file.headers["content-disposition"].endswith(f'.{kind}"')
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    else:
        sheet = load_workbook(io.BytesIO(file.content)).active
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "Uitgevoerd door officier" in rows[0][0]
    assert "voor de commissie" in rows[0][0]
    assert "'=cmd|' /C calc'!A0" in [row[1] for row in rows[2:]]
    assert len(rows) == 4
    assert audited(assessed, "portfolio.exported")[0][3]["rows"] == 2


@pytest.mark.slow
def test_looking_at_very_many_in_an_hour_is_told(browse, two_regions):
    subjects = {f"kvk:82{place:06d}": {"naam": f"Stichting {place}", "regio": NORTH} for place in range(32)}
    state_register(two_regions, subjects)
    assess(two_regions.context(SYSTEM))
    officer = browse("officier")
    for subject in subjects:
        assert officer.get(f"/aanbieder/{subject}").status_code == 200
    assert [row[0] for row in audited(two_regions, "views.many")] == ["officier"]
    with reading(two_regions.opened.engine) as connection:
        told = connection.execute(
            select(schema.outbox.c.about).where(schema.outbox.c.about.like("views:%"))
        ).all()
    assert len(told) >= 1


def test_any_week_can_be_opened_and_one_that_has_not_begun_can_not(browse, assessed):
    officer = browse("officier")
    now = officer.get("/week")
    assert officer.get(now.headers["location"]).status_code == 200
    assert officer.get("/week/2026-W01").status_code == 200
    assert officer.get("/week/2099-W01").status_code == 404
    assert officer.get("/week/onzin").status_code == 404


def test_the_quarantine_is_for_who_works_for_all_regions(browse, assessed):
    assert browse("officier").get("/quarantaine").status_code == 200
    assert browse("zuid").get("/quarantaine").status_code == 404
    assert "Quarantaine" not in browse("zuid").get("/").text


def test_the_keeper_invites_somebody_with_a_link_that_is_shown_once(browse, open_page):
    keeper = browse("beheerder")
    page = keeper.get("/beheer")
    assert page.status_code == 200
    made = keeper.post("/beheer/uitnodigen/analist")
    assert "Eenmalige link voor analist" in made.text
    assert "/link/" not in keeper.get("/beheer").text
    assert keeper.post("/beheer/uitnodigen/beheerder").status_code == 422
    assert browse("auditor").post("/beheer/uitnodigen/analist").status_code == 403
    assert [row[0] for row in audited(open_page, "link.made")] == ["beheerder"]


def test_disabling_an_account_ends_its_sessions(browse, open_page):
    auditor = browse("auditor")
    assert auditor.get("/").status_code == 200
    assert browse("beheerder").post("/beheer/afsluiten/auditor").status_code == 303
    assert auditor.get("/").status_code == 401


def test_the_checks_can_be_read(browse, assessed):
    page = browse("beheerder").get("/beheer/controle")
    assert page.status_code == 200
    assert "Stichting" not in page.text


def test_what_the_committee_decides_on_a_week_is_asked_after_until_something_came_of_it(browse, assessed):
    browser = browse("officier")
    week = browser.get("/week").headers["location"].rpartition("/")[2]
    typed = {"wat": "Peilen bij de financier", "wie": "officier", "uiterlijk": "morgen"}
    refused = browser.post(f"/week/{week}/besluit", typed)
    assert refused.status_code == 422
    assert "Peilen bij de financier" in refused.text
    assert "&#39;morgen&#39; is geen datum" in refused.text
    browser.post(f"/week/{week}/besluit", typed | {"uiterlijk": "31-12-2099"})
    assert "Wat kwam ervan" in browser.get(f"/week/{week}").text
    browser.post(f"/week/{week}/besluit/1", {"uitkomst": "de bank wacht tot de jaarrekening"})
    shown = browser.get(f"/week/{week}").text
    assert "uitgevoerd: de bank wacht tot de jaarrekening" in shown
    assert "Wat kwam ervan" not in shown
    assert browser.post("/week/2026-W99/besluit", typed | {"uiterlijk": "31-12-2099"}).status_code in {
        404,
        422,
    }


def test_as_known_on_an_earlier_day_no_later_alert_is_seen(browse, two_regions):
    """The whole page goes back: also since when the level is held, which was not so yet."""
    strike(two_regions, IN_NORTH)
    assess(two_regions.context(SYSTEM))
    officer, today = browse("officier"), clock().astimezone(OFFICE_ZONE).date()
    assert "zakt pas als dat is bevestigd" not in officer.get(f"/aanbieder/{IN_NORTH}").text
    heads = [
        re.search(
            r"<h1>.*?</h1>\s*<p>(.*?)</p>", officer.get(f"/aanbieder/{IN_NORTH}?op={day}").text, re.DOTALL
        )[1]
        for day in (today - timedelta(days=1), today)
    ]
    assert ["level-acute" in head for head in heads] == [True, True]
    assert [">sinds " in head for head in heads] == [False, True]
