"""The house rules that a tool can check: layers, sizes, the one clock, no mocks, no drawers."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = sorted((ROOT / "ews").rglob("*.py"))
MIGRATIONS = ROOT / "ews" / "store" / "migrations"

# A function over 40 lines or a module over 300 stands here with its reason.
LONGER: dict[str, str] = {
    "ews/store/schema.py": "one list of all tables reads better than several",
}
BROAD_EXCEPT = {
    "ews/jobs/run.py",
    "ews/cli/app.py",
    "ews/schedule.py",
    "ews/jobs/worker.py",
    "ews/web/app.py",
}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def own_code() -> list[Path]:
    return [path for path in CODE if MIGRATIONS not in path.parents]


def test_upper_floors_import_lower_ones_only():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_ruff_finds_nothing():
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "ews", "tests", "benchmarks", "examples"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_modules_stay_under_300_lines_and_functions_under_40():
    over = []
    for path in own_code():
        name = relative(path)
        source = path.read_text(encoding="utf-8")
        if source.count("\n") > 300 and name not in LONGER:
            over.append(f"{name}: {source.count(chr(10))} lines")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > 40 and f"{name}:{node.name}" not in LONGER:
                    over.append(f"{name}:{node.name}: {size} lines")
    assert over == []


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "base", "manager", "misc"])
def test_no_module_is_a_drawer(word):
    assert [relative(path) for path in CODE if path.stem == word] == []


def test_only_the_frame_reads_the_clock():
    reads = []
    for path in own_code():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                name = getattr(owner, "id", getattr(owner, "attr", ""))
                if (name, node.func.attr) in {
                    ("datetime", "now"),
                    ("datetime", "utcnow"),
                    ("date", "today"),
                    ("time", "time"),
                }:
                    reads.append(relative(path))
    assert set(reads) <= {"ews/jobs/run.py"}


def test_broad_excepts_stand_only_at_the_last_resorts():
    broad = {
        relative(path)
        for path in own_code()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"})
    }
    assert broad <= BROAD_EXCEPT


def test_no_test_mocks_our_own_code():
    banned = ("unittest" + ".mock", "monkeypatch.set" + "attr", "Magic" + "Mock")
    found = [
        f"{relative(path)}: {word}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for word in banned
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []
