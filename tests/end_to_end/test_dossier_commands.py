"""A notice from an open case, by the commands a person types: holes first, then filled, then the same bytes."""

from pathlib import Path

import dossier_site
import pytest
from alerts_played import play_alert
from dossier_site import CASE
from pypdf import PdfReader

from ews.jobs.run import open_site
from ews.scoring.model import Level


@pytest.fixture
def case(tmp_path, monkeypatch):
    """A case on a drill site, opened by an alert."""
    monkeypatch.setenv("EWS_KIND", "drill")
    return dossier_site.opened(tmp_path / "site")


@pytest.fixture
def say(ews):
    def run(*words: object, day: str = "2026-11-20"):
        return ews("--now", f"{day}T10:00", "--user", "officier", *words)

    return run


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "brief_bestuurder.txt"
    path.write_text("Wij kunnen de lonen niet meer betalen.", encoding="utf-8")
    return path


def test_an_empty_case_gives_a_draft_full_of_holes_and_exit_code_1(case, say):
    done = say("dossier", "draft", CASE, "--kind", "overmachtsmelding", "--json")
    assert done.code == 1
    missing = {one["item"] for one in done.json["missing"]}
    assert missing == {"1", "2", "3", "4", "5", "6", "7", "8a", "8b", "9"}
    text = "".join(page.extract_text() for page in PdfReader(done.json["files"]["pdf"]).pages)
    assert "[ONTBREEKT: datum vanaf wanneer de zorg niet meer kan worden gecontinueerd" in " ".join(
        text.split()
    )


def test_the_same_case_and_moment_are_the_same_version_and_bytes(case, say):
    first = say("dossier", "draft", CASE, "--json").json
    before = {name: Path(path).read_bytes() for name, path in first["files"].items()}
    second = say("dossier", "draft", CASE, "--json").json
    assert (first["version"], first["new"], second["version"], second["new"]) == (1, True, 1, False)
    assert {name: Path(path).read_bytes() for name, path in second["files"].items()} == before


def test_a_fact_with_its_letter_fills_the_item(case, say, letter):
    given = say(
        "dossier",
        "fact",
        CASE,
        "einddatum",
        "1 januari 2027",
        "--on",
        "2026-11-16",
        "--file",
        letter,
        "--file-kind",
        "brief",
    )
    assert given.code == 0, given.err
    checked = say("dossier", "check", CASE, "--kind", "overmachtsmelding", "--json").json
    states = {one["item"]: one["state"] for one in checked["items"]}
    assert states["6"] == "filled"
    assert checked["sendable"] is False
    assert (checked["case"], checked["kind"]) == (CASE, "overmachtsmelding")


def test_a_fact_without_proof_is_weak(case, say):
    assert say("dossier", "fact", CASE, "einddatum", "1 januari 2027").code == 0
    checked = say("dossier", "check", CASE, "--json").json
    assert next(one["state"] for one in checked["items"] if one["item"] == "6") == "weak"


def test_a_fact_that_no_notice_asks_for_is_refused_with_the_names_there_are(case, say):
    refused = say("dossier", "fact", CASE, "schoenmaat", "43")
    assert refused.code == 2
    assert "einddatum" in refused.err


def test_a_later_change_is_a_new_version_and_both_are_listed(case, say, letter, tmp_path):
    assert say("dossier", "draft", CASE, "--out", tmp_path / "concept.docx").code == 1
    assert (tmp_path / "concept.docx").exists()
    assert (tmp_path / "concept.pdf").exists()
    assert say("dossier", "fact", CASE, "einddatum", "1 januari 2027", "--file", letter).code == 0
    assert say("dossier", "draft", CASE, "--json").json["version"] == 2
    listed = say("dossier", "list", "--json").json["dossiers"]
    assert [(one["case"], one["kind"], one["version"], one["state"]) for one in listed] == [
        (CASE, "overmachtsmelding", 1, "draft"),
        (CASE, "overmachtsmelding", 2, "draft"),
    ]


def test_an_unknown_case_is_refused_with_those_that_are_open(case, say):
    refused = say("dossier", "draft", "C-2026-999")
    assert refused.code == 2
    assert CASE in refused.err


def test_two_notices_of_one_case_stand_apart(case, say):
    assert say("dossier", "draft", CASE, "--kind", "ews_melding").code == 1
    checked = say("dossier", "check", CASE, "--kind", "ews_melding", "--json").json
    assert checked["sendable"] is True, "an EWS-melding is never held up by what is missing"
    assert [one["kind"] for one in say("dossier", "list", "--json").json["dossiers"]] == ["ews_melding"]


def test_a_request_that_went_out_shows_in_the_hole_it_must_fill(case, say):
    refused = say("dossier", "request", CASE, "--sent", "de buurman")
    assert refused.code == 2
    assert "zorgaanbieder" in refused.err
    supplier = "zorgaanbieder, bewindvoerder of curator"
    noted = say("dossier", "request", CASE, "--sent", supplier, "--on", "2026-11-18", "--json")
    assert noted.code == 0, noted.err
    checked = say("dossier", "check", CASE, "--json").json
    six = next(one for one in checked["items"] if one["item"] == "6")
    assert six["why"].endswith("ontbreekt (gevraagd op 18 november 2026)")
    drafted = say("dossier", "draft", CASE, "--json").json
    text = " ".join("".join(page.extract_text() for page in PdfReader(drafted["files"]["pdf"]).pages).split())
    assert "van zorgaanbieder, bewindvoerder of curator; gevraagd op 18 november 2026]" in text


