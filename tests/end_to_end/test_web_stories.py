"""The three stories of the example region in a browser: from the link in the alert mail to an approved notice, by
three people with roles of their own."""

import email
import re
from email import policy
from pathlib import Path

import pytest
from browser import draft

pytestmark = pytest.mark.slow
STORIES = {"slow decline": "kvk:00552819", "quality": "kvk:00552804", "sudden": "kvk:00552834"}


def mails_to(site: Path, person: str) -> list[str]:
    """The text of every mail that the demo put in its outbox folder for a person, newest first."""
    found = sorted(site.glob(f"outbox/*-alert-{person}.eml"), reverse=True)
    return [
        email.message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",)).get_content()
        for path in found
    ]


def case_of(page, provider: str) -> str:
    page.goto(f"/aanbieder/{provider}")
    link = page.get_by_role("link", name=re.compile(r"^Naar zaak"))
    if link.count() == 0:
        page.get_by_role("link", name="Zaak openen").click()
        page.get_by_label("Reden").fill("Wij zien reden voor een gesprek.")
        page.get_by_role("button", name="Openen").click()
        return page.url.rpartition("/")[2].partition("?")[0]
    return re.search(r"C-\d{4}-\d{3}", link.inner_text())[0]


def way_in(site: Path, page, provider: str) -> str:
    """The path that the alert mail of this provider links to; its case where the mails link to no other."""
    case = case_of(page, provider)
    linked = {path for text in mails_to(site, "officier") for path in re.findall(r"/z/C-\d{4}-\d{3}\b", text)}
    assert linked, "the mails of the demo link to cases"
    return f"/z/{case}" if f"/z/{case}" in linked else f"/zaak/{case}"


@pytest.mark.parametrize("provider", STORIES.values(), ids=STORIES)
def test_from_the_mail_to_an_approved_notice_by_three_people(open_page, page_demo, provider, tmp_path):
    officer = open_page("officier", "/")
    officer.goto(way_in(page_demo, officer, provider))
    case = re.search(r"C-\d{4}-\d{3}", officer.url)[0]
    assert case in officer.get_by_role("heading", level=1).inner_text()
    officer.get_by_role("link", name="Ontvangst bevestigen").click()
    officer.get_by_role("button", name="Ik draag deze zaak").click()
    officer.get_by_role("link", name="Contact vastleggen").click()
    officer.get_by_label("Met wie").select_option("bestuur")
    officer.get_by_label("Hoe").select_option("telefoon")
    officer.get_by_label("Wat is besproken").fill("Het bestuur meldt geen uitzicht op herstel.")
    officer.get_by_role("button", name="Vastleggen").click()
    officer.get_by_role("link", name="EWS-melding", exact=True).click()
    before = officer.get_by_role("region", name="Versies").locator("> ul > li").count()
    draft(officer)
    assert officer.get_by_role("region", name="Versies").locator("> ul > li").count() >= max(before, 1)

    staff = open_page("medewerker", officer.url)
    version = staff.get_by_role("region", name="Versies").locator("strong").first.inner_text()
    staff.get_by_role("link", name="Bekijken").first.click()
    sheet = staff.get_by_alt_text(re.compile(r"^Blad 1 van"))
    sheet.wait_for()
    assert staff.evaluate(
        "(picture) => picture.decode().then(() => picture.naturalWidth > 500)", sheet.element_handle()
    )

    approver = open_page("goedkeurder", officer.url)
    approver.get_by_label(re.compile("Onder voorbehoud")).check()
    approver.get_by_label(re.compile("^Reden")).fill("Terstond gaat voor compleet.")
    approver.get_by_role("button", name="Vaststellen").click()
    newest = approver.get_by_role("region", name="Versies").locator("> ul > li").first.inner_text()
    assert newest.startswith(version)
    assert "vastgesteld" in newest
