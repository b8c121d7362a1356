"""A notice from an open case, by the commands a person types: holes first, then filled, then the same bytes."""

from pathlib import Path

import dossier_site
import pytest
from dossier_site import CASE
from pypdf import PdfReader


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
