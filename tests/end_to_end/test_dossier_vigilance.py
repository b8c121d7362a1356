"""The pages for the supervisor on what the office knew, from the record alone."""

import dossier_site
import pytest
from dossier_site import CASE
from pypdf import PdfReader

PROVIDER = "kvk:08111924"


@pytest.fixture
def say(tmp_path, monkeypatch, ews):
    monkeypatch.setenv("EWS_KIND", "drill")
    dossier_site.drafted(tmp_path / "site")

    def run(*words: object, now: str = "2026-11-20T11:00"):
        return ews("--now", now, "--user", "officier", *words)

    return run


def test_what_we_knew_when_names_who_acted_and_the_gaps(say, tmp_path):
    out = tmp_path / "waakzaam.pdf"
    done = say("dossier", "vigilance", PROVIDER, "--since", "2026-10-05", "--out", out, "--json")
    assert done.code == 0, done.err
    weeks = {one["week"]: one for one in done.json["weeks"]}
    assert weeks["2026-10-05"]["gap"] is True
    assert weeks["2026-11-16"]["looked"] == ["continuïteitsfunctionaris"]
    text = " ".join(PdfReader(out).pages[0].extract_text().split())
    assert "leemte van" in text
    assert "Wat wij wanneer wisten" in text


def test_every_signal_worth_notifying_stands_in_one_table(say, tmp_path):
    assert say("dossier", "signals", "--json").json["signals"] == [], "stage 2, nothing weighed yet"
    decided = say(
        "case", "decide", CASE, "--kind", "ews_melding", "--outcome", "melden", "--reason", "stap 3"
    )
    assert decided.code == 0, decided.err
    out = tmp_path / "signalen.pdf"
    rows = say("dossier", "signals", "--out", out, "--json").json["signals"]
    assert [(row["case"], row["decision"], row["sent_on"]) for row in rows] == [(CASE, "melden", None)]
    assert CASE in PdfReader(out).pages[0].extract_text()
