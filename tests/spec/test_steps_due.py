"""The auditor: what should have followed on an alert or a stage, a sentence per row."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from case_files import OPENED, POLICY, case_of, to

from ews.cases.entries import Opening, Task
from ews.cases.kinds import Stage
from ews.cases.steps import Carried, Raise, Step, missed_steps
from ews.cases.ties import Umbrella
from ews.scoring.model import Level

PROVIDER = "kvk:08111924"
DAY = date(2026, 5, 12)
NOW = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)


def change(level: Level, *, at: datetime = OPENED, provider: str = PROVIDER) -> Raise:
    return Raise(1, provider, level, at)


def laid(*stages: int) -> list[tuple[date, Task]]:
    return [
        (DAY, Task(one.id, one.title, one.role, DAY))
        for stage in stages
        for one in POLICY.of(Stage(stage)).task
    ]


def entered(stage: int, before: int = 0):
    """A stage entered within the hour of the alert, with its tasks."""
    case = case_of(Opening("alert", "high", 50), to(stage, before), *laid(*range(1, stage + 1)))
    return replace(case, entries=tuple(replace(entry, recorded_at=OPENED) for entry in case.entries))


@pytest.mark.parametrize(
    ("raises", "cases", "expected"),
    [
        pytest.param([change(Level.ELEVATED)], [], [], id="elevated opens no case"),
        pytest.param([change(Level.HIGH)], [], [Step.CASE_OPENED], id="high without a case"),
        pytest.param([change(Level.HIGH)], [entered(2)], [], id="high with its case, stage and tasks"),
        pytest.param([change(Level.ACUTE)], [entered(2)], [Step.STAGE_RAISED], id="acute, but the stage of high"),
        pytest.param([change(Level.ACUTE)], [entered(3)], [], id="acute in stage 3"),
        pytest.param(
            [change(Level.HIGH, at=OPENED - timedelta(days=1))], [entered(2)], [Step.CASE_OPENED],
            id="the case came a day late",
        ),
        pytest.param(
            [change(Level.HIGH, provider="kvk:00000202")], [entered(2)], [Step.CASE_OPENED],
            id="the case of another provider doesn't count",
        ),
        pytest.param(
            [change(Level.HIGH, provider="kvk:00000202")],
            [case_of(Umbrella("hoogwater", "5528", (PROVIDER, "kvk:00000202")))], [], id="an umbrella does",
        ),
        pytest.param(
            [], [replace(entered(2), entries=entered(2).entries[:-1])], [Step.TASKS_LAID], id="a task of the stage is missing",
        ),
        pytest.param(
            [], [case_of((DAY, Opening("insolvency", "acute", 90)))], [Step.HOURS_LAID], id="insolvency without the 48-hour plan",
        ),
    ],
)  # fmt: skip
def test_steps(raises, cases, expected):
    found = missed_steps(POLICY, raises=raises, cases=cases, carried=[], now=NOW)
    assert [one.step for one in found] == expected


@pytest.mark.parametrize(
    ("until", "changed", "expected"),
    [
        pytest.param(datetime(2026, 5, 30, tzinfo=UTC), OPENED, [Step.ESCALATED_AGAIN], id="it ended two days ago and nothing came"),
        pytest.param(datetime(2026, 5, 31, 12, tzinfo=UTC), OPENED, [], id="it ended last night"),
        pytest.param(datetime(2026, 5, 30, tzinfo=UTC), datetime(2026, 5, 30, 6, tzinfo=UTC), [], id="it escalated again"),
        pytest.param(datetime(2026, 6, 3, tzinfo=UTC), OPENED, [], id="someone still carries it"),
    ],
)  # fmt: skip
def test_acknowledgements_that_ended(until, changed, expected):
    carried = [Carried(1, PROVIDER, until, changed)]
    found = missed_steps(POLICY, raises=[], cases=[], carried=carried, now=NOW)
    assert [one.step for one in found] == expected
