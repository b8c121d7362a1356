"""What may no longer be kept goes, by two people; that it was there stays, and the record still holds."""

from datetime import UTC, datetime

import pytest
from alerts_played import play_alert
from sqlalchemy import insert, null, select, update

from ews.jobs.retention import propose
from ews.jobs.run import open_site
from ews.scoring.model import Level
from ews.store.engine import reading, writing
from ews.store.schema import case_entry, outbox, session

CASE = "C-2026-001"


@pytest.fixture
def closed(site, ews, monkeypatch, tmp_path):
    """A case with a name, a text and a document, closed on 11 November 2026."""
    monkeypatch.setenv("EWS_KIND", "drill")
    play_alert(open_site(site, now=datetime(2026, 11, 3, 6, 0, tzinfo=UTC)), Level.HIGH)
    file = tmp_path / "verslag.txt"
    file.write_text("verslag")
    officer = ["--now", "2026-11-04T10:00", "--user", "officier", "case"]
    ews(*officer, "contact", CASE, "--party", "bestuur", "--name", "Jansen", "--text", "krap", "--file", file)
    for task in ews(*officer, "show", CASE, "--json").json["tasks"]:
        ews(*officer, "task", CASE, task["code"], "--not-applicable", "vals alarm")
    assert (
        ews(
            "--now", "2026-11-11T10:00", "--user", "officier", "case", "close", CASE, "--reason", "klaar"
        ).code
        == 0
    )
    return site


def destroy(ews, day: str, second: str = "teamleider"):
    words = ["--now", f"{day}T10:00", "--user", "officier", "case", "destroy", CASE]
    return ews(*words, "--second", second, "--reason", "termijn voorbij")


def test_each_class_goes_after_its_own_term_and_leaves_a_tombstone(closed, ews):
    """Contacts and minutes after five years, other words and documents after seven."""
    words = ["--user", "officier", "retention", "destroy", CASE, "--second", "teamleider", "--reason", "om"]
    assert ews("--now", "2031-11-11T10:00", *words, "--class", "contacten").code == 2
    first = ews("--now", "2031-11-12T10:00", *words, "--json").json
    assert (first["classes"], first["entries"], first["files"]) == (["contacten", "verslagen"], 1, 1)
    page = ews("--now", "2031-11-13T10:00", "case", "show", CASE).out
    assert "Jansen" not in page
    assert "vals alarm" in page
    assert "verslag.txt" not in page
    assert [path for path in (closed / "evidence").rglob("*") if path.is_file()] == []
    assert ews("--now", "2031-11-13T10:00", "audit", "verify", "--json").json["faults"] == []
    assert ews("--now", "2031-11-12T10:00", *words, "--class", "zaakteksten").code == 2
    done = destroy(ews, "2033-11-12")
    assert done.code == 0, done.err
    page = ews("--now", "2033-11-13T10:00", "case", "show", CASE).out
    assert "vals alarm" not in page
    assert "[vernietigd na afloop van de bewaartermijn]" in page
    assert "Contact (gesprek) met bestuur van de aanbieder" in page
    assert ews("--now", "2033-11-13T10:00", "audit", "verify", "--json").json["faults"] == []


def test_a_hole_that_nobody_decided_on_is_found(closed, ews):
    with writing(open_site(closed).engine) as connection:
        connection.execute(update(case_entry).where(case_entry.c.kind == "Contact").values(private=null()))
    faults = ews("audit", "verify", "--json").json["faults"]
    assert any("zonder besluit tot vernietiging" in fault for fault in faults)


def test_what_belongs_to_no_case_goes_too(closed, ews):
    late = datetime(2029, 1, 1, 9, 0, tzinfo=UTC)
    site = open_site(closed, now=late)
    with writing(site.engine) as connection:
        connection.execute(
            insert(session).values(
                token_hash="a" * 64, person="officier", form_token="b", via="link",
                started_at=datetime(2026, 11, 4, tzinfo=UTC), seen_at=datetime(2026, 11, 4, tzinfo=UTC),
            )
        )  # fmt: skip
    words = ["--now", late.isoformat(), "--user", "officier", "retention"]
    assert {"class": "aanmeldingen", "count": 1} in [
        {"class": one["class"], "count": one["count"]} for one in ews(*words, "due", "--json").json["due"]
    ]
    gone = ews(
        *words, "destroy", "--class", "aanmeldingen", "--second", "teamleider", "--reason", "om", "--json"
    )
    assert gone.json["rows"] == 1
    assert (
        ews(*words, "destroy", "--class", "bewijsstukken", "--second", "teamleider", "--reason", "om").code
        == 2
    )
    assert ews("--now", late.isoformat(), "audit", "verify", "--json").json["faults"] == []


