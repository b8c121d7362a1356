"""The fault table of ingestion by number, through the command. I3 and I5 stand in test_cells.py, test_files.py and
test_any_file.py, I4 in test_plausible_figures.py and test_implausible.py, I6 in test_ingest.py, I7 in
test_histories_of_figures.py, I10 to I12 in test_bombs.py and test_workbooks.py, I13 to I17 in the tests of what leaves
the house (exports, evidence, messages).
"""

import io
import itertools
import os
import shutil

import pytest
from digimv_files import write_ods
from openpyxl import Workbook
from registers import HEADER as COLUMNS
from registers import add_contract, adds_up, extract, known, service, stored
from sqlalchemy import Engine, event

from ews.jobs import intake

BSN = "111222333"
CONTRACT = """
title = "Proef"
supplier = "Toets"
layout = "wide"
form = "csv"
figures = "state"
decimal = "comma"
delimiter = ";"
file_patterns = ['^proef']
may_hold_persons = true
cadence = { every = "month" }
purpose = { legal_ground = "toets", use = "toets" }
[provider]
column = "KvK"
scheme = "kvk"
[[figure]]
id = "naam"
column = "Naam"
unit = "text"
[[figure]]
id = "plaatsen"
column = "Plaatsen"
unit = "count"
"""


def test_i1_one_bad_row_in_many_is_one_rejection(ews, site, tmp_path):
    rows = [service(number) for number in range(5000)]
    rows[4321]["CSNumber"] = "kapot"
    done = ews("ingest", "--json", extract(tmp_path / "in", "2019-06-30", rows))
    assert done.code == 0
    (one,) = done.json["files"]
    assert (one["rows_accepted"], one["rows_rejected"], one["cells_rejected"]) == (4999, 1, 0)
    (bad,) = ews("rejections", "show", "--json", one["delivery"]).json["rejections"]
    assert (bad["place"], bad["column"], bad["value"], bad["reason"]) == (
        "rij 4323",
        "CSNumber",
        "kapot",
        "bad_key",
    )


@pytest.mark.slow
def test_i1_one_bad_row_in_a_hundred_thousand_is_one_rejection(ews, site, tmp_path):
    add_contract(site, ews, "proef", CONTRACT)
    rows = [f"{10_000_000 + number:08d};Zorg;{number}" for number in range(100_000)]
    rows[77_776] = "kapot;Zorg;4"
    path = tmp_path / "proef.csv"
    path.write_text("\n".join(["KvK;Naam;Plaatsen", *rows]), encoding="utf-8")
    (one,) = ews("ingest", "--json", path).json["files"]
    assert (one["rows_read"], one["rows_accepted"], one["rows_rejected"]) == (100_000, 99_999, 1)
    (bad,) = ews("rejections", "show", "--json", one["delivery"]).json["rejections"]
    assert (bad["place"], bad["column"], bad["value"]) == ("rij 77778", "KvK", "kapot")


@pytest.mark.slow
def test_i9_killed_after_any_of_its_commits_a_file_is_there_whole_or_not_at_all(ews, site, tmp_path):
    path = extract(tmp_path / "in", "2019-06-30", [service(number) for number in range(40)])
    clean = shutil.copytree(site, tmp_path / "clean")
    assert ews("ingest", path, site=clean).code == 0
    died = 0
    for commits in range(1, 200):
        copy = shutil.copytree(site, tmp_path / f"site{commits}")
        child = os.fork()
        if child == 0:
            _die_after(commits)
            ews("ingest", path, site=copy)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            break
        died += 1
        assert known(copy, "2999-01-01") in ({}, known(clean, "2999-01-01")), commits
        assert ews("ingest", path, site=copy).code == 0
        assert stored(copy) == stored(clean), commits
        shutil.rmtree(copy)
    assert died >= 10


def _die_after(commits):
    """End this process, as kill -9 would, right after so many commits; batches of ten rows make many of them."""
    intake.BATCH = 10
    made = itertools.count(1)

    @event.listens_for(Engine, "commit")
    def _end(connection):
        if next(made) == commits:
            os._exit(137)


HEADER = ["KvK", "Naam", "Plaatsen"]
ROWS = [[f"0000001{n}", f"Zorg {n}", str(10 + n)] for n in range(8)]


def mutant(header, order=(0, 1, 2), rows=ROWS):
    picked = [[row[place] for place in order] for row in [header, *rows]]
    return "\n".join(";".join(row) for row in picked).encode()


