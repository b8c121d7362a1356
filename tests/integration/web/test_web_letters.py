"""Letters on their pages: written, approved by another, sent, answered; what was raised; the sheet for a talk."""

import io
import re
from datetime import timedelta

import dossier_site
import pytest
from docx import Document
from dossier_site import CASE, DRAFTED
from served import log_in_to

from ews.cases.correspondence import Letter, Raised
from ews.cases.entries import Alternative, Answer
from ews.cases.log import current
from ews.dossier.letter_parts import FORM_COLUMNS
from ews.jobs.run import open_site
from ews.store import cases
from ews.store.engine import reading
from ews.web.site import OpenSite

NEW = f"/zaak/{CASE}/brief"
RAISE = {
    "soort": "agenderingsbrief",
    "aan": "NZa",
    "grond": "agendering",
    "reden": "Het tarief dekt VG7 niet.",
}


@pytest.fixture
def office(tmp_path, monkeypatch):
    """An open case on 20 November."""
    monkeypatch.setenv("EWS_KIND", "drill")
    folder = dossier_site.opened(tmp_path / "site")
    return OpenSite(open_site(folder), office_now=lambda: DRAFTED + timedelta(hours=1))


@pytest.fixture
def browse(office):
    with log_in_to(office) as open_browser:
        yield open_browser


def written(office, kind):
    with reading(office.opened.engine) as connection:
        return [(entry.id, what) for entry, what in current(cases.load_case(connection, CASE), kind)]


def laid_ready(browser, fields):
    made = browser.post(NEW, fields)
    assert made.status_code == 303, made.text
    return made.headers["location"]


def sent(browse, fields):
    """A letter written by the officer, approved by the lead and noted as sent; its address."""
    letter = laid_ready(browse("officier"), fields)
    assert browse("teamleider").post(f"{letter}/vaststellen", {}).status_code == 303
    to = fields["aan"].splitlines()
    assert browse("officier").post(f"{letter}/verzonden", {"aan": to, "hoe": "post"}).status_code == 303
    return letter


def test_naming_early_says_beside_each_field_what_is_lacking_and_keeps_what_was_typed(browse, office):
    given = {"soort": "igj_informatie", "grond": "instemming", "reden": "  "}
    refused = browse("officier").post(NEW, given)
    assert refused.status_code == 422
    assert re.search(r'id="aan-fout">Wie de aanbieder eerder noemt', refused.text)
    assert re.search(r'id="reden-fout">De aanbieder eerder noemen is een besluit', refused.text)
    assert '<option value="instemming" selected>' in refused.text
    assert "--to" not in refused.text
    assert written(office, Letter) == []


def test_a_letter_that_raises_a_bottleneck_runs_its_whole_way_on_the_page(browse, office):
    officer, lead = browse("officier"), browse("teamleider")
    letter = laid_ready(officer, RAISE)
    ((number, made),) = written(office, Letter)
    assert (letter, made.to, made.ground) == (f"/zaak/{CASE}/brief/{number}", ("NZa",), "agendering")
    own = officer.post(f"{letter}/vaststellen", {"tekst": "Ik vind hem goed."})
    assert (own.status_code, "stelt hem niet zelf vast" in own.text) == (422, True)
    assert "Ik vind hem goed." in own.text
    early = officer.post(f"{letter}/verzonden", {"aan": "NZa", "hoe": "post"})
    assert (early.status_code, 'id="hoe-fout"' in early.text) == (422, True)
    unmandated = browse("medewerker").post(f"{letter}/vaststellen", {})
    assert (unmandated.status_code, "mandaat ews_melding" in unmandated.text) == (422, True)
    assert lead.post(f"{letter}/vaststellen", {"tekst": "Akkoord."}).status_code == 303
    assert officer.post(f"{letter}/verzonden", {"aan": "NZa", "hoe": "post"}).status_code == 303
    assert "Het tarief dekt VG7 niet." in officer.get("/geagendeerd").text
    reply = {"wie": "NZa", "tekst": "Wij onderzoeken het.", "stap": "overleg", "voor": "2027-01-15"}
    assert officer.post(f"{letter}/antwoord", reply).status_code == 303
    page = officer.get("/geagendeerd").text
    assert "Wij onderzoeken het." in page
    assert "overleg" in page
    line = re.search(rf'href="(/zaak/{CASE}/agenda-antwoord\?regel=\d+)"', page)[1]
    form = officer.get(line)
    done = {
        "regel": line.rpartition("=")[2],
        "tekst": "Opgelost.",
        "op": "2026-11-20",
        "versie": re.search(r'name="versie" value="(\d+)"', form.text)[1],
    }
    assert officer.post(line, done).status_code == 303
    assert "Er staat niets open" in officer.get("/geagendeerd").text
    assert "Opgelost." in officer.get("/geagendeerd?alles=ja").text


def test_a_letter_that_was_edited_in_word_is_approved_as_edited(browse, office):
    letter = laid_ready(browse("officier"), {"soort": "clientenraad"})
    lead = browse("teamleider")
    name = re.search(rf'href="({letter}/bestand/[^"]+\.docx)"', lead.get(letter).text)[1]
    word = Document(io.BytesIO(lead.get(name).content))
    word.add_paragraph("Wij komen donderdag langs.")
    out = io.BytesIO()
    word.save(out)
    file = {"bestand": ("bewerkt.docx", out.getvalue(), "application/octet-stream")}
    assert lead.post(f"{letter}/vaststellen", {}, files=file).status_code == 303
    with reading(office.opened.engine) as connection:
        assert cases.load_case(connection, CASE).evidence[-1].name == "bewerkt.docx"
    assert lead.get(f"{letter}/bestand/..%2F..%2Fews.sqlite").status_code == 404
    assert lead.get(f"{letter}/bestand/bewerkt.docx").status_code == 404


def test_the_sheet_for_a_talk_is_made_from_the_page_of_the_letters(browse):
    officer = browse("officier")
    link = re.search(r'href="([^"]+soort=gespreksblad)"', officer.get(f"/zaak/{CASE}/brieven").text)[1]
    assert '<option value="gespreksblad" selected>' in officer.get(link).text
    letter = laid_ready(officer, {"soort": "gespreksblad"})
    pdf = re.search(rf'href="({letter}/bestand/[^"]+\.pdf)"', officer.get(letter).text)[1]
    assert officer.get(pdf).content.startswith(b"%PDF")
    assert "concept" in officer.get(f"/zaak/{CASE}/brieven").text


def test_a_request_for_places_is_an_alternative_and_its_returned_form_the_answer(browse, office):
    sent(browse, {"soort": "plaatsenverzoek", "aan": "Zuid\nNoord"})
    asked = written(office, Alternative)
    assert [what.organisation for _, what in asked] == ["Zuid", "Noord"]
    word = Document()
    table = word.add_table(rows=2, cols=5)
    for row, texts in zip(table.rows, (FORM_COLUMNS, ("VG7", "vier", "", "", "")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    officer, path, chosen = (
        browse("officier"),
        f"/zaak/{CASE}/antwoordformulier",
        {"alternatief": str(asked[0][0])},
    )

    def hand_in():
        out = io.BytesIO()
        word.save(out)
        return officer.post(
            path, chosen, files={"bestand": ("terug.docx", out.getvalue(), "application/zip")}
        )

    wrong = hand_in()
    assert (wrong.status_code, "&#39;vier&#39;" in wrong.text) == (422, True)
    assert f'<option value="{asked[0][0]}" selected>' in wrong.text
    table.cell(1, 1).text = "4"
    assert hand_in().status_code == 303
    ((_, answer),) = written(office, Answer)
    assert (answer.alternative, answer.offered[0].count) == (asked[0][0], 4)


def test_what_was_raised_in_a_talk_without_a_letter_has_the_offices_own_term(browse, office):
    officer, path = browse("officier"), f"/zaak/{CASE}/agenderen"
    form = officer.get(path)
    assert 'value="2026-12-04"' in form.text
    given = {
        "partij": "gemeente", "organisatie": "Gemeente Meierijstad", "tekst": "Woningen voor VG7.", "voor": "2026-12-04",
        "op": "2026-11-20", "versie": re.search(r'name="versie" value="(\d+)"', form.text)[1],
    }  # fmt: skip
    assert officer.post(path, given).status_code == 303
    ((_, raised),) = written(office, Raised)
    assert (raised.organisation, raised.text) == ("Gemeente Meierijstad", "Woningen voor VG7.")


def test_who_only_reads_sees_letters_and_writes_none(browse):
    laid_ready(browse("officier"), {"soort": "clientbrief"})
    reader = browse("commissie")
    page = reader.get(f"/zaak/{CASE}/brieven")
    assert "Brief aan cliënten en vertegenwoordigers" in page.text
    assert "Brief opstellen" not in page.text
    assert reader.post(NEW, {"soort": "clientbrief"}).status_code == 403
