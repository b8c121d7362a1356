"""What the cases of a year show: counts for the self-assessment, from the log alone."""

from collections.abc import Callable, Sequence
from datetime import date

from ews.cases import log
from ews.cases.entries import (
    Contact,
    Coordination,
    CrisisRole,
    Lesson,
    ProviderView,
    StageChange,
)
from ews.cases.kinds import DecisionKind, Means, Party, Stage, TransferState
from ews.cases.model import CaseFile
from ews.cases.moves import PlanOutcome, TransferCount, TransferGroup
from ews.cases.self_assessment import Count, Proof

OTHERS = frozenset({Party.ZORGKANTOOR, Party.INSURER, Party.IGJ, Party.NZA, Party.MUNICIPALITY})
ELSEWHERE = frozenset({Party.NZA, Party.IGJ, Party.ZORGKANTOOR})
RESCUE = 1
"""Scenario 1: keep the provider going."""


def reached(case: CaseFile) -> Stage:
    """The highest stage that the case was in; aftercare is no escalation."""
    entered = [what.after for _, what in log.current(case, StageChange) if what.after < Stage.AFTERCARE]
    return Stage(max(entered, default=Stage.REGULAR))


def case_counts(cases: Sequence[CaseFile], *, today: date) -> dict[Proof, Count]:
    """Counts over the cases that were open at some moment of the year."""
    return {
        Proof.OWNERS: _count(cases, lambda case: bool(case.owner)),
        Proof.TASKS: _tasks(cases, today),
        **_examined([case for case in cases if reached(case) >= Stage.INVESTIGATION]),
        **_threatened([case for case in cases if reached(case) >= Stage.THREATENED]),
        **_crises([case for case in cases if reached(case) >= Stage.CRISIS]),
        **_moving([case for case in cases if any(log.current(case, TransferGroup))]),
        **_aftercare([case for case in cases if log.stage(case) is Stage.AFTERCARE]),
    }


def _examined(cases: Sequence[CaseFile]) -> dict[Proof, Count]:
    return {
        Proof.HEARD: _count(cases, lambda case: any(log.current(case, ProviderView))),
        Proof.OTHERS: _count(cases, lambda case: _spoke(case, OTHERS)),
        Proof.EVIDENCE: _count(cases, lambda case: bool(case.evidence)),
    }


def _threatened(cases: Sequence[CaseFile]) -> dict[Proof, Count]:
    rescued = [case for case in cases if any(one.measure.scenario == RESCUE for one in log.measures(case))]
    closed = [case for case in cases if case.closed_at]
    return {
        Proof.PLANS: _count(cases, lambda case: any(log.current(case, PlanOutcome))),
        Proof.DECIDED: _count(cases, lambda case: _decided(case, DecisionKind.EWS_MELDING)),
        Proof.MEASURES: _count(cases, _did_more_than_pay),
        Proof.NECESSITY: _count(rescued, lambda case: _decided(case, DecisionKind.NOODZAKELIJKHEID)),
        Proof.RAISED_ELSEWHERE: _count(cases, lambda case: _spoke(case, ELSEWHERE)),
        Proof.OUTCOMES: _count(closed, lambda case: _decided(case, DecisionKind.CLOSE)),
    }


def _crises(cases: Sequence[CaseFile]) -> dict[Proof, Count]:
    return {
        Proof.CRISIS: _count(cases, lambda case: any(one.deputy for _, one in log.current(case, CrisisRole))),
        Proof.REGIE: _count(cases, lambda case: any(log.current(case, Coordination))),
    }


def _moving(cases: Sequence[CaseFile]) -> dict[Proof, Count]:
    moved = [case for case in cases if _counted(case, TransferState.MOVED, TransferState.CHECKED)]
    return {
        Proof.TRANSFERS: _count(cases, lambda case: any(log.current(case, TransferCount))),
        Proof.AFTERCARE: _count(moved, lambda case: _counted(case, TransferState.CHECKED)),
    }


def _aftercare(cases: Sequence[CaseFile]) -> dict[Proof, Count]:
    both = {Party.BOARD, Party.CLIENTS}
    return {
        Proof.LESSONS: _count(cases, lambda case: any(one.owner for _, one in log.current(case, Lesson))),
        Proof.TOOK_PART: _count(cases, lambda case: both <= _parties_since_aftercare(case)),
    }


def _decided(case: CaseFile, kind: DecisionKind) -> bool:
    return log.last_decision(case, kind) is not None


def _count(cases: Sequence[CaseFile], shows: Callable[[CaseFile], bool]) -> Count:
    return Count(sum(shows(case) for case in cases), len(cases))


def _spoke(case: CaseFile, parties: frozenset[Party]) -> bool:
    return any(what.party in parties for _, what in log.current(case, Contact))


def _did_more_than_pay(case: CaseFile) -> bool:
    return any(one.measure.means is Means.NON_FINANCIAL for one in log.measures(case))


def _counted(case: CaseFile, *states: TransferState) -> bool:
    return any(
        number and state in states
        for _, what in log.current(case, TransferCount)
        for state, number in what.counts
    )


def _parties_since_aftercare(case: CaseFile) -> set[Party]:
    since = log.stage_since(case)
    return {what.party for entry, what in log.current(case, Contact) if entry.happened_on >= since}


def _tasks(cases: Sequence[CaseFile], today: date) -> Count:
    """Tasks that were due: done on or before their day."""
    due = [
        state
        for case in cases
        for state in log.tasks(case)
        if state.done is not None or state.task.due_on < today
    ]
    in_time = [state for state in due if state.done and state.done.happened_on <= state.task.due_on]
    return Count(len(in_time), len(due))
