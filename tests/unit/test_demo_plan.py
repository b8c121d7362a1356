"""What happens in the demo, and in which order."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ews.errors import RefusedError
from ews.jobs.demo_plan import Agenda, Deed, Step, filled_in, read_acts, read_arrivals
from ews.jobs.run import OFFICE_ZONE

EXAMPLES = Path(__file__).parents[2] / "examples"
NOON = datetime(2026, 11, 22, 12, tzinfo=OFFICE_ZONE)


def test_files_come_before_the_assessment_of_the_same_moment_and_late_additions_find_their_place():
    agenda = Agenda([Step(NOON, Deed.ASSESS), Step(NOON, Deed.INGEST)])
    agenda.add(Step(NOON - timedelta(hours=1), Deed.DIGEST))
    assert [agenda.next().deed for _ in range(3)] == [Deed.DIGEST, Deed.INGEST, Deed.ASSESS]
    assert agenda.next() is None


def test_a_command_is_filled_in_with_what_is_known():
    words = ["case", "answer", "{case}", "{vraag}", "--until", "{+14}", "--file", "{stukken}/brief.txt"]
    known = {"case": "C-2026-001", "vraag": "12", "stukken": "/stukken"}
    assert filled_in(words, known, at=NOON) == [
        "case", "answer", "C-2026-001", "12", "--until", "2026-12-06", "--file", "/stukken/brief.txt",
    ]  # fmt: skip


def test_a_name_that_is_not_known_yet_is_refused():
    with pytest.raises(RefusedError, match="noemt {vraag}"):
        filled_in(["case", "answer", "{vraag}"], {}, at=NOON)


def test_every_file_of_the_region_is_played():
    files = [path for step in read_arrivals(EXAMPLES / "region") for path in step.files]
    assert len(files) == len(set(files)) == 264
    assert all(path.is_file() for path in files)


def test_every_piece_of_evidence_that_an_act_names_is_there():
    known = {"stukken": str(EXAMPLES / "demo" / "stukken")}
    named = [
        Path(word.replace("{stukken}", known["stukken"]))
        for act in read_acts(EXAMPLES / "demo" / "handelingen.toml")
        for word in act.command
        if word.startswith("{stukken}")
    ]
    assert [path.name for path in named if not path.is_file()] == []
    assert named
