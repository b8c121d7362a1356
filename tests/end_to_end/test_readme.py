"""The README's commands run on what the demo leaves, and its mails name no provider in a subject."""

import email
import re
import shlex
import sqlite3
from email import policy
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

README = Path(__file__).parent.parent.parent / "README.md"


@pytest.fixture(scope="module")
def mails(played_demo) -> list[email.message.EmailMessage]:
    found = sorted((played_demo.site / "outbox").glob("*.eml"))
    return [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]


def test_no_subject_names_a_provider(played_demo, mails):
    connection = sqlite3.connect(played_demo.site / "ews.sqlite")
    names = {
        row[0].removesuffix(" (fictief)")
        for row in connection.execute(
            "SELECT value_text FROM observation JOIN indicator ON indicator.id = indicator_id WHERE name = 'naam'"
        )
    }
    connection.close()
    assert len(names) >= 39
    assert [mail["subject"] for mail in mails if any(name in mail["subject"] for name in names)] == []


def test_every_mail_says_that_it_is_fictitious_in_text_and_in_html(mails):
    assert len(mails) > 20
    for mail in mails:
        for kind in ("plain", "html"):
            assert "fictief" in mail.get_body((kind,)).get_content().lower()


def readme_lines() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("ews ")]


def test_the_commands_of_the_readme_run_in_their_order(played_demo, ews, tmp_path):
    folders = {"demo-out": played_demo.site, "plek": tmp_path / "plek"}
    ran = []
    for line in readme_lines():
        words = shlex.split(line)[1:]
        assert words[0] == "--site"
        done = ews(*words[2:], site=folders[words[1]])
        assert done.code in {0, 1}, f"{line}\n{done.out[-500:]}\n{done.err}"
        ran.append(words[1])
    assert ran.count("demo-out") >= 10
    assert ran.count("plek") >= 5
