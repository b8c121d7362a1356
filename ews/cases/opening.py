"""When an alert makes a case, which stage that brings, and the tasks a stage lays ready."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ews.cases import log
from ews.cases.calendar import add_working_days, office_date
from ews.cases.entries import StageChange, Task
from ews.cases.kinds import Stage
from ews.cases.model import CaseFile
from ews.cases.moves import TransferCount, TransferGroup
from ews.cases.policy import CasePolicy
from ews.people import Role
from ews.scoring.model import Level

COUNT_TERM_DAYS = 5
"""Within the week: the next count is due then."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What the alerts say of one provider at a moment."""

    subject: str
    alert: int | None
    level: Level
    points: int
    first_signal_on: date
    hard_to_replace: bool = False
    insolvency_known_at: datetime | None = None
    text: str = ""


def opens_case(policy: CasePolicy, trigger: Trigger) -> bool:
    """Whether this level opens a case; one level earlier for a provider that is hard to replace."""
    rules = policy.case
    bound = rules.opens_at_hard_to_replace if trigger.hard_to_replace else rules.opens_at
    return trigger.level.rank >= bound.rank


def opening_reason(policy: CasePolicy, trigger: Trigger) -> str:
    """Why the case opens, as a slug of `Opening.reason`."""
    if trigger.insolvency_known_at is not None:
        return "insolvency"
    return "alert" if trigger.level.rank >= policy.case.opens_at.rank else "hard_to_replace"


def stage_for(policy: CasePolicy, trigger: Trigger) -> Stage:
    """The stage that the level brings; insolvency brings the one in which the EWS-melding is weighed."""
    if trigger.insolvency_known_at is not None:
        return max(Stage.THREATENED, policy.entry_stage(trigger.level))
    return policy.entry_stage(trigger.level)


def rises_to(case: CaseFile, policy: CasePolicy, trigger: Trigger) -> Stage | None:
    """The higher stage that an alert brings an open case to, or None. It never comes down by itself."""
    target = stage_for(policy, trigger)
    return target if log.stage(case) < target else None


def entering(policy: CasePolicy, before: Stage, after: Stage, *, reason: str) -> StageChange:
    """The change of stage, with the exit criteria of the stage fixed as they are now."""
    return StageChange(before.value, after.value, exit_criteria=policy.of(after).exit, reason=reason)


def stage_tasks(
    case: CaseFile, policy: CasePolicy, before: Stage, after: Stage, *, now: datetime
) -> list[Task]:
    """Tasks of the stage entered and of every stage passed over, but none that the case has already."""
    entered = [after] if after < before else [Stage(step) for step in range(before + 1, after + 1)]
    if after is Stage.AFTERCARE:
        entered = [after]
    return tasks_of(case, policy, entered, now=now)


def tasks_of(case: CaseFile, policy: CasePolicy, stages: Iterable[Stage], *, now: datetime) -> list[Task]:
    """The tasks that the policy gives these stages, but none that the case has already."""
    present = {state.task.code for state in log.tasks(case)}
    today = office_date(now)
    return [
        Task(
            code=template.id,
            title=template.title,
            role=template.role.value,
            due_on=add_working_days(today, template.term_days, policy.case.days_off),
            evidence_kind=template.evidence,
            required=template.required,
        )
        for stage in stages
        for template in policy.of(stage).task
        if template.id not in present
    ]


def count_task(case: CaseFile, count: TransferCount, policy: CasePolicy, *, today: date) -> Task | None:
    """A count that differs from its group is a task, unless one is open already."""
    group = next((what for entry, what in log.current(case, TransferGroup) if entry.id == count.group), None)
    if group is None:  # corrected since: the count is about what it was
        return None
    counted, code = sum(number for _, number in count.counts), f"telling_{count.group}"
    is_open = any(state.is_open and state.task.code == code for state in log.tasks(case))
    if counted == group.clients or is_open:
        return None
    title = f"Verschil uitzoeken: {group.profile} {group.form}, geteld {counted}, in de zaak {group.clients}"
    due = add_working_days(today, COUNT_TERM_DAYS, policy.case.days_off)
    return Task(code, title, Role.CONTINUITY_OFFICER.value, due)


def hour_tasks(case: CaseFile, policy: CasePolicy, *, known_at: datetime) -> list[Task]:
    """The 48-hour plan, counted in hours through night and weekend from the moment insolvency was known."""
    present = {state.task.code for state in log.tasks(case)}
    return [
        Task(
            code=line.id,
            title=line.title,
            role=line.role.value,
            due_on=office_date(known_at + timedelta(hours=line.hours)),
            due_at=known_at + timedelta(hours=line.hours),
            evidence_kind=line.evidence,
        )
        for line in policy.plan48
        if line.id not in present
    ]
