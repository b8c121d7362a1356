"""The page on indicators names every one of them, and every command it shows exists."""

import re
from pathlib import Path

from tests.score_frames import shipped

PAGE = (Path(__file__).parents[2] / "docs/indicatoren.md").read_text(encoding="utf-8")
COMMANDS = (Path(__file__).parents[2] / "docs/opdrachten.md").read_text(encoding="utf-8")


def test_every_indicator_stands_on_the_page():
    assert {name for name in shipped().indicators if f"`{name}`" not in PAGE} == set()


def test_every_command_on_the_page_exists():
    told = set(re.findall(r"`(ews (?:signal|source|form|provider) [a-z]+)", PAGE))
    assert len(told) >= 10
    assert {one for one in told if one not in COMMANDS} == set()
