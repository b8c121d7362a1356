"""Lists of the office in, a transfer plan out: demand, supply, waiting clients and who can bear how much."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from ews.jobs.site import create_site

NOW = ["--now", "2026-11-06T09:00"]
STOPS, NEAR, FAR = "kvk:00000101", "kvk:00000202", "kvk:00000303"
LISTS = {
    "zorglocaties": """Vestigingsnummer;KvK-nummer;Naam locatie;Plaats;Postcode;Sector;Capaciteit;Vrije plaatsen
000000000011;00000101;De Stop;Uden;5401AA;GHZ;40;
000000000021;00000202;Dichtbij;Uden;5402BB;GHZ;40;
000000000031;00000303;Verderop;Boxmeer;5831CC;GHZ;40;""",
    "vrije_plaatsen": """Vestigingsnummer;KvK-nummer;Zorgprofiel;Leveringsvorm;Vrije plaatsen
000000000021;00000202;VG7;verblijf;6
000000000031;00000303;VG7;verblijf;8
000000000031;00000303;VG8;verblijf;3""",
    "clienten_per_profiel": """KvK-nummer;Naam;Zorgprofiel;Leveringsvorm;Aantal cliënten
00000101;De Stop;VG7;verblijf;12
00000101;De Stop;VG8;verblijf;2
00000101;De Stop;VG5;pgb;3
00000202;Dichtbij;VG7;verblijf;60
00000303;Verderop;VG7;verblijf;60""",
    "clienteisen": """KvK-nummer;Naam;Zorgprofiel;Leveringsvorm;Eis;Aantal cliënten
00000101;De Stop;VG7;verblijf;wzd;4
00000101;De Stop;VG8;verblijf;agressie;2""",
    "wachtenden": """Vestigingsnummer;KvK-nummer;Zorgprofiel;Leveringsvorm;Wachtstatus;Aantal wachtenden
000000000021;00000202;VG7;verblijf;urgent plaatsen;1
000000000021;00000202;VG7;verblijf;wacht op voorkeur;5""",
    "zorgaanbod": """Vestigingsnummer;KvK-nummer;Naam locatie;Context;Expertise;Contra-indicaties;Wzd-accommodatie;Behandeling;Plek voor partners;Bevestigd door
