"""`ews model train --outcomes`, `list` and `show`: a sealed model of the office's own past."""

import json
import sqlite3
from pathlib import Path

import pytest
from extracts import service, write_extract
from typer.testing import CliRunner

from ews.cli.app import app

DAYS = ["2017-03-31", "2017-06-30", "2017-09-30", "2017-12-31"]
SERVICES = 160


def run(*words: object, site: Path) -> str:
    done = CliRunner().invoke(app, ["--site", str(site), *map(str, words)])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Path:
    """Every fifth service is weak, and closes after the third extract."""
    folder = tmp_path_factory.mktemp("kantoor")
    run("init", site=folder / "site")
    weak = {number for number in range(SERVICES) if number % 5 == 0}
    for place, day in enumerate(DAYS):
        there = range(SERVICES) if place < 3 else sorted(set(range(SERVICES)) - weak)
        rows = [service(n, weak=n in weak, staff=20 + (n * 7 + place) % 11) for n in there]
        run("ingest", write_extract(folder, day, rows), site=folder / "site")
    lines = [f"CS{2003000000 + n:010d},2017-09-30,closed" for n in sorted(weak)]
    (folder / "uitkomsten.csv").write_text(
        "\n".join(["service_id,last_seen,kind", *lines]) + "\n", encoding="utf-8"
    )
    return folder


def train(office: Path) -> dict:
    words = ("model", "train", "--outcomes", office / "uitkomsten.csv", "--until", "2018-06-30", "--json")
    return json.loads(run(*words, site=office / "site"))


@pytest.fixture(scope="module")
def model(office) -> dict:
    return train(office)


def test_m7_the_same_past_gives_the_same_bytes(office, model):
    before = Path(model["path"]).read_bytes()
    again = train(office)
    assert again["model"] == model["model"]
    assert Path(again["path"]).read_bytes() == before


def test_the_card_says_what_it_rests_on(office, model):
    assert (model["events"], model["schemes"], model["until"]) == (3 * 32, ["cs"], "2018-06-30")
    found = json.loads(run("model", "show", model["model"], "--json", site=office / "site"))
    assert found["state"] == "shadow"
    assert sum(band["rows"] for band in found["bands"]) == model["rows"]
    assert sum(band["events"] for band in found["bands"]) == model["events"]
    text = run("model", "show", model["model"], site=office / "site")
    assert "in schaduw: geen kans wordt getoond of gebruikt voor Wlz-aanbieders" in text


def test_reasons_of_one_subject_sum_to_its_score(office, model):
    words = (
        "model",
        "show",
        model["model"],
        "--subject",
        "cs:CS2003000001",
        "--as-of",
        "2017-12-31",
        "--json",
    )
    found = json.loads(run(*words, site=office / "site"))["subject"]
    assert sum(found["contributions"].values()) == pytest.approx(found["score"], abs=1e-6)
    three, twelve, thirty_six = (found["probability"][months] for months in ("3", "12", "36"))
    assert 0 < three < twelve < thirty_six < 1


def test_m4_a_tampered_model_is_refused_and_listed_as_such(office, model):
    path = Path(model["path"])
    sound = path.read_bytes()
    path.write_bytes(sound.replace(b'"boosting_share":0.5', b'"boosting_share":0.4'))
    listed = json.loads(run("model", "list", "--json", site=office / "site"))["models"]
    shown = CliRunner().invoke(app, ["--site", str(office / "site"), "model", "show", model["model"]])
    path.write_bytes(sound)
    assert [one["state"] for one in listed] == ["refused"]
    assert "controlesom" in str(shown.exception)


def test_m4_a_pickle_in_the_folder_is_not_opened(office, model):
    stray = Path(model["path"]).parent / "model.pkl"
    stray.write_bytes(b"\x80\x04cos\nsystem\n")
    listed = json.loads(run("model", "list", "--json", site=office / "site"))["models"]
    stray.unlink()
    assert {one["model"]: one["state"] for one in listed}["model.pkl"] == "refused"


def test_m3_a_model_made_with_other_features_is_refused(office, model):
    config = office / "site" / "config" / "model.toml"
    sound = config.read_text(encoding="utf-8")
    config.write_text(
        sound.replace("months_back = [3, 12, 24]", "months_back = [3, 12, 36]"), encoding="utf-8"
    )
    run("--user", "mdebruin", "config", "check", site=office / "site")
    _forget_active(office)
    shown = CliRunner().invoke(app, ["--site", str(office / "site"), "model", "show", model["model"]])
    config.write_text(sound, encoding="utf-8")
    assert "andere kenmerken" in str(shown.exception)


def _forget_active(office: Path) -> None:
    """As if the changed file had been activated by two people."""
    with sqlite3.connect(office / "site" / "ews.sqlite") as database:
        database.execute("DELETE FROM config_version")


def test_too_few_failures_are_no_model(office, tmp_path):
    few = tmp_path / "weinig.csv"
    few.write_text("service_id,last_seen,kind\nCS2003000000,2017-09-30,closed\n", encoding="utf-8")
    done = CliRunner().invoke(
        app,
        ["--site", str(office / "site"), "model", "train", "--outcomes", str(few), "--until", "2018-06-30"],
    )
    assert "Te weinig gevallen om iets te zeggen" in str(done.exception)


def test_replay_is_silent_where_too_little_was_known(office, tmp_path):
    """All failures came after every date: no model could have been made then, and none is."""
    followed = tmp_path / "gevolgd.csv"
    known = (office / "uitkomsten.csv").read_text(encoding="utf-8")
    followed.write_text(known + "CS2003009999,2018-12-31,closed\n", encoding="utf-8")
    words = ("replay", "--since", "2017-03-31", "--until", "2017-12-31", "--engine", "model", "--json")
    done = CliRunner().invoke(app, ["--site", str(office / "site"), *words, "--outcomes", str(followed)])
    assert "Te weinig gevallen om iets te zeggen" in str(done.exception)
