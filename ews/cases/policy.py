"""What each stage of a case asks: config/escalation.toml, copied into a case when it opens."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, ClassVar

from pydantic import TypeAdapter

from ews.cases.kinds import Stage
from ews.people import Role
from ews.scoring.model import Level

FORBID_EXTRA: dict[str, str] = {"extra": "forbid"}
SECTIONS = ("case", "stage", "plan48")


@dataclass(frozen=True, slots=True)
class TaskTemplate:
    """A task of a stage: who, within how many Dutch working days, proved by which kind of evidence."""

    __pydantic_config__: ClassVar = FORBID_EXTRA

    id: str
    title: str
    role: Role
    term_days: int
    evidence: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class StagePolicy:
    """One stage: how it is entered, what must be done in it, when it may be left, who decides."""

    __pydantic_config__: ClassVar = FORBID_EXTRA

    id: str
    name: str
    entry: str
    decides: tuple[Role, ...]
    exit: tuple[str, ...]
    entry_level: Level | None = None
    """A case at this level goes up to this stage without waiting for a person."""
    task: tuple[TaskTemplate, ...] = ()

    @property
    def stage(self) -> Stage:
        return Stage(int(self.id))


@dataclass(frozen=True, slots=True)
class HourTask:
    """A line of the 48-hour plan, counted from the moment insolvency was known."""

    __pydantic_config__: ClassVar = FORBID_EXTRA

    id: str
    title: str
    role: Role
    hours: int
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class CaseRules:
    """The office's norms for every case; the law says only `terstond`."""

    __pydantic_config__: ClassVar = FORBID_EXTRA

    valid_from: date
    source: str
    opens_at: Level
    opens_at_hard_to_replace: Level
    months_until_forced_decision: int
    not_notified_review_days: int
    ews_decision_days: int
    overmacht_decision_days: int
    review_days: int
    answer_days: int
    stalled_days: int
    phone_confirmed_days: int
    insolvency_events: tuple[str, ...]
    targets: Mapping[str, int]
    """Office targets of the melding clock, in calendar days, by the name of the span."""
    situation_days: int = 3
    """In stage 4 and 5 a situation report every so many calendar days."""
    count_days: int = 7
    """Clients of a group that moves are counted every so many calendar days."""
    override_days: int = 92
    """A level that people put in place of the calculated one holds so many days at most."""
    days_off: tuple[date, ...] = ()
    evidence_quota_bytes: int = 1_000_000_000
    evidence_file_bytes: int = 25_000_000


@dataclass(frozen=True, slots=True)
class CasePolicy:
    """The [case], [[stage]] and [[plan48]] tables of escalation.toml."""

    __pydantic_config__: ClassVar = FORBID_EXTRA

    case: CaseRules
    stage: tuple[StagePolicy, ...]
    plan48: tuple[HourTask, ...] = ()

    def of(self, stage: Stage) -> StagePolicy:
        """What the policy says of a stage."""
        return next(one for one in self.stage if one.stage is stage)

    def entry_stage(self, level: Level) -> Stage:
        """The highest stage that a level alone brings a case to."""
        reached = [one.stage for one in self.stage if one.entry_level and level.rank >= one.entry_level.rank]
        return max(reached, default=Stage.ATTENTION)


_POLICY = TypeAdapter(CasePolicy)


def sections(document: Mapping[str, Any]) -> dict[str, Any]:
    """The part of escalation.toml that is about cases, as JSON can hold it: the snapshot of a case."""
    plain: dict[str, Any] = json.loads(json.dumps(dict(document), default=str))
    return {name: plain[name] for name in SECTIONS if name in plain}


ADDED: Mapping[str, Any] = {"ews_decision_days": 2, "answer_days": 10}
"""Rules of [case] that came after the first cases opened: what holds for a case whose snapshot lacks them.
A new rule gets its line here; in escalation.toml it always stands."""


def read_policy(snapshot: Mapping[str, Any]) -> CasePolicy:
    """The policy from a snapshot, however old: rules that no longer exist are left out, later ones filled in.

    Raises pydantic.ValidationError.
    """
    stages = [
        _known(StagePolicy, stage) | {"task": [_known(TaskTemplate, task) for task in stage.get("task", ())]}
        for stage in snapshot.get("stage", ())
    ]
    return _POLICY.validate_python(
        {
            "case": {**ADDED, **_known(CaseRules, snapshot.get("case", {}))},
            "stage": stages,
            "plan48": [_known(HourTask, task) for task in snapshot.get("plan48", ())],
        }
    )


def _known(kind: type, given: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {key: value for key, value in given.items() if key in names}
