"""Files into a real store: every row accounted for, nothing twice, nothing half."""

import hashlib
import itertools
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from registers import add_contract, adds_up, extract, known, service, stored


def ten(**cells):
    return [service(number, **cells) for number in range(10)]


def ingested(ews, *words):
    done = ews("ingest", "--json", *words)
    assert done.code == 0, (done.out, done.err)
    return done.json


def test_an_extract_is_stored_and_its_rows_add_up(ews, site, tmp_path):
    rows = [*ten(), service(90, CareService="Child Minding")]
    path = extract(tmp_path / "in", "2019-06-30", rows)
    document = ingested(ews, path)
    (one,) = document["files"]
    assert one["status"] == "accepted"
    assert one["source"] == "care_inspectorate_datastore"
    assert one["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [
        one[f"rows_{part}"] for part in ("read", "accepted", "unchanged", "rejected", "out_of_scope")
    ] == [11, 10, 0, 0, 1]
    assert adds_up(one)
    assert "regio" in one["indicators_refused"]
    assert one["unknown_columns"] == []
    assert (
        document["totals"]["observations_added"]
        == one["observations_added"]
        == len(known(site, "2019-06-30"))
    )
    raw = site / "raw" / one["sha256"][:2] / one["sha256"]
    assert raw.read_bytes() == path.read_bytes()


def test_figures_are_known_from_the_declared_day_on(ews, site, tmp_path):
    ingested(ews, extract(tmp_path / "in", "2019-06-30", ten()))
    assert known(site, "2019-06-29") == {}
    assert known(site, "2019-06-30")[("cs:CS2003000004", "capaciteit", "{}", "state")] == 24
    assert known(site, "2019-06-30")[("cs:CS2003000004", "aanbieder", "{}", "state")] == "sp:SP2003000001"
    assert known(site, "2019-06-30")[("sp:SP2003000001", "naam", "{}", "state")] == "Stichting 1"


def test_the_same_bytes_again_change_nothing(ews, site, tmp_path):
    path = extract(tmp_path / "in", "2019-06-30", ten())
    ingested(ews, path)
    before = stored(site)
    (one,) = ingested(ews, path)["files"]
    assert one["status"] == "known"
    assert (one["observations_added"], one["rows_unchanged"]) == (0, 10)
    assert adds_up(one)
    assert stored(site) == before


def test_the_same_rows_in_another_order_and_file_add_nothing(ews, site, tmp_path):
    ingested(ews, extract(tmp_path / "in", "2019-06-30", ten()))
    other = extract(tmp_path / "in", "2019-06-30", ten()[::-1], packed=False)
    (one,) = ingested(ews, other)["files"]
    assert (one["status"], one["observations_added"], one["rows_unchanged"]) == ("accepted", 0, 10)


def test_only_what_changed_is_stored_again(ews, site, tmp_path):
    first = extract(tmp_path / "in", "2019-06-30", ten())
    second = extract(tmp_path / "in", "2019-09-30", [*ten()[1:], service(0, MinGrade="6.0", ManagerName="")])
    one, two = ingested(ews, second, first)["files"]
    assert one["path"].endswith("2019-06-30_datastore.csv.gz")  # by date, whatever the order given
    assert (two["rows_accepted"], two["rows_unchanged"], two["observations_added"]) == (1, 9, 2)
    manager = ("cs:CS2003000000", "manager", "{}", "state")
    assert known(site, "2019-09-29")[manager] == "M00000000"
    assert known(site, "2019-09-30")[manager] is None  # seen to be empty


