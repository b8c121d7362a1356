"""Two people at their own screens outside a case: rules made live, large exports, doubted figures; and renamed columns."""

import csv
import io
import re

import pytest
from openpyxl import Workbook
from registers import add_contract, known
from served import IN_NORTH, NORTH, state_register, strike
from test_implausible import CONTRACT
from test_web_portfolio import audited

from ews.jobs.assess import assess
from ews.store import countersigns
from ews.store.audit import SYSTEM
from ews.store.engine import reading


@pytest.fixture
def many(two_regions):
    """Fifty-one providers in the north."""
    state_register(
        two_regions,
        {f"kvk:83{place:06d}": {"naam": f"Stichting {place}", "regio": NORTH} for place in range(51)},
    )
    strike(two_regions, IN_NORTH)
    assess(two_regions.context(SYSTEM))
    return two_regions


def asked(response) -> str:
    assert response.status_code == 303
    assert re.fullmatch(r"/handtekening/\d+", response.headers["location"])
    return response.headers["location"]


def test_a12_more_than_fifty_providers_leave_with_two_people(browse, many):
    officer, lead = browse("officier"), browse("teamleider")
    path = f"/portefeuille/uitvoer?regio={NORTH}"
    given = {"vorm": "csv", "reden": "voor de commissie"}
    alone = officer.post(path, given)
    assert (alone.status_code, "kies een collega die meetekent" in alone.text) == (422, True)
    assert officer.post(path, {**given, "tweede": "officier"}).status_code == 422
    page = asked(officer.post(path, {**given, "tweede": "teamleider"}))
    number = page.rpartition("/")[2]
    early = officer.post(path, {**given, "akkoord": number})
    assert early.status_code == 403
    assert officer.post(page, {"wat": "tekenen"}).status_code == 422
    assert page in lead.get("/").text
    assert lead.post(page, {"wat": "tekenen"}).status_code == 303
    other = officer.post("/portefeuille/uitvoer", {**given, "akkoord": number})
    assert other.status_code == 403, "the signature is for these lines and no others"
    file = officer.post(path, {**given, "akkoord": number})
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 2 + 52
    assert officer.post(path, {**given, "akkoord": number}).status_code == 403, "once"
    assert [row[3]["rows"] for row in audited(many, "portfolio.exported")] == [52]


def test_fifty_or_fewer_need_nobody_else(browse, two_regions):
    assess(two_regions.context(SYSTEM))
    file = browse("officier").post("/portefeuille/uitvoer", {"vorm": "csv", "reden": "voor de commissie"})
    assert file.status_code == 200


def test_a_colleague_of_another_region_cannot_be_asked(browse, many):
    page = browse("officier").get("/portefeuille").text
    assert 'value="teamleider"' in page
    assert 'value="zuid"' not in page
    assert 'value="beheerder"' not in page


def change_norm(site):
    path = site.opened.folder / "config" / "settings.toml"
    path.write_text(path.read_text("utf-8").replace("views_per_hour = 30", "views_per_hour = 29"), "utf-8")


def test_rules_are_made_live_by_two_people_for_exactly_what_was_read(browse, two_regions):
    change_norm(two_regions)
    lead, analyst = browse("teamleider"), browse("analist")
    assert "views_per_hour" in lead.get("/beheer/regels").text
    assert lead.post("/beheer/regels", {"tweede": ""}).status_code == 422
    page = asked(lead.post("/beheer/regels", {"tweede": "analist"}))
    assert "views_per_hour" in analyst.get(page).text
    assert browse("officier").get(page).status_code == 404, "it is for the two of them"
    path = two_regions.opened.folder / "config" / "settings.toml"
    kept = path.read_text("utf-8")
    path.write_text(kept.replace("views_per_hour = 29", "views_per_hour = 9999"), "utf-8")
    late = analyst.post(page, {"wat": "tekenen"})
    assert (late.status_code, "na het voorstel gewijzigd" in late.text) == (422, True)
    path.write_text(kept, "utf-8")
    assert analyst.post(page, {"wat": "tekenen"}).status_code == 303
    assert two_regions.settings().site.web.views_per_hour == 29
    assert audited(two_regions, "config.activated")[-1][3]["second"] == "analist"


def test_without_the_mandate_nobody_proposes_and_a_proposal_can_be_taken_back(browse, two_regions):
    change_norm(two_regions)
    keeper = browse("beheerder").post("/beheer/regels", {"tweede": "analist"})
    assert (keeper.status_code, "mandaat" in keeper.text) == (422, True)
    page = asked(browse("teamleider").post("/beheer/regels", {"tweede": "analist"}))
    assert browse("teamleider").post(page, {"wat": "intrekken"}).status_code == 303
    assert browse("analist").post(page, {"wat": "tekenen"}).status_code == 422
    with reading(two_regions.opened.engine) as connection:
        assert countersigns.waiting_for(connection, "analist") == []


def test_faulty_files_are_told_and_not_proposed(browse, two_regions):
    path = two_regions.opened.folder / "config" / "settings.toml"
    path.write_text(path.read_text("utf-8").replace("views_per_hour = 30", "views_per_hour = -1"), "utf-8")
    lead = browse("teamleider")
    assert "views_per_hour" in lead.get("/beheer/regels").text
    assert lead.post("/beheer/regels", {"tweede": "analist"}).status_code == 422