def test_a_letter_that_asks_the_provider_for_figures_is_such_a_request(case, say, ews):
    made = say("dossier", "letter", "write", CASE, "--kind", "cijferuitvraag", "--to", "bestuur", "--json")
    assert made.code == 0, made.err
    number = made.json["entry"]
    stood = ews(
        "--now", "2026-11-20T10:00", "--user", "teamleider", "dossier", "letter", "approve", CASE, number
    )
    assert stood.code == 0, stood.err
    assert say("dossier", "letter", "sent", CASE, number, "--on", "2026-11-19").code == 0
    items = say("dossier", "check", CASE, "--json").json["items"]
    assert "gevraagd op 19 november 2026" in next(one["why"] for one in items if one["item"] == "3")


@pytest.fixture
def second_case(case):
    """A case about another provider."""
    context = open_site(case, now=dossier_site.OPENING)
    (number,) = play_alert(context, Level.HIGH, provider="kvk:41100002")
    context.engine.dispose()
    return number


def test_one_notice_over_two_cases_is_checked_approved_and_logged_in_both(case, second_case, say, ews):
    checked = say("dossier", "check", CASE, second_case, "--kind", "ews_melding", "--json").json
    assert checked["cases"] == [CASE, second_case]
    drafted = say("dossier", "draft", CASE, second_case, "--kind", "ews_melding", "--json").json
    assert drafted["cases"] == [CASE, second_case]
    again = say("dossier", "check", CASE, "--kind", "ews_melding", "--json").json
    assert (again["cases"], again["outdated"]) == ([CASE, second_case], False)
    text = say("dossier", "check", CASE, "--kind", "ews_melding").out
    assert f"EWS-melding {CASE} (met {second_case}):" in text
    stand = ("--now", "2026-11-20T11:00", "--user", "goedkeurder", "dossier", "approve", CASE)
    assert ews(*stand, "--kind", "ews_melding").code == 0
    assert (
        say("dossier", "sent", CASE, "--kind", "ews_melding", "--channel", "email", day="2026-11-21").code
        == 0
    )
    for number in (CASE, second_case):
        assert say("case", "show", number, "--json", day="2026-11-22").json["clock"][
            "ews_melding_sent_on"
        ] == ("2026-11-21")


def test_an_office_that_has_the_nza_form_maps_its_fields_in_config_alone(case, say, ews, letter):
    """No code: a file of the office's own, made live by two people, fills the form field by field."""
    mapping = case / "config" / "regulation" / "regeling_meldplicht_continuiteit_cruciale_zorg"
    mapping.mkdir(parents=True, exist_ok=True)
    fields = [("1", "Naam zorgverzekeraar of Wlz-uitvoerder", "1"), ("14", "Datum einde zorg", "6")]
    written = "\n".join(
        f'[[form_field]]\nid = "{number}"\nlabel = "{label}"\nitem = "{item}"\n'
        for number, label, item in fields
    )
    (mapping / "2015-01-01.toml").write_text(written, encoding="utf-8")
    live = ews(
        "--now", "2026-11-20T09:00", "--user", "analist", "config", "activate", "--second", "teamleider"
    )
    assert live.code == 0, live.err
    assert say("dossier", "fact", CASE, "einddatum", "1 januari 2027", "--file", letter).code == 0
    drafted = say("dossier", "draft", CASE, "--json").json
    text = " ".join("".join(page.extract_text() for page in PdfReader(drafted["files"]["pdf"]).pages).split())
    whole = text.replace("- ", "")  # a word broken at a line's end
    form = whole.partition("Het formulier, veld voor veld")[2].partition("Bewijslijst;")[0]
    assert "1. Naam zorgverzekeraar of Wlzuitvoerder onderdeel 1" in form
    assert "14. Datum einde zorg onderdeel 6" in form
    assert "1 januari 2027" in form


def test_the_checklist_of_both_conditions_is_shown_with_reasons_and_without_a_number_for_terstond(case, say):
    say(
        "case",
        "alternative",
        CASE,
        "--organisation",
        "Zuid",
        "--places",
        "VG7=3",
        "--answer-by",
        "2026-11-27",
    )
    checked = say("dossier", "check", CASE, "--json").json
    first = checked["conditions"][0]
    assert (first["limb"], first["met"], first["why"]) == (1, False, f"geen besluit over overmacht in {CASE}")
    assert checked["overmacht"] == "nog_geen_overmacht"
    text = say("dossier", "check", CASE).out
    assert "Nog geen overmacht, doe een EWS-melding." in text
    assert "nee Antwoord van Zuid: nog geen antwoord, 20-11-2026" in text
