"""A bundle is checked by a stranger: without site, database or key, and every change is named."""

import json
import zipfile

import dossier_site
import pytest
from dossier_site import CASE


@pytest.fixture
def say(ews):
    def run(user: str, *words: object, now: str = "2026-11-20T11:00"):
        return ews("--now", now, "--user", user, "dossier", *words)

    return run


@pytest.fixture
def bundle(tmp_path, monkeypatch, say):
    """An approved EWS-melding with one letter as evidence, as a zip."""
    monkeypatch.setenv("EWS_KIND", "drill")
    dossier_site.drafted(tmp_path / "site")
    letter = tmp_path / "brief.txt"
    letter.write_text("De zorg stopt op 1 januari 2027.", encoding="utf-8")
    stated = say("officier", "fact", CASE, "verwacht_moment", "1 januari 2027", "--file", letter)
    assert stated.code == 0, stated.err
    assert say("officier", "draft", CASE, "--kind", "ews_melding").code == 1
    assert say("goedkeurder", "approve", CASE, "--kind", "ews_melding").code == 0
    out = tmp_path / "bundel.zip"
    made = say("officier", "bundle", CASE, "--kind", "ews_melding", "--out", out, "--json")
    assert made.code == 0, made.err
    return out


def rewritten(bundle, *, drop: str = "", change: str = "", put: bytes = b"anders", add: str = ""):
    """The bundle again with one thing done to it."""
    other = bundle.with_name("anders.zip")
    with zipfile.ZipFile(bundle) as before, zipfile.ZipFile(other, "w") as after:
        for name in before.namelist():
            if drop and drop in name:
                continue
            after.writestr(name, put if change and change in name else before.read(name))
        if add:
            after.writestr(add, b"extra")
    return other


def test_what_a_stranger_finds_in_it_and_can_say_of_it(bundle, ews, tmp_path):
    with zipfile.ZipFile(bundle) as package:
        names = set(package.namelist())
        manifest = json.loads(package.read("manifest.json"))
        page = package.read("index.html").decode()
    assert {
        "melding.docx",
        "melding.pdf",
        "melding.json",
        "chronologie.json",
        "versies.json",
        "manifest.sig",
    } <= names
    assert any(name.startswith("evidence/B") and name.endswith("brief.txt") for name in names)
    assert set(manifest["files"]) == names - {"manifest.json", "manifest.sig", "public_key.pem"}
    assert "<script" not in page
    assert "http" not in page.replace("https://wetten.overheid.nl", "")
    alone = ews("dossier", "verify", bundle, "--json", site=tmp_path / "geen-plek")
    assert (alone.code, alone.json["conclusion"]) == (0, "intern consistent")
    key = tmp_path / "sleutel.pem"
    assert ews("dossier", "key", "--out", key).code == 0
    head = manifest["audit_head"]["hash"]
    whole = ews(
        "dossier",
        "verify",
        bundle,
        "--public-key",
        key,
        "--audit-head",
        head,
        "--json",
        site=tmp_path / "geen",
    )
    assert (whole.code, whole.json["conclusion"]) == (0, "ongewijzigd")
    assert ews("dossier", "verify", bundle, "--audit-head", "0" * 64).code == 1


def test_deleting_one_piece_of_evidence_names_the_sentence(bundle, ews):
    done = ews("dossier", "verify", rewritten(bundle, drop="brief.txt"))
    assert done.code == 1
    assert "brief.txt: ontbreekt in de bundel" in done.out
    assert "onderdeel 8: zin “Verwacht moment van discontinuïteit" in done.out
    assert "1 januari 2027" in done.out


@pytest.mark.parametrize(
    "name", ["brief.txt", "melding.docx", "melding.pdf", "melding.json", "manifest.sig", "index.html"]
)
def test_a_changed_file_is_named(bundle, ews, name):
    done = ews("dossier", "verify", rewritten(bundle, change=name), "--json")
    assert done.code == 1
    assert any(name in fault["place"] for fault in done.json["faults"])


def test_a_file_that_was_slipped_in_is_named(bundle, ews):
    done = ews("dossier", "verify", rewritten(bundle, add="evidence/B099_v1_nieuw.pdf"), "--json")
    assert {fault["why"] for fault in done.json["faults"]} == {"staat niet in het manifest"}


def test_a_sentence_changed_in_the_notice_shows_in_both_forms_and_the_signature(bundle, ews):
    with zipfile.ZipFile(bundle) as package:
        notice = package.read("melding.json").replace(b"1 januari 2027", b"1 februari 2027")
        manifest = json.loads(package.read("manifest.json"))
    import hashlib

    manifest["files"]["melding.json"]["sha256"] = hashlib.sha256(notice).hexdigest()
    forged = rewritten(bundle, change="melding.json", put=notice)
    forged = forged.rename(bundle.with_name("eerst.zip"))
    forged = rewritten(forged, change="manifest.json", put=json.dumps(manifest).encode())
    faults = ews("dossier", "verify", forged, "--json").json["faults"]
    assert "manifest.sig" in {fault["place"] for fault in faults}
    for form in ("melding.docx", "melding.pdf"):
        (told,) = [fault["why"] for fault in faults if fault["place"] == form]
        assert "1 februari 2027" in told
        assert "staat er niet, of anders" in told


def test_what_is_no_bundle_is_refused(ews, tmp_path):
    (tmp_path / "x.zip").write_bytes(b"geen zip")
    assert ews("dossier", "verify", tmp_path / "x.zip").code == 2


def test_a_draft_has_no_bundle(tmp_path, monkeypatch, say):
    monkeypatch.setenv("EWS_KIND", "drill")
    dossier_site.drafted(tmp_path / "site")
    refused = say("officier", "bundle", CASE, "--kind", "ews_melding", "--out", tmp_path / "x.zip")
    assert refused.code == 2
    assert not (tmp_path / "x.zip").exists()


def test_internal_evidence_stays_inside_and_is_named_as_such(tmp_path, monkeypatch, say, ews):
    monkeypatch.setenv("EWS_KIND", "drill")
    dossier_site.drafted(tmp_path / "site")
    memo = tmp_path / "advies.txt"
    memo.write_text("juridisch advies", encoding="utf-8")
    kept = ews(
        "--now", "2026-11-20T10:30", "--user", "officier", "case", "evidence", CASE, memo, "--kind", "advies",
        "--date", "2026-11-19", "--confidentiality", "intern",
    )  # fmt: skip
    assert kept.code == 0, kept.err
    say("officier", "draft", CASE, "--kind", "ews_melding")
    say("goedkeurder", "approve", CASE, "--kind", "ews_melding")
    made = say(
        "officier", "bundle", CASE, "--kind", "ews_melding", "--out", tmp_path / "b.zip", "--json"
    ).json
    assert len(made["withheld"]) == 1
    with zipfile.ZipFile(tmp_path / "b.zip") as package:
        assert not any("advies" in name for name in package.namelist())
    assert ews("dossier", "verify", tmp_path / "b.zip").code == 0
