"""The demo, from nothing to what a person opens: and the README's commands on what it leaves behind."""

import email
import re
import shlex
import sqlite3
import subprocess
import sys
from email import policy
from pathlib import Path

import pytest

README = Path(__file__).parent.parent.parent / "README.md"


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> tuple[Path, str]:
    """The demo's folder and what it printed, run as a user would from an empty folder without network settings."""
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-m", "ews", "demo", "--out", "demo-out"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Niet gelukt" not in done.stdout + done.stderr
    return folder / "demo-out", done.stdout


@pytest.fixture(scope="module")
def mails(played) -> list[email.message.EmailMessage]:
    found = sorted((played[0] / "outbox").glob("*.eml"))
    return [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]


def test_it_says_where_the_mail_the_digest_the_dossier_and_the_database_lie(played):
    folder, printed = played
    named = re.findall(r"\S+\.(?:eml|docx|pdf|sqlite)", printed)
    assert {Path(name).suffix for name in named} == {".eml", ".docx", ".pdf", ".sqlite"}
    assert all((folder.parent / name).is_file() for name in named)


def test_it_leaves_one_site_with_one_database_in_it(played):
    assert [path.name for path in played[0].rglob("*.sqlite")] == ["ews.sqlite"]
    assert (played[0] / "ews.sqlite").is_file()


def test_no_subject_names_a_provider(played, mails):
    connection = sqlite3.connect(played[0] / "ews.sqlite")
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


def test_the_three_stories_end_as_they_must(played, ews):
    subjects = {one["subject"]: one for one in ews("portfolio", "--json", site=played[0]).json["subjects"]}
    levels = {name: subjects[f"kvk:{kvk}"]["level"] for name, kvk in STORIES.items()}
    assert levels == {"financial decline": "acute", "staffing crisis": "acute", "sudden stop": "acute"}


STORIES = {"financial decline": "00552819", "staffing crisis": "00552804", "sudden stop": "00552834"}


def readme_lines() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("ews ")]


def test_the_commands_of_the_readme_run_in_their_order(played, ews, tmp_path):
    folders = {"demo-out": played[0], "plek": tmp_path / "plek"}
    ran = []
    for line in readme_lines():
        words = shlex.split(line)[1:]
        assert words[0] == "--site"
        done = ews(*words[2:], site=folders[words[1]])
        assert done.code in {0, 1}, f"{line}\n{done.out[-500:]}\n{done.err}"
        ran.append(words[1])
    assert ran.count("demo-out") >= 10
    assert ran.count("plek") >= 5
