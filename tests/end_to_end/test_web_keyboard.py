"""The story of a slow decline by keyboard alone: from the link in the alert mail to an approved notice, never a mouse."""

import re
from pathlib import Path

import pytest
from test_web_stories import STORIES, way_in

pytestmark = pytest.mark.slow
MOST_TABS = 600
NAME_OF = """() => {
  const at = document.activeElement;
  const label = at.labels && at.labels.length ? at.labels[0].innerText : at.innerText;
  return (label || "").trim();
}"""
MARKED = """() => {
  const at = document.activeElement;
  return at.type === "date" || getComputedStyle(at).outlineStyle !== "none";
}"""


def go_to(page, name: str, *, tag: str) -> None:
    """Press Tab until the element of this name has the focus; at each stop one sees where one is."""
    wanted = re.compile(name)
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.tagName.toLowerCase()")
        assert page.evaluate(MARKED) or here in {"body", "html"}, page.evaluate(NAME_OF)
        if here == tag and wanted.search(page.evaluate(NAME_OF)):
            return
    raise AssertionError(f"no {tag} '{name}' is reached by Tab on {page.url}")


def press(page, name: str, *, tag: str = "a") -> None:
    """Go to a link or button and press Enter; the next page is there before anything else is pressed."""
    go_to(page, name, tag=tag)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill(page, name: str, text: str, *, tag: str = "textarea") -> None:
    """Go to a field and type; in a list the letters choose."""
    go_to(page, name, tag=tag)
    page.keyboard.type(text)


def test_from_the_mail_to_an_approved_notice_with_keys_alone(open_page, page_demo: Path):
    officer = open_page("officier", "/")
    officer.goto(way_in(page_demo, officer, STORIES["slow decline"]))
    officer.keyboard.press("Tab")
    assert officer.evaluate(NAME_OF) == "Naar de inhoud"
    officer.keyboard.press("Enter")
    assert officer.evaluate("document.activeElement.id") == "inhoud"

    press(officer, "^Ontvangst bevestigen$")
    press(officer, "^Ik draag deze zaak$", tag="button")
    press(officer, "^Contact vastleggen$")
    fill(officer, "^Met wie", "bestuur", tag="select")
    fill(officer, "^Hoe", "telefoon", tag="select")
    fill(officer, "^Wat is besproken", "Met toetsen alleen: geen uitzicht op herstel.")
    press(officer, "^Vastleggen$", tag="button")
    log = officer.get_by_role("region", name="Logboek").inner_text()
    assert "Contact (telefoon) met bestuur van de aanbieder: Met toetsen alleen" in log

    press(officer, "^EWS-melding$")
    press(officer, "^Opstellen$", tag="button")
    if "/werk/" in officer.url:
        officer.get_by_role("link", name="Naar het resultaat").wait_for(timeout=90_000)
        press(officer, "^Naar het resultaat$")
    newest = officer.get_by_role("region", name="Versies").locator("strong").first.inner_text()

    approver = open_page("goedkeurder", officer.url)
    go_to(approver, "^Onder voorbehoud", tag="input")
    approver.keyboard.press("Space")
    fill(approver, "^Reden", "Terstond gaat voor compleet.")
    press(approver, "^Vaststellen$", tag="button")
    approved = approver.get_by_role("region", name="Versies").locator("> ul > li").first.inner_text()
    assert approved.startswith(newest)
    assert "vastgesteld" in approved


def test_a_walk_through_the_past_is_begun_left_and_found_again_on_the_first_page(open_page):
    page = open_page("officier", "/evaluatie")
    page.get_by_label("Vanaf").fill("2025-03-31")
    page.get_by_label("Tot en met").fill("2025-06-30")
    page.get_by_role("button", name="Terugblikken").click()
    page.goto("/")
    work = page.get_by_role("region", name="Uw werk dat op de achtergrond liep")
    walk = work.get_by_role("listitem").filter(has_text="Terugblik").first
    walk.get_by_text(re.compile("^(klaar|niet gelukt)$")).wait_for(timeout=90_000)
    walk.get_by_role("link", name=re.compile("^Terugblik")).click()
    page.get_by_role("link", name="Naar het resultaat").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Terugblik 31 mrt 2025 tot en met 30 jun 2025"
    assert "gewaarschuwd vanaf" in page.get_by_role("main").inner_text()
    page.goto("/evaluatie")
    assert page.get_by_role("link", name="31 mrt 2025 tot en met 30 jun 2025").count() >= 1
