"""The example region: made anew it is the same, it is marked fictitious, and it holds what it promises."""

import csv
import io
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[3] / "examples"
REGION = EXAMPLES / "region"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "region"
    command = [sys.executable, str(EXAMPLES / "generate.py"), str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def content(path: Path) -> object:
    """Bytes of a file; of a workbook its unpacked parts, since another zlib packs otherwise."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def table(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=delimiter))


def files(folder: Path) -> dict[str, Path]:
    return {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}


def test_the_generator_makes_the_committed_region(made):
    fresh, kept = files(made), files(REGION)
    assert sorted(fresh) == sorted(kept)
    assert [name for name in kept if content(kept[name]) != content(fresh[name])] == []


def test_the_region_stays_small():
    assert sum(path.stat().st_size for path in files(REGION).values()) < 4_000_000


def test_every_file_arrives_once_and_before_the_last_day_of_the_demo():
    arrivals = table(REGION / "aankomst.csv")
    listed = [row["bestand"] for row in arrivals]
    assert sorted([*listed, "aankomst.csv", "outcomes.csv"]) == sorted(files(REGION))
    moments = [datetime.fromisoformat(row["ontvangen_op"]) for row in arrivals]
    assert moments == sorted(moments)
    assert all(moment.tzinfo for moment in moments)
    assert moments[-1].date().isoformat() < "2026-11-22"


def test_every_provider_and_location_says_that_it_is_invented():
    clients = table(REGION / "lijsten" / "clienten_per_profiel_2026-11-05.csv", ";")
    places = table(REGION / "lijsten" / "zorglocaties_2026-11-05.csv", ";")
    names = {row["Naam"] for row in clients} | {row["Naam locatie"] for row in places}
    assert len({row["KvK-nummer"] for row in clients}) == 38
    assert [name for name in names if not name.endswith("(fictief)")] == []


def test_numbers_are_of_ranges_that_were_never_issued():
    places = table(REGION / "lijsten" / "zorglocaties_2026-11-05.csv", ";")
    assert {row["KvK-nummer"][:2] for row in places} == {"00"}
    assert {row["Vestigingsnummer"][:4] for row in places} == {"9999"}


def test_the_wilgenhof_has_143_clients_of_whom_the_heaviest_have_hardly_a_place():
    clients = table(REGION / "lijsten" / "clienten_per_profiel_2026-11-05.csv", ";")
    own = [row for row in clients if row["KvK-nummer"] == "00552819"]
    heavy = [int(row["Aantal cliënten"]) for row in own if row["Zorgprofiel"] in {"VG7", "VG8"}]
    free = table(REGION / "lijsten" / "vrije_plaatsen_2026-11-05.csv", ";")
    elsewhere = [
        row for row in free if row["KvK-nummer"] != "00552819" and row["Zorgprofiel"] in {"VG7", "VG8"}
    ]
    assert 140 <= sum(int(row["Aantal cliënten"]) for row in own) <= 146
    assert sum(heavy) > 30
    assert sum(int(row["Vrije plaatsen"]) for row in elsewhere) < 6


def test_figures_come_late_and_are_restated():
    later = [path.name for path in (REGION / "kwartaalopgave").glob("*_nalevering.xlsx")]
    assert len(later) >= 8


def test_the_engine_never_meets_the_truth():
    own = Path(__file__).parents[3] / "ews"
    readers = [path.name for path in own.rglob("*.py") if "outcomes.csv" in path.read_text(encoding="utf-8")]
    assert readers == []
    imports = [
        path.name
        for path in EXAMPLES.rglob("*.py")
        if "import ews" in path.read_text(encoding="utf-8") or "from ews" in path.read_text(encoding="utf-8")
    ]
    assert imports == []
