"""Did every step that was due really run? Alerts held against cases, stages against their tasks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ews.cases import log
from ews.cases.entries import Opening, StageChange
from ews.cases.kinds import Stage
from ews.cases.model import CaseFile
from ews.cases.policy import CasePolicy, read_policy
from ews.cases.ties import Umbrella
from ews.scoring.model import Level

SLACK = timedelta(hours=1)
"""A step runs in the transaction of what made it due, or in the next round at the latest."""


class Step(StrEnum):
    CASE_OPENED = "zaak_geopend"
    STAGE_RAISED = "trede_verhoogd"
    TASKS_LAID = "taken_klaargelegd"
    HOURS_LAID = "48_uursplan_klaargelegd"
    ESCALATED_AGAIN = "opnieuw_opgeschaald"


@dataclass(frozen=True, slots=True)
class Raise:
    """An alert change that went up, about a provider."""

    change: int
    provider: str
    level: Level
    at: datetime


@dataclass(frozen=True, slots=True)
class Carried:
    """An open alert that someone carried until a moment, and when it last changed."""

    alert: int
    provider: str
    until: datetime
    last_change_at: datetime


@dataclass(frozen=True, slots=True)
class Missed:
    """A step that was due and did not run."""

    step: Step
    about: str
    text: str


def missed_steps(
    policy: CasePolicy,
    *,
    raises: Sequence[Raise],
    cases: Sequence[CaseFile],
    carried: Iterable[Carried],
    now: datetime,
) -> list[Missed]:
    """Every step that should have run by now and has left no trace."""
    covering = _by_provider(cases)
    found = [one for change in raises for one in _case_steps(policy, change, covering)]
    found += [one for case in cases for one in _task_steps(case)]
    found += [
        Missed(
            Step.ESCALATED_AGAIN,
            f"waarschuwing {one.alert}",
            f"de bevestiging liep af op {one.until:%d-%m-%Y %H:%M} UTC en niemand hoorde er iets van",
        )
        for one in carried
        if one.until + timedelta(days=1) < now and one.last_change_at < one.until
    ]
    return found


def _by_provider(cases: Iterable[CaseFile]) -> dict[str, list[CaseFile]]:
    found: dict[str, list[CaseFile]] = {}
    for case in cases:
        members = {member for _, what in log.current(case, Umbrella) for member in what.members}
        for provider in {case.subject, *members}:
            found.setdefault(provider, []).append(case)
    return found


def _case_steps(
    policy: CasePolicy, change: Raise, covering: Mapping[str, list[CaseFile]]
) -> Iterator[Missed]:
    if change.level.rank < policy.case.opens_at.rank:
        return
    about = f"wijziging {change.change}, {change.provider}"
    open_then = [
        case
        for case in covering.get(change.provider, [])
        if case.opened_at <= change.at + SLACK and (case.closed_at is None or case.closed_at >= change.at)
    ]
    if not open_then:
        yield Missed(Step.CASE_OPENED, about, f"niveau {change.level.value} zonder zaak")
        return
    own = [case for case in open_then if case.subject == change.provider]
    if own and not any(_reached(case, change) for case in own):
        yield Missed(
            Step.STAGE_RAISED, about, f"niveau {change.level.value} zonder de trede die daarbij hoort"
        )


def _reached(case: CaseFile, change: Raise) -> bool:
    wanted = read_policy(case.policy).entry_stage(change.level)
    return any(
        isinstance(entry.what, StageChange)
        and entry.what.after >= wanted
        and entry.recorded_at <= change.at + SLACK
        for entry in case.entries
    )


def _task_steps(case: CaseFile) -> Iterator[Missed]:
    policy = read_policy(case.policy)
    laid = {state.task.code for state in log.tasks(case)}
    reached = {Stage(entry.what.after) for entry in case.entries if isinstance(entry.what, StageChange)}
    for stage in sorted(reached):
        missing = [task.id for task in policy.of(stage).task if task.id not in laid]
        if missing:
            yield Missed(Step.TASKS_LAID, case.number, f"trede {stage.value} zonder {', '.join(missing)}")
    if any(opened.reason == "insolvency" for _, opened in log.current(case, Opening)):
        missing = [line.id for line in policy.plan48 if line.id not in laid]
        if missing:
            yield Missed(Step.HOURS_LAID, case.number, f"48-uursplan zonder {', '.join(missing)}")
