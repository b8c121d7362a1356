"""T3, D2, S6: a fault or a death at the nth operation of a whole round, for every n; then it is run again.

After each the invariants of the record hold, no mail waits, and everything is as after a round without a fault.
"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from nth_fault import NOW
from portfolios import kvk, register
from relays import relay

from ews.jobs.run import open_site
from ews.settings.secrets import site_key

HERE = Path(__file__).parent


@pytest.fixture
def template(site: Path) -> Path:
    """Three providers, of whom one writes that it can't pay salaries."""
    context = replace(open_site(site), now=NOW)
    register(context, [(number, f"Zorggroep {number}") for number in (1, 2, 3)])
    for key in ("message_key", "link_key"):  # made at first use: here, so that every copy says the same
        site_key(context.folder, key)
    context.engine.dispose()
    line = f"2026-11-20;{kvk(1).partition(':')[2]};lonen_niet_betaald;telefoon;salarissen niet betaald"
    (site / "inbox").mkdir(exist_ok=True)
    (site / "inbox" / "meldingen_2026-11-20.csv").write_text(
        f"Datum;KvK-nummer;Soort;Kanaal;Omschrijving\n{line}\n", encoding="utf-8-sig"
    )
    return site


def points(template: Path, every: int) -> dict[str, dict[str, object]]:
    paths = os.pathsep.join([str(HERE), str(HERE.parent / "integration"), str(HERE.parents[1])])
    with relay() as server:
        words = [HERE / "nth_fault.py", template, template.parent / "work", server.port, every]
        done = subprocess.run(
            [sys.executable, *map(str, words)],
            capture_output=True, text=True, check=False, timeout=7200,
            env={**os.environ, "PYTHONPATH": paths},
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    del found["clean"]
    return found


@pytest.mark.slow
def test_a_fault_at_a_sample_of_points_leaves_nothing_that_should_not_be(template):
    found = points(template, every=41)
    assert {name: one["broken"] for name, one in found.items() if one["broken"]} == {}
    assert sum(one["tried"] for one in found.values()) >= 30


@pytest.mark.faults
def test_a_fault_at_every_point_leaves_nothing_that_should_not_be(template):
    found = points(template, every=1)
    assert {name: one["broken"] for name, one in found.items() if one["broken"]} == {}
    assert all(one["tried"] == one["points"] for one in found.values())
