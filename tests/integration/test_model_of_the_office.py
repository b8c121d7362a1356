"""`ews model train --outcomes`, `list` and `show`: a sealed model of the office's own past."""

import itertools
import json
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest
from extracts import service, write_extract
from typer.testing import CliRunner

from ews.cli.app import app
from ews.jobs.run import open_site
from ews.web.site import OpenSite

sys.path.append(str(Path(__file__).parent / "web"))
from served import log_in_to

DAYS = ["2017-03-31", "2017-06-30", "2017-09-30", "2017-12-31"]
SERVICES = 160

pytestmark = pytest.mark.slow  # learns models


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
    assert "in schaduw: geen kans wordt getoond of gebruikt" in text


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
    assert found["probability"] == {"3": None, "12": None, "36": None}


def test_m4_a_tampered_model_is_refused_and_listed_as_such(office, model):
    path = Path(model["path"])
    sound = path.read_bytes()
    path.write_bytes(sound.replace(b'"unit":"location"', b'"unit":"provider"'))
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


def refused(site: Path, *words: object) -> str:
    done = CliRunner().invoke(app, ["--site", str(site), *map(str, words)])
    assert done.exit_code != 0
    return str(done.exception)


def stored(site: Path, query: str) -> list[tuple]:
    with sqlite3.connect(site / "ews.sqlite") as database:
        return database.execute(query).fetchall()


def setting(site: Path, before: str, after: str) -> None:
    config = site / "config" / "model.toml"
    text = config.read_text(encoding="utf-8")
    assert before in text
    config.write_text(text.replace(before, after), encoding="utf-8")
    with sqlite3.connect(site / "ews.sqlite") as database:
        database.execute("DELETE FROM config_version")


def activate(
    site: Path, model: str, *more: object, first: str = "teamleider", second: str = "analist"
) -> None:
    run("--user", first, "model", "activate", model, "--second", second, *more, site=site)


def assess(site: Path) -> dict:
    return json.loads(run("assess", "--as-of", "2017-09-30", "--json", site=site))


@pytest.fixture(scope="module")
def activated(office, model, tmp_path_factory) -> Path:
    """The office with the model put to use by two people, on data so plain that it ranks perfectly."""
    site = tmp_path_factory.mktemp("in-gebruik") / "site"
    shutil.copytree(office / "site", site)
    setting(site, "claim_auc = 0.80", "claim_auc = 1.0")
    activate(site, model["model"])
    return site


@pytest.fixture(scope="module")
def newer(activated, office) -> str:
    words = ("model", "train", "--outcomes", office / "uitkomsten.csv", "--until", "2018-08-31", "--json")
    return json.loads(run(*words, site=activated))["model"]


@pytest.fixture(scope="module")
def challenged(activated, newer, tmp_path_factory) -> Path:
    """A newer model took over, and a round was assessed with both."""
    site = tmp_path_factory.mktemp("uitdager") / "site"
    shutil.copytree(activated, site)
    activate(site, newer, first="analist", second="teamleider")
    assess(site)
    return site


PEOPLE = ("officier", "teamleider", "goedkeurder", "analist", "commissie")
MAY = {"teamleider", "analist"}


def test_m9_only_two_different_people_with_the_mandate_put_a_model_to_use(office, model, tmp_path):
    shutil.copytree(office / "site", tmp_path / "site")
    for first, second in itertools.product(PEOPLE, PEOPLE):
        if first == second or not {first, second} <= MAY:
            refused(
                tmp_path / "site", "--user", first, "model", "activate", model["model"], "--second", second
            )
    assert stored(tmp_path / "site", "SELECT * FROM model_activation") == []


def test_a_round_without_a_model_in_use_asks_no_model(office, tmp_path):
    shutil.copytree(office / "site", tmp_path / "site")
    assess(tmp_path / "site")
    assert stored(tmp_path / "site", "SELECT * FROM model_score") == []


def test_a_model_with_too_few_outcomes_scores_in_shadow(challenged):
    """96 outcomes where 100 are asked: everything is kept, nothing is shown."""
    assert stored(challenged, "SELECT count(*) FROM model_score GROUP BY model") == [(160,), (160,)]
    assert stored(challenged, "SELECT DISTINCT probability FROM assessment") == [(None,)]


