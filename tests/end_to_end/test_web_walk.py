"""In a real browser: from the demo page to a draft notice, by mouse and by keyboard, readable for everyone."""

import re
from pathlib import Path

import pytest
from browser import PHONE, draft

pytestmark = pytest.mark.slow


def riskiest(page) -> str:
    """Follow the first line of the portfolio; returns the name on it."""
    link = page.get_by_role("table").first.get_by_role("row").nth(1).get_by_role("link").first
    name = link.inner_text()
    link.click()
    return name


def test_a_new_user_gets_from_the_demo_page_to_a_draft_notice(open_page, tmp_path):
    page = open_page("officier", "/")
    assert "fictief" in page.locator(".demo").inner_text()

    page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name="Portefeuille").click()
    name = riskiest(page)
    assert name in page.get_by_role("heading", level=1).inner_text()

    why = page.get_by_role("region", name=re.compile("^Waarom"))
    points = [int(cell.replace("−", "-")) for cell in why.locator("tbody td.number strong").all_inner_texts()]
    assert sum(points) == int(why.locator("tfoot td").first.inner_text())
    assert re.search(r"rij \d+", why.inner_text())

    page.get_by_role("link", name=re.compile("^Naar zaak")).click()
    case = re.search(r"C-\d{4}-\d{3}", page.url)[0]
    page.get_by_role("link", name="Ontvangst bevestigen").click()
    page.get_by_role("button", name="Ik draag deze zaak").click()
    assert "Vastgelegd als regel" in page.get_by_role("status").inner_text()

    page.get_by_role("link", name="Contact vastleggen").click()
    page.get_by_label("Met wie").select_option("bestuur")
    page.get_by_label("Hoe").select_option("telefoon")
    page.get_by_role("button", name="Vastleggen").click()  # the report is still missing: the browser stops it
    page.get_by_label("Wat is besproken").fill("Het bestuur verwacht uitstel van de bank.")
    page.get_by_role("button", name="Vastleggen").click()
    assert (
        "Het bestuur verwacht uitstel van de bank." in page.get_by_role("region", name="Logboek").inner_text()
    )

    letter = tmp_path / "uitvraag.pdf"
    letter.write_bytes(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
    page.get_by_role("link", name="Alternatief vastleggen").click()
    page.get_by_label("Soort", exact=True).select_option("inkoop")
    page.get_by_label("Gevraagde organisatie").fill("Stichting Elders (fictief)")
    page.get_by_label("Gevraagde plaatsen").fill("VG7 4")
    page.get_by_label("Nieuw bewijsstuk").set_input_files(letter)
    page.get_by_role("button", name="Vastleggen").click()
    alternatives = page.get_by_role("region", name="Alternatieven").inner_text()
    assert "Stichting Elders (fictief)" in alternatives
    assert re.search(r"B\d+", alternatives)

    page.get_by_role("link", name="EWS-melding", exact=True).click()
    draft(page)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(rf"^{case}_ews_melding_v\d+\.docx$")).first.click()
    assert Path(download.value.path()).read_bytes().startswith(b"PK")


def test_a_second_person_signs_at_a_screen_of_their_own(open_page):
    page = open_page("officier", "/zaken")
    page.get_by_role("table").get_by_role("link", name=re.compile("^C-")).first.click()
    case = page.url.rpartition("/")[2]
    page.goto(f"/zaak/{case}/besluit?soort=override")
    page.get_by_label("Uitkomst").select_option("high")
    page.get_by_label("Reden").fill("Het cijfer is al achterhaald.")
    page.get_by_role("button", name="Vastleggen").click()
    assert "Dit vraagt twee mensen" in page.locator("#tweede-fout").inner_text()
    assert page.get_by_label("Reden").input_value() == "Het cijfer is al achterhaald."
    page.get_by_label("Tweede persoon").select_option("teamleider")
    page.get_by_role("button", name="Vastleggen").click()
    assert "Wacht op de handtekening van" in page.get_by_role("main").inner_text()

    lead = open_page("teamleider", "/")
    waiting = lead.get_by_role("region", name="Wacht op uw handtekening")
    waiting.get_by_role("link", name=case).first.click()
    lead.get_by_role("button", name="Tekenen").click()
    assert "door mensen vastgesteld" in lead.get_by_role("main").inner_text()


