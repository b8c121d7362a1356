"""I4: figures that can't be believed wait for two people, whatever becomes of the rest of the file."""

import pytest
from registers import add_contract, known

CONTRACT = """
title = "Proef"
supplier = "Toets"
layout = "wide"
form = "csv"
figures = "period"
decimal = "comma"
delimiter = ";"
tolerance = 0.5
file_patterns = ['^proef.*']
cadence = { every = "quarter" }
purpose = { legal_ground = "toets", use = "toets" }
[provider]
column = "KvK"
scheme = "kvk"
[period]
label = { column = "Kwartaal" }
[[figure]]
id = "schuld"
column = "Schuld"
unit = "eurocent"
"""
SLIP = ("kvk:08111924", "schuld", "{}", "2025-12-31")
GOOD = ("kvk:00000012", "schuld", "{}", "2025-12-31")


@pytest.fixture
def doubted(ews, site, tmp_path):
    """A delivery in use of which one amount is a thousand times too large."""
    add_contract(site, ews, "proef", CONTRACT)
    for quarter, slip in (
        ("2025-Q1", "1000"),
        ("2025-Q2", "1100"),
        ("2025-Q3", "1050"),
        ("2025-Q4", "1050000"),
    ):
        path = tmp_path / f"proef_{quarter}.csv"
        path.write_text(f"KvK;Kwartaal;Schuld\n08111924;{quarter};{slip}\n00000012;{quarter};7\n")
        done = ews("ingest", "--json", path)
        assert done.code == 0
    (one,) = done.json["files"]
    assert (one["status"], one["rows_accepted"], one["rows_rejected"], one["cells_rejected"]) == (
        "accepted",
        1,
        1,
        1,
    )
    return one["delivery"]


def test_the_doubted_amount_stays_out_and_the_others_are_used(doubted, site):
    now = known(site, "2999-01-01")
    assert now[GOOD] == 700
    assert SLIP not in now


@pytest.mark.parametrize("second", [(), ("--second", "officier"), ("--second", "commissie")])
def test_one_person_does_not_release_it(ews, doubted, site, second):
    done = ews("--user", "officier", "rejections", "release", doubted, *second)
    assert done.code == 2
    assert "twee mensen" in done.err
    assert SLIP not in known(site, "2999-01-01")


def test_two_people_release_it_and_it_is_known_from_then_on(ews, doubted, site):
    done = ews("--user", "officier", "rejections", "release", doubted, "--second", "teamleider", "--json")
    assert done.code == 0
    assert done.json["observations_added"] == 1
    assert known(site, "2999-01-01")[SLIP] == 105_000_000
    assert known(site, "2999-01-01")[GOOD] == 700
    assert ews("rejections", "show", "--json", doubted).json["rejections"] == []
    assert ews("audit", "verify").code == 0
