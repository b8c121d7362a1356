"""Reading the log of a case: what holds now, corrections applied."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from ews.cases.entries import (
    Agreement,
    AgreementOutcome,
    Alternative,
    Answer,
    Decision,
    Measure,
    MeasureEffect,
    StageChange,
    Task,
    TaskDone,
)
from ews.cases.kinds import AnswerOutcome, DecisionKind, Stage
from ews.cases.model import CaseFile, Entry

W = TypeVar("W")


def current(case: CaseFile, kind: type[W]) -> Iterator[tuple[Entry, W]]:
    """Entries of one kind that no later entry corrects, in the order in which they happened."""
    corrected = {entry.corrects for entry in case.entries}
    standing = [entry for entry in case.entries if entry.id not in corrected]
    for entry in sorted(standing, key=lambda one: (one.happened_on, one.id)):
        if isinstance(entry.what, kind):
            yield entry, entry.what


def stage(case: CaseFile) -> Stage:
    """The stage that the last stage change in order of recording left the case in."""
    changes = [entry.what for entry in case.entries if isinstance(entry.what, StageChange)]
    return Stage(changes[-1].after) if changes else Stage.REGULAR


def stage_since(case: CaseFile) -> date:
    """The day the present stage was entered."""
    changes = [entry for entry in case.entries if isinstance(entry.what, StageChange)]
    return changes[-1].happened_on if changes else case.opened_at.date()


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task with what became of it."""

    entry: Entry
    task: Task
    done: Entry | None

    @property
    def is_open(self) -> bool:
        return self.done is None


def tasks(case: CaseFile) -> tuple[TaskState, ...]:
    """Every task of the case, each with the entry that finished it, if any."""
    done = {what.task: entry for entry, what in current(case, TaskDone)}
    chain = _first_versions(case)
    return tuple(
        TaskState(entry, task, done.get(entry.id) or done.get(chain.get(entry.id, entry.id)))
        for entry, task in current(case, Task)
    )


@dataclass(frozen=True, slots=True)
class AlternativeState:
    """An alternative with its answer, if one came."""

    entry: Entry
    alternative: Alternative
    answered: Entry | None
    answer: Answer | None

    @property
    def asked_on(self) -> date:
        return self.entry.happened_on

    @property
    def answered_on(self) -> date | None:
        return self.answered.happened_on if self.answered else None

    @property
    def is_closed(self) -> bool:
        """Answered, and not with a full yes: nothing more is to be expected of it."""
        return self.answer is not None and self.answer.outcome is not AnswerOutcome.YES

    @property
    def places_asked(self) -> int:
        return sum(places.count for places in self.alternative.asked)

    @property
    def places_offered(self) -> int:
        return sum(places.count for places in self.answer.offered) if self.answer else 0


def alternatives(case: CaseFile) -> tuple[AlternativeState, ...]:
    """Every alternative examined, each with its last answer."""
    answers = {what.alternative: (entry, what) for entry, what in current(case, Answer)}
    chain = _first_versions(case)
    states = []
    for entry, alternative in current(case, Alternative):
        found = answers.get(entry.id) or answers.get(chain.get(entry.id, entry.id))
        answered, answer = found if found else (None, None)
        states.append(AlternativeState(entry, alternative, answered, answer))
    return tuple(states)


@dataclass(frozen=True, slots=True)
class MeasureState:
    """A measure with the effects that were noted."""

    entry: Entry
    measure: Measure
    effects: tuple[tuple[Entry, MeasureEffect], ...]


def measures(case: CaseFile) -> tuple[MeasureState, ...]:
    """Every measure taken, each with the effects noted since."""
    chain = _first_versions(case)
    noted = list(current(case, MeasureEffect))
    return tuple(
        MeasureState(
            entry,
            measure,
            tuple(pair for pair in noted if pair[1].measure in {entry.id, chain.get(entry.id, entry.id)}),
        )
        for entry, measure in current(case, Measure)
    )


def decisions(case: CaseFile, kind: DecisionKind) -> list[tuple[Entry, Decision]]:
    """Decisions of one kind, oldest first."""
    return [(entry, what) for entry, what in current(case, Decision) if what.kind is kind]


def last_decision(case: CaseFile, kind: DecisionKind) -> tuple[Entry, Decision] | None:
    """The decision of this kind that holds now."""
    found = decisions(case, kind)
    return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class AgreementState:
    entry: Entry
    agreement: Agreement
    outcome: AgreementOutcome | None

    def is_broken(self, today: date) -> bool:
        """Not kept, or past its date without a word."""
        if self.outcome is not None:
            return not self.outcome.kept
        return self.agreement.due_on < today


def agreements(case: CaseFile) -> tuple[AgreementState, ...]:
    """Every agreement with what became of it."""
    outcomes = {what.agreement: what for _, what in current(case, AgreementOutcome)}
    chain = _first_versions(case)
    return tuple(
        AgreementState(entry, what, outcomes.get(entry.id) or outcomes.get(chain.get(entry.id, entry.id)))
        for entry, what in current(case, Agreement)
    )


def last_act_at(case: CaseFile) -> datetime:
    """When a person last recorded anything; opening by the system does not count as an act."""
    acts = [entry.recorded_at for entry in case.entries if entry.author != "systeem"]
    return max(acts, default=case.opened_at)


def _first_versions(case: CaseFile) -> dict[int, int]:
    """Entry -> the first entry of its chain of corrections, to which answers and outcomes still point."""
    corrects = {entry.id: entry.corrects for entry in case.entries if entry.corrects is not None}
    first: dict[int, int] = {}
    for entry in corrects:
        step = entry
        while step in corrects:
            step = corrects[step]
        first[entry] = step
    return first
