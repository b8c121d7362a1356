"""A case keeps the rules it opened under: a snapshot of long ago must load under every later configuration."""

import json
import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from ews.cases.kinds import Stage
from ews.cases.policy import ADDED, read_policy, sections
from ews.scoring.model import Level

SNAPSHOTS = Path(__file__).parents[2] / "golden" / "policies"
CONFIG = Path(__file__).parents[3] / "config" / "escalation.toml"


@pytest.mark.parametrize("name", ["eerste", "met_bewaartermijnen"])
def test_a_snapshot_of_an_older_configuration_still_loads(name):
    """Fails when a rule was added without saying what holds for cases that opened before it (`ADDED`)."""
    policy = read_policy(json.loads((SNAPSHOTS / f"{name}.json").read_text(encoding="utf-8")))
    assert policy.entry_stage(Level.HIGH) is Stage.INVESTIGATION
    assert len(policy.of(Stage.INVESTIGATION).task) >= 3
    assert policy.case.answer_days == 10


def test_the_configuration_itself_states_every_rule():
    """What is filled in for old cases is never filled in for new ones."""
    document = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    assert ADDED.keys() <= document["case"].keys()
    assert read_policy(sections(document)).case.answer_days == document["case"]["answer_days"]


def test_a_snapshot_without_a_rule_that_always_was_there_is_refused():
    snapshot = json.loads((SNAPSHOTS / "eerste.json").read_text(encoding="utf-8"))
    del snapshot["case"]["review_days"]
    with pytest.raises(ValidationError, match="review_days"):
        read_policy(snapshot)
