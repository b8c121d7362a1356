"""Letters by command: on the record, anonymous until they may not be."""

import dossier_site
import pytest
from dossier_site import CASE


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
