"""Letters by command: on the record, anonymous until they may not be."""

import dossier_site
import pytest
from docx import Document
from dossier_site import CASE

from ews.dossier.letters import FORM_COLUMNS


@pytest.fixture
def say(tmp_path, monkeypatch, ews):
    monkeypatch.setenv("EWS_KIND", "drill")
    dossier_site.opened(tmp_path / "site")

    def run(*words: object):
        return ews("--now", "2026-11-20T11:00", "--user", "officier", *words)

    return run


def test_a_letter_is_written_in_both_forms_and_logged(say):
    done = say(
        "dossier", "letter", CASE, "--kind", "plaatsenverzoek", "--to", "Stichting Noorderlicht", "--json"
    )
    assert done.code == 0, done.err
    assert done.json["named"] is False
    shown = say("case", "show", CASE, "--json").json
    assert any("aanbieder niet genoemd" in one["text"] for one in shown["entries"])


def test_naming_earlier_needs_a_ground_and_a_second_person(say):
    base = ("dossier", "letter", CASE, "--kind", "igj_informatie", "--named")
    assert say(*base, "--second", "teamleider").code == 2
    assert say(*base, "--ground", "acuut gevaar").code == 2
    assert say(*base, "--ground", "acuut gevaar", "--second", "officier").code == 2
    done = say(*base, "--ground", "acuut gevaar", "--second", "teamleider", "--json")
    assert done.code == 0, done.err
    assert done.json["named"] is True


def test_an_unknown_letter_names_those_there_are(say):
    refused = say("dossier", "letter", CASE, "--kind", "liefdesbrief")
    assert refused.code == 2
    assert "plaatsenverzoek" in refused.err


def filled_in(path, rows):
    """The form as another provider returns it."""
    word = Document(path)
    form = next(
        table for table in word.tables if table.cell(0, 0).text == "Zorgprofiel" and len(table.columns) == 5
    )
    for cells, told in zip(form.rows[1:], rows, strict=True):
        for cell, text in zip(cells.cells, told, strict=True):
            cell.text = text
    word.save(path)
    return path


def test_a_returned_form_is_the_answer_to_its_alternative(say, tmp_path):
    asked = say(
        "case", "alternative", CASE, "--organisation", "Noorderlicht", "--places", "VG7=10", "--json"
    ).json
    form = tmp_path / "terug.docx"
    word = Document()
    table = word.add_table(rows=3, cols=5)
    for cell, text in zip(table.rows[0].cells, FORM_COLUMNS, strict=True):
        cell.text = text
    word.save(form)
    filled_in(form, [["VG7", "4", "1 januari", "Geen personeel", ""], ["VG8", "", "", "", "Geen gebouw"]])
    read = say("dossier", "read-answer", CASE, asked["entry"], form, "--json")
    assert read.code == 0, read.err
    assert read.json["kind"] == "Answer"
    assert read.json["evidence"]
    assert "4" in read.json["text"]
    filled_in(form, [["VG7", "vier", "", "", ""], ["VG8", "", "", "", ""]])
    refused = say("dossier", "read-answer", CASE, asked["entry"], form)
    assert refused.code == 2
    assert "'vier'" in refused.err
    assert say("dossier", "read-answer", CASE, 9999, form).code == 2
