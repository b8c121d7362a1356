"""docs/opdrachten.md, made from the commands themselves: `python tests/command_page.py` writes it anew."""

from pathlib import Path

from typer.main import get_command

from ews.cli import main as _main  # noqa: F401 - registers every command
from ews.cli.app import app

PAGE = Path(__file__).parent.parent / "docs" / "opdrachten.md"
HEAD = """# Alle opdrachten

Vóór de opdracht: `--site MAP` (of `EWS_SITE`), `--user ID` (of `EWS_USER`) voor wie iets doet, en op een demo- of
oefenplek `--now MOMENT`. Elke opdracht heeft `--json` (precies één document op standaarduitvoer) en `--help`.
Uitkomst: 0 gedaan, 1 gedaan en er vraagt iets aandacht, 2 geweigerd, 3 onverwacht.
"""


def commands(group, path: tuple[str, ...] = ()) -> list[tuple]:
    """Every command with its words, groups unfolded."""
    found = []
    for name, child in sorted(group.commands.items()):
        words = (*path, name)
        found += commands(child, words) if hasattr(child, "commands") else [(" ".join(words), child)]
    return found


def every_command() -> list[tuple]:
    return commands(get_command(app))


def usage(name: str, command) -> str:
    given = (parameter for parameter in command.params if parameter.param_type_name == "argument")
    arguments = " ".join(parameter.name.upper() for parameter in given)
    return f"ews {name} {arguments}".strip()


def page() -> str:
    lines = []
    for name, command in every_command():
        summary = " ".join((command.help or "").split("\n\n")[0].split())
        lines.append(f"| `{usage(name, command)}` | {summary} |")
    return "\n".join([HEAD, "| opdracht | doet |", "|---|---|", *lines, ""])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
