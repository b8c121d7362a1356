"""Vandaag: what waits for this person, what is due, what changed; one step to take per row."""

from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter, Response

from ews.cases.calendar import office_date
from ews.cases.duties import DutyKind
from ews.cases.words import sentence
from ews.jobs.case_view import CaseView
from ews.jobs.countersigning import KINDS
from ews.notify.words import STAGE
from ews.people import Role
from ews.store import alert_history, countersigns, proposals, scope, week
from ews.store.case_subjects import register_texts
from ews.store.countersigns import Countersign
from ews.store.engine import reading
from ews.web.case_work import CaseWork, NextStep, duty_path, seen_cases
from ews.web.policy import may
from ews.web.rendering import address, page
from ews.web.visit import Visit, Visiting, errands_of

router = APIRouter()
LOOKED_BACK = timedelta(days=14)
MOST_CHANGES = 20
CLOCKS = {DutyKind.EWS_DECISION, DutyKind.EWS_MELDING, DutyKind.OVERMACHT, DutyKind.OVERMACHTSMELDING}


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do in one case."""

    view: CaseView
    step: NextStep


@dataclass(frozen=True, slots=True)
class Changed:
    """One level that moved, with the name of whom it is about."""

    moved: week.Moved
    name: str


@router.get("/", name="home")
def home(visit: Visiting) -> Response:
    """Where a visitor starts. Who sees no risk data starts at the machine."""
    if not may(visit.person.role, "portfolio"):
        return page(visit.request, "home_keeper.html", signing=_signing(visit), kinds=KINDS)
    listed = seen_cases(visit)
    changes, changed = _changes(visit)
    with reading(visit.context.engine) as connection:
        waiting = proposals.open_for(connection, visit.person.id)
    return page(
        visit.request,
        "home.html",
        today=office_date(visit.context.now),
        waiting=waiting,
        sentence=sentence,
        steps=[
            Due(one.view, one.step)
            for one in listed
            if one.step is not None and one.view.case.owner in {None, visit.person.id}
        ],
        tasks=_tasks(visit, listed),
        clocks=_clocks(visit, listed),
        changes=changes,
        changed=changed,
        stages=STAGE,
        since=office_date(visit.context.now) - LOOKED_BACK,
        can_work=may(visit.person.role, "case_contact_do"),
        signing=_signing(visit),
        kinds=KINDS,
        errands=errands_of(visit).of(visit.person.id)[:5],
    )


def _signing(visit: Visit) -> list[Countersign]:
    """What waits for this person's signature outside a case."""
    with reading(visit.context.engine) as connection:
        return countersigns.waiting_for(connection, visit.person.id)


def _tasks(visit: Visit, listed: list[CaseWork]) -> list[Due]:
    """Open tasks of this person, or of this person's role where nobody was named; the most urgent first."""
    mine = []
    for one in listed:
        for state in one.tasks:
            named = state.task.owner == visit.person.id
            by_role = not state.task.owner and Role(visit.person.role).value == state.task.role
            if named or by_role:
                path = address(visit.request, "case_taak-klaar", number=one.view.case.number)
                step = NextStep(
                    state.task.title, state.task.due_on, f"{path}?taak={state.entry.id}", "Afronden"
                )
                mine.append(Due(one.view, step))
    return sorted(mine, key=lambda due: due.step.due_on or date.max)


def _clocks(visit: Visit, listed: list[CaseWork]) -> list[Due]:
    """Duties to the NZa that run, the most urgent first."""
    running = [
        Due(
            view,
            NextStep(duty.text, duty.due_on, duty_path(visit.request, view.case.number, duty.kind.value), ""),
        )
        for view in (one.view for one in listed)
        for duty in view.duties
        if duty.kind in CLOCKS
    ]
    return sorted(running, key=lambda due: due.step.due_on or date.max)


def _changes(visit: Visit) -> tuple[list[Changed], int]:
    """Levels that moved lately within reach of this person: the newest of them, and how many there are."""
    now = visit.context.now
    with reading(visit.context.engine) as connection:
        moved = alert_history.who_moved(connection, now - LOOKED_BACK, now)
        if not visit.scope.is_whole:
            regions = scope.regions_of(connection, set(moved.values()), as_of=now)
            moved = {one: who for one, who in moved.items() if visit.scope.admits(regions.get(who, ""))}
        newest = sorted(moved, reverse=True)[:MOST_CHANGES]
        shown = week.moved(connection, now - LOOKED_BACK, now, only=newest)
        names = register_texts(connection, "naam", {one.subject for one in shown}, as_of=now)
    return [Changed(one, names.get(one.subject, one.subject)) for one in reversed(shown)], len(moved)