def test_a_model_with_outcomes_enough_speaks_of_its_own_register(activated, model, tmp_path):
    shutil.copytree(activated, tmp_path / "site")
    setting(tmp_path / "site", "minimum_events = 100", "minimum_events = 90")
    assess(tmp_path / "site")
    shown = (
        "SELECT json_extract(versions, '$.model'), count(*) FROM assessment WHERE probability > 0 GROUP BY 1"
    )
    assert stored(tmp_path / "site", shown) == [(model["model"], 160)]


def broken(site: Path, model: str) -> None:
    path = site / "models" / f"{model}.json"
    path.write_bytes(path.read_bytes()[:-20])


def slow(site: Path, model: str) -> None:
    setting(site, "seconds = 300.0", "seconds = 0.01")


@pytest.mark.parametrize("fault", [broken, slow])
def test_m6_a_model_that_breaks_or_hangs_leaves_the_round_to_the_scorecard(activated, model, fault, tmp_path):
    site = tmp_path / "site"
    shutil.copytree(activated, site)
    fault(site, model["model"])
    done = assess(site)
    assert done["subjects"] == 240
    marked = "SELECT count(*) FROM assessment WHERE json_extract(versions, '$.model') = 'degraded'"
    assert stored(site, marked) == [(160,)]
    ((told,),) = stored(site, "SELECT count(*) FROM outbox WHERE about LIKE 'model:%'")
    assert told > 0
    ((alerts,),) = stored(site, "SELECT count(*) FROM alert_change")
    assert alerts == done["changes"] > 0


def test_the_model_before_stays_as_challenger_and_differences_are_told(challenged, newer, model):
    found = json.loads(run("model", "watch", "--json", site=challenged))
    both = f"Kampioen {newer} naast uitdager {model['model']}: van de 16 hoogste staan er 16 bij beide."
    assert found["challenge"] == [both]
    listed = json.loads(run("model", "list", "--json", site=challenged))["models"]
    assert {one["model"]: one["role"] for one in listed} == {newer: "champion", model["model"]: "challenger"}
    assert stored(challenged, "SELECT count(*) FROM model_watch") == [(1,)]


def test_a_model_that_is_too_good_to_be_true_needs_a_written_hunt(office, model, tmp_path):
    site = tmp_path / "site"
    shutil.copytree(office / "site", site)
    words = ("--user", "teamleider", "model", "activate", model["model"], "--second", "analist")
    assert "dat is een lek tot het tegendeel is opgeschreven" in refused(site, *words)
    (tmp_path / "lek.md").write_text("Gezocht in register en uitkomsten; niets gevonden.", encoding="utf-8")
    activate(site, model["model"], "--leak-hunt", tmp_path / "lek.md")
    assert stored(site, "SELECT model FROM model_activation") == [(model["model"],)]


def test_m9_on_the_page_a_model_speaks_only_after_a_colleague_has_signed(office, model, tmp_path):
    site = tmp_path / "site"
    shutil.copytree(office / "site", site)
    setting(site, "claim_auc = 0.80", "claim_auc = 1.0")
    with log_in_to(OpenSite(open_site(site))) as browse:
        lead, analyst = browse("teamleider"), browse("analist")
        assert f'<option value="{model["model"]}">' in lead.get("/beheer/regels").text
        own = lead.post("/beheer/regels", {"model": model["model"], "meetekenaar": "teamleider"})
        assert (own.status_code, 'id="meetekenaar-fout"' in own.text) == (422, True)
        asked = lead.post("/beheer/regels", {"model": model["model"], "meetekenaar": "analist"})
        page = asked.headers["location"]
        assert page.startswith("/handtekening/")
        assert stored(site, "SELECT * FROM model_activation") == []
        assert lead.post(page, {"wat": "tekenen"}).status_code == 422
        assert analyst.post(page, {"wat": "tekenen"}).status_code == 303
        people = "SELECT model, activated_by, second FROM model_activation"
        assert stored(site, people) == [(model["model"], "teamleider", "analist")]
        shown = lead.get("/beheer/regels").text
        assert "in gebruik" in shown
        assert "champion" not in shown