def test_the_date_picker_rewinds_the_whole_page(open_page):
    page = open_page("officier", "/portefeuille")
    riskiest(page)
    now = page.get_by_role("heading", level=2, name=re.compile("^Waarom")).inner_text()
    page.get_by_label("Zoals bekend op").fill("2025-01-31")
    page.get_by_role("button", name="Terugkijken").click()
    assert "zoals" in page.url or "op=2025-01-31" in page.url
    then = page.get_by_role("main").inner_text()
    assert "U kijkt naar wat bekend was op 2025-01-31" in then
    assert now not in then


def test_everything_can_be_done_by_keyboard(open_page):
    page = open_page("officier", "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Naar de inhoud"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhoud"
    page.goto("/portefeuille")
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.id"))
        marked = page.evaluate(
            "document.activeElement.type == 'date' || getComputedStyle(document.activeElement).outlineStyle != 'none'"
        )  # a browser marks the parts of a date itself
        assert marked, seen[-1]
        if str(seen[-1]).startswith("/aanbieder/"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/aanbieder/**")


PAGES = {
    "officier": [
        "/", "/portefeuille", "/portefeuille?eenheid=locatie", "/zaken", "/zaken?dicht=ja", "/aanbieder/kvk:00552819",
        "/aanbieder/kvk:00552819?op=2025-06-30", "/zaak/{case}", "/zaak/{case}/alternatief", "/zaak/{case}/besluit",
        "/zaak/{case}/rol", "/zaak/{case}/telling", "/zaak/{case}/bewijsstuk", "/zaak/{case}/audit",
        "/zaak/{case}/overdracht", "/zaak/{case}/melding/overmacht", "/zaak/{case}/melding/ews",
        "/zaak/{case}/melding/ews/voorbeeld/1", "/zaak/{case}/melding/ews/verschil/1", "/aanbieder/kvk:00552819/signaal",
        "/zaak/{case}/brieven", "/zaak/{case}/brief", "/zaak/{case}/brief?soort=gespreksblad", "/zaak/{case}/agenderen",
        "/zaak/{case}/antwoordformulier", "/geagendeerd", "/geagendeerd?alles=ja", "{letter}", "{letter}/antwoord",
        "{letter}/verzonden", "{letter}/vaststellen", "/zaak-openen", "/week", "/week/2026-W47/besluit", "/evaluatie", "/quarantaine?alles=ja", "/quarantaine/{delivery}",
    ],
    "teamleider": ["/beheer", "/beheer/regels", "/beheer/controle"],
    "auditor": ["/beheer/auditspoor"],
    "beheerder": ["/", "/beheer"],
}  # fmt: skip
WITHOUT_LOGIN = ["/inloggen", "/link/bestaat-niet", "/z/C-2025-004/ontvangst", "/bestaat-niet"]


def addresses(page, person: str) -> list[str]:
    """The pages of a person, with a case and a delivery that there are."""
    case = delivery = letter = ""
    if person == "officier":
        page.goto("/zaken")
        case = page.get_by_role("table").get_by_role("link", name=re.compile("^C-")).first.inner_text()
        page.goto(f"/zaak/{case}/melding/ews")
        if page.get_by_role("link", name="Bekijken").count() == 0:
            draft(page)
        page.goto(f"/zaak/{case}/brieven")
        if page.locator('table a[href*="/brief/"]').count() == 0:
            page.goto(f"/zaak/{case}/brief?soort=gespreksblad")
            page.get_by_role("button", name="Opstellen").click()
            page.goto(f"/zaak/{case}/brieven")
        letter = page.locator('table a[href*="/brief/"]').first.get_attribute("href")
        page.goto("/quarantaine?alles=ja")
        delivery = (
            page.locator('table a[href^="/quarantaine/"]').first.get_attribute("href").rpartition("/")[2]
        )
    return [path.format(case=case, delivery=delivery, letter=letter) for path in PAGES[person]]


def faults_of(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    result = Axe().run(page)
    return [
        f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:2]]}"
        for one in result.response["violations"]
    ]


STICKING_OUT = """() => [...document.querySelectorAll(".card table")].filter(
  (table) => !table.closest(".scroll")
    && table.getBoundingClientRect().right > table.closest(".card").getBoundingClientRect().right + 1
).map((table) => table.innerText.slice(0, 60))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("person", PAGES)
def test_no_page_has_a_fault_that_axe_knows(open_page, person, scheme):
    """WCAG 2.2 AA as far as a machine can tell; and no table sticks out of its card."""
    found = {}
    page = open_page(person, "/", color_scheme=scheme)
    for path in addresses(page, person):
        page.goto(path)
        if faults := [*faults_of(page), *page.evaluate(STICKING_OUT)]:
            found[path] = faults
    assert found == {}


def test_the_pages_before_a_login_have_no_fault_that_axe_knows(chromium, served):
    page = chromium.new_page(base_url=served.url, locale="nl-NL")
    found = {}
    for path in WITHOUT_LOGIN:
        page.goto(path)
        if faults := faults_of(page):
            found[path] = faults
    page.close()
    assert found == {}


@pytest.mark.parametrize("person", PAGES)
def test_no_page_is_wider_than_a_phone(open_page, person):
    page = open_page(person, "/", PHONE)
    too_wide = {}
    for path in addresses(page, person):
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            too_wide[path] = width
    assert too_wide == {}


def test_an_open_page_shows_what_others_do_without_being_loaded_again(open_page):
    """A proposal by one person appears on the open first page of the other."""
    lead = open_page("teamleider", "/")
    lead.evaluate("window.kept = true")
    page = open_page("officier", "/zaken")
    page.get_by_role("table").get_by_role("link", name=re.compile("^C-")).last.click()
    case = page.url.rpartition("/")[2]
    page.goto(f"/zaak/{case}/besluit?soort=override")
    page.get_by_label("Uitkomst").select_option("acute")
    page.get_by_label("Reden").fill("Wat hier staat, komt vanzelf in beeld.")
    page.get_by_label("Tweede persoon").select_option("teamleider")
    page.get_by_role("button", name="Vastleggen").click()
    lead.get_by_text("Wat hier staat, komt vanzelf in beeld.").wait_for(timeout=60_000)
    assert lead.evaluate("window.kept") is True


def test_two_browsers_on_one_case_lose_nothing(open_page):
    """Both open the same form; the later one sees what the earlier wrote, and sends again what was typed."""
    one = open_page("officier", "/zaken")
    one.get_by_role("table").get_by_role("link", name=re.compile("^C-")).first.click()
    form = f"{one.url}/notitie"
    one.goto(form)
    other = open_page("teamleider", form)
    other.get_by_label("Notitie", exact=True).fill("Eerst de teamleider.")
    other.get_by_role("button", name="Vastleggen").click()
    one.get_by_label("Notitie", exact=True).fill("Daarna de functionaris.")
    one.get_by_role("button", name="Vastleggen").click()
    assert "Eerst de teamleider." in one.get_by_role("alert").first.inner_text()
    assert one.get_by_label("Notitie", exact=True).input_value() == "Daarna de functionaris."
    one.get_by_role("button", name="Vastleggen").click()
    log = one.get_by_role("region", name="Logboek").inner_text()
    assert "Eerst de teamleider." in log
    assert "Daarna de functionaris." in log


def test_without_script_everything_still_works(open_page):
    page = open_page("officier", "/", java_script_enabled=False)
    page.get_by_role("link", name="Portefeuille").click()
    riskiest(page)
    page.get_by_role("link", name=re.compile("^Naar zaak")).click()
    page.get_by_role("link", name="EWS-melding", exact=True).click()
    draft(page)
    assert page.get_by_role("heading", level=1).count() == 1
