"""Makes the example region: `python examples/generate.py [FOLDER]`. Same bytes every time.

`aankomst.csv` says which file reached the office when: the demo plays them in that order.
"""

import argparse
import shutil
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from region_generator import (
    answers,
    lists,
    messages,
    office,
    outcomes,
    publications,
    returns,
    supply,
    surroundings,
    yearbook,
)
from region_generator.cast import providers
from region_generator.course import course
from region_generator.files import Arrival, table

OFFICE = ZoneInfo("Europe/Amsterdam")


def region() -> list[Arrival]:
    """Every file of the region with the moment of its receipt, earliest first."""
    courses = {provider: course(provider) for provider in providers()}
    found = [
        arrival
        for part in (lists, returns, answers, yearbook, publications, office, messages, supply, surroundings)
        for arrival in part.arrivals(courses)
    ]
    return sorted(found, key=lambda arrival: (arrival.at, arrival.path))


def write(folder: Path) -> int:
    """Write the region into an empty or earlier made folder; returns the number of files."""
    if folder.exists():
        shutil.rmtree(folder)
    arrivals = region()
    for arrival in arrivals:
        path = folder / arrival.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(arrival.content)
    rows = [(a.at.replace(tzinfo=OFFICE).isoformat(), a.source, a.path) for a in arrivals]
    (folder / "aankomst.csv").write_bytes(table(("ontvangen_op", "bron", "bestand"), rows, delimiter=","))
    (folder / "outcomes.csv").write_bytes(outcomes.truth(providers()))
    return len(arrivals)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", nargs="?", type=Path, default=HERE / "region")
    chosen = options.parse_args().folder
    print(f"{write(chosen)} bestanden in {chosen}")
