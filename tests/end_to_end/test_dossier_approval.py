"""From a draft to a sent notice: two people, or one on spoedmandaat; each way of sending is a check of its own."""

import email
from email import policy
from pathlib import Path

import dossier_site
import pytest
from docx import Document
from dossier_site import CASE
from pypdf import PdfReader


@pytest.fixture
def drafted(tmp_path, monkeypatch):
    """An EWS-melding and an overmachtsmelding as drafts of the officer."""
    monkeypatch.setenv("EWS_KIND", "drill")
    return dossier_site.drafted(tmp_path / "site")


@pytest.fixture
def say(ews):
    def run(user: str, *words: object, now: str = "2026-11-20T11:00", kind: str = "ews_melding"):
        return ews("--now", now, "--user", user, "dossier", *words, "--kind", kind)

    return run


def test_another_person_with_the_mandate_approves_and_nothing_is_sent(drafted, say):
    own = say("officier", "approve", CASE)
    assert own.code == 2
    assert "stelt haar niet zelf vast" in own.err
    without = say("analist", "approve", CASE)
    assert without.code == 2
    assert (
        "geen mandaat voor deze melding. Wie het wel heeft: officier, teamleider, goedkeurder." in without.err
    )
    done = say("goedkeurder", "approve", CASE, "--json")
    assert done.code == 0, done.err
    assert (done.json["state"], done.json["channels_open"]) == ("approved", ["email"])
    mail = next(name for name in done.json["files"] if name.endswith(".eml"))
    message = email.message_from_bytes((drafted / "dossiers" / mail).read_bytes(), policy=policy.default)
    assert (message["To"], message["X-Unsent"]) == ("info@nza.nl", "1")
    assert message["Subject"].startswith("EWS-melding")
    assert len(list(message.iter_attachments())) == 2
    assert not list((drafted / "outbox").iterdir())
    assert say("teamleider", "approve", CASE).code == 2, "approved once is approved"


def test_an_overmachtsmelding_with_holes_needs_a_reservation_with_a_reason(drafted, say):
    plain = say("goedkeurder", "approve", CASE, kind="overmachtsmelding")
    assert plain.code == 2
    assert "--onder-voorbehoud" in plain.err
    assert say("goedkeurder", "approve", CASE, "--onder-voorbehoud", kind="overmachtsmelding").code == 2
    done = say(
        "goedkeurder",
        "approve",
        CASE,
        "--onder-voorbehoud",
        "--reason",
        "terstond",
        "--aanvullen-voor",
        "2026-11-27",
        "--json",
        kind="overmachtsmelding",
    )
    assert done.code == 0, done.err
    final = drafted / "dossiers" / f"{CASE}_overmachtsmelding_v1_vastgesteld.pdf"
    text = " ".join("".join(page.extract_text() for page in PdfReader(final).pages).split())
    assert "wij vullen uiterlijk 27 november 2026 aan (artikel 5.3 van de regeling)" in text
    assert (
        "6. datum vanaf wanneer de zorg niet meer kan worden gecontinueerd ontbreekt, van zorgaanbieder"
        in text
    )
    assert done.json["approvals"][0]["under_reservation"] is True
    assert done.json["channels_open"] == ["formulier", "post", "email", "telefoon"]


def test_on_spoedmandaat_one_person_approves_and_the_second_has_one_working_day(drafted, say):
    friday = say("teamleider", "approve", CASE, "--spoed", "--reason", "surseance aangevraagd", "--json")
    assert friday.code == 0, friday.err
    assert friday.json["second_due"] == "2026-11-23"
    late = say("officier", "check", CASE, now="2026-11-24T10:00")
    assert "tweede handtekening na het spoedmandaat is te laat" in late.out
    second = say("goedkeurder", "approve", CASE, "--json", now="2026-11-23T09:00")
    assert second.code == 0, second.err
    assert [one["person"] for one in second.json["approvals"]] == ["teamleider", "goedkeurder"]


def test_a_person_without_spoedmandaat_can_not_use_it(drafted, say):
    refused = say("officier", "approve", CASE, "--spoed", "--reason", "haast")
    assert refused.code == 2
    assert "spoedmandaat" in refused.err


def test_four_ways_of_sending_are_four_checks_and_the_last_one_stops_the_clock(drafted, say, ews):
    draft = say("officier", "sent", CASE, "--channel", "post", kind="overmachtsmelding")
    assert draft.code == 2
    say(
        "goedkeurder", "approve", CASE, "--onder-voorbehoud", "--reason", "terstond", kind="overmachtsmelding"
    )
    for channel in ("formulier", "post", "email"):
        noted = say("officier", "sent", CASE, "--channel", channel, "--json", kind="overmachtsmelding")
        assert noted.json["state"] == "approved"
    last = say(
        "officier",
        "sent",
        CASE,
        "--channel",
        "telefoon",
        "--whom",
        "secretariaat",
        "--json",
        kind="overmachtsmelding",
    )
    assert (last.json["state"], last.json["channels_open"]) == ("sent", [])
    shown = ews("--now", "2026-11-21T10:00", "case", "show", CASE, "--json").json
    assert shown["clock"]["overmachtsmelding_sent_on"] == "2026-11-20"
    assert say("officier", "sent", CASE, "--channel", "duif", kind="overmachtsmelding").code == 2


