"""What is written for users is true: every command stands in its page, says what it does and speaks JSON."""

import re
from pathlib import Path

import pytest
from command_page import PAGE, every_command, page

ROOT = Path(__file__).parent.parent
COMMANDS = every_command()
NO_JSON = {"run", "serve"}  # they go on until they are stopped


def test_the_page_of_commands_says_what_the_commands_say():
    assert PAGE.read_text(encoding="utf-8") == page(), "python tests/command_page.py writes the page anew"


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_has_help_and_json(name, command):
    assert command.help
    options = {option for parameter in command.params for option in parameter.opts}
    assert "--json" in options or name in NO_JSON


@pytest.mark.parametrize(
    "document", sorted(ROOT.glob("docs/*.md")) + [ROOT / "README.md"], ids=lambda p: p.name
)
def test_links_between_documents_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target
