"""What a case must still decide, and what is wrong with it: derived from the log, never typed in."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from ews.cases import log
from ews.cases.calendar import add_months, add_working_days, office_date
from ews.cases.clock import melding_clock
from ews.cases.crisis import call_list_warnings, crisis_duties, transfer_warnings
from ews.cases.duty_kinds import CaseWarning, Duty, DutyKind, WarningKind
from ews.cases.entries import Acknowledgement, StageChange
from ews.cases.kinds import DecisionKind, Means, NoticeKind, Stage
from ews.cases.letter_book import agenda, silences
from ews.cases.model import CaseFile
from ews.cases.moves import PlanOutcome
from ews.cases.policy import CasePolicy
from ews.cases.rules import ews_decision_holds, notice_sent

__all__ = ["CaseWarning", "Duty", "DutyKind", "WarningKind", "duties", "warnings"]


def duties(case: CaseFile, policy: CasePolicy, *, today: date) -> list[Duty]:
    """What must still be decided, the earliest first."""
    if case.closed_at is not None:
        return []
    found = [
        *_ews_duties(case, policy, today),
        *_overmacht_duties(case, policy),
        *_committee_duties(case, policy, today),
        *crisis_duties(case, policy),
        *_raised_duties(case),
    ]
    return sorted(found, key=lambda duty: (duty.due_on, duty.kind))


def _ews_duties(case: CaseFile, policy: CasePolicy, today: date) -> Iterator[Duty]:
    taken = log.last_decision(case, DecisionKind.EWS_MELDING)
    if _threatened(case) and not ews_decision_holds(case, today):
        if taken and taken[1].next_on and taken[0].happened_on >= _threatened_since(case):
            text = "Opnieuw besluiten over de EWS-melding: het besluit om niet te melden is verlopen."
            yield Duty(DutyKind.EWS_DECISION, taken[1].next_on, text)
        else:
            days = policy.case.ews_decision_days
            due = add_working_days(_threatened_since(case), days, policy.case.days_off)
            yield Duty(
                DutyKind.EWS_DECISION, due, "Besluiten: EWS-melding aan de NZa, of met twee mensen niet."
            )
    elif _threatened(case) and taken and taken[1].next_on:
        text = "Opnieuw besluiten over de EWS-melding: er is besloten nu niet te melden."
        yield Duty(DutyKind.EWS_DECISION, taken[1].next_on, text)
    if taken and taken[1].outcome == "melden" and not _sent_since(case, taken[0].happened_on):
        text = "EWS-melding versturen: besloten, nog niet verstuurd."
        yield Duty(
            DutyKind.EWS_MELDING, add_working_days(taken[0].happened_on, 1, policy.case.days_off), text
        )


def _sent_since(case: CaseFile, day: date) -> bool:
    sent = melding_clock(case).ews_melding_sent_on
    return sent is not None and sent >= day


def _overmacht_duties(case: CaseFile, policy: CasePolicy) -> Iterator[Duty]:
    answered = log.last_decision(case, DecisionKind.OVERMACHT)
    if answered and answered[1].outcome == "ja":
        if not notice_sent(case, NoticeKind.OVERMACHTSMELDING):
            text = "Overmachtsmelding versturen: de wet zegt terstond (art. 4 Regeling meldplicht)."
            yield Duty(DutyKind.OVERMACHTSMELDING, answered[0].happened_on, text)
        return
    asked = _overmacht_asked(case, policy, answered[0].happened_on if answered else None)
    if asked is not None:
        yield Duty(DutyKind.OVERMACHT, *asked)


def _overmacht_asked(case: CaseFile, policy: CasePolicy, since: date | None) -> tuple[date, str] | None:
    """The day and cause of the first unanswered overmacht question; independent of the stage."""
    causes = []
    closed = melding_clock(case).alternatives_closed_on
    if closed is not None and (since is None or closed > since):
        due = add_working_days(closed, policy.case.overmacht_decision_days, policy.case.days_off)
        causes.append((due, "Overmachtsvraag beantwoorden: het laatste alternatief is gesloten."))
    plans = list(log.current(case, PlanOutcome))
    if plans and plans[-1][1].placed < plans[-1][1].clients:
        made = plans[-1][0].happened_on
        if since is None or made > since:
            left = plans[-1][1].clients - plans[-1][1].placed
            causes.append(
                (made, f"Overmachtsvraag beantwoorden: het overdrachtsplan laat {left} cliënten zonder plek.")
            )
    if _threatened(case):
        start = max(since or date.min, _threatened_since(case))
        due = start + timedelta(days=policy.case.review_days) if since else start
        causes.append((due, "Overmachtsvraag beantwoorden: hoort bij elke herziening vanaf trede 3."))
    return min(causes, default=None)


def _committee_duties(case: CaseFile, policy: CasePolicy, today: date) -> Iterator[Duty]:
    if log.stage(case) not in {Stage.ATTENTION, Stage.INVESTIGATION}:
        return
    taken = log.last_decision(case, DecisionKind.COMMITTEE)
    start = _watched_since(case)
    if taken and taken[0].happened_on >= start:
        start = taken[0].happened_on
    due = add_months(start, policy.case.months_until_forced_decision)
    if due - timedelta(days=30) > today:
        return
    months = policy.case.months_until_forced_decision
    yield Duty(DutyKind.COMMITTEE, due, f"Naar de risicocommissie: {months} maanden in trede 1-2.")
    decided = log.last_decision(case, DecisionKind.EWS_MELDING)
    if decided is None or decided[0].happened_on < due - timedelta(days=30):
        yield Duty(
            DutyKind.EWS_DECISION, due, f"Besluiten over de EWS-melding: {months} maanden in trede 1-2."
        )


def _raised_duties(case: CaseFile) -> Iterator[Duty]:
    for state in agenda(case):
        if state.due_on is None:
            continue
        who, step = state.raised.organisation, state.next_step
        text = f"Volgende stap na agendering bij {who}: {step[1] or 'zie het register'}." if step else ""
        asked = f"Antwoord van {who} op de agendering ontvangen, of opnieuw vragen."
        yield Duty(DutyKind.RAISED, state.due_on, text or asked)


def warnings(case: CaseFile, policy: CasePolicy, *, now: datetime) -> list[CaseWarning]:
    """What is wrong with the case as it stands."""
    today = office_date(now)
    found: list[CaseWarning] = []
    if log.stage(case) is Stage.OVERMACHT and not notice_sent(case, NoticeKind.EWS_MELDING):
        text = "Trede 5 zonder eerdere EWS-melding: leg uit waarom (item E1)."
        found.append(CaseWarning(WarningKind.NO_EWS_MELDING, text))
    measures = log.measures(case)
    if measures and all(state.measure.means is Means.FINANCIAL for state in measures):
        text = "Elke maatregel is geld; de NZa vraagt ook niet-financiële middelen."
        found.append(CaseWarning(WarningKind.ONLY_MONEY, text))
    return [
        *found,
        *_stalled(case, policy, now, today),
        *_promises(case, today),
        *transfer_warnings(case, policy, today),
        *call_list_warnings(case, policy, today),
    ]


def _stalled(case: CaseFile, policy: CasePolicy, now: datetime, today: date) -> Iterator[CaseWarning]:
    if case.closed_at is not None:
        return
    quiet = (today - office_date(log.last_act_at(case))).days
    if quiet > policy.case.stalled_days:
        text = f"Sinds {quiet} dagen is niets vastgelegd (norm {policy.case.stalled_days})."
        yield CaseWarning(WarningKind.STALLED, text)
    owned = [what for _, what in log.current(case, Acknowledgement)]
    if owned and owned[-1].until < now:
        text = f"De bevestiging van {owned[-1].owner} is verlopen; niemand heeft haar vernieuwd."
        yield CaseWarning(WarningKind.ACKNOWLEDGEMENT_ENDED, text)


def _promises(case: CaseFile, today: date) -> Iterator[CaseWarning]:
    for state in log.agreements(case):
        if state.is_broken(today):
            figures = state.agreement.figures
            kind = WarningKind.FIGURES_MISSING if figures else WarningKind.AGREEMENT_BROKEN
            what = "Toegezegde cijfers niet ontvangen" if figures else "Afspraak niet nagekomen"
            yield CaseWarning(
                kind, f"{what}: {state.agreement.party.value}, uiterlijk {state.agreement.due_on:%d-%m-%Y}."
            )
    for asked in log.alternatives(case):
        if asked.answer is None and asked.alternative.answer_by < today:
            who = asked.alternative.organisation or asked.alternative.kind.value
            text = f"Geen antwoord van {who}; gevraagd vóór {asked.alternative.answer_by:%d-%m-%Y}."
            yield CaseWarning(WarningKind.ANSWER_LATE, text)
    for silence in silences(case, today):
        yield CaseWarning(WarningKind.ANSWER_LATE, silence)


def _threatened(case: CaseFile) -> bool:
    return log.stage(case) in {Stage.THREATENED, Stage.CRISIS, Stage.OVERMACHT}


def _threatened_since(case: CaseFile) -> date:
    """The day the case last went up to stage 3 or beyond."""
    ups = [
        entry.happened_on
        for entry in case.entries
        if isinstance(entry.what, StageChange) and entry.what.before < Stage.THREATENED <= entry.what.after
    ]
    return ups[-1] if ups else log.stage_since(case)


def _watched_since(case: CaseFile) -> date:
    """The day the case last entered stages 1-2 from elsewhere."""
    watched = {Stage.ATTENTION, Stage.INVESTIGATION}
    entered = [
        entry.happened_on
        for entry in case.entries
        if isinstance(entry.what, StageChange)
        and entry.what.after in watched
        and entry.what.before not in watched
    ]
    return entered[-1] if entered else log.stage_since(case)
