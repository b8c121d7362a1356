"""The main job on PostgreSQL: the same commands, files and answers as on SQLite."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

REGION = Path(__file__).parents[2] / "examples" / "region"
FILES = [
    REGION / "lijsten",
    REGION / "meldingen",
    REGION / "igj",
    REGION / "kwartaalopgave" / "kwartaalopgave_2026-Q2.xlsx",
    REGION / "kwartaalopgave" / "kwartaalopgave_2026-Q3.xlsx",
]
ACUTE = "kvk:00552819"


pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Command:
    """`ews` on one site as its own process, so that no connection outlives it."""

    site: Path
    environment: dict[str, str]

    def __call__(self, *words: object, code: int = 0) -> str:
        line = [sys.executable, "-m", "ews", "--site", str(self.site), *map(str, words)]
        environment = {**os.environ, **self.environment}
        done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == code, done.stderr[-2000:]
        return done.stdout


def whole_way(ews: Command) -> dict[str, object]:
    """What the office does in a week, and what scripts see of it."""
    ews("init")
    taken = json.loads(ews("ingest", *FILES, "--json"))
    ews("assess")
    ews("digest")
    delivered = json.loads(ews("deliver", "--json"))
    shown = json.loads(ews("provider", "show", ACUTE, "--json"))["assessment"]
    listed = json.loads(ews("case", "list", "--json"))["cases"]
    (case,) = [one["case"] for one in listed if one["provider"] == ACUTE]
    call = ("case", "contact", case, "--party", "bestuur", "--function", "bestuurder", "--how", "telefoon")
    ews("--user", "officier", *call, "--text", "Gesproken over de liquiditeit.")
    ews("dossier", "draft", case, "--kind", "overmachtsmelding", code=1)
    ews("audit", "verify")
    portfolio = json.loads(ews("portfolio", "--json"))["subjects"]
    return {
        "totals": taken["totals"],
        "levels": {one["subject"]: (one["level"], one["points"]) for one in portfolio},
        "reasons": [(one["indicator"], one["points"]) for one in shown["reasons"]],
        "told": delivered["sent"],
    }


def test_the_same_week_gives_the_same_answers_on_both_databases(tmp_path, empty_postgres):
    on_sqlite = whole_way(Command(tmp_path / "sqlite", {}))
    on_postgres = whole_way(Command(tmp_path / "postgres", {"EWS_DATABASE__URL": empty_postgres}))
    assert on_postgres == on_sqlite
    assert on_postgres["levels"][ACUTE][0] == "acute"
    assert on_postgres["told"] > 0