def test_extracts_that_arrive_in_any_order_say_the_same_at_every_moment(ews, tmp_path):
    def rows(places: str, grade: str) -> list[dict[str, str]]:
        return [service(1, Registered_Places=places, MinGrade=grade), service(2)]

    days = {
        "2019-06-30": rows("30.0", "4.0"),
        "2019-09-30": rows("", "3.0"),
        "2019-12-31": [*rows("30.0", "4.0"), service(3)],
        "2020-03-31": [service(2)],
    }
    paths = [extract(tmp_path / "in", day, content) for day, content in days.items()]
    answers = []
    for number, order in enumerate(itertools.permutations(paths)):
        if number % 11:  # three of the 24 orders, the given one first
            continue
        site = tmp_path / f"site{number}"
        assert ews("init", site=site).code == 0
        for path in order:
            assert ews("ingest", path, site=site).code == 0
        answers.append([known(site, day) for day in days])
    assert len(answers) == 3
    assert all(answer == answers[0] for answer in answers)
    assert [one[("cs:CS2003000001", "capaciteit", "{}", "state")] for one in answers[0]] == [30, None, 30, 30]


def test_a_corrected_extract_of_the_same_day_goes_over_the_first(ews, site, tmp_path):
    ingested(ews, extract(tmp_path / "in", "2019-06-30", ten()))
    ingested(ews, extract(tmp_path / "in", "2019-06-30", ten(MinGrade="2.0"), packed=False))
    assert known(site, "2019-06-30")[("cs:CS2003000004", "laagste_cijfer", "{}", "state")] == 2


def test_too_many_bad_rows_hold_the_file_and_the_figures_of_before_stay(ews, site, tmp_path):
    ingested(ews, extract(tmp_path / "in", "2019-06-30", ten()))
    before = known(site, "2020-01-01")
    path = extract(tmp_path / "in", "2019-09-30", [service(0, MinGrade="9.0"), *ten(MinGrade="3.0")[1:]])
    done = ews("ingest", "--json", path)
    assert done.code == 1
    (one,) = done.json["files"]
    assert one["status"] == "held"
    assert "1 rijen (10,0 %)" in one["message"]
    # two of the nine others had a 3 already
    assert (one["rows_read"], one["cells_rejected"], one["rows_accepted"]) == (10, 1, 7)
    assert adds_up(one)
    assert known(site, "2020-01-01") == before
    assert ews("ingest", "--json", path).json["files"][0]["status"] == "held"


def test_a_missing_key_column_holds_the_file(ews, site, tmp_path):
    header = ("Nummer", "SP_number", "CareService", "MinGrade")
    done = ews("ingest", "--json", extract(tmp_path / "in", "2019-06-30", ten(), header=header))
    assert done.code == 1
    (one,) = done.json["files"]
    assert "'CSNumber' ontbreekt" in one["message"]
    assert (one["rows_read"], one["rows_rejected"]) == (10, 10)


def test_a_file_of_no_source_is_refused_and_the_others_go_on(ews, site, tmp_path):
    strange = tmp_path / "raadsel.csv"
    strange.write_text("a,b\n1,2\n")
    broken = tmp_path / "opgave van maart.xlsx"
    broken.write_bytes(b"PK\x03\x04 afgebroken")
    done = ews("ingest", "--json", strange, broken, extract(tmp_path / "in", "2019-06-30", ten()))
    assert done.code == 2
    refused, damaged, accepted = done.json["files"]
    assert refused["status"] == damaged["status"] == "refused"
    assert damaged["message"].startswith("opgave van maart.xlsx: het bestand is beschadigd. Vraag")
    assert "raadsel.csv: past bij geen enkele bron" in refused["message"]
    assert "--source" in refused["message"]
    assert accepted["status"] == "accepted"


def test_without_paths_the_inbox_is_read(ews, site):
    extract(site / "inbox", "2019-06-30", ten())
    assert ingested(ews)["totals"]["files_accepted"] == 1


@pytest.mark.parametrize(
    "words", [("--source", "onbekend"), ("--received-at", "2999-01-01"), ("--received-at", "gisteren")]
)
def test_bad_arguments_are_refused(ews, site, tmp_path, words):
    done = ews("ingest", *words, extract(tmp_path / "in", "2019-06-30", ten()))
    assert done.code == 2
    assert done.err


