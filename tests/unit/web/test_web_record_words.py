"""Everything that the record, the schedule and the routes name has a Dutch name on the page."""

import re
import tomllib
from pathlib import Path

from ews.notify.model import MessageKind
from ews.web.record_words import ACTIONS, JOBS, MESSAGES, action_text

ROOT = Path(__file__).parents[3]
FILES = ("html", "toml", "csv", "json", "id", "docx", "sqlite", "lock", "start")


def test_every_action_that_the_code_records_has_its_words():
    """What begins as an action does, and is no file and no column, is one."""
    begins = "|".join(sorted({one.partition(".")[0] for one in ACTIONS if "." in one}))
    literal = re.compile(rf'"((?:{begins})\\.[a-z_]+(?:\\.[a-z_]+)?)"')
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "ews").rglob("*.py"))]
    found = {one for text in texts for one in literal.findall(text) if not one.endswith(FILES)}
    assert found - ACTIONS.keys() == set()
    assert {one for one in ACTIONS if not any(f'"{one}"' in text for text in texts)} == set()


def test_every_job_and_every_kind_of_message_has_its_words():
    planned = tomllib.loads((ROOT / "config/schedule.toml").read_text("utf-8"))
    (jobs,) = [listed for listed in planned.values() if isinstance(listed, list)]
    assert {one["id"] for one in jobs} == JOBS.keys()
    assert {kind.value for kind in MessageKind} == MESSAGES.keys()


def test_an_action_of_an_older_version_is_shown_as_it_was():
    assert action_text("zaak.oud_woord") == "zaak oud woord"