@pytest.mark.parametrize(
    ("raw", "status", "figures"),
    [
        pytest.param(mutant(HEADER), "accepted", {"naam": "Zorg 3", "plaatsen": 13}, id="as agreed"),
        pytest.param(
            mutant(HEADER, (2, 0, 1)), "accepted", {"naam": "Zorg 3", "plaatsen": 13}, id="reordered"
        ),
        pytest.param(mutant(HEADER, (0, 2)), "accepted", {"plaatsen": 13}, id="a figure dropped"),
        pytest.param(
            mutant(["KvK", "Naam", "Bedden"]), "accepted", {"naam": "Zorg 3"}, id="a figure renamed"
        ),
        pytest.param(mutant(["Nummer", "Naam", "Plaatsen"]), "held", {}, id="the key renamed"),
        pytest.param(mutant(HEADER, (1, 2)), "held", {}, id="the key dropped"),
        pytest.param(mutant(["KvK", "Plaatsen", "Naam"]), "held", {}, id="two headers swapped"),
        pytest.param(mutant(["Naam", "KvK", "Plaatsen"]), "held", {}, id="the key swapped"),
        pytest.param(mutant(["KvK", "KvK", "Plaatsen"]), "held", {}, id="the key twice"),
        pytest.param(
            mutant(HEADER, rows=[[*row[:2], "veel"] for row in ROWS]), "held", {}, id="another type"
        ),
        pytest.param(mutant(HEADER).replace(b";", b","), "held", {}, id="another separator"),
    ],
)
def test_i2_a_changed_layout_is_mapped_by_rule_or_held(ews, site, tmp_path, raw, status, figures):
    add_contract(site, ews, "proef", CONTRACT)
    path = tmp_path / "proef.csv"
    path.write_bytes(raw)
    (one,) = ews("ingest", "--json", path).json["files"]
    assert one["status"] == status
    assert adds_up(one)
    now = known(site, "2999-01-01")
    assert {key[1]: value for key, value in now.items() if key[0] == "kvk:00000013"} == figures


def test_i8_the_same_file_again_is_no_new_delivery(ews, site, tmp_path):
    add_contract(site, ews, "proef", CONTRACT)
    for name in ("proef_1.csv", "proef_2.csv"):
        path = tmp_path / name
        path.write_bytes(mutant(HEADER))
        (one,) = ews("ingest", "--json", path).json["files"]
    assert one["status"] == "known"
    (line,) = [one for one in ews("source", "list", "--json").json["sources"] if one["source"] == "proef"]
    assert line["deliveries"] == 1


def csv(*rows):
    return "\n".join(["KvK;Naam;Plaatsen;Opmerking", *rows]).encode()


def xlsx(cell, header="Opmerking", *, sheet="Blad1"):
    book = Workbook()
    book.active.title = sheet
    book.active.append(["KvK", "Naam", "Plaatsen", header])
    book.active.append(["00000012", "Zorg", 4, cell])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def ods(folder, cell):
    sheet = [["KvK", "Naam", "Plaatsen", "Opmerking"], ["00000012", "Zorg", 4, cell]]
    return write_ods(folder / "proef.ods", [("Blad1", sheet)]).read_bytes()


PLANTED = {
    **{
        f"free text: {text}": ("proef.csv", csv(f"00000012;Zorg;4;{text}"))
        for text in (BSN, f"mevrouw {BSN}", f"({BSN})", "111 222 333", "111.222.333", "111-222-333", "111 22 2333", f"bsn{BSN}x", "11122 2333", f"zie {BSN}, {BSN}", "10000008", "nr 10000008.", "１１１２２２３３３", f"{BSN}.")
    },
    "a name": ("proef.csv", csv(f"00000012;Zorg {BSN};4;")),
    "a later row": ("proef.csv", csv(*[f"0000001{n};Zorg;4;" for n in range(9)], f"00000019;Zorg;4;{BSN}")),
    "a column without a name": ("proef.csv", f"KvK;Naam;Plaatsen;\n00000012;Zorg;4;{BSN}".encode()),
    "a row that is too wide": ("proef.csv", csv(f"00000012;Zorg;4;;{BSN}")),
    "a quoted cell with line breaks": ("proef.csv", csv(f'00000012;Zorg;4;"regel\n{BSN}\nregel"')),
    "the file's name": (f"proef_{BSN}.csv", csv("00000012;Zorg;4;")),
    "text in a workbook": ("proef.xlsx", xlsx(f"over {BSN}")),
    "a number in a workbook": ("proef.xlsx", xlsx(int(BSN))),
    "a sheet's name": ("proef.xlsx", xlsx("", sheet=f"Lijst {BSN}")),
    "words in a column of numbers": ("proef.csv", csv(f"00000012;Zorg;vier ({BSN});")),
    "words in the key": ("proef.csv", csv(f"mevrouw {BSN};Zorg;4;")),
    "records": ("proef.json", f'[{{"KvK": "00000012", "Naam": "Zorg", "x": "{BSN}"}}]'.encode()),
    "a number in records": ("proef.json", f'[{{"KvK": "00000012", "Naam": "Zorg", "x": {BSN}}}]'.encode()),
    "nested records": ("proef.json", f'[{{"KvK": "00000012", "Naam": "Zorg", "x": {{"y": [{BSN}]}}}}]'.encode()),
    **{
        f"column {name}": ("proef.csv", f"KvK;Naam;Plaatsen;{name}\n00000012;Zorg;4;{BSN}".encode())
        for name in ("BSN", "bsn_client", "Sofinummer", "Burgerservicenummer", "Cliëntnummer", "geboortedatum")
    },
}  # fmt: skip


