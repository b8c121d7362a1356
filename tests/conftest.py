"""Fixtures that many tests share: a fresh site and the command line."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from postgres import empty_postgres, postgres_url
from typer.testing import CliRunner

from ews.cli import main as _main  # noqa: F401 - registers every command
from ews.cli.app import app
from ews.errors import EwsError, RefusedError
from ews.jobs import logs
from ews.jobs.run import clock
from ews.jobs.site import create_site

__all__ = ["empty_postgres", "postgres_url"]

# No timed assertion: a loaded machine is not a fault. The gate looks at the same examples every time.
hypothesis.settings.register_profile("ews", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("ews")

SHARED = Path(__file__).parent.parent.parent / "shared"


@dataclass(frozen=True)
class Done:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Played:
    """What a run of `ews demo` left and said."""

    site: Path
    report: dict[str, Any]


@pytest.fixture
def ews(tmp_path: Path) -> Callable[..., Done]:
    """Run `ews --site <tmp>/site …` in this process, with the exit codes of the real command."""

    def run(*words: object, site: Path | None = None) -> Done:
        folder = site or tmp_path / "site"
        logs.configure()  # as main does; the library's default writes to standard output
        result = CliRunner().invoke(app, ["--site", str(folder), *[str(word) for word in words]])
        error = result.exception
        if isinstance(error, EwsError):
            return Done(2 if isinstance(error, RefusedError) else 1, result.stdout, str(error))
        if error is not None and not isinstance(error, SystemExit):
            raise error
        return Done(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture(scope="session")
def made_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One fresh site that every test copies: making it takes longer than many a test."""
    return create_site(tmp_path_factory.mktemp("made") / "site", now=clock())


@pytest.fixture
def site(tmp_path: Path, made_site: Path) -> Path:
    """A freshly made site."""
    return Path(shutil.copytree(made_site, tmp_path / "site"))


@pytest.fixture(scope="session")
def played_demo(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The example region, played once for all tests that look at it; copy it to change it.

    EWS_TEST_DEMO names a folder in which it was played before.
    """
    folder = tmp_path_factory.mktemp("played") / "demo-out"
    if given := os.environ.get("EWS_TEST_DEMO"):
        return Played(Path(shutil.copytree(given, folder)), {"troubles": []})
    command = [sys.executable, "-m", "ews", "demo", "--out", str(folder), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return Played(folder, json.loads(done.stdout))


@pytest.fixture
def shared() -> Path:
    """The folder with real data. Only slow tests use it; .ci/run fails when it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("../shared/data is not here; this test reads real data")
    return SHARED
