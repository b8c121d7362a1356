"""Letters by command: on the record, anonymous until they may not be."""

from pathlib import Path

import dossier_site
import pytest
from docx import Document
from dossier_site import CASE
from pypdf import PdfReader

from ews.dossier.letter_parts import FORM_COLUMNS


def pdf_text(path):
    return " ".join("".join(page.extract_text() for page in PdfReader(path).pages).split())


@pytest.fixture
def say(tmp_path, monkeypatch, ews):
    monkeypatch.setenv("EWS_KIND", "drill")
    dossier_site.opened(tmp_path / "site")

    def run(*words: object, user: str = "officier", now: str = "2026-11-20T11:00"):
        return ews("--now", now, "--user", user, *words)

    return run


def test_a_letter_is_a_draft_on_the_record_in_both_forms(say):
    done = say(
        "dossier",
        "letter",
        "write",
        CASE,
        "--kind",
        "plaatsenverzoek",
        "--to",
        "Stichting Noorderlicht",
        "--json",
    )
    assert done.code == 0, done.err
    assert (done.json["named"], done.json["state"]) == (False, "concept")
    shown = say("case", "show", CASE, "--json").json
    assert any("aanbieder niet genoemd" in one["text"] for one in shown["entries"])
    assert "Concept: nog niet door een ander vastgesteld" in pdf_text(done.json["files"]["pdf"])


def test_naming_earlier_is_a_decision_with_a_ground_a_reason_recipients_and_a_mandate(say):
    base = ("dossier", "letter", "write", CASE, "--kind", "igj_informatie", "--ground")
    whole = ("--to", "IGJ", "--reason", "acuut gevaar")
    assert say(*base, "omdat_het_kan", *whole).code == 2
    assert say(*base, "afstemming", "--to", "IGJ").code == 2
    assert say(*base, "afstemming", "--reason", "acuut gevaar").code == 2
    consent = say(*base, "instemming", *whole)
    assert consent.code == 2
    assert "--evidence" in consent.err
    done = say(*base, "afstemming", *whole, "--json")
    assert done.code == 0, done.err
    assert done.json["named"] is True
    letter = ("dossier", "letter", "approve", CASE, done.json["entry"])
    no_mandate = say(*letter, user="medewerker")
    assert no_mandate.code == 2
    assert "mandaat 'ews_melding'" in no_mandate.err
    assert say(*letter, user="teamleider").code == 0


def test_a_letter_goes_out_only_after_another_person_approved_it(say):
    made = say("dossier", "letter", "write", CASE, "--kind", "clientbrief", "--json").json
    number = made["entry"]
    early = say("dossier", "letter", "sent", CASE, number)
    assert early.code == 2
    assert "eerst vaststellen" in early.err
    own = say("dossier", "letter", "approve", CASE, number)
    assert own.code == 2
    assert "stelt hem niet zelf vast" in own.err
    stood = say("dossier", "letter", "approve", CASE, number, "--json", user="teamleider")
    assert stood.code == 0, stood.err
    assert say("dossier", "letter", "approve", CASE, number, user="goedkeurder").code == 2
    stranger = say("dossier", "letter", "sent", CASE, number, "--to", "De Krant")
    assert stranger.code == 2
    assert say("dossier", "letter", "sent", CASE, number, "--channel", "post").code == 0
    listed = say("dossier", "letter", "list", CASE, "--json").json["letters"]
    assert [(one["state"], one["author"], one["approved_by"]) for one in listed] == [
        ("verzonden", "officier", "teamleider")
    ]
    shown = say("case", "show", CASE, "--json").json
    approved = next(one for one in shown["entries"] if one["kind"] == "LetterApproved")
    assert approved["evidence"], "what was approved is kept as evidence"


def test_a_letter_edited_in_word_is_what_is_approved(say, tmp_path):
    made = say("dossier", "letter", "write", CASE, "--kind", "clientenraad", "--json").json
    word = Document(made["files"]["docx"])
    word.add_paragraph("Wij komen donderdag langs.")
    edited = tmp_path / "bewerkt.docx"
    word.save(edited)
    stood = say("dossier", "letter", "approve", CASE, made["entry"], "--file", edited, user="teamleider")
    assert stood.code == 0, stood.err
    shown = say("case", "show", CASE, "--json").json
    assert shown["evidence"][-1]["name"] == "bewerkt.docx"


def test_a_draft_that_was_changed_on_disk_is_not_approved(say):
    made = say("dossier", "letter", "write", CASE, "--kind", "clientbrief", "--json").json
    source = Path(made["files"]["docx"]).with_suffix(".json")
    source.write_bytes(source.read_bytes().replace(b"gratis", b"duur"))
    refused = say("dossier", "letter", "approve", CASE, made["entry"], user="teamleider")
    assert refused.code == 2
    assert "gewijzigd" in refused.err


def out(say, kind, *more, to="Noorderlicht"):
    """A letter written, approved by another and sent; its number."""
    made = say("dossier", "letter", "write", CASE, "--kind", kind, "--to", to, *more, "--json")
    assert made.code == 0, made.err
    number = made.json["entry"]
    assert say("dossier", "letter", "approve", CASE, number, user="teamleider").code == 0
    noted = say("dossier", "letter", "sent", CASE, number, "--json")
    assert noted.code == 0, noted.err
    return number


