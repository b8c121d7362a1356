"""Cases that come into being: from alerts, in the transaction of the assessment, or because a person sees cause."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from ews.alerts.model import RecordedChange
from ews.cases import log, opening
from ews.cases.calendar import office_date
from ews.cases.entries import Opening
from ews.cases.kinds import Stage
from ews.cases.model import CaseFile
from ews.cases.obstacles import SENTENCES, Obstacle
from ews.cases.opening import Trigger
from ews.cases.policy import read_policy
from ews.cases.ties import MemberSignal, Umbrella
from ews.cases.words import LEVELS
from ews.errors import RefusedError
from ews.jobs.case_log import create, enter, lay_hours_ready, record
from ews.jobs.case_triggers import triggers
from ews.jobs.run import Context
from ews.store import audit, cases
from ews.store.engine import writing


def open_for_alerts(connection: Connection, context: Context, changes: Sequence[RecordedChange]) -> list[str]:
    """Open or raise cases for alert changes, in the caller's transaction. Returns the numbers touched."""
    policy = context.settings.cases
    touched = []
    umbrellas = umbrella_of(cases.open_cases(connection))
    for trigger in triggers(connection, context, changes):
        case = cases.open_case_of(connection, trigger.subject)
        if case is None and opening.opens_case(policy, trigger):
            under = None if trigger.insolvency_known_at else umbrellas.get(trigger.subject)
            touched.append(under or _open(connection, context, trigger))
            if under:
                signal = MemberSignal(trigger.subject, trigger.level.value, trigger.points)
                today = office_date(context.now)
                record(connection, context, under, signal, on=today, author=audit.SYSTEM.id)
        elif case is not None and _raise(connection, context, case, trigger):
            touched.append(case.number)
    return touched


def open_by_hand(context: Context, subject: str, reason: str) -> str:
    """Open a case because a person sees cause for it. Returns its number."""
    person = context.person()
    if not reason.strip():
        raise RefusedError(SENTENCES[Obstacle.NO_REASON])
    with writing(context.engine) as connection:
        present = cases.open_case_of(connection, subject)
        if present is not None:
            raise RefusedError(f"Voor {subject} loopt al zaak {present.number}.")
        number = create(connection, context, subject, None)
        today = office_date(context.now)
        record(connection, context, number, Opening("person", "", 0, text=reason), on=today, author=person.id)
        enter(connection, context, number, Stage.ATTENTION, "geopend door een medewerker")
    return number


def umbrella_of(found: Iterable[CaseFile]) -> dict[str, str]:
    """Provider -> the umbrella case that it stands under."""
    return {
        member: case.number
        for case in found
        for _, what in log.current(case, Umbrella)
        for member in what.members
    }


def _open(connection: Connection, context: Context, trigger: Trigger) -> str:
    policy = context.settings.cases
    number = create(connection, context, trigger.subject, trigger.alert)
    reason = opening.opening_reason(policy, trigger)
    what = Opening(reason, trigger.level.value, trigger.points, trigger.alert, trigger.text)
    record(connection, context, number, what, on=trigger.first_signal_on, author=audit.SYSTEM.id)
    if trigger.hard_to_replace:
        # such a provider has a scenario sheet from stage 0 on
        case = cases.load_case(connection, number)
        for task in opening.tasks_of(case, policy, [Stage.REGULAR], now=context.now):
            record(connection, context, number, task, on=office_date(context.now), author=audit.SYSTEM.id)
    target = opening.stage_for(policy, trigger)
    enter(connection, context, number, target, f"niveau {LEVELS[trigger.level]}")
    lay_hours_ready(connection, context, number, trigger)
    from ews.jobs.case_context import note_surroundings  # the register is heavy, and needed here alone

    note_surroundings(connection, context, number, trigger.subject)
    return number


def _raise(connection: Connection, context: Context, case: CaseFile, trigger: Trigger) -> bool:
    target = opening.rises_to(case, read_policy(case.policy), trigger)
    if target is not None:
        enter(connection, context, case.number, target, f"niveau {LEVELS[trigger.level]}")
    laid = lay_hours_ready(connection, context, case.number, trigger)
    return target is not None or laid
