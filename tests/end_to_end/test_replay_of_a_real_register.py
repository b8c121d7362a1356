"""Ten years of a real care register, through the command line: counts that are known, and no leak."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ews.cli.app import app

pytestmark = pytest.mark.slow
DATA = Path(__file__).parents[3] / "shared" / "data" / "scotland"


def run(*words: object, site: Path) -> str:
    done = CliRunner().invoke(app, ["--site", str(site), *map(str, words)])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def register(tmp_path_factory) -> Path:
    """A site that took in all 22 extracts."""
    if not DATA.is_dir():
        pytest.skip("../shared/data is not here; this test reads real data")
    site = tmp_path_factory.mktemp("register") / "site"
    run("init", site=site)
    run("ingest", DATA / "datastore", site=site)
    return site


def replay(site: Path, *more: str, since: str = "2017-03-31", until: str = "2021-03-31") -> dict:
    outcomes = DATA / "outcomes_until_2022-03.csv"
    return json.loads(
        run("replay", "--since", since, "--until", until, "--outcomes", outcomes, "--json", *more, site=site)
    )


def test_services_are_counted_as_the_register_has_them(register):
    found = replay(register)
    assert (found["population"], found["failures"], found["handed_over"]) == (70_551, 2_218, 997)
    assert len(found["by_date"]) == 17
    assert found["by_date"][-1]["as_of"] == "2021-03-22"
    # counted apart from the ready-made table of the same register: 132, 152, 122 and 118 a year
    marches = {line["as_of"]: line["failures"] for line in found["by_date"] if "-03-31" in line["as_of"]}
    assert marches == {"2017-03-31": 132, "2018-03-31": 152, "2019-03-31": 122, "2020-03-31": 118}


def test_the_scorecard_beats_the_naive_rankings_and_does_not_leak(register):
    found = replay(register)
    assert 0.58 < found["auc"] < 0.80
    assert found["naive"]["regulator_risk"]["auc"] == pytest.approx(0.525, abs=0.002)
    assert found["beats_naive"]["regulator_risk"]["interval"][0] > 0
    assert found["beats_naive"]["worst_grade"]["interval"][0] > 0


def test_providers_fail_as_the_register_has_them(register):
    found = replay(register, "--unit", "provider")
    assert (found["population"], found["failures"]) == (20_937, 559)
    assert 0.55 < found["auc"] < 0.80


def test_the_model_is_refitted_on_what_was_known_and_does_not_leak(register):
    found = replay(register, "--engine", "model", since="2019-03-31", until="2019-06-30")
    assert [fit["as_of"] for fit in found["model"]["fits"]] == ["2019-03-31", "2019-06-30"]
    assert found["model"]["fits"][0]["events"] < found["model"]["fits"][1]["events"]
    assert 0.60 < found["auc"] < 0.80
    assert found["beats_naive"]["regulator_risk"]["auc_gain"] > 0


def test_backdating_what_came_later_shows_as_skill(register, tmp_path):
    """The leak hunt can fail: give the register a figure that follows the closures, and the AUC jumps."""
    site = tmp_path / "site"
    shutil.copytree(register, site)
    closed = [
        line.split(",")[0]
        for line in (DATA / "outcomes_until_2022-03.csv").read_text(encoding="utf-8").splitlines()[1:]
        if line.split(",")[4] == "closed"
    ]
    with sqlite3.connect(site / "ews.sqlite") as database:
        indicator = database.execute("SELECT id FROM indicator WHERE name = 'laagste_cijfer'").fetchone()[0]
        ids = dict(database.execute("SELECT identifier, id FROM subject").fetchall())
        database.executemany(
            "UPDATE observation SET value_int = 1 WHERE subject_id = ? AND indicator_id = ?",
            [(ids[f"cs:{number}"], indicator) for number in closed if f"cs:{number}" in ids],
        )
    assert replay(site, since="2019-03-31", until="2019-06-30")["auc"] > 0.80


@pytest.mark.parametrize(("unit", "least"), [("location", 1_900), ("provider", 500)])
def test_a_model_of_the_whole_panel_is_made_and_can_be_read_back(register, unit, least):
    outcomes = DATA / "outcomes_until_2022-03.csv"
    words = ("--outcomes", outcomes, "--until", "2021-03-31", "--unit", unit)
    made = json.loads(run("model", "train", *words, "--json", site=register))
    assert made["events"] >= least
    assert made["features"] > 100
    listed = json.loads(run("model", "list", "--json", site=register))
    assert [one["events"] for one in listed["models"] if one["model"] == made["model"]] == [made["events"]]
