"""The jaarverantwoording: proposed by label, confirmed by people, read from ODS, XLSX and CSV alike."""

import subprocess
import sys

import pytest
from digimv_files import large, modern, old, without, write_ods, write_stacked, write_xlsx
from registers import add_contract, adds_up, known

NAMES = "".join(f"{41_000_000 + number};Stichting {number}\n" for number in range(8))
LIST = """
title = "Lijst"
supplier = "Toets"
layout = "wide"
form = "csv"
figures = "state"
delimiter = ";"
decimal = "comma"
file_patterns = ['^lijst']
cadence = { every = "month" }
purpose = { legal_ground = "toets", use = "toets" }
[provider]
column = "KvK-nummer"
scheme = "kvk"
[[figure]]
id = "naam"
column = "Naam"
unit = "text"
"""


@pytest.fixture
def office(ews, site, tmp_path):
    """A site that knows eight of the twelve providers that the samples hold."""
    add_contract(site, ews, "lijst", LIST)
    path = tmp_path / "lijst.csv"
    path.write_text(f"KvK-nummer;Naam\n{NAMES}", encoding="utf-8")
    assert ews("ingest", path).code == 0
    return site


def confirm(ews, site, path):
    """What people do with a proposal: look at it, put it into the configuration, and make it live."""
    done = ews("source", "map", "digimv", path, "--json")
    assert done.code == 0, done.err
    add_contract(site, ews, "digimv", done.json["config"])
    return done.json


def figures(site, subject="kvk:41000003", day="2999-01-01"):
    return {
        key[1]: value for key, value in known(site, day).items() if key[0] == subject and key[1] != "naam"
    }


READ = {
    "eigen_vermogen": 119_500_000,
    "balanstotaal": 478_000_000,
    "balanstotaal_passiva": 478_000_000,
    "vlottende_activa": 159_333_300,
    "liquide_middelen": 47_800_000,
    "kortlopende_schulden": 95_600_000,
    "langlopende_schulden": 262_900_000,
    "som_der_bedrijfsopbrengsten": 956_000_000,
    "wlz_opbrengsten": 764_800_000,
    "zvw_opbrengsten": 95_600_000,
    "wmo_opbrengsten": 0,
    "resultaat": 50_000,
    "personeelskosten": 669_200_000,
    "kosten_pnil": 57_360_000,
    "afschrijvingen": 19_120_000,
    "rentelasten": 4_780_000,
    "jaarrekening_gedeponeerd_op": "2024-05-20",
    "continuiteitsparagraaf": "nee",
}


@pytest.mark.parametrize(
    ("write", "name", "labels"),
    [
        pytest.param(write_ods, "DigiMV2023_MultipleTables_20241001_0927.ods", False, id="ODS"),
        pytest.param(write_ods, "DigiMV2023_MultipleTables_20241001_0927.ods", True, id="ODS with labels in the headers"),
        pytest.param(write_xlsx, "DigiMV2023_20241001.xlsx", False, id="a copy in Excel"),
        pytest.param(write_stacked, "DigiMV2023_20241001.csv", True, id="a copy in CSV, tables below each other"),
    ],
)  # fmt: skip
def test_the_same_figures_from_every_form(ews, office, tmp_path, write, name, labels):
    path = write(tmp_path / name, modern(2023, 12, labels=labels))
    confirm(ews, office, path)
    done = ews("ingest", "--json", path)
    assert done.code == 0, done.err
    (one,) = done.json["files"]
    assert (one["source"], one["rows_read"], one["rows_accepted"], one["rows_out_of_scope"]) == (
        "digimv",
        12,
        8,
        4,
    )
    assert adds_up(one)
    assert figures(office) == READ
    assert figures(office, "kvk:41000004")["jaarrekening_oordeel"] == "beperking"
    assert figures(office, "kvk:41000004")["grond_beperking"] == "wnt"
    assert figures(office, day="2024-09-30") == {}  # published on the first of October


def test_a_year_without_confirmed_columns_is_refused_and_says_how_to_go_on(ews, office, tmp_path):
    confirm(ews, office, write_ods(tmp_path / "DigiMV2023_20241001.ods", modern(2023, 3)))
    other = write_ods(tmp_path / "digimv2024-openbaar-20260129-multipletables-part-1.ods", modern(2024, 3))
    done = ews("ingest", "--json", other)
    assert done.code == 2
    assert "voor 2024 is nog geen kolom van bron digimv bevestigd" in done.json["files"][0]["message"]
    assert "ews source map digimv" in done.json["files"][0]["message"]


def test_the_layout_of_before_2022_by_its_own_dictionary(ews, office, tmp_path):
    path = write_ods(tmp_path / "DigiMV2020_tot-en-met_20230121_ODS_MeerdereTabellen.ods", old(2020, 12))
    confirm(ews, office, path)
    assert ews("ingest", path).code == 0
    assert figures(office) == {
        "eigen_vermogen": 118_750_000,
        "balanstotaal": 475_000_000,
        "som_der_bedrijfsopbrengsten": 950_000_000,
        "personeelskosten": 665_000_000,
    }


