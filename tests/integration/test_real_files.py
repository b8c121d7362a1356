"""The real files, read as published: 22 register extracts and three workbooks of the nursing home database."""

import csv
import gzip
from collections import Counter
from datetime import date

import pytest
from registers import adds_up, known, stored

pytestmark = pytest.mark.slow
POPULATION = {"Care Home Service", "Support Service", "Housing Support Service", "Nurse Agency", "School Care Accommodation Service", "Adult Placement Service", "Fostering Service"}  # fmt: skip


@pytest.fixture(scope="module")
def register(tmp_path_factory, request) -> tuple:
    """A site that has taken in all 22 extracts, and the report of it."""
    from pathlib import Path

    from ews.jobs.ingest import ingest
    from ews.jobs.run import clock, open_site
    from ews.jobs.site import create_site

    folder = Path(__file__).parents[3] / "shared" / "data" / "scotland" / "datastore"
    if not folder.is_dir():
        pytest.skip("../shared/data is not here; this test reads real data")
    site = tmp_path_factory.mktemp("register") / "site"
    create_site(site, now=clock())
    return site, folder, ingest(open_site(site), [folder]).document()


def test_every_row_of_every_extract_is_accounted_for(register):
    _, _, document = register
    assert len(document["files"]) == 22
    assert {one["status"] for one in document["files"]} == {"accepted"}
    assert all(adds_up(one) for one in document["files"])
    totals = document["totals"]
    assert totals["rows_read"] == 174_358
    assert totals["rows_read"] - totals["rows_out_of_scope"] == 92_702
    assert totals["rows_rejected"] == 0
    assert not any(one["unknown_columns"] for one in document["files"])
    refused = {name for one in document["files"] for name in one["indicators_refused"]}
    assert refused == {"manager"}  # the column is blank from 2021-06 on


@pytest.mark.parametrize("day", ["2016-03-31", "2019-12-31", "2021-03-22", "2022-03-31"])
def test_what_is_known_on_a_day_is_what_its_extract_says(register, day):
    site, folder, _ = register
    now = known(site, day)
    with gzip.open(folder / f"{day}_datastore.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["CareService"] in POPULATION]
    compared = Counter()
    for row in rows:
        subject = f"cs:{row.get('CSNumber') or row['CaseNumber']}"
        told = {
            ("capaciteit", "{}", "state"): number(row["Registered_Places"]) or None,
            ("laagste_cijfer", "{}", "state"): number(row["MinGrade"]),
            ("cijfer", '{"thema":"leiding"}', "state"): number(row["Quality_of_Mgmt_and_Lship"]),
            ("status", "{}", "state"): row["ServiceStatus"],
            ("aanbieder", "{}", "state"): f"sp:{row['SP_number']}",
            ("personeel", "{}", "state"): number(row["NumberStaff"]),
            ("toezichtrisico", "{}", "state"): {"low": "laag", "medium": "middel", "high": "hoog", "": None}[row["RADScore"].lower()],
        }  # fmt: skip
        for column in row:
            if column.startswith("Enforcements_issued_"):
                end = date(2000 + int(column[-2:]), 3, 31)
                told[("handhavingen", "{}", str(end))] = number(row[column].replace("True", "1"))
        for key, value in told.items():
            assert now.get((subject, *key)) == value, (subject, key)
            compared[key[0]] += 1
    assert compared["status"] == len(rows) > 4000


def number(text: str) -> float | None:
    return float(text) if text else None


def test_extracts_that_are_taken_in_again_add_nothing(register):
    from ews.jobs.ingest import ingest
    from ews.jobs.run import open_site

    site, folder, _ = register
    before = len(stored(site))
    document = ingest(open_site(site), [folder]).document()
    assert {one["status"] for one in document["files"]} == {"known"}
    assert document["totals"]["observations_added"] == 0
    assert len(stored(site)) == before


ODB_2019 = "aanvulling_openbaar_databestand_verpleeghuiszorg_verslagjaar_2019.xlsx"


def test_the_workbook_of_2019_is_read_with_all_its_faults(ews, site, shared):
    done = ews("ingest", "--json", shared / "data" / "nl" / ODB_2019)
    assert done.code == 0
    (one,) = done.json["files"]
    assert one["source"] == "odb_verpleeghuiszorg"
    assert [one[f"rows_{part}"] for part in ("read", "accepted", "unchanged", "rejected", "out_of_scope")] == [429, 173, 72, 0, 184]  # fmt: skip
    figures = known(site, "2999-01-01")
    # a KvK number without its leading zero, a concern row that names a vestiging, a percentage as text
    assert figures[("kvk:08111924", "pnil_kosten_opgave", "{}", "2019-12-31")] == 0.2996
    assert figures[("kvk:52496333", "pnil_aandeel", "{}", "2019-12-31")] == 0.1324
    # vestigingsnummer 1 is a sequence number: kept under the provider by the location's name
    where = '{"locatie":"Lang Leve Thuis, Villa Verde","stand":"besproken"}'
    assert ("kvk:08111924", "voedselvoorkeuren", where, "2019-12-31") in figures
    assert ("vestiging:000040313182", "aanbieder", "{}", "state") in figures


@pytest.mark.parametrize(
    ("name", "rows", "rejected"),
    [("nalevering_herbergier_oostvoorne_2021.xlsx", 24, 23), ("nalevering_herbergier_steenwijkerwold_2021.xlsx", 73, 43)],
)  # fmt: skip
def test_the_workbooks_of_2021_are_held_and_a_person_decides(ews, site, shared, name, rows, rejected):
    done = ews("ingest", "--json", shared / "data" / "nl" / name)
    assert done.code == 1
    (one,) = done.json["files"]
    assert (one["status"], one["rows_read"], one["rows_rejected"]) == ("held", rows, rejected)
    assert adds_up(one)
    shown = ews("rejections", "show", "--json", one["delivery"]).json["rejections"]
    assert {(cell["column"], cell["value"], cell["reason"]) for cell in shown} == {
        ("IndicatorWaarde", "X", "placeholder")
    }
    released = ews("--user", "teamleider", "rejections", "release", "--json", one["delivery"])
    assert released.code == 0
    assert released.json["observations_added"] == 0  # the numbers stand in other columns: nothing is guessed
    assert known(site, "2999-01-01") == {}