000000000021;00000202;Dichtbij;kleinschalig;autisme;;nee;ja;nee;locatiemanager
000000000031;00000303;Verderop;terrein;;"agressie; verslaving";ja;ja;nee;planner""",
}  # fmt: skip


@pytest.fixture
def region(tmp_path, ews, monkeypatch):
    """Three providers in a site where a provider without an assessment may take ten clients."""
    monkeypatch.setenv("EWS_KIND", "drill")
    config = tmp_path / "config"
    config.mkdir()
    (config / "transfer.toml").write_text(
        Path("config/transfer.toml")
        .read_text(encoding="utf-8")
        .replace("unassessed_headroom = 0", "unassessed_headroom = 10"),
        encoding="utf-8",
    )
    site = create_site(tmp_path / "site", now=datetime(2026, 11, 6, 7, 0, tzinfo=UTC), config=config)
    paths = [_providers(tmp_path)]
    for name, text in LISTS.items():
        paths.append(tmp_path / f"{name}_2026-11-05.csv")
        paths[-1].write_text(text + "\n", encoding="utf-8")
    done = ews(*NOW, "ingest", *paths)
    assert done.code == 0, done.out
    return site


def _providers(folder: Path) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.append(
        ["KvK-nummer", "Naam", "AGB-code", "Sector", "Regio", "Plaats", "Concern", "Rechtsvorm", "Contract tot",
         "Status", "Moeilijk vervangbaar", "Accountmanager"]
    )  # fmt: skip
    for number, name in (("00000101", "De Stop"), ("00000202", "Dichtbij"), ("00000303", "Verderop")):
        sheet.append([number, f"{name} (fictief)", None, "GHZ", "5528", "Uden", None, "stichting",
                      date(2027, 12, 31), "gecontracteerd", "nee", "manager"])  # fmt: skip
    path = folder / "zorgaanbieders_2026-11-05.xlsx"
    book.save(path)
    return path


@pytest.fixture
def plan(ews, region):
    return lambda *words: json.loads(ews(*NOW, "transfer", "plan", STOPS, "--json", *words).out)


def test_the_plan_of_a_small_region(plan):
    found = plan()
    assert found["clients"] == 17
    assert found["placed"] == 12
    moved = {
        (one["name"], one["profile"], tuple(one["needs"])): one["clients"] for one in found["assignments"]
    }
    assert moved == {
        ("Verderop (fictief)", "VG7", ("wzd",)): 4,
        ("Dichtbij (fictief)", "VG7", ()): 5,
        ("Verderop (fictief)", "VG7", ()): 3,
    }
    unmet = {(one["profile"], one["form"]): (one["clients"], one["binding"]) for one in found["unmet"]}
    assert unmet == {("VG8", "verblijf"): (2, "contra_indicatie"), ("VG5", "pgb"): (3, "geen_aanbod")}
    assert found["clients"] == found["placed"] + sum(one["clients"] for one in found["unmet"])
    assert found["assignments"][0]["confirmed_on"] == "2026-11-06"


def test_old_confirmations_do_not_count_unless_asked_for(ews, region):
    later = ["--now", "2027-02-01T09:00"]
    old = json.loads(ews(*later, "transfer", "plan", STOPS, "--json").out)
    assert old["placed"] == 0
    assert {one["binding"] for one in old["unmet"] if one["profile"] == "VG7"} == {"niet_bevestigd"}
    assert old["options"]["onbevestigd"] == 5
    asked = ews(*later, "transfer", "plan", STOPS, "--json", "--allow", "onbevestigd")
    assert json.loads(asked.out)["placed"] == 12


def test_a_location_is_taken_over_whole_or_not_at_all(ews, region, plan):
    """Seventeen live at the one location of De Stop; a taker that may take ten cannot take it over."""
    assert plan("--allow", "overname")["placed"] == 12
    config = region / "config" / "transfer.toml"
    config.write_text(config.read_text().replace("unassessed_headroom = 10", "unassessed_headroom = 20"))
    assert ews("--user", "teamleider", "config", "activate", "--second", "analist").code == 0
    found = plan("--allow", "overname")
    assert found["placed"] == 17
    assert {one["location"] for one in found["assignments"]} == {"vestiging:000000000011"}
    assert len({one["provider"] for one in found["assignments"]}) == 1
    assert {one["km"] for one in found["assignments"]} == {0}


def test_distance_is_in_kilometres_between_places(plan):
    assert {one["name"]: one["km"] for one in plan()["assignments"]} == {
        "Dichtbij (fictief)": 0,
        "Verderop (fictief)": 23,
    }


def test_an_unknown_option_and_an_unknown_provider_are_refused(ews, region):
    assert "Kies uit: overbrugging" in ews(*NOW, "transfer", "plan", STOPS, "--allow", "alles").err
    missing = ews(*NOW, "transfer", "plan", "kvk:00000909")
    assert missing.code == 2
    assert "ews portfolio" in missing.err


def test_the_outcome_goes_into_the_case_as_evidence_and_asks_the_overmacht_question(ews, region):
    officer = [*NOW, "--user", "officier"]
    number = json.loads(ews(*officer, "case", "open", STOPS, "--reason", "gerucht", "--json").out)["case"]
    ready = json.loads(ews(*NOW, "case", "plan48", number, "--json").out)
    assert not ready["running"]
    assert {one["provider"]: one["clients"] for one in ready["takers"]} == {NEAR: 5, FAR: 7}
    ews(*officer, "transfer", "plan", number, "--record")
    shown = json.loads(ews(*NOW, "case", "show", number, "--json").out)
    assert [one["kind"] for one in shown["evidence"]] == ["plan"]
    assert [one["kind"] for one in shown["duties"]] == ["overmachtsvraag"]
    assert "2 (de aanbieders met plek hanteren een contra-indicatie)" in shown["entries"][-1]["text"]


def test_the_index_tells_who_leaves_most_clients_without_a_place(ews, region):
    """The first number is that of the portfolio; the second also knows what takers bear and clients need."""
    rows = json.loads(ews(*NOW, "transfer", "index", "--json").out)["providers"]
    assert [(row["provider"], row["nowhere_to_go"], row["unplaced"]) for row in rows] == [
        (FAR, 54, 55),
        (NEAR, 52, 52),
        (STOPS, 3, 5),
    ]
    ews(*NOW, "assess")
    portfolio = json.loads(ews(*NOW, "portfolio", "--json").out)["subjects"]
    assert {one["subject"]: one["nowhere_to_go"] for one in portfolio} == {
        row["provider"]: row["nowhere_to_go"] for row in rows
    }


def test_the_text_is_one_page(ews, region):
    text = ews(*NOW, "transfer", "plan", STOPS).out
    assert "17 cliënten: 12 met een plek, 5 zonder. Een voorstel: cliënten kiezen." in text
    assert "de aanbieders met plek hanteren een contra-indicatie" in text
    assert max(len(line) for line in text.splitlines()) <= 110