def test_parts_hold_other_organisations_and_are_read_one_after_another(ews, office, tmp_path):
    parts = [
        write_ods(tmp_path / f"digimv2024-openbaar-20260129-multipletables-part-{part}.ods", modern(2024, 6, first=first))
        for part, first in ((1, 0), (2, 6))
    ]  # fmt: skip
    confirm(ews, office, parts[0])
    done = ews("ingest", "--json", *parts)
    assert [(one["rows_accepted"], one["rows_out_of_scope"]) for one in done.json["files"]] == [
        (6, 0),
        (2, 4),
    ]
    assert figures(office, "kvk:41000007")["balanstotaal"] == 579_000_000


def test_a_confirmed_column_that_a_later_release_dropped_is_refused_and_named(ews, office, tmp_path):
    confirm(ews, office, write_ods(tmp_path / "DigiMV2023_20241001.ods", modern(2023, 12)))
    later = write_ods(tmp_path / "DigiMV2023_20250101.ods", without(modern(2023, 12), "qPersNil_0"))
    done = ews("ingest", "--json", later)
    assert done.code == 0, done.out
    assert done.json["files"][0]["indicators_refused"] == ["kosten_pnil"]
    assert "kosten_pnil" not in figures(office)
    assert figures(office)["personeelskosten"] == 669_200_000


def test_what_is_ambiguous_or_absent_is_reported_and_never_chosen(ews, office, tmp_path):
    sheets = dict(modern(2023, 3))
    definitions = list(sheets["VariableDefinition"])
    definitions += [[99, "qBalTwee_0", "Totaal eigen vermogen per ultimo", "number", "", "", ""]]
    rows = [[*row, "qBalTwee_0" if place == 0 else 1] for place, row in enumerate(sheets["RowData_01"])]
    made = sheets | {"VariableDefinition": definitions, "RowData_01": rows}
    done = ews(
        "source", "map", "digimv", write_ods(tmp_path / "DigiMV2023_20241001.ods", made.items()), "--json"
    )
    found = {one["indicator"]: one for one in done.json["indicators"]}
    assert found["eigen_vermogen"]["finding"] == "ambiguous"
    assert [one["column"] for one in found["eigen_vermogen"]["columns"]] == ["qBalVpl010_0", "qBalTwee_0"]
    assert found["voorzieningen"]["finding"] == "not_found"
    assert 'indicator = "eigen_vermogen"' not in done.json["config"]
    assert "# eigen_vermogen: meer dan een kolom past" in done.json["config"]
    assert "# Geen kolom gevonden voor: voorzieningen." in done.json["config"]
    assert "qNawNaamLrza" in [one["column"] for one in done.json["unmatched"]]


def test_what_was_confirmed_is_said_to_be(ews, office, tmp_path):
    path = write_ods(tmp_path / "DigiMV2023_20241001.ods", modern(2023, 3))
    confirm(ews, office, path)
    done = ews("source", "map", "digimv", path, "--out", tmp_path / "voorstel.toml")
    assert "bevestigd     eigen_vermogen" in done.out
    assert "[[figure]]" not in (tmp_path / "voorstel.toml").read_text(encoding="utf-8")


def test_the_same_organisation_twice_in_a_part_is_two_rows_and_nothing_is_guessed(ews, office, tmp_path):
    sheets = [(name, list(rows)) for name, rows in modern(2023, 3)]
    for name, rows in sheets:
        if name.startswith("RowData"):
            again = list(next(row for row in rows if row[0] == "00000001-2023"))
            rows.append(
                [
                    again[0],
                    *(
                        cell + 1 if isinstance(cell, int) and cell < 41_000_000 else cell
                        for cell in again[1:]
                    ),
                ]
            )
    done = ews("source", "map", "digimv", write_ods(tmp_path / "DigiMV2023_20241001.ods", sheets), "--json")
    add_contract(office, ews, "digimv", done.json["config"])
    done = ews("ingest", "--json", tmp_path / "DigiMV2023_20241001.ods")
    (one,) = done.json["files"]
    assert (one["status"], one["rows_read"]) == ("held", 4)
    assert adds_up(one)


# Peaks are read from /proc: ru_maxrss of a fresh process begins at what its parent held when it forked.
WATCHED = """
import sys
from pathlib import Path
from ews.settings.load import load
from ews.signals.content import FileLimits, read_content
from ews.signals.joined import read_joined
site, path = Path(sys.argv[1]), Path(sys.argv[2])
contract = load(site).sources["digimv"]
limits = FileLimits(100_000_000, 2_000_000_000, 200, 1000, 50_000)
table = read_joined(read_content(path, limits), contract, limits)
held = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(len(table), len(table.header), int(held.split()[1]) // 1000)
"""


def watched(office, path) -> tuple[int, ...]:
    """Rows and columns that are kept of a part, and the most memory its reader held, in MB."""
    command = [sys.executable, "-c", WATCHED, str(office), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return tuple(int(part) for part in done.stdout.split())


@pytest.mark.slow
def test_a_part_of_gigabytes_is_streamed_in_half_a_gigabyte_of_memory(ews, office, tmp_path):
    small = write_ods(tmp_path / "DigiMV2024_20250101.ods", modern(2024, 3))
    confirm(ews, office, small)
    path = write_ods(tmp_path / "digimv2024-openbaar-20260129-multipletables-part-1.ods", large(2900))
    _, wanted, _ = watched(office, small)
    rows, columns, megabytes = watched(office, path)
    assert (rows, columns) == (2900, wanted)
    assert megabytes < 500
    (one,) = ews("ingest", "--json", path).json["files"]
    assert (one["status"], one["rows_read"], one["rows_accepted"]) == ("accepted", 2900, 8)
