"""The routine of the office in the demo: tasks done when they are due, standing questions answered, quiet cases closed.

What is particular to one provider stands in examples/demo/handelingen.toml; this is what happens in every case.
"""

from dataclasses import replace
from datetime import date, timedelta

from ews.cases import log, rules
from ews.cases.calendar import office_date
from ews.cases.entries import Acknowledgement, Decision, Notice, TaskDone
from ews.cases.kinds import DecisionKind, NoticeKind, Stage
from ews.cases.model import CaseFile
from ews.errors import EwsError
from ews.jobs.cases import Act, act, close
from ews.jobs.evidence import Upload
from ews.jobs.run import Context
from ews.people import Role
from ews.scoring.model import Level
from ews.scoring.words import long_date
from ews.store import case_subjects, cases
from ews.store.audit import Actor
from ews.store.engine import reading

LEFT_SINCE = date(2026, 11, 18)
"""Tasks due from this day on are still to be done: the office is not ahead of its work."""
REVIEW_DAYS = 13
QUIET_DAYS = 21
"""So long after the alert went, a case below stage 3 is closed."""
LONG_OPEN = timedelta(days=150)
OWN_DECISIONS = frozenset({"kvk:00552819"})
"""Providers whose decisions towards the NZa stand in handelingen.toml."""


class Office:
    """People who keep up with the cases; what could not be done, with the reason."""

    def __init__(self) -> None:
        self.troubles: list[str] = []

    def keep_up(self, context: Context) -> None:
        """Do what is due in every open case at this moment."""
        with reading(context.engine) as connection:
            open_cases = list(cases.open_cases(connection))
            subjects = [case.subject for case in open_cases]
            held = case_subjects.held_levels(connection, subjects, as_of=context.now)
        for case in open_cases:
            self._own(context, case)
            self._tasks(context, case)
            if log.stage(case) >= Stage.THREATENED or case.opened_at < context.now - LONG_OPEN:
                self._weigh(context, case)
            if log.stage(case) >= Stage.THREATENED:
                self._overmacht(context, case)
            elif held.get(case.subject, Level.LOW).rank < Level.ELEVATED.rank:
                self._close(context, case)

    def _own(self, context: Context, case: CaseFile) -> None:
        """Somebody carries every case; the one who took it takes it again when the term ends."""
        given = [entry.what for entry in case.entries if isinstance(entry.what, Acknowledgement)]
        if given and given[-1].until > context.now:
            return
        until = context.now + timedelta(days=28)
        self._do(
            context, "officier", Act(case.number), Acknowledgement("officier", until, "Ik draag deze zaak.")
        )

    def _tasks(self, context: Context, case: CaseFile) -> None:
        today = office_date(context.now)
        for state in log.tasks(case):
            if not state.is_open or state.task.due_on > today or state.task.due_on >= LEFT_SINCE:
                continue
            given = Act(case.number)
            if state.task.evidence_kind:
                given = replace(given, uploads=(_report(case, state, today),))
            who = self._person(context, Role(state.task.role))
            self._do(context, who, given, TaskDone(state.entry.id, text="Gedaan; zie het verslag."))

    def _overmacht(self, context: Context, case: CaseFile) -> None:
        """From stage 3 on the question of overmacht returns with every review."""
        today = office_date(context.now)
        asked = log.decisions(case, DecisionKind.OVERMACHT)
        settled = bool(asked) and asked[-1][1].outcome == "ja"
        if not settled and (not asked or (today - asked[-1][0].happened_on).days >= REVIEW_DAYS):
            reason = "De zorg loopt door; er worden nog alternatieven gevraagd."
            what = Decision(DecisionKind.OVERMACHT, "nee", reason=reason)
            self._do(context, "teamleider", Act(case.number), what)

    def _weigh(self, context: Context, case: CaseFile) -> None:
        """The EWS-melding is decided from stage 3 on, or when a case has been open for long."""
        if case.subject in OWN_DECISIONS:
            return
        if log.stage(case) >= Stage.THREATENED:
            self._notify(context, case)
        else:
            self._wait(context, case)
        if not log.decisions(case, DecisionKind.COMMITTEE):
            what = Decision(
                DecisionKind.COMMITTEE, "bekrachtigd", reason="De commissie volgt de zaak elk kwartaal."
            )
            self._do(context, "commissie", Act(case.number), what)

    def _notify(self, context: Context, case: CaseFile) -> None:
        """Discontinuity threatens: one person decides to tell the NZa, and does so the same day, also by phone."""
        if rules.notice_sent(case, NoticeKind.EWS_MELDING):
            return
        reason = "Discontinuïteit dreigt; de NZa hoort dit vroeg."
        decided = Decision(DecisionKind.EWS_MELDING, "melden", reason=reason)
        sent = Notice(
            NoticeKind.EWS_MELDING,
            f"{case.number} EWS",
            phoned_at=context.now,
            phoned="secretariaat directie Toezicht en Handhaving (fictief)",
        )
        for what in (decided, sent):
            self._do(context, "officier", Act(case.number), what)

    def _wait(self, context: Context, case: CaseFile) -> None:
        """Open for long without a threat: two people decide not to notify yet, and when to decide again."""
        today = office_date(context.now)
        weighed = log.decisions(case, DecisionKind.EWS_MELDING)
        if weighed and (weighed[-1][1].next_on or date.max) > today:
            return
        reason = "De zorg gaat door en het signaal wordt elke maand nagekeken."
        next_on = today + timedelta(days=28)
        what = Decision(DecisionKind.EWS_MELDING, "niet_melden", next_on=next_on, reason=reason)
        self._do(context, "officier", Act(case.number, second="teamleider"), what)

    def _close(self, context: Context, case: CaseFile) -> None:
        if case.opened_at > context.now - timedelta(days=QUIET_DAYS):
            return
        acting = replace(context, actor=Actor("officier", "beweerd"))
        try:
            close(
                acting, Act(case.number, second="teamleider"), "Niveau weer laag en het signaal is verklaard."
            )
        except EwsError as error:
            self.troubles.append(f"{context.now:%Y-%m-%d} {case.number} sluiten: {error}")

    def _do(
        self, context: Context, user: str, given: Act, what: Acknowledgement | TaskDone | Decision | Notice
    ) -> None:
        try:
            act(replace(context, actor=Actor(user, "beweerd")), given, what)
        except EwsError as error:
            self.troubles.append(f"{context.now:%Y-%m-%d} {given.case} {type(what).__name__}: {error}")

    @staticmethod
    def _person(context: Context, role: Role) -> str:
        people = context.settings.people.values()
        return next((person.id for person in people if person.role is role), "officier")


def _report(case: CaseFile, state: log.TaskState, today: date) -> Upload:
    """What the office wrote down when it did a task: a piece of its own, that says which."""
    kind = state.task.evidence_kind
    told = f"FICTIEF. {kind.capitalize()} bij zaak {case.number}, {long_date(today)}. {state.task.title}: gedaan.\n"
    name = f"{kind}_{today:%Y-%m-%d}_taak_{state.entry.id}.txt"
    return replace(Upload.of(told.encode(), name, kind=kind), evidence_date=today)
