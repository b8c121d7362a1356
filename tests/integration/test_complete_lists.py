"""Who leaves a list that names everybody is seen to have left: the last counts do not go on as if nothing happened."""

from datetime import date

import pytest
from registers import add_contract, adds_up, known
from sqlalchemy import text

from ews.jobs.alone import one_at_a_time
from ews.jobs.run import end_of_day, open_site
from ews.store.engine import reading
from ews.store.register import register_at

CONTRACT = """
title = "Cliënten"
supplier = "Toets"
layout = "wide"
form = "csv"
figures = "state"
decimal = "comma"
delimiter = ";"
complete = true
file_patterns = ['^aantallen_(?P<date>\\d{4}-\\d{2}-\\d{2})']
history = true
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
column = "Aantal"
unit = "count"
by = ["profiel"]
[[figure]]
id = "naam"
column = "Naam"
unit = "text"
"""
EVERYBODY = range(10, 20)


def deliver(ews, folder, day, numbers, *, clients=12):
    path = folder / f"aantallen_{day}.csv"
    rows = [f"000000{number};VG7;{clients};Zorg {number}" for number in numbers]
    path.write_text("\n".join(["KvK;Profiel;Aantal;Naam", *rows]), encoding="utf-8")
    (one,) = ews("ingest", "--json", path).json["files"]
    assert adds_up(one)
    return one


def provider(site, number, day):
    with reading(open_site(site).engine) as connection:
        return register_at(connection, end_of_day(day)).providers[f"kvk:000000{number}"]


@pytest.fixture
def listed(ews, site, tmp_path):
    add_contract(site, ews, "aantallen", CONTRACT)
    deliver(ews, tmp_path, "2026-01-05", EVERYBODY)
    return site


def test_who_left_the_list_has_no_count_any_more_and_says_so(ews, listed, tmp_path):
    one = deliver(ews, tmp_path, "2026-02-05", [number for number in EVERYBODY if number != 13])
    assert (one["status"], one["subjects_absent"], one["rows_unchanged"]) == ("accepted", 1, 9)
    assert "1 staan niet meer op deze lijst" in one["message"]
    left, stayed = provider(listed, 13, date(2026, 2, 28)), provider(listed, 14, date(2026, 2, 28))
    assert (left.client_count, left.status, left.name) == (None, "niet meer op de lijst", "Zorg 13")
    assert (stayed.client_count, stayed.status) == (12, "")
    assert provider(listed, 13, date(2026, 1, 31)).client_count == 12


def test_it_is_said_once_and_taken_back_when_the_provider_returns(ews, listed, tmp_path):
    fewer = [number for number in EVERYBODY if number != 13]
    deliver(ews, tmp_path, "2026-02-05", fewer)
    again = deliver(ews, tmp_path, "2026-03-05", fewer[::-1])
    assert (again["status"], again["subjects_absent"], again["observations_added"]) == ("accepted", 0, 0)
    deliver(ews, tmp_path, "2026-04-05", EVERYBODY[::-1])
    facts = {key[1]: value for key, value in known(listed, "2026-04-30").items() if key[0] == "kvk:00000013"}
    assert facts == {"clienten": 12, "naam": "Zorg 13", "status": None}


def test_half_a_list_is_held_and_the_counts_stay(ews, listed, tmp_path):
    one = deliver(ews, tmp_path, "2026-02-05", [*EVERYBODY][:5])
    assert one["status"] == "held"
    assert "5 van de 10 die eerder op deze lijst stonden, ontbreken" in one["message"]
    assert known(listed, "2026-02-28")[("kvk:00000019", "clienten", '{"profiel":"VG7"}', "state")] == 12


def test_a_list_that_says_again_what_it_said_before_the_last_one_ends_what_that_one_said(
    ews, listed, tmp_path
):
    """I6, I8: the bytes of January in March are news, for in February one had left; in January's file they are not."""
    deliver(ews, tmp_path, "2026-02-05", [number for number in EVERYBODY if number != 13])
    (still,) = ews("ingest", "--json", tmp_path / "aantallen_2026-01-05.csv").json["files"]
    assert (still["status"], still["observations_added"]) == ("known", 0)
    anew = deliver(ews, tmp_path, "2026-03-05", EVERYBODY)
    assert (anew["status"], anew["rows_accepted"], anew["rows_unchanged"]) == ("accepted", 1, 9)
    assert (
        "Dezelfde inhoud als levering 1: wat levering 2 daarna anders zei, geldt niet langer."
        in anew["message"]
    )
    counts = {day: provider(listed, 13, date.fromisoformat(day)).client_count for day in DAYS}
    assert counts == {"2026-01-31": 12, "2026-02-28": None, "2026-03-31": 12}
    for path in sorted(tmp_path.glob("aantallen_*.csv")):  # all three lie in their folder; run again
        (one,) = ews("ingest", "--json", path).json["files"]
        assert (one["status"], one["observations_added"]) == ("known", 0)


DAYS = ("2026-01-31", "2026-02-28", "2026-03-31")


@pytest.mark.slow
def test_on_postgresql_the_database_itself_lets_one_machine_at_a_time_in(empty_postgres, site, monkeypatch):
    monkeypatch.setenv("EWS_DATABASE__URL", empty_postgres)
    one, other = open_site(site), open_site(site)
    free = text("SELECT pg_try_advisory_lock(4202611)")
    try:
        with one_at_a_time(one), other.engine.connect() as connection:
            assert connection.execute(free).scalar_one() is False
        with other.engine.connect() as connection:
            assert connection.execute(free).scalar_one() is True
    finally:
        one.engine.dispose()
        other.engine.dispose()