@pytest.fixture
def renamed(two_regions, tmp_path, ews):
    """A quarterly return whose key column got another name: held. Returns its number."""
    book = Workbook()
    book.active.append(["KVK nr.", "Naam zorgaanbieder", "Kwartaal", "Eigen vermogen"])
    book.active.append(["80000001", "Stichting Noordzijde", "2026-Q2", 1000])
    path = tmp_path / "kwartaalopgave_2026-Q2.xlsx"
    book.save(path)
    assert ews("ingest", path).code == 1
    return ews("rejections", "list", "--json").json["deliveries"][0]["delivery"]


def test_a_renamed_column_leads_to_the_exact_line_to_change(browse, renamed, two_regions):
    officer = browse("officier")
    page = officer.get(f"/quarantaine/{renamed}")
    assert "Heet een kolom nu anders?" in page.text
    nothing = officer.post(f"/quarantaine/{renamed}/kolommen", {"kolom_0": ""})
    assert nothing.status_code == 422
    shown = officer.post(f"/quarantaine/{renamed}/kolommen", {"kolom_0": "KVK nr."})
    assert "config/sources/kwartaalopgave.toml" in shown.text
    assert "aliases = [&#34;KVK nr.&#34;]" in shown.text
    file = two_regions.opened.folder / "config" / "sources" / "kwartaalopgave.toml"
    lines = file.read_text("utf-8").splitlines()
    at = int(re.search(r"voeg toe na regel (\d+)", shown.text)[1])
    lines.insert(at, 'aliases = ["KVK nr."]')
    file.write_text("\n".join(lines), "utf-8")
    done = asked(browse("teamleider").post("/beheer/regels", {"tweede": "analist"}))
    assert browse("analist").post(done, {"wat": "tekenen"}).status_code == 303
    again = officer.post(f"/quarantaine/{renamed}", {"wat": "opnieuw"})
    assert again.status_code == 303
    assert "verwerkt" in officer.get(f"/quarantaine/{renamed}").text


def test_evaluation_says_honestly_that_there_is_too_little(browse, many):
    page = browse("commissie").get("/evaluatie")
    assert re.search(r"<dt>Gemist</dt><dd>1</dd>", page.text)
    assert '<td data-label="Gemist, omdat">te weinig gegevens' in page.text, "a miss has a reason"
    assert "<strong>te weinig</strong> voor een percentage" in page.text
    south = browse("zuid").get("/evaluatie")
    assert "te weinig om te zeggen hoe goed het EWS waarschuwt" in south.text
    assert "Noordzijde" not in south.text
    assert "Terugblikken" not in south.text, "a walk names subjects of every region"
    assert browse("zuid").post("/evaluatie/terugblik", {}).status_code == 404


def test_a_walk_through_the_past_keeps_what_was_typed_and_says_what_is_wrong(browse, many):
    given = {"vanaf": "2026-05-01", "tot": "2026-01-01", "eenheid": "provider", "motor": "scorecard"}
    refused = browse("officier").post("/evaluatie/terugblik", given)
    assert refused.status_code == 422
    assert 'id="tot-fout"' in refused.text
    assert 'value="2026-05-01"' in refused.text


def test_the_keeper_sees_freshness_schedule_and_recipients_but_no_provider(browse, many):
    page = browse("beheerder").get("/beheer").text
    for part in ("Bronnen", "Wat staat gepland", "Wie krijgt wat", "Volgende keer"):
        assert part in page
    assert "Stichting" not in re.sub(r"<title>.*?</title>", "", page)
    assert browse("beheerder").get("/beheer/auditspoor").status_code == 403


def test_the_auditor_reads_the_whole_trail_by_who_and_what(browse, many):
    browse("officier").get(f"/aanbieder/{IN_NORTH}")
    auditor = browse("auditor")
    found = auditor.get("/beheer/auditspoor?wie=officier&wat=provider.").text
    assert found.count("provider.viewed") == 1
    assert IN_NORTH in found
    assert "Niets gevonden" in auditor.get("/beheer/auditspoor?wie=niemand").text


@pytest.fixture
def doubted(two_regions, tmp_path, ews):
    """A delivery in use of which one amount is a thousand times too large; its number and the open site."""
    add_contract(two_regions.opened.folder, ews, "proef", CONTRACT)
    for quarter, amount in (
        ("2025-Q1", "1000"),
        ("2025-Q2", "1100"),
        ("2025-Q3", "1050"),
        ("2025-Q4", "1050000"),
    ):
        path = tmp_path / f"proef_{quarter}.csv"
        path.write_text(f"KvK;Kwartaal;Schuld\n80000001;{quarter};{amount}\n80000002;{quarter};7\n")
        done = ews("ingest", "--json", path)
    return done.json["files"][0]["delivery"]


def test_i4_doubted_figures_are_released_on_the_page_once_a_colleague_has_signed(
    browse, doubted, two_regions
):
    officer, path = browse("officier"), f"/quarantaine/{doubted}"
    slip = (IN_NORTH, "schuld", "{}", "2025-12-31")
    alone = officer.post(path, {"wat": "vrijgeven", "reden": "Bevestigd door de aanbieder."})
    assert (alone.status_code, 'id="tweede-fout"' in alone.text) == (422, True)
    assert "Bevestigd door de aanbieder.</textarea>" in alone.text
    page = asked(officer.post(path, {"wat": "vrijgeven", "reden": "Bevestigd.", "tweede": "teamleider"}))
    assert slip not in known(two_regions.opened.folder, "2999-01-01")
    assert browse("teamleider").post(page, {"wat": "tekenen"}).status_code == 303
    assert known(two_regions.opened.folder, "2999-01-01")[slip] == 105_000_000
    ((person, _, _, detail),) = audited(two_regions, "delivery.released")
    assert (person, detail) == ("officier", {"second": "teamleider", "observations": 1})
