"""V7 of the doctor: what nobody could know yet is named; files that came in one moment are no fault."""

import sqlite3
from pathlib import Path

import pytest

from ews.jobs.run import open_site
from ews.store import invariants
from ews.store.engine import reading

REGION = Path(__file__).parents[2] / "examples" / "region"


def said(site: Path) -> list[str]:
    with reading(open_site(site).engine) as connection:
        return invariants.known_before_recorded(connection)


@pytest.mark.slow
def test_two_files_of_one_source_in_one_moment_are_in_time_and_a_later_moment_is_not(ews, site):
    forms = [REGION / "iwlz" / "AW35_2026-10.xml", REGION / "iwlz" / "AW39_2026-10.xml"]
    taken = ews("ingest", "--json", REGION / "lijsten" / "zorgaanbieders_2023-10-05.xlsx", *forms).json
    assert [one["status"] for one in taken["files"] if one["source"] == "iwlz_berichten"] == ["accepted"] * 2
    assert said(site) == []
    with sqlite3.connect(site / "ews.sqlite") as connection:
        (last,) = connection.execute("SELECT max(delivery_id) FROM observation").fetchone()
        wrong = "UPDATE observation SET known_at = '2099-01-01T00:00:00.000000Z' WHERE delivery_id = ?"
        count = connection.execute(wrong, [last]).rowcount
    connection.close()
    assert said(site) == [f"levering {last}: {count} cijfers heten bekend vóór ze er waren"]
