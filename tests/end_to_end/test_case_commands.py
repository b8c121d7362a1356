"""A case from alert to close, by the commands a person types."""

from datetime import UTC, date, datetime

import pytest
from alerts_played import PROVIDER, play_alert, tripwire
from openpyxl import Workbook

from ews.jobs.run import open_site
from ews.scoring.model import Level
from ews.store import audit
from ews.store.engine import reading

CASE = "C-2026-001"
OPENING = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)


@pytest.fixture
def drill(site, monkeypatch):
    """A site on which moments can be played."""
    monkeypatch.setenv("EWS_KIND", "drill")
    return site


@pytest.fixture
def high(drill):
    """A case that an alert of level high opened on 3 November."""
    assert play_alert(open_site(drill, now=OPENING), Level.HIGH) == [CASE]
    return drill


@pytest.fixture
def say(ews):
    """Run a case command as a person on a day."""

    def run(day: str, *words: object, user: str | None = "officier"):
        who = ["--user", user] if user else []
        return ews("--now", f"{day}T10:00", *who, "case", *words)

    return run


def test_an_alert_of_level_high_opens_a_case_with_its_tasks(high, say):
    shown = say("2026-11-03", "show", CASE, "--json", user=None).json
    assert (shown["provider"], shown["stage"], shown["level"]) == (PROVIDER, 2, "high")
    assert shown["clock"]["first_signal_on"] == "2026-05-12"
    dues = {task["code"]: task["due"] for task in shown["tasks"]}
    assert dues["signaal_toetsen"] == "2026-11-05"
    assert dues["gesprek_bestuur"] == "2026-11-10"
    assert say("2026-11-03", "list", "--json", user=None).json["cases"][0]["due"] == "2026-11-05"


def test_the_same_alert_again_changes_nothing(high):
    assert play_alert(open_site(high, now=OPENING), Level.HIGH) == []


def test_a_lower_level_opens_no_case(drill):
    assert play_alert(open_site(drill, now=OPENING), Level.ELEVATED) == []


def test_a_hard_to_replace_provider_opens_one_level_earlier_with_a_scenario_sheet(drill, ews, say, tmp_path):
    file = tmp_path / "zorgaanbieders_2026-11-02.xlsx"
    book = Workbook()
    header = ["KvK-nummer", "Naam", "AGB-code", "Sector", "Regio", "Plaats", "Concern", "Rechtsvorm"]
    book.active.append([*header, "Contract tot", "Status", "Moeilijk vervangbaar", "Accountmanager"])
    row = [PROVIDER.removeprefix("kvk:"), "Enig (fictief)", None, "GHZ", "5528", "Uden", None, "stichting"]
    book.active.append([*row, date(2027, 12, 31), "gecontracteerd", "ja", "manager"])
    book.save(file)
    assert ews("--now", "2026-11-02T10:00", "ingest", file).code == 0
    assert play_alert(open_site(drill, now=OPENING), Level.ELEVATED) == [CASE]
    shown = say("2026-11-03", "show", CASE, "--json", user=None).json
    assert shown["stage"] == 1
    assert shown["tasks"][0]["code"] == "scenarioblad"


def test_insolvency_goes_to_the_stage_of_the_melding_and_lays_48_hours_ready(high, say):
    friday_evening = datetime(2026, 11, 6, 20, 0, tzinfo=UTC)
    context = open_site(high, now=friday_evening)
    assert play_alert(context, Level.ACUTE, reasons=[tripwire("faillissement")]) == [CASE]
    shown = say("2026-11-07", "show", CASE, "--json", user=None).json
    assert shown["stage"] == 3
    due = {task["code"]: task["due"] for task in shown["tasks"]}
    assert due["curator_bellen"] == "2026-11-07"
    assert due["situatierapport_48"] == "2026-11-08"
    assert [duty["kind"] for duty in shown["duties"]] == ["overmachtsvraag", "ews_besluit"]
    plan = say("2026-11-07", "plan48", CASE, "--json", user=None).json
    assert plan["running"]
    assert plan["tasks"][0]["due_at"] == "2026-11-07T00:00:00+00:00"
    page = say("2026-11-07", "plan48", CASE, user=None).out
    assert "07-11-2026 01:00  continuiteitsfunctionaris: Curator of bewindvoerder bellen" in page
    assert "nog geen nummers" in page