def test_i18_a_citizen_number_is_refused_wherever_it_is_planted(ews, site, tmp_path):
    add_contract(site, ews, "proef", CONTRACT)
    assert len(PLANTED) >= 30
    for number, (name, raw) in enumerate(PLANTED.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / name).write_bytes(raw)
    done = ews("ingest", "--json", *[tmp_path / str(number) for number in range(len(PLANTED))])
    assert done.code == 2
    found = dict(zip(PLANTED, done.json["files"], strict=True))
    assert [place for place, one in found.items() if one["status"] != "refused"] == []
    assert BSN not in done.out
    assert BSN not in done.err
    assert known(site, "2999-01-01") == {}
    assert list((site / "raw").rglob("*")) == []
    for kept in site.rglob("*"):
        assert not kept.is_file() or BSN.encode() not in kept.read_bytes(), kept


@pytest.mark.parametrize("cell", [f"over {BSN}", int(BSN)], ids=["text", "a number"])
def test_i18_a_citizen_number_in_an_ods_is_refused(ews, site, tmp_path, cell):
    add_contract(site, ews, "proef", CONTRACT)
    ods(tmp_path, cell)
    done = ews("ingest", "--json", tmp_path / "proef.ods")
    assert (done.code, done.json["files"][0]["status"]) == (2, "refused")
    assert "kolom 'Opmerking': bevat een BSN (*****333)" in done.json["files"][0]["message"]
    assert list((site / "raw").rglob("*")) == []


def test_an_unseen_extract_with_renamed_figures_names_what_it_lacks_and_an_alias_reads_the_rest(
    ews, site, tmp_path
):
    renamed = {"Registered_Places": "Number_of_Places", "MinGrade": "Lowest_Grade"}
    rows = [{renamed.get(name, name): cell for name, cell in service(n).items()} for n in range(10)]
    header = [renamed.get(name, name) for name in COLUMNS]
    path = extract(tmp_path / "in", "2025-06-30", rows, header=header)
    (one,) = ews("ingest", "--json", path).json["files"]
    assert {"capaciteit", "laagste_cijfer"} <= set(one["indicators_refused"])
    assert one["unknown_columns"] == ["Number_of_Places", "Lowest_Grade"]
    facts = {key[1] for key in known(site, "2025-06-30") if key[0] == "cs:CS2003000004"}
    assert "manager" in facts
    assert "capaciteit" not in facts
    add_contract(site, ews, "care_inspectorate_datastore", ALIASES)
    (one,) = ews("ingest", "--json", path).json["files"]
    assert not {"capaciteit", "laagste_cijfer"} & set(one["indicators_refused"])
    assert one["unknown_columns"] == []
    facts = {key[1]: value for key, value in known(site, "2025-06-30").items() if key[0] == "cs:CS2003000004"}
    assert (facts["capaciteit"], facts["laagste_cijfer"], facts["manager"]) == (24, 5, "M00000004")


ALIASES = """
[[figure]]
id = "capaciteit"
column = "Registered_Places"
aliases = ["Number_of_Places"]
unit = "count"
[[figure]]
id = "laagste_cijfer"
column = "MinGrade"
aliases = ["Lowest_Grade"]
unit = "count"
"""


def test_i19_two_sources_that_contradict_each_other_are_both_kept(ews, site, tmp_path):
    add_contract(site, ews, "proef", CONTRACT)
    add_contract(site, ews, "tweede", CONTRACT.replace("^proef", "^tweede"))
    for name, places in (("proef", "4"), ("tweede", "5")):
        path = tmp_path / f"{name}.csv"
        path.write_text(f"KvK;Naam;Plaatsen\n00000012;Zorg;{places}\n")
        assert ews("ingest", path).code == 0
    facts = {(row[3], row[7]) for row in stored(site) if row[1] == "plaatsen"}
    assert facts == {("proef", 4), ("tweede", 5)}
