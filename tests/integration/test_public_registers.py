"""Public registers name everybody; only who is contracted is taken in, by whatever number."""

from pathlib import Path

import pytest

REGION = Path(__file__).parents[2] / "examples/region"
MESSAGE = """<Bericht xmlns="http://www.istandaarden.nl/iwlz/2_2/aw39/schema"><Clienten><Client><Bsn>111222333</Bsn>
<MutatieZorgzwaartepakket><ZzpCode>812</ZzpCode><Instelling>{agb}</Instelling><Mutatiecode>18</Mutatiecode>
<Mutatiedatum>2026-10-12</Mutatiedatum><Leveringsvorm>4</Leveringsvorm></MutatieZorgzwaartepakket></Client></Clienten>
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
    path.write_text(MESSAGE.format(agb="99552819"), encoding="utf-8")
    told = known("ingest", path, "--json").json["files"][0]
    assert (told["status"], told["observations_added"]) == ("accepted", 1)
    kept = [one for one in site.rglob("*") if one.is_file() and b"111222333" in one.read_bytes()]
    assert kept == []


def test_a_message_of_a_stranger_is_out_of_scope(known, tmp_path):
    path = tmp_path / "AW39_20261012.xml"
    path.write_text(MESSAGE.format(agb="99999999"), encoding="utf-8")
    told = known("ingest", path, "--json").json["files"][0]
    assert (told["observations_added"], told["rows_out_of_scope"]) == (0, 1)
