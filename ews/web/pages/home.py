"""Vandaag: what waits for this person, what is due, what changed; one step to take per row."""

from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter, Response

from ews.cases import log
from ews.cases.calendar import office_date
from ews.cases.duties import DutyKind
from ews.cases.words import sentence
from ews.jobs.case_view import CaseView
from ews.jobs.countersigning import KINDS
from ews.notify.words import STAGE
from ews.people import Role
from ews.store import countersigns, proposals, scope, week
from ews.store.case_subjects import register_texts
from ews.store.countersigns import Countersign
from ews.store.engine import reading
from ews.web.pages.cases import NextStep, duty_path, next_step, seen_cases
from ews.web.policy import may
from ews.web.rendering import page
from ews.web.visit import Visit, Visiting, errands_of

router = APIRouter()
LOOKED_BACK = timedelta(days=14)
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
    views = seen_cases(visit)
    with reading(visit.context.engine) as connection:
        waiting = proposals.open_for(connection, visit.person.id)
    return page(
        visit.request,
        "home.html",
        today=office_date(visit.context.now),
        waiting=waiting,
        sentence=sentence,
        steps=[Due(view, step) for view in views if (step := _own_step(visit, view)) is not None],
        tasks=_tasks(visit, views),
        clocks=_clocks(visit, views),
        changes=_changes(visit),
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


def _own_step(visit: Visit, view: CaseView) -> NextStep | None:
    """The next step of a case that this person owns, or that nobody owns yet."""
    if view.case.owner not in {None, visit.person.id}:
        return None
    return next_step(visit.request, view)


def _tasks(visit: Visit, views: list[CaseView]) -> list[Due]:
    """Open tasks of this person, or of this person's role where nobody was named; the most urgent first."""
    mine = []
    for view in views:
        for state in log.tasks(view.case):
            named = state.task.owner == visit.person.id
            by_role = not state.task.owner and Role(visit.person.role).value == state.task.role
            if state.is_open and (named or by_role):
                path = visit.request.app.url_path_for("case_taak-klaar", number=view.case.number)
                step = NextStep(
                    state.task.title, state.task.due_on, f"{path}?taak={state.entry.id}", "Afronden"
                )
                mine.append(Due(view, step))
    return sorted(mine, key=lambda due: due.step.due_on or date.max)


def _clocks(visit: Visit, views: list[CaseView]) -> list[Due]:
    """Duties to the NZa that run, the most urgent first."""
    running = [
        Due(
            view,
            NextStep(duty.text, duty.due_on, duty_path(visit.request, view.case.number, duty.kind.value), ""),
        )
        for view in views
        for duty in view.duties
        if duty.kind in CLOCKS
    ]
    return sorted(running, key=lambda due: due.step.due_on or date.max)


def _changes(visit: Visit) -> list[Changed]:
    """Levels that moved lately, newest first, within reach of this person."""
    now = visit.context.now
    with reading(visit.context.engine) as connection:
        moved = week.moved(connection, now - LOOKED_BACK, now)
        subjects = {one.subject for one in moved}
        names = register_texts(connection, "naam", subjects, as_of=now)
        regions = scope.regions_of(connection, subjects, as_of=now)
    seen = [one for one in moved if visit.scope.admits(regions.get(one.subject, ""))]
    return [Changed(one, names.get(one.subject, one.subject)) for one in reversed(seen)]
