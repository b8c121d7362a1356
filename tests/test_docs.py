"""The README is true: every command in it runs, and every command of the product is in it."""

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from ews.cli import main as _main  # noqa: F401 - registers every command
from ews.cli.app import app

README = Path(__file__).parent.parent / "README.md"


def commands(command: typer.core.TyperGroup, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, child in command.commands.items():
        if hasattr(child, "commands"):
            found += commands(child, (*path, name))
        else:
            found.append((*path, name))
    return found


ALL = commands(get_command(app))


@pytest.mark.parametrize("path", ALL, ids=[" ".join(path) for path in ALL])
def test_every_command_has_help_and_stands_in_the_readme(path):
    command = get_command(app)
    for name in path:
        command = command.commands[name]
    assert command.help
    assert f"ews {' '.join(path)}" in README.read_text(encoding="utf-8")


def readme_lines() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [line.split("  #")[0].strip() for block in blocks for line in block.splitlines() if line.startswith("ews ")]


def test_the_commands_of_the_readme_run_in_their_order(ews, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for line in readme_lines():
        done = ews(*shlex.split(line)[1:], site=tmp_path / "demo-out")
        assert done.code in {0, 1}, f"{line}\n{done.err}"
