"""What may be done in a case, and what stands in the way. Pure: the case, the people, the day in; obstacles out.

Up goes with one person and never waits; down, closing from stage 3 and overriding a level take two.
Notifying the NZa takes one person; not notifying takes two, a reason and a new date.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from ews.cases import log
from ews.cases.correspondence import Letter, LetterAnswer, LetterApproved, LetterSent, Raised, RaisedAnswer
from ews.cases.entries import (
    Agreement,
    AgreementOutcome,
    Alternative,
    Answer,
    Decision,
    Lesson,
    Measure,
    MeasureEffect,
    Notice,
    StageChange,
    Task,
    TaskDone,
    What,
)
from ews.cases.kinds import DecisionKind, NoticeKind, Stage
from ews.cases.letter_rules import letter_obstacles
from ews.cases.model import CaseFile
from ews.cases.moves import TransferCount, TransferGroup
from ews.cases.obstacles import Obstacle
from ews.cases.policy import CasePolicy, read_policy
from ews.people import Mandate, Person, Role

READERS = frozenset({Role.AUDITOR, Role.ADMIN})

OUTCOMES: dict[DecisionKind, tuple[str, ...]] = {
    DecisionKind.EWS_MELDING: ("melden", "niet_melden"),
    DecisionKind.OVERMACHT: ("ja", "nee"),
    DecisionKind.NOODZAKELIJKHEID: ("noodzakelijk", "niet_noodzakelijk"),
    DecisionKind.BETALING: ("doorbetalen", "opschorten", "stoppen"),
    DecisionKind.CONTRACTEINDE: ("beeindigen", "voortzetten"),
    DecisionKind.OVERRIDE: ("low", "elevated", "high", "acute", "opheffen"),
    DecisionKind.COMMITTEE: ("bekrachtigd", "bijgestuurd"),
    DecisionKind.CONTRACT: ("wijzigen", "niet_wijzigen"),
    DecisionKind.CLOSE: ("sluiten", "gestopt", "failliet", "overgenomen", "afgewend"),
}
LEGAL_CHECKS: dict[tuple[DecisionKind, str], frozenset[str]] = {
    # Wlz 4.2.2 lid 5-6: the right to continued care; Fw 373 lid 3: no termination for the insolvency alone
    (DecisionKind.CONTRACTEINDE, "beeindigen"): frozenset({"wlz_4.2.2", "fw_373", "curator_gesproken"}),
    # stopping while the curator goes on delivering makes the gap
    (DecisionKind.BETALING, "stoppen"): frozenset(
        {"zorg_gestopt", "voorschotten", "verrekening", "juridisch"}
    ),
    (DecisionKind.BETALING, "opschorten"): frozenset({"zorg_gestopt", "voorschotten", "juridisch"}),
}


@dataclass(frozen=True, slots=True)
class Signers:
    """Who acts, and who signs with them."""

    first: Person
    second: Person | None = None

    def obstacles(self) -> list[Obstacle]:
        """Nothing, when the one who acts may act."""
        return [Obstacle.ROLE_DOES_NOT_ACT] if self.first.role in READERS else []

    def two(self, deciding: frozenset[Role] | None = None) -> list[Obstacle]:
        """Nothing, when two different people sign of whom at least one decides."""
        if self.second is None:
            return [Obstacle.NO_SECOND]
        if self.second.id == self.first.id:
            return [Obstacle.SAME_PERSON]
        if self.second.role in READERS:
            return [Obstacle.SECOND_DOES_NOT_ACT]
        if deciding is not None and not {self.first.role, self.second.role} & deciding:
            return [Obstacle.NOBODY_DECIDES]
        return []

    def mandates(self) -> frozenset[Mandate]:
        return self.first.mandates | (self.second.mandates if self.second else frozenset())


def act_obstacles(case: CaseFile, signers: Signers, *, happened_on: date, today: date) -> list[Obstacle]:
    """What stands in the way of any act at all."""
    found = signers.obstacles()
    if case.closed_at is not None:
        found.append(Obstacle.CASE_CLOSED)
    if happened_on > today:
        found.append(Obstacle.IN_THE_FUTURE)
    return found


def reference_obstacles(case: CaseFile, what: What) -> list[Obstacle]:
    """An answer, effect, outcome or count names an entry of this case, of the kind it is about."""
    wanted: int
    kind: type[object]
    match what:
        case TaskDone():
            wanted, kind = what.task, Task
        case Answer():
            wanted, kind = what.alternative, Alternative
        case MeasureEffect():
            wanted, kind = what.measure, Measure
        case AgreementOutcome():
            wanted, kind = what.agreement, Agreement
        case TransferCount():
            wanted, kind = what.group, TransferGroup
        case LetterApproved() | LetterSent() | LetterAnswer():
            wanted, kind = what.letter, Letter
        case RaisedAnswer():
            wanted, kind = what.raised, Raised
        case _:
            return []
    there = any(entry.id == wanted and isinstance(entry.what, kind) for entry in case.entries)
    return [] if there else [Obstacle.NO_SUCH_ENTRY]


def goes_up(before: Stage, after: Stage) -> bool:
    """Whether a change of stage raises vigilance: aftercare lies between stage 2 and stage 3."""
    weight = {Stage.AFTERCARE: 2.5}
    return weight.get(after, float(after)) > weight.get(before, float(before))


def stage_obstacles(
    case: CaseFile, policy: CasePolicy, target: Stage, *, signers: Signers, reason: str, today: date
) -> list[Obstacle]:
    """What stands in the way of entering a stage."""
    before = log.stage(case)
    if target is before:
        return [Obstacle.SAME_STAGE]
    found = [] if reason.strip() else [Obstacle.NO_REASON]
    if not goes_up(before, target):
        found += signers.two(frozenset(policy.of(before).decides))
    if target >= Stage.CRISIS and not ews_decision_holds(case, today):
        found.append(Obstacle.EWS_DECISION_MISSING)
    if target is Stage.OVERMACHT and not _overmacht_is(case, "ja"):
        found.append(Obstacle.OVERMACHT_NOT_DECIDED)
    if before >= Stage.THREATENED and not goes_up(before, target):
        found += _leaving_obstacles(case, today)
    if target is Stage.AFTERCARE and before < Stage.THREATENED:
        found.append(Obstacle.NO_CRISIS_TO_CARE_AFTER)
    return list(dict.fromkeys(found))


def _leaving_obstacles(case: CaseFile, today: date) -> list[Obstacle]:
    found = [] if ews_decision_holds(case, today) else [Obstacle.EWS_DECISION_MISSING]
    if log.last_decision(case, DecisionKind.OVERMACHT) is None:
        found.append(Obstacle.OVERMACHT_UNANSWERED)
    if _overmacht_is(case, "ja") and not notice_sent(case, NoticeKind.OVERMACHTSMELDING):
        found.append(Obstacle.OVERMACHTSMELDING_NOT_SENT)
    return found


def decision_obstacles(
    case: CaseFile, policy: CasePolicy, decision: Decision, *, signers: Signers, today: date
) -> list[Obstacle]:
    """What stands in the way of a decision."""
    if decision.kind is DecisionKind.CLOSE:
        return [Obstacle.NOT_TAKEN_HERE]
    if decision.outcome not in OUTCOMES[decision.kind]:
        return [Obstacle.UNKNOWN_OUTCOME]
    found = [] if decision.reason.strip() else [Obstacle.NO_REASON]
    if decision.kind is DecisionKind.EWS_MELDING and decision.outcome == "niet_melden":
        found += _not_notifying_obstacles(policy, decision, signers=signers, today=today)
    if decision.kind is DecisionKind.OVERRIDE:
        found += signers.two()
    if decision.kind is DecisionKind.NOODZAKELIJKHEID and decision.outcome == "noodzakelijk":
        named = decision.profiles and decision.why_not_others.strip() and decision.ends_when.strip()
        found += [] if named else [Obstacle.NECESSITY_INCOMPLETE]
    if decision.kind is DecisionKind.BETALING and not decision.location:
        found.append(Obstacle.LOCATION_MISSING)
    needed = LEGAL_CHECKS.get((decision.kind, decision.outcome), frozenset())
    if needed - set(decision.checks):
        found.append(Obstacle.LEGAL_CHECK_MISSING)
    if decision.kind is DecisionKind.CONTRACTEINDE and decision.outcome == "beeindigen":
        found += signers.two()
    return list(dict.fromkeys(found))


def _not_notifying_obstacles(
    policy: CasePolicy, decision: Decision, *, signers: Signers, today: date
) -> list[Obstacle]:
    found = signers.two()
    if not found and Mandate.EWS_MELDING not in signers.mandates():
        found.append(Obstacle.NO_MANDATE)
    last = today + timedelta(days=policy.case.not_notified_review_days)
    if decision.next_on is None:
        found.append(Obstacle.NO_NEXT_DATE)
    elif not today < decision.next_on <= last:
        found.append(Obstacle.NEXT_DATE_OUTSIDE_TERM)
    return found


def measure_obstacles(case: CaseFile, measure: Measure, *, today: date) -> list[Obstacle]:
    """A rescue begins after it was decided for whom it is needed; one that ran already is recorded as it was."""
    if measure.scenario != 1 or measure.begins_on < today:
        return []
    decided = log.last_decision(case, DecisionKind.NOODZAKELIJKHEID)
    holds = decided is not None and decided[1].outcome == "noodzakelijk"
    return [] if holds else [Obstacle.NECESSITY_MISSING]


def task_obstacles(state: log.TaskState, done: TaskDone, *, evidence: tuple[int, ...]) -> list[Obstacle]:
    """A task is done with the evidence it asks for, or set aside with a reason."""
    if done.not_applicable:
        return [] if done.text.strip() else [Obstacle.NOT_APPLICABLE_NEEDS_REASON]
    return [Obstacle.EVIDENCE_MISSING] if state.task.evidence_kind and not evidence else []


def close_obstacles(
    case: CaseFile, policy: CasePolicy, *, signers: Signers, reason: str, today: date
) -> list[Obstacle]:
    """What stands in the way of closing a case."""
    stage = log.stage(case)
    found = [] if reason.strip() else [Obstacle.NO_REASON]
    if any(state.is_open and state.task.required for state in log.tasks(case)):
        found.append(Obstacle.TASKS_OPEN)
    if stage >= Stage.THREATENED:
        found += signers.two(frozenset(policy.of(stage).decides))
        found += _leaving_obstacles(case, today)
    if _was_in_crisis(case) and stage is not Stage.AFTERCARE:
        found.append(Obstacle.AFTERCARE_MISSING)
    if stage is Stage.AFTERCARE and not any(True for _ in log.current(case, Lesson)):
        found.append(Obstacle.LESSONS_MISSING)
    return list(dict.fromkeys(found))


def ews_decision_holds(case: CaseFile, today: date) -> bool:
    """Whether this threat has a decision on the EWS-melding that still stands.

    One taken before the case last came down from stage 3 was about another threat; one not to notify
    ends on its new date.
    """
    came_down = max(
        (
            entry.id
            for entry in case.entries
            if isinstance(entry.what, StageChange)
            and entry.what.before >= Stage.THREATENED > entry.what.after
        ),
        default=0,
    )
    taken = [pair for pair in log.decisions(case, DecisionKind.EWS_MELDING) if pair[0].id > came_down]
    if not taken:
        return False
    decision = taken[-1][1]
    return decision.outcome == "melden" or (decision.next_on is not None and today <= decision.next_on)


def notice_sent(case: CaseFile, kind: NoticeKind) -> bool:
    """Whether a notice of this kind left the office."""
    return any(notice.kind is kind for _, notice in log.current(case, Notice))


def _overmacht_is(case: CaseFile, outcome: str) -> bool:
    decided = log.last_decision(case, DecisionKind.OVERMACHT)
    return decided is not None and decided[1].outcome == outcome


def _was_in_crisis(case: CaseFile) -> bool:
    reached = (entry.what.after for entry in case.entries if isinstance(entry.what, StageChange))
    return any(stage in {Stage.CRISIS, Stage.OVERMACHT} for stage in reached)


def obstacles(
    case: CaseFile,
    what: What,
    *,
    signers: Signers,
    evidence: tuple[int, ...],
    happened_on: date,
    today: date,
) -> list[Obstacle]:
    """Everything that stands in the way of adding this entry."""
    policy = read_policy(case.policy)
    found = act_obstacles(case, signers, happened_on=happened_on, today=today)
    found += reference_obstacles(case, what)
    match what:
        case StageChange():
            target = Stage(what.after)
            found += stage_obstacles(case, policy, target, signers=signers, reason=what.reason, today=today)
        case Decision():
            found += decision_obstacles(case, policy, what, signers=signers, today=today)
        case Measure():
            found += measure_obstacles(case, what, today=today)
        case TaskDone():
            for state in log.tasks(case):
                if state.entry.id == what.task:
                    found += task_obstacles(state, what, evidence=evidence)
        case LetterApproved() | LetterSent() | LetterAnswer():
            found += letter_obstacles(case, what, signers.first)
        case _:
            pass
    return found