def test_before_the_term_or_alone_nothing_is_destroyed(closed, ews):
    for day, second, says in (
        ("2031-11-11", "teamleider", "bewaartermijn na sluiting loopt nog"),
        ("2033-11-12", "officier", "een ander"),
        ("2033-11-12", "auditor", "auditor of beheerder"),
        ("2033-11-12", "niemand", "people.toml"),
    ):
        refused = destroy(ews, day, second)
        assert refused.code == 2
        assert says in refused.err
    assert "Jansen" in ews("--now", "2033-11-13T10:00", "case", "show", CASE).out


def test_an_open_case_keeps_everything(site, ews, monkeypatch):
    monkeypatch.setenv("EWS_KIND", "drill")
    play_alert(open_site(site, now=datetime(2026, 11, 3, 6, 0, tzinfo=UTC)), Level.HIGH)
    assert "nog open" in destroy(ews, "2040-01-01").err


def test_what_is_due_is_listed_and_laid_before_those_who_decide_once_a_month(closed, ews):
    assert ews("--now", "2031-11-11T10:00", "retention", "due", "--json").json == {"due": []}
    listed = ews("--now", "2031-11-12T10:00", "retention", "due", "--json").json["due"]
    assert {"case": CASE, "class": "verslagen", "kept_until": "2031-11-11", "count": 1} in listed
    assert (
        f"{CASE}: gespreksverslagen (1), bewaard tot en met 11 november 2031"
        in ews("--now", "2031-11-12T10:00", "retention", "due").out
    )
    site = open_site(closed, now=datetime(2031, 12, 1, 6, 50, tzinfo=UTC))
    assert propose(site) == {"due": 2, "told": 2, "cases": [CASE]}
    assert propose(site)["told"] == 0
    with reading(site.engine) as connection:
        mails = connection.execute(
            select(outbox.c.recipient, outbox.c.subject).where(outbox.c.kind == "retention")
        ).all()
    assert sorted(tuple(mail) for mail in mails) == [
        ("officier@kantoor.example", "EWS bewaartermijn: 1 gesloten zaak voorbij de termijn"),
        ("teamleider@kantoor.example", "EWS bewaartermijn: 1 gesloten zaak voorbij de termijn"),
    ]
    destroy(ews, "2031-12-01")
    assert propose(open_site(closed, now=datetime(2032, 1, 1, 6, 50, tzinfo=UTC)))["due"] == 0


def test_drafts_that_quote_destroyed_words_go_with_them_and_what_the_nza_got_stays(
    site, ews, monkeypatch, tmp_path
):
    monkeypatch.setenv("EWS_KIND", "drill")
    play_alert(open_site(site, now=datetime(2026, 11, 3, 6, 0, tzinfo=UTC)), Level.HIGH)
    officer = ["--now", "2026-11-04T10:00", "--user", "officier"]
    ews(*officer, "case", "contact", CASE, "--party", "bestuur", "--text", "de rekening is leeg")
    for kind in ("ews_melding", "overmachtsmelding"):
        ews(*officer, "dossier", "draft", CASE, "--kind", kind)
    stand = ["--now", "2026-11-04T11:00", "--user", "goedkeurder", "dossier", "approve", CASE]
    assert ews(*stand, "--kind", "ews_melding").code == 0
    letter = ews(*officer, "dossier", "letter", "write", CASE, "--kind", "gespreksbevestiging", "--json").json
    for task in ews(*officer, "case", "show", CASE, "--json").json["tasks"]:
        ews(*officer, "case", "task", CASE, task["code"], "--not-applicable", "vals alarm")
    assert (
        ews("--now", "2026-11-11T10:00", *officer[2:], "case", "close", CASE, "--reason", "klaar").code == 0
    )
    later = ["--now", "2031-11-12T10:00", "--user", "officier"]
    gone = ews(*later, "retention", "destroy", CASE, "--second", "teamleider", "--reason", "om")
    assert gone.code == 0, gone.err
    listed = ews(*later, "dossier", "list", "--json").json["dossiers"]
    assert [(one["kind"], one["state"]) for one in listed] == [("ews_melding", "approved")]
    left = {path.name for path in (site / "dossiers").rglob("*") if path.is_file()}
    assert not any("overmachtsmelding" in name or "gespreksbevestiging" in name for name in left), letter
    assert f"{CASE}_ews_melding_v1_vastgesteld.pdf" in left
    assert ews(*later, "audit", "verify", "--json").json["faults"] == []
