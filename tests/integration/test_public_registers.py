"""Public registers name everybody; only who is contracted is taken in, by whatever number."""

import sqlite3
from pathlib import Path

import pytest

REGION = Path(__file__).parents[2] / "examples/region"
MESSAGE = """<Bericht xmlns="http://www.istandaarden.nl/iwlz/2_2/aw39/schema"><Clienten><Client><Bsn>111222333</Bsn>
<MutatieZorgzwaartepakket><ZzpCode>812</ZzpCode><Instelling>{agb}</Instelling><Mutatiecode>18</Mutatiecode>
<Mutatiedatum>{day}</Mutatiedatum><Leveringsvorm>4</Leveringsvorm></MutatieZorgzwaartepakket></Client></Clienten>
</Bericht>"""


@pytest.fixture
def known(ews, site):
    """A site that knows its providers by KvK number and AGB code."""
    assert ews("ingest", REGION / "lijsten/zorgaanbieders_2026-11-05.xlsx").code == 0
    return ews


def test_of_the_insolvency_feed_only_contracted_providers_are_taken_in(known):
    told = known("ingest", REGION / "cir/cir_20261104000000.json", "--json").json["files"][0]
    assert (told["events_added"], told["rows_accepted"]) == (1, 1)
    assert told["rows_read"] == 1 + told["rows_out_of_scope"] > 1


def test_before_the_providers_are_known_everybody_is_a_stranger(ews, site):
    told = ews("ingest", REGION / "cir/cir_20261104000000.json", "--json").json["files"][0]
    assert (told["events_added"], told["rows_out_of_scope"]) == (0, told["rows_read"])


def test_a_message_under_an_agb_code_belongs_to_its_provider(known, site, tmp_path):
    path = tmp_path / "AW39_20261012.xml"
    path.write_text(MESSAGE.format(agb="99552819", day="2026-10-12"), encoding="utf-8")
    told = known("ingest", path, "--json").json["files"][0]
    assert (told["status"], told["observations_added"]) == ("accepted", 1)
    kept = [one for one in site.rglob("*") if one.is_file() and b"111222333" in one.read_bytes()]
    assert kept == []


def test_a_message_of_a_stranger_is_out_of_scope(known, tmp_path):
    path = tmp_path / "AW39_20261012.xml"
    path.write_text(MESSAGE.format(agb="99999999", day="2026-10-12"), encoding="utf-8")
    told = known("ingest", path, "--json").json["files"][0]
    assert (told["observations_added"], told["rows_out_of_scope"]) == (0, 1)


def counted(site: Path) -> list[int]:
    """What is known of clients who could not be served, a figure per month, newest statement only."""
    query = """SELECT value_int, period_end, max(known_at) FROM observation JOIN indicator ON indicator.id = indicator_id
               WHERE name = 'iwlz_kan_niet_leveren' GROUP BY subject_id, dimension_id, period_end ORDER BY period_end"""
    with sqlite3.connect(site / "ews.sqlite") as database:
        return [row[0] for row in database.execute(query)]


def test_messages_about_one_month_add_up_and_the_same_message_again_does_not(known, site, tmp_path):
    """Each message tells of its own clients: the last one is not the whole month."""
    first, second = tmp_path / "AW39_1.xml", tmp_path / "AW39_2.xml"
    first.write_text(MESSAGE.format(agb="99552819", day="2026-10-12"), encoding="utf-8")
    second.write_text(MESSAGE.format(agb="99552819", day="2026-10-19"), encoding="utf-8")
    third = tmp_path / "AW39_3.xml"
    third.write_text(MESSAGE.format(agb="99552819", day="2026-11-02"), encoding="utf-8")
    for path in (first, second, first, third):
        assert known("ingest", path).code == 0
    assert counted(site) == [2, 1]