CONTRACT = """
title = "Proef"
supplier = "Toets"
layout = "wide"
form = "csv"
figures = "state"
decimal = "comma"
delimiter = ";"
file_patterns = ['^proef.*']
may_hold_persons = true
cadence = { every = "month" }
purpose = { legal_ground = "toets", use = "toets" }
[provider]
column = "KvK"
scheme = "kvk"
[[dimension]]
id = "profiel"
column = "Profiel"
[[figure]]
id = "clienten"
column = "Clienten"
unit = "count"
by = ["profiel"]
"""


def test_clients_of_a_profile_that_left_the_list_are_seen_to_be_gone(ews, site, tmp_path):
    add_contract(site, ews, "proef", CONTRACT)
    for number, rows in enumerate(["VG7;12\n08111924;VG8;3", "VG7;12"]):
        path = tmp_path / f"proef{number}.csv"
        path.write_text(f"KvK;Profiel;Clienten\n08111924;{rows}\n")
        ingested(ews, path)
    figures = {key[2]: value for key, value in known(site, "2999-01-01").items()}
    assert figures == {'{"profiel":"VG7"}': 12, '{"profiel":"VG8"}': None}


def test_a_citizen_number_is_refused_and_left_nowhere(ews, site, tmp_path):
    add_contract(site, ews, "proef", CONTRACT)
    path = tmp_path / "proef.csv"
    path.write_text("KvK;Profiel;Clienten;Opmerking\n08111924;VG7;12;mevrouw 111222333\n")
    done = ews("ingest", "--json", path)
    assert done.code == 2
    assert "proef.csv, rij 2, kolom 'Opmerking': bevat een BSN (*****333)" in done.json["files"][0]["message"]
    assert stored(site) == []
    for kept in site.rglob("*"):
        assert not kept.is_file() or b"111222333" not in kept.read_bytes(), kept


def test_a_new_alias_reads_the_rest_of_a_file_without_code(ews, site, tmp_path):
    add_contract(site, ews, "proef", CONTRACT)
    path = tmp_path / "proef.csv"
    path.write_text("KvK;Profiel;Aantal\n08111924;VG7;12\n")
    (one,) = ingested(ews, path)["files"]
    assert (one["indicators_refused"], one["unknown_columns"]) == (["clienten"], ["Aantal"])
    assert known(site, "2999-01-01") == {}
    add_contract(site, ews, "proef", CONTRACT.replace('"Clienten"', '"Clienten"\naliases = ["Aantal"]'))
    (one,) = ingested(ews, path)["files"]
    assert (one["status"], one["observations_added"], one["indicators_refused"]) == ("accepted", 1, [])
    assert list(known(site, "2999-01-01").values()) == [12]


def test_figures_of_a_live_source_are_known_from_their_receipt_on(ews, site, tmp_path):
    add_contract(site, ews, "proef", CONTRACT)
    path = tmp_path / "proef.csv"
    path.write_text("KvK;Profiel;Clienten\n08111924;VG7;12\n")
    ingested(ews, "--received-at", "2026-02-01T10:00", path)
    assert known(site, "2026-01-31") == {}
    assert list(known(site, "2026-02-01").values()) == [12]


def test_a_process_that_is_killed_leaves_all_of_a_file_or_nothing(ews, site, tmp_path):
    path = extract(tmp_path / "in", "2019-06-30", [service(number) for number in range(2500)])
    command = [sys.executable, "-m", "ews", "--site", str(site), "ingest", str(path)]
    clean = tmp_path / "clean"
    assert ews("init", site=clean).code == 0
    assert ews("ingest", path, site=clean).code == 0
    _kill_when_rows_are_staged(command, site, 1)
    assert known(site, "2999-01-01") == {}
    assert ews("ingest", path).code == 0
    assert stored(site) == stored(clean)


def _kill_when_rows_are_staged(command, site, least):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    with sqlite3.connect(f"file:{site / 'ews.sqlite'}?mode=ro", uri=True) as watch:
        while watch.execute("SELECT count(*) FROM observation").fetchone()[0] < least:
            assert process.poll() is None, "the ingest ended before it could be killed"
            assert time.monotonic() < deadline
    watch.close()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
