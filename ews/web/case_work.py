"""What there is to do in the cases that a visitor may see: gathered once, shared until one of them changes."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from fastapi import Request

from ews.cases import log
from ews.cases.calendar import office_date
from ews.cases.log import TaskState
from ews.jobs.case_view import CaseView, list_cases
from ews.store import freshness, scope
from ews.store.engine import reading
from ews.web.rendering import address
from ews.web.visit import Visit, shelf_of


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do first, and the form for it."""

    text: str
    due_on: date | None
    path: str
    button: str


@dataclass(frozen=True, slots=True)
class CaseWork:
    """One case in a list, with the first step in it and its open tasks."""

    view: CaseView
    step: NextStep | None
    tasks: tuple[TaskState, ...]


def seen_cases(visit: Visit, *, as_of: datetime | None = None, closed: bool = False) -> list[CaseWork]:
    """Every case that this person may see, the most urgent first. All are read once until one of them changes."""
    with reading(visit.context.engine) as connection:
        made_from = freshness.cases(connection)

    def make() -> list[CaseWork]:
        return [_work(visit.request, one) for one in list_cases(visit.context, as_of=as_of, closed=closed)]

    key = ("cases", as_of, closed, office_date(visit.context.now))
    found = shelf_of(visit).get(key, make, made_from=made_from)
    if visit.scope.is_whole:
        return found
    listed, moment = [one.view.case for one in found], as_of or visit.context.now
    with reading(visit.context.engine) as connection:
        seen = {case.number for case in scope.within(connection, visit.scope, listed, as_of=moment)}
    return [one for one in found if one.view.case.number in seen]


def _work(request: Request, view: CaseView) -> CaseWork:
    tasks = tuple(state for state in log.tasks(view.case) if state.is_open)
    return CaseWork(view, next_step(request, view), tasks)


def next_step(request: Request, view: CaseView) -> NextStep | None:
    """What to do first: take it, then what is due first."""
    case, path = view.case, partial(address, request)
    if case.closed_at is not None:
        return None
    if case.owner is None:
        due = path("case_bevestigen", number=case.number)
        return NextStep("Niemand draagt deze zaak: bevestig ontvangst", None, due, "Bevestigen")
    steps = [
        NextStep(
            duty.text,
            duty.due_on,
            duty_path(request, case.number, duty.kind.value),
            _button(duty.kind.value),
        )
        for duty in view.duties
    ]
    for state in log.tasks(case):
        if state.is_open:
            there = f"{path('case_taak-klaar', number=case.number)}?taak={state.entry.id}"
            steps.append(NextStep(state.task.title, state.task.due_on, there, "Afronden"))
    return min(steps, key=lambda step: step.due_on or date.max, default=None)


def _button(duty: str) -> str:
    if duty in _NOTICES:
        return "Naar de melding"
    return "Besluiten" if duty in _DUTY_DECISIONS else "Vastleggen"


_DUTY_DECISIONS = {
    "ews_besluit": "ews_melding",
    "overmachtsvraag": "overmacht",
    "risicocommissie": "risicocommissie",
    "noodzakelijkheidsbesluit": "noodzakelijkheid",
    "betaalbesluit": "betaling",
}


_FORMS = {
    "crisisorganisatie": "case_rol",
    "regie": "case_regie",
    "situatierapport": "case_situatie",
    "agendering": "letters",
}
_NOTICES = {"ews_melding_versturen": "ews", "overmachtsmelding_versturen": "overmacht"}


def duty_path(request: Request, number: str, duty: str) -> str:
    """Where a duty is fulfilled: its form, the notice or letters that it is about, or the case."""
    path = partial(address, request)
    if duty in _NOTICES:
        return path("notice", number=number, slug=_NOTICES[duty])
    if duty in _FORMS:
        return str(path(_FORMS[duty], number=number))
    if duty in _DUTY_DECISIONS:
        return f"{path('case_besluit', number=number)}?soort={_DUTY_DECISIONS[duty]}"
    return path("case", number=number)