def test_every_act_is_an_entry_and_an_audit_line(high, say, tmp_path):
    minutes = tmp_path / "verslag.txt"
    minutes.write_text("besproken")
    told = say(
        "2026-11-04", "contact", CASE, "--party", "bestuur", "--file", minutes, "--text", "krap", "--json"
    )
    assert told.json["evidence"] == [1]
    asked = say(
        "2026-11-05", "alternative", CASE, "--organisation", "Noorderlicht", "--places", "VG5=22", "--json"
    )
    say("2026-11-12", "answer", CASE, asked.json["entry"], "--outcome", "gedeeltelijk", "--offered", "VG5=4")
    say("2026-11-12", "measure", CASE, "--kind", "niet_financieel", "--scenario", 2, "--text", "bemiddeling")
    page = say("2026-11-13", "show", CASE, user=None).out
    assert "Alternatieven (1 onderzocht, 1 beantwoord; 22 plaatsen gevraagd, 4 geboden)" in page
    assert "Maatregelen (financieel 0, niet-financieel 1)" in page
    assert max(len(line) for line in page.splitlines()) <= 100
    with reading(open_site(high).engine) as connection:
        assert audit.first_bad_entry(connection) is None
        assert audit.head(connection).seq == 17


def test_names_and_words_stay_out_of_the_audit_chain(high, say):
    say("2026-11-04", "contact", CASE, "--party", "bestuur", "--name", "Jansen", "--text", "geheim")
    with reading(open_site(high).engine) as connection:
        from sqlalchemy import select

        from ews.store.schema import audit_entry, case_entry

        chain = str(connection.execute(select(audit_entry)).all())
        assert "Jansen" not in chain
        assert "geheim" not in chain
        kept = connection.execute(select(case_entry.c.private).order_by(case_entry.c.id.desc())).first()
        assert kept is not None
        assert kept.private == {"name": "Jansen", "summary": "geheim"}


def test_an_act_without_a_person_is_refused(high, say):
    refused = say("2026-11-04", "contact", CASE, "--party", "bestuur", user=None)
    assert refused.code == 2
    assert "--user" in refused.err


def test_a_refused_act_leaves_nothing(high, say, tmp_path):
    before = say("2026-11-04", "show", CASE, "--json", user=None).out
    file = tmp_path / "b.txt"
    file.write_text("x")
    refused = say("2026-11-04", "decide", CASE, "--kind", "override", "--outcome", "low", "--file", file)
    assert refused.code == 2
    assert "Noem de tweede" in refused.err
    assert say("2026-11-04", "show", CASE, "--json", user=None).out == before


def test_a_correction_shows_both(high, say):
    first = say("2026-11-04", "contact", CASE, "--party", "bestuur", "--on", "2026-11-04", "--json").json
    say(
        "2026-11-06",
        "contact",
        CASE,
        "--party",
        "bestuur",
        "--on",
        "2026-11-03",
        "--corrects",
        first["entry"],
    )
    page = say("2026-11-06", "show", CASE, user=None).out
    assert "Eerste gesprek met het bestuur   3 november 2026" in page
    assert f"(verbetert {first['entry']})" in page
    again = say("2026-11-06", "contact", CASE, "--party", "igj", "--corrects", first["entry"])
    assert again.code == 2
    assert "al verbeterd" in again.err


def test_the_past_is_shown_as_it_was_recorded(high, say):
    say("2026-11-04", "contact", CASE, "--party", "bestuur")
    say("2026-11-10", "stage", CASE, 3, "--reason", "tekort")
    then = say("2026-11-20", "show", CASE, "--as-of", "2026-11-05", "--json", user=None).json
    assert then["stage"] == 2
    assert len(then["entries"]) == 11


