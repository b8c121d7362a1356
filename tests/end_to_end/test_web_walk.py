"""In a real browser: from the demo page to a draft notice, by mouse and by keyboard, readable for everyone."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

pytestmark = pytest.mark.slow
CHROMIUM = shutil.which("chromium")
EWS = [sys.executable, "-m", "ews"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def demo(played_demo, tmp_path_factory) -> Path:
    """The example region, played to its end, to work in."""
    return Path(shutil.copytree(played_demo.site, tmp_path_factory.mktemp("page") / "demo"))


class Served:
    """`ews serve` in a process of its own, and one-time links into it."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self.process, shown = self._start("officier")
        self.url, self.links = shown["url"], {"officier": shown["link"]}

    def _start(self, person: str) -> tuple[subprocess.Popen[str], dict[str, str]]:
        process = subprocess.Popen(
            [*EWS, "--site", str(self.site), "serve", "--port", "0", "--as", person, "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        watch = Timer(90, process.kill)  # a server that says nothing ends, and so does the reading
        watch.start()
        lines = []
        while "}" not in (lines[-1] if lines else ""):
            lines.append(process.stdout.readline())
            assert lines[-1], "ews serve ended before it served"
        watch.cancel()
        return process, json.loads("".join(lines))

    def link(self, person: str) -> str:
        """A link for another person, made by a second server on the same site that stops again."""
        if person not in self.links:
            other, shown = self._start(person)
            stop(other)
            self.links[person] = self.url + shown["link"].removeprefix(shown["url"])
        return self.links.pop(person)


def stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(20)
    process.stdout.close()


@pytest.fixture(scope="module")
def served(demo: Path) -> Iterator[Served]:
    running = Served(demo)
    yield running
    stop(running.process)


@pytest.fixture(scope="module")
def chromium():
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def logins(chromium, served) -> dict[str, dict]:
    """The session of each person, by the one-time link that the server printed."""
    kept = {}
    for person in ("officier", "teamleider"):
        context = chromium.new_context()
        page = context.new_page()
        page.goto(served.link(person))
        page.get_by_role("button", name=f"Verder als {person}").click()
        kept[person] = context.storage_state()
        context.close()
    return kept


def is_trouble(said) -> bool:
    """What a browser complains of, but for the answer to a form that was refused on purpose."""
    return said.type == "error" and "status of 422" not in said.text


@pytest.fixture
def open_page(chromium, served, logins):
    """`open_page("officier", "/")`: a page of that person; a request that leaves this machine fails the test."""
    contexts = []
    strays, troubles = [], []

    def open_one(person: str, path: str, viewport=WIDE, **options):
        context = chromium.new_context(
            storage_state=logins[person], viewport=viewport, base_url=served.url, locale="nl-NL", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda sent: None if sent.url.startswith(served.url) else strays.append(sent.url))
        page.on("console", lambda said: troubles.append(said.text) if is_trouble(said) else None)
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert strays == []
    assert troubles == []


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
    page.get_by_role("button", name="Opstellen").click()
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


PAGES = [
    "/", "/portefeuille", "/portefeuille?eenheid=locatie", "/zaken", "/aanbieder/kvk:00552819", "/zaak/{case}",
    "/zaak/{case}/alternatief", "/zaak/{case}/besluit", "/zaak/{case}/audit",
    "/zaak/{case}/melding/overmacht", "/zaak/{case}/melding/ews", "/aanbieder/kvk:00552819/signaal",
]  # fmt: skip


def addresses(page) -> list[str]:
    """The pages, with a case that there is."""
    page.goto("/zaken")
    case = page.get_by_role("table").get_by_role("link", name=re.compile("^C-")).first.inner_text()
    return [path.format(case=case) for path in PAGES]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_fault_that_axe_knows(open_page, scheme):
    from axe_playwright_python.sync_playwright import Axe

    found = {}
    page = open_page("officier", "/", color_scheme=scheme)
    for path in addresses(page):
        page.goto(path)
        result = Axe().run(page)
        if result.violations_count:
            found[path] = [
                f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:2]]}"
                for one in result.response["violations"]
            ]
    assert found == {}


def test_no_page_is_wider_than_a_phone(open_page):
    page = open_page("officier", "/", PHONE)
    too_wide = {}
    for path in addresses(page):
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            too_wide[path] = width
    assert too_wide == {}
