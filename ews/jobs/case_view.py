"""A case as a reader needs it: its log with what follows from it, at a moment."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ews.cases import duties, log
from ews.cases.calendar import office_date
from ews.cases.clock import MeldingClock, melding_clock
from ews.cases.duties import CaseWarning, Duty
from ews.cases.evidence_state import Scanning
from ews.cases.kinds import DecisionKind, Stage
from ews.cases.model import CaseFile
from ews.cases.policy import CasePolicy, read_policy
from ews.jobs.run import Context
from ews.jobs.scan import scanning
from ews.scoring.model import Level
from ews.store import case_subjects, cases
from ews.store.engine import reading


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything the page of a case shows."""

    case: CaseFile
    policy: CasePolicy
    name: str
    """Of the provider, as the register had it; empty when it had none."""
    level: Level
    """Held now; an override stands beside it."""
    override: Level | None
    stage: Stage
    clock: MeldingClock
    duties: tuple[Duty, ...]
    warnings: tuple[CaseWarning, ...]
    today: date
    scanning: Scanning

    @property
    def due(self) -> date | None:
        """The first day by which something must be done."""
        open_tasks = [state.task.due_on for state in log.tasks(self.case) if state.is_open]
        return min([*open_tasks, *(duty.due_on for duty in self.duties)], default=None)


def view_case(context: Context, number: str, *, as_of: datetime | None = None) -> CaseView:
    """One case as it was known at `as_of`. Raises NotFoundError."""
    with reading(context.engine) as connection:
        case = cases.load_case(connection, number, as_of=as_of)
    return _views(context, [case], as_of)[0]


def list_cases(context: Context, *, as_of: datetime | None = None, closed: bool = False) -> list[CaseView]:
    """Open cases (or all), the most urgent stage first, then what is due first."""
    with reading(context.engine) as connection:
        read = cases.all_cases if closed else cases.open_cases
        found = read(connection, as_of=as_of)
    views = _views(context, found, as_of)
    return sorted(views, key=lambda view: (-view.stage, view.due or date.max, view.case.number))


def _views(context: Context, found: list[CaseFile], as_of: datetime | None) -> list[CaseView]:
    moment = as_of or context.now
    subjects = [case.subject for case in found]
    with reading(context.engine) as connection:
        names = case_subjects.register_texts(connection, "naam", subjects, as_of=moment)
        held = case_subjects.held_levels(connection, subjects, as_of=moment)
    return [
        _view(case, names.get(case.subject, ""), held.get(case.subject), moment, scanning=scanning(context))
        for case in found
    ]


def _view(case: CaseFile, name: str, held: Level | None, moment: datetime, *, scanning: Scanning) -> CaseView:
    policy = read_policy(case.policy)
    today = office_date(moment)
    return CaseView(
        case=case,
        policy=policy,
        name=name,
        level=held or Level.UNKNOWN,
        override=override_on(case, policy, today),
        stage=log.stage(case),
        clock=melding_clock(case),
        duties=tuple(duties.duties(case, policy, today=today)),
        warnings=tuple(duties.warnings(case, policy, now=moment)),
        today=today,
        scanning=scanning,
    )


def override_on(case: CaseFile, policy: CasePolicy, today: date) -> Level | None:
    """The level that people put in the place of the calculated one; it always ends, and then the calculated one is back."""
    taken = log.last_decision(case, DecisionKind.OVERRIDE)
    if taken is None or taken[1].outcome == "opheffen":
        return None
    entry, decision = taken
    last = entry.happened_on + timedelta(days=policy.case.override_days)
    return None if today > min(last, decision.next_on or last) else Level(decision.outcome)
