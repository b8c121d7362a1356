"""A notice on its page: drafted, edited in Word and laid back, approved by another, sent, bundled; its sheets and evidence."""

import io
import os
import re
from contextlib import ExitStack
from datetime import timedelta

import dossier_site
import pytest
from docx import Document
from dossier_site import CASE, DRAFTED
from served import ORIGIN, Browser, log_in
from starlette.testclient import TestClient

from ews.jobs.run import clock, open_site
from ews.web.app import create_app
from ews.web.errands import Errands, Task
from ews.web.site import OpenSite

MELDING = f"/zaak/{CASE}/melding/ews"


@pytest.fixture
def drafted(tmp_path, monkeypatch):
    """Both notices drafted by the officer on 20 November, and the page an hour later."""
    monkeypatch.setenv("EWS_KIND", "drill")
    folder = dossier_site.drafted(tmp_path / "site")
    return OpenSite(open_site(folder), office_now=lambda: DRAFTED + timedelta(hours=1))


@pytest.fixture
def browse(drafted):
    app = create_app(drafted)
    with ExitStack() as stack:

        def open_browser(person):
            client = stack.enter_context(TestClient(app, base_url=ORIGIN))
            return Browser(client, log_in(drafted, client, person))

        yield open_browser


def edited(page_file: bytes, sentence: str) -> bytes:
    """The Word file as a person leaves it: one paragraph more under the first item."""
    document = Document(io.BytesIO(page_file))
    heading = next(one for one in document.paragraphs if re.match(r"1\. ", one.text))
    after = document.paragraphs[[one.text for one in document.paragraphs].index(heading.text) + 1]
    after.insert_paragraph_before(sentence, style=document.styles["Normal"])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word_file(browser):
    page = browser.get(MELDING)
    link = re.search(rf'href="({MELDING}/bestand/[^"]+v1\.docx)"', page.text)[1]
    return browser.get(link).content


def test_the_edited_word_file_becomes_the_next_version_with_what_differs(browse):
    officer = browse("officier")
    changed = edited(word_file(officer), "De bestuurder gaf dit zelf aan.")
    done = officer.post(
        f"{MELDING}/word", files={"word": ("bewerkt.docx", changed, "application/octet-stream")}
    )
    assert done.status_code == 303
    assert done.headers["location"].startswith(f"{MELDING}/verschil/2")
    page = officer.get(done.headers["location"])
    assert re.search(r"<ins>[^<]*De bestuurder gaf dit zelf aan", page.text)
    assert "los van het bewijs" in page.text
    assert f"{MELDING}/verschil/2" in officer.get(MELDING).text


def test_a_file_that_is_no_notice_is_refused_on_the_page(browse):
    officer = browse("officier")
    refused = officer.post(f"{MELDING}/word", files={"word": ("x.docx", b"PK geen Word", "application/zip")})
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    nothing = officer.post(f"{MELDING}/word", {})
    assert "Kies het Word-bestand" in nothing.text
    assert f"{MELDING}/verschil/2" not in officer.get(MELDING).text


def test_the_sheets_of_the_pdf_can_be_looked_at_as_pictures(browse):
    reader = browse("commissie")
    page = reader.get(f"{MELDING}/voorbeeld/1")
    sheets = re.findall(rf'src="({MELDING}/blad/1/\d+)"', page.text)
    assert len(sheets) >= 2
    picture = reader.get(sheets[0])
    assert (picture.headers["content-type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    assert reader.get(f"{MELDING}/blad/1/{len(sheets) + 1}").status_code == 404
    assert reader.get(f"{MELDING}/voorbeeld/9").status_code == 404


def test_the_page_says_what_stands_before_sending_and_names_evidence_beside_each_item(browse):
    page = browse("officier").get(f"/zaak/{CASE}/melding/overmacht")
    assert page.text.count('class="step-done"') == 1  # drafted; not complete, approved, sent or phoned
    assert page.text.count('class="step-open"') == 6
    assert len(re.findall(r'aria-label="Bewijs bij ', page.text)) >= 11
    pieces = re.findall(rf'href="(/zaak/{CASE}/melding/overmacht/bewijs/\d+)"', page.text)
    assert pieces
    file = browse("officier").get(pieces[0])
    assert file.status_code == 200
    assert len(file.content) > 0


def test_approved_by_another_then_bundled_with_a_reason_and_kept_for_a_week(browse, drafted):
    officer, approver = browse("officier"), browse("goedkeurder")
    assert officer.post(f"{MELDING}/vaststellen").status_code in {403, 422}
    early = officer.post(f"{MELDING}/bundelen", {"waarvoor": "voor de NZa"})
    assert (early.status_code, "eerst vast" in early.text) == (422, True)
    assert approver.post(f"{MELDING}/vaststellen").status_code == 303
    bare = officer.post(f"{MELDING}/bundelen", {"waarvoor": ""})
    assert (bare.status_code, "waarvoor de bundel is" in bare.text) == (422, True)
    assert officer.post(f"{MELDING}/bundelen", {"waarvoor": "voor de NZa"}).status_code == 303
    bundle = officer.get(f"{MELDING}/bundel/1")
    assert (bundle.status_code, bundle.content[:2]) == (200, b"PK")
    (path,) = (drafted.opened.folder / "bundles").iterdir()
    old = (clock() - timedelta(days=8)).timestamp()
    os.utime(path, (old, old))
    assert officer.get(f"{MELDING}/bundel/1").status_code == 404, "A12: the link dies after a week"


def test_a_version_that_nobody_read_is_not_approved(browse):
    """Somebody lays a newer version beside the one that the approver has open: both are told, nothing is signed."""
    officer, approver = browse("officier"), browse("goedkeurder")
    read = re.search(r'name="versie" value="(\d+)"', approver.get(MELDING).text)[1]
    changed = edited(word_file(officer), "Een zin die de goedkeurder niet las.")
    officer.post(f"{MELDING}/word", files={"word": ("bewerkt.docx", changed, "application/octet-stream")})
    given = {"voorbehoud": "ja", "reden": "Terstond gaat voor compleet."}
    late = approver.post(f"{MELDING}/vaststellen", {**given, "versie": read})
    assert (late.status_code, "Intussen ligt versie 2 er; u las versie 1" in late.text) == (409, True)
    assert "Terstond gaat voor compleet.</textarea>" in late.text
    assert "Vastgesteld door" not in late.text
    again = re.search(r'name="versie" value="(\d+)"', late.text)[1]
    assert approver.post(f"{MELDING}/vaststellen", {**given, "versie": again}).status_code == 303


def test_work_that_takes_long_can_be_left_and_is_only_for_who_began_it():
    errands = Errands(patience=30)
    made = errands.begin("officier", Task("iets langs", "/terug", lambda: "klaar"))
    assert (made.is_done, made.told) == (True, "klaar")
    assert errands.find(made.number, "officier") is made
    assert errands.find(made.number, "teamleider") is None
    failed = errands.begin("officier", Task("iets mis", "/terug", lambda: str(1 / 0)))
    assert failed.number in failed.told
    assert "ZeroDivision" not in failed.told


def test_drafting_in_the_background_leads_to_its_progress(browse):
    officer = browse("officier")
    officer.client.app.state.errands.patience = 0.0
    asked = officer.post(f"/zaak/{CASE}/melding/overmacht/opstellen")
    assert asked.headers["location"].startswith("/werk/")
    page = officer.get(asked.headers["location"])
    assert "Overmachtsmelding" in page.text
    assert "Overmachtsmelding" in officer.get("/").text
    assert browse("teamleider").get(asked.headers["location"]).status_code == 404