def test_a_case_runs_to_its_end(high, say, tmp_path):
    proof = tmp_path / "stuk.pdf"
    proof.write_bytes(b"%PDF-1.4 verslag")
    owner = say("2026-11-03", "acknowledge", CASE, "--until", "2026-11-20")
    assert owner.code == 0
    for task in say("2026-11-03", "show", CASE, "--json").json["tasks"]:
        assert say("2026-11-10", "task", CASE, task["code"], "--done", "--file", proof).code == 0
    assert say("2026-11-11", "close", CASE, "--reason", "hersteld").code == 0
    assert say("2026-11-12", "list", "--json", user=None).json == {"cases": []}
    closed = say("2026-11-12", "list", "--all", "--json", user=None).json["cases"]
    assert (closed[0]["case"], closed[0]["owner"]) == (CASE, "officier")
    assert say("2026-11-12", "contact", CASE, "--party", "bestuur").code == 2


def test_an_unknown_case_names_those_that_are_open(high, say):
    missing = say("2026-11-04", "show", "C-2026-999", user=None)
    assert missing.code == 2
    assert CASE in missing.err


def test_the_papers_of_a_case(high, say):
    say("2026-11-04", "stage", CASE, 3, "--reason", "tekort")
    say(
        "2026-11-05",
        "role",
        CASE,
        "voorzitter",
        "--organisation",
        "Kantoor",
        "--phone",
        "06",
        "--confirmed",
        "2026-11-01",
    )
    say("2026-11-05", "role", CASE, "curator", "--organisation", "Kantoor B", "--phone", "07")
    night = say("2026-11-06", "night", CASE, "--json", user=None).json
    assert [(one["role"], one["stale"]) for one in night["call"]] == [
        ("voorzitter", False),
        ("curator", True),
    ]
    page = say("2026-11-06", "night", CASE, user=None).out
    assert "Besluiten: EWS-melding aan de NZa" in page
    memo = say("2026-11-06", "memo", CASE, "--kind", "ews_melding", user=None).out
    assert "niet melden, met reden en nieuwe besluitdatum binnen 30 dagen (twee personen)" in memo
    assert memo.count("Handtekening") == 1
    assert len(memo.splitlines()) < 60
    assert say("2026-11-06", "memo", CASE, "--kind", "betaling", user=None).code == 2
    sheet = say("2026-11-23", "review", CASE, "--as", "nza", "--json", user=None).json
    assert (sheet["should_have_notified_on"], sheet["days_late"]) == ("2026-11-06", 17)
    told = say("2026-11-23", "review", CASE, "--json", user=None).json
    assert told["timeline"][0]["happened_on"] == "2026-05-12"
    assert told["lessons"] == []


def test_how_a_closed_case_ended_feeds_the_replay(high, say, tmp_path):
    for task in say("2026-11-03", "show", CASE, "--json").json["tasks"]:
        say("2026-11-10", "task", CASE, task["code"], "--not-applicable", "vals alarm")
    assert say("2026-11-11", "close", CASE, "--reason", "weg", "--outcome", "ontploft").code == 2
    assert say("2026-11-11", "close", CASE, "--reason", "overgenomen", "--outcome", "overgenomen").code == 0
    file = tmp_path / "uitkomsten.csv"
    ended = say("2026-11-12", "outcomes", "--out", file, "--json", user=None).json["outcomes"]
    assert ended == [{"provider": PROVIDER, "on": "2026-11-11", "kind": "handed_over"}]
    assert file.read_text().splitlines() == ["kvk,naam,last_seen,kind", "08111924,,2026-11-11,handed_over"]


def test_a_count_that_differs_is_a_task_once(high, say):
    group = say("2026-11-04", "group", CASE, "VG7/verblijf=12", "--list", "CS-1", "--json").json["entry"]
    say("2026-11-05", "count", CASE, group, "gepland=11")
    say("2026-11-06", "count", CASE, group, "gepland=10", "verhuisd=1")
    laid = [
        task for task in say("2026-11-06", "show", CASE, "--json").json["tasks"] if "telling" in task["code"]
    ]
    assert [(task["title"], task["due"]) for task in laid] == [
        ("Verschil uitzoeken: VG7 verblijf, geteld 11, in de zaak 12", "2026-11-12")
    ]
    assert say("2026-11-06", "count", CASE, 99999, "gepland=1").code == 2
    assert say("2026-11-06", "count", CASE, group, "gepland=veel").code == 2
