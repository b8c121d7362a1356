"""The demo as a stranger runs it: from the wheel, in a folder of its own, and what it leaves behind."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built without its dependencies."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_the_rules_and_the_region(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = {
        f"ews/_shipped/{path.relative_to(ROOT).as_posix()}"
        for part in ("config", "examples/region", "examples/demo")
        for path in (ROOT / part).rglob("*")
        if path.is_file()
    }
    assert sorted(wanted - names) == []


@pytest.mark.slow
def test_installed_from_the_wheel_the_demo_runs_in_another_folder(wheel, tmp_path):
    environment = tmp_path / "omgeving"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel)], check=True, capture_output=True)
    elsewhere = tmp_path / "elders"
    elsewhere.mkdir()
    variables = {key: value for key, value in os.environ.items() if not key.startswith(("EWS_", "PYTHON"))}
    done = subprocess.run(
        [environment / "bin" / "ews", "demo", "--out", "demo-out", "--json"],
        cwd=elsewhere,
        env=variables,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    left = json.loads(done.stdout)
    assert left["troubles"] == []
    site = elsewhere / "demo-out"
    assert [path.name for path in site.rglob("*.sqlite")] == ["ews.sqlite"]
    assert (site / "ews.sqlite").is_file()
    assert {Path(path).suffix for path in left["dossiers"]} == {".docx", ".pdf"}
    assert left["mails"] > 20


def shown(site: Path, *words: str) -> dict[str, object]:
    command = [
        sys.executable,
        "-m",
        "ews",
        "--site",
        str(site),
        "--now",
        "2026-11-22T19:00",
        *words,
        "--json",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.slow
def test_everything_in_the_demo_could_be_done(played_demo):
    assert played_demo.report["troubles"] == []


@pytest.mark.slow
def test_the_slow_decline_and_the_staffing_crisis_are_on_top(played_demo):
    """Both acute: the one whose stop leaves most clients without a place comes first."""
    top = shown(played_demo.site, "portfolio")["subjects"][:2]
    assert {one["subject"] for one in top} == {"kvk:00552819", "kvk:00552804"}
    assert [one["level"] for one in top] == ["acute", "acute"]
    assert top[0]["nowhere_to_go"] >= top[1]["nowhere_to_go"]


@pytest.mark.slow
def test_the_slow_decline_was_seen_long_before_the_surseance(played_demo):
    before = shown(played_demo.site, "portfolio", "--as-of", "2026-02-28")["subjects"]
    assert next(one["level"] for one in before if one["subject"] == "kvk:00552819") in {"elevated", "high"}


@pytest.mark.slow
def test_the_sudden_stop_and_the_owner_who_quit_were_not_seen_before(played_demo):
    for subject, day in (("kvk:00552834", "2026-08-17"), ("kvk:00552815", "2026-01-30")):
        listed = shown(played_demo.site, "portfolio", "--as-of", day)["subjects"]
        assert next(one["level"] for one in listed if one["subject"] == subject) in {"low", "unknown"}


@pytest.mark.slow
def test_every_name_that_people_see_is_marked_as_invented(played_demo):
    html = next((played_demo.site / "digests").glob("*W47.html")).read_text(encoding="utf-8")
    assert "fictief" in html.lower()
    assert "Stichting De Wilgenhof (fictief)" in html


@pytest.mark.slow
def test_a_second_demo_in_the_same_folder_is_refused(played_demo):
    command = [sys.executable, "-m", "ews", "demo", "--out", str(played_demo.site)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "is niet leeg" in done.stderr) == (2, True)
