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
    examined = [case for case in cases if reached(case) >= Stage.INVESTIGATION]
    threatened = [case for case in cases if reached(case) >= Stage.THREATENED]
    crises = [case for case in cases if reached(case) >= Stage.CRISIS]
    rescued = [
        case for case in threatened if any(one.measure.scenario == RESCUE for one in log.measures(case))
    ]
    aftercare = [case for case in cases if log.stage(case) is Stage.AFTERCARE]
    moving = [case for case in cases if any(log.current(case, TransferGroup))]
    return {
        Proof.HEARD: _count(examined, lambda case: any(log.current(case, ProviderView))),
        Proof.OTHERS: _count(examined, lambda case: _spoke(case, OTHERS)),
        Proof.EVIDENCE: _count(examined, lambda case: bool(case.evidence)),
        Proof.OWNERS: _count(cases, lambda case: bool(case.owner)),
        Proof.PLANS: _count(threatened, lambda case: any(log.current(case, PlanOutcome))),
        Proof.DECIDED: _count(
            threatened, lambda case: bool(log.last_decision(case, DecisionKind.EWS_MELDING))
        ),
        Proof.MEASURES: _count(threatened, _did_more_than_pay),
        Proof.NECESSITY: _count(
            rescued, lambda case: bool(log.last_decision(case, DecisionKind.NOODZAKELIJKHEID))
        ),
        Proof.CRISIS: _count(
            crises, lambda case: any(one.deputy for _, one in log.current(case, CrisisRole))
        ),
        Proof.REGIE: _count(crises, lambda case: any(log.current(case, Coordination))),
        Proof.RAISED_ELSEWHERE: _count(threatened, lambda case: _spoke(case, ELSEWHERE)),
        Proof.OUTCOMES: _count(
            [case for case in threatened if case.closed_at],
            lambda case: bool(log.last_decision(case, DecisionKind.CLOSE)),
        ),
        Proof.TRANSFERS: _count(moving, lambda case: any(log.current(case, TransferCount))),
        Proof.AFTERCARE: _count(
            [case for case in moving if _counted(case, TransferState.MOVED, TransferState.CHECKED)],
            lambda case: _counted(case, TransferState.CHECKED),
        ),
        Proof.LESSONS: _count(aftercare, lambda case: any(one.owner for _, one in log.current(case, Lesson))),
        Proof.TOOK_PART: _count(
            aftercare, lambda case: {Party.BOARD, Party.CLIENTS} <= _parties_since_aftercare(case)
        ),
        Proof.TASKS: _tasks(cases, today),
    }


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