def test_an_incomplete_answer_opens_the_countdown_again_and_a_supplement_is_a_new_version(drafted, say):
    say("goedkeurder", "approve", CASE)
    say("officier", "sent", CASE, "--channel", "email")
    answered = say(
        "officier", "answer", CASE, "--outcome", "onvolledig", "--text", "aantallen ontbreken", "--json"
    )
    assert answered.json["reopened"] is True
    checked = say("officier", "check", CASE, "--json", now="2026-11-22T10:00")
    assert checked.json["sendable"] is False
    supplement = say("officier", "draft", CASE, "--json", now="2026-11-23T10:00")
    assert supplement.json["version"] == 2


def test_changed_evidence_blocks_approval(drafted, say):
    kept = [path for path in (drafted / "evidence").rglob("*") if path.is_file()]
    assert kept
    kept[0].chmod(0o640)
    genuine = kept[0].read_bytes()
    kept[0].write_bytes(b"anders")
    refused = say("goedkeurder", "approve", CASE)
    assert refused.code == 2
    assert "bewijs ontbreekt of is gewijzigd" in refused.err
    kept[0].write_bytes(genuine)
    assert say("goedkeurder", "approve", CASE).code == 0
    kept[0].write_bytes(b"anders")
    checked = say("officier", "check", CASE)
    assert checked.code == 1
    assert "versie 1 is vastgesteld, maar kan zo niet weg." in checked.out


def test_requests_lie_ready_per_supplier(drafted, say):
    ready = say("officier", "request", CASE, "--json", kind="overmachtsmelding").json["requests"]
    mail = next(one for one in ready if one["to"] == "zorgaanbieder")
    assert "3" in mail["items"]
    message = email.message_from_bytes(Path(mail["file"]).read_bytes(), policy=policy.default)
    assert message["To"] is None
    assert "aantal personeelsleden (onderdeel 3)" in message.get_content()
    assert "geen gegevens over afzonderlijke cliënten" in message.get_content()


def test_a_client_number_typed_into_the_word_file_blocks_approval(drafted, say, tmp_path):
    edited = tmp_path / "bewerkt.docx"
    word = Document(drafted / "dossiers" / f"{CASE}_ews_melding_v1.docx")
    texts = list(word.element.body.iter("{*}t"))
    summary, hole = [one for one in texts if (one.text or "").startswith("[ONTBREEKT: aard van het risico")]
    summary.text = "Mooier gemaakt."
    hole.text = "Cliënt 111222333 raakt zijn plek kwijt [B1]."
    word.save(edited)
    done = say("officier", "import", CASE, edited, "--json")
    assert done.code == 0, done.err
    assert done.json["version"] == 2
    assert [one["item"] for one in done.json["changes"]] == ["5"]
    assert any("Mooier gemaakt." in text for text in done.json["ignored"])
    refused = say("goedkeurder", "approve", CASE)
    assert refused.code == 2
    assert "BSN" in refused.err
    again = say("officier", "import", CASE, edited, "--json").json
    assert (again["new"], again["changes"]) == (False, [])


def test_a_case_that_went_on_makes_the_draft_outdated(drafted, say, ews):
    assert say("officier", "check", CASE, "--json").json["outdated"] is False
    ews(
        "--now",
        "2026-11-20T12:00",
        "--user",
        "officier",
        "dossier",
        "fact",
        CASE,
        "aard_risico",
        "financieel",
    )
    later = say("officier", "check", CASE, now="2026-11-20T13:00")
    assert "de zaak is gewijzigd sinds versie 1" in later.out


def test_a_draft_that_no_person_made_needs_two_signatures(drafted, say, ews):
    changed = (
        "--now",
        "2026-11-20T12:00",
        "--user",
        "officier",
        "dossier",
        "fact",
        CASE,
        "aard_risico",
        "financieel",
    )
    assert ews(*changed).code == 0
    assert (
        ews("--now", "2026-11-20T12:30", "dossier", "draft", CASE, "--kind", "ews_melding", "--json").json[
            "version"
        ]
        == 2
    )
    first = say("officier", "approve", CASE, "--json", now="2026-11-20T13:00")
    assert (first.code, first.json["state"]) == (0, "draft")
    assert say("officier", "approve", CASE, now="2026-11-20T13:10").code == 2
    assert say("officier", "sent", CASE, "--channel", "email", now="2026-11-20T13:20").code == 2
    assert say("goedkeurder", "approve", CASE, "--json", now="2026-11-20T13:30").json["state"] == "approved"


def test_a_notice_that_went_out_without_this_programme_counts_when_its_copy_is_there(
    drafted, say, ews, tmp_path
):
    bare = say("officier", "sent", CASE, "--outside", "--reference", "NZa-7")
    assert bare.code == 2
    assert "--file" in bare.err
    copy = tmp_path / "melding.pdf"
    copy.write_bytes(b"%PDF-1.7 kopie")
    noted = say("officier", "sent", CASE, "--outside", "--reference", "NZa-7", "--file", copy, "--json")
    assert noted.code == 0, noted.err
    shown = ews("--now", "2026-11-21T10:00", "case", "show", CASE, "--json").json
    assert shown["clock"]["ews_melding_sent_on"] == "2026-11-20"
    assert shown["evidence"][-1]["kind"] == "melding"