def test_a_sent_request_for_places_asks_for_an_alternative_and_the_form_answers_it(say):
    made = say("dossier", "letter", "write", CASE, "--kind", "plaatsenverzoek", "--to", "Zuid", "--json").json
    assert say("dossier", "letter", "approve", CASE, made["entry"], user="teamleider").code == 0
    assert say("dossier", "letter", "sent", CASE, made["entry"]).code == 0
    shown = say("case", "show", CASE, "--json").json
    asked = [one for one in shown["entries"] if one["kind"] == "Alternative"]
    assert [one["text"].split(",")[0] for one in asked] == ["Alternatief inkoop elders bij Zuid"]
    form = Path(made["files"]["docx"])
    assert say("dossier", "read-answer", CASE, asked[0]["entry"], form).code == 0


def test_an_answer_to_a_confirmation_of_a_talk_stands_beside_it_as_wederhoor(say):
    say("case", "contact", CASE, "--party", "bestuur", "--summary", "Wij spraken over liquiditeit.")
    number = out(say, "gespreksbevestiging", to="bestuur van de aanbieder")
    silent = say("case", "show", CASE, "--json", now="2026-12-10T09:00").json["warnings"]
    assert any("Geen antwoord op 'Bevestiging van het gesprek'" in one["text"] for one in silent)
    answer = ("--who", "bestuur van de aanbieder", "--text", "Het bedrag klopt niet.")
    done = say("dossier", "letter", "answer", CASE, number, *answer, "--json")
    assert done.code == 0, done.err
    shown = say("case", "show", CASE, "--json", now="2026-12-10T09:00").json
    heard = next(one for one in shown["entries"] if one["kind"] == "ProviderView")
    assert "Het bedrag klopt niet." in heard["text"]
    assert not any("Geen antwoord op" in one["text"] for one in shown["warnings"])
    stranger = say("dossier", "letter", "answer", CASE, number, "--who", "De Krant", "--text", "nee")
    assert stranger.code == 2


def test_what_was_raised_stands_in_a_register_until_its_last_step_is_done(say):
    letter = out(
        say, "agenderingsbrief", "--ground", "agendering", "--reason", "tarief dekt VG7 niet", to="NZa"
    )
    late = say("case", "show", CASE, "--json", now="2026-12-11T09:00").json["duties"]
    assert any(one["kind"] == "agendering" and one["due"] == "2026-12-04" for one in late)
    done = say(
        "dossier",
        "letter",
        "answer",
        CASE,
        letter,
        "--who",
        "NZa",
        "--text",
        "Wij onderzoeken het tarief.",
        "--next-step",
        "overleg met de NZa",
        "--next-on",
        "2027-01-15",
    )
    assert done.code == 0, done.err
    (line,) = say("dossier", "agenda", "list", "--json").json["register"]
    assert (line["organisation"], line["raised_on"], line["letter"]) == ("NZa", "2026-11-20", letter)
    assert line["answers"] == [{"on": "2026-11-20", "text": "Wij onderzoeken het tarief."}]
    assert line["next_step"] == {"on": "2027-01-15", "text": "overleg met de NZa"}
    duties = say("case", "show", CASE, "--json", now="2026-12-11T09:00").json["duties"]
    assert [one["due"] for one in duties if one["kind"] == "agendering"] == ["2027-01-15"]
    assert say("dossier", "agenda", "answer", CASE, line["entry"], "--text", "opgelost").code == 0
    (closed,) = say("dossier", "agenda", "list", CASE, "--json").json["register"]
    assert (closed["open"], closed["next_step"]) == (False, None)


def test_what_was_raised_and_nobody_answered_is_late_in_the_digest(say, tmp_path):
    raised = say(
        "dossier",
        "agenda",
        "raise",
        CASE,
        "--party",
        "gemeente",
        "--organisation",
        "Gemeente Meierijstad",
        "--text",
        "woningen voor VG7",
        "--json",
    )
    assert raised.code == 0, raised.err
    assert "antwoord gevraagd vóór 04-12-2026" in raised.json["text"]
    assert say("digest", "--week", "2026-W50", now="2026-12-14T09:00").code == 0
    digest = (tmp_path / "site" / "digests" / "2026-W50.txt").read_text()
    clocks = " ".join(digest.split())
    assert (
        "Antwoord van Gemeente Meierijstad op de agendering ontvangen, of opnieuw vragen (9 dagen te laat)"
        in clocks
    )


def test_each_wlz_uitvoerder_is_told_and_its_reply_filed_as_checks_of_their_own(say):
    def guards():
        found = say("dossier", "check", CASE, "--kind", "ews_melding", "--json").json["guards"]
        return {one["guard"] for one in found if one["guard"].startswith("wlz_")}

    assert guards() == {"wlz_uitvoerder_niet_ingelicht"}
    made = say("dossier", "letter", "write", CASE, "--kind", "wlz_uitvoerder_bericht", "--json").json
    assert made["to"] == ["Wlz-uitvoerder Voorbeeld N.V."]
    number = made["entry"]
    say("dossier", "letter", "approve", CASE, number, user="teamleider")
    assert say("dossier", "letter", "sent", CASE, number).code == 0
    assert guards() == {"wlz_uitvoerder_antwoordt_niet"}
    reply = ("--who", made["to"][0], "--text", "Akkoord met de melding.")
    assert say("dossier", "letter", "answer", CASE, number, *reply).code == 0
    assert guards() == set()


def test_an_unknown_letter_names_those_there_are(say):
    refused = say("dossier", "letter", "write", CASE, "--kind", "liefdesbrief")
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
