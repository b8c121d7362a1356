"""What a crisis asks: an organisation with deputies and numbers that work, agreed regie, reports, and moves that are counted."""

from collections.abc import Iterator
from datetime import date, timedelta

from ews.cases import log
from ews.cases.duty_kinds import CaseWarning, Duty, DutyKind, WarningKind
from ews.cases.entries import Coordination, CrisisRole, SituationReport
from ews.cases.kinds import DecisionKind, Stage, TransferState
from ews.cases.model import CaseFile
from ews.cases.moves import TransferCount, TransferGroup
from ews.cases.policy import CasePolicy

CHECKED_AFTER = timedelta(days=28)
"""Whoever moved is checked after four weeks."""
IN_CRISIS = frozenset({Stage.CRISIS, Stage.OVERMACHT})


def crisis_duties(case: CaseFile, policy: CasePolicy) -> Iterator[Duty]:
    """What stage 4 and 5 can't do without, and the decision that any rescue measure needs."""
    since = log.stage_since(case)
    rescues = [state for state in log.measures(case) if state.measure.scenario == 1]
    if rescues and log.last_decision(case, DecisionKind.NOODZAKELIJKHEID) is None:
        text = "Noodzakelijkheidsbesluit nemen: er loopt een reddingsmaatregel zonder."
        yield Duty(DutyKind.NECESSITY, rescues[0].measure.begins_on, text)
    if log.stage(case) not in IN_CRISIS:
        return
    if not any(True for _ in log.current(case, CrisisRole)):
        yield Duty(DutyKind.CRISIS_ORGANISATION, since, "Crisisorganisatie vastleggen: rollen en vervangers.")
    if not any(True for _ in log.current(case, Coordination)):
        text = "Regie afspreken: welk zorgkantoor leidt, en ieders aandeel (ews case regie)."
        yield Duty(DutyKind.COORDINATION, since, text)
    if log.last_decision(case, DecisionKind.BETALING) is None:
        yield Duty(DutyKind.PAYMENT, since, "Betaalbesluit per locatie nemen.")
    reports = [entry.happened_on for entry, _ in log.current(case, SituationReport)]
    last = max([since, *reports])
    due = last + timedelta(days=policy.case.situation_days) if reports else since
    yield Duty(
        DutyKind.SITUATION, due, "Situatierapport vastleggen: wie heeft zorg, voor wie is er geen plek."
    )


def call_list_warnings(case: CaseFile, policy: CasePolicy, today: date) -> Iterator[CaseWarning]:
    """Numbers on the call list that nobody tried this quarter, and parts without a deputy."""
    if case.closed_at is not None:
        return
    roles = [what for _, what in log.current(case, CrisisRole)]
    since = today - timedelta(days=policy.case.phone_confirmed_days)
    stale = [one.role for one in roles if one.phone_confirmed_on is None or one.phone_confirmed_on < since]
    if stale:
        text = (
            f"Telefoonnummers dit kwartaal niet bevestigd: {', '.join(stale)}. Bel ze, en leg vast wanneer."
        )
        yield CaseWarning(WarningKind.PHONE_STALE, text)
    alone = [one.role for one in roles if not one.deputy] if log.stage(case) in IN_CRISIS else []
    if alone:
        yield CaseWarning(
            WarningKind.NO_DEPUTY, f"Geen vervanger in de crisisorganisatie voor: {', '.join(alone)}."
        )


def transfer_warnings(case: CaseFile, policy: CasePolicy, today: date) -> Iterator[CaseWarning]:
    """Groups whose count differs, is old, is stuck, or whose move nobody looked at after four weeks."""
    last = {what.group: (entry, dict(what.counts)) for entry, what in log.current(case, TransferCount)}
    for entry, group in log.current(case, TransferGroup):
        name = f"Groep {group.profile} {group.form}".rstrip()
        counted, counts = last.get(entry.id, (entry, {}))
        if case.closed_at is None and not _is_done(counts, group.clients):
            quiet = (today - counted.happened_on).days
            if quiet > policy.case.count_days:
                text = f"{name}: al {quiet} dagen niet geteld (norm {policy.case.count_days})."
                yield CaseWarning(WarningKind.COUNT_DUE, text)
        if entry.id in last:
            yield from _count_warnings(name, group, counted.happened_on, counts, today)


def _is_done(counts: dict[TransferState, int], clients: int) -> bool:
    return counts.get(TransferState.MOVED, 0) + counts.get(TransferState.CHECKED, 0) >= clients


def _count_warnings(
    name: str, group: TransferGroup, on: date, counts: dict[TransferState, int], today: date
) -> Iterator[CaseWarning]:
    total = sum(counts.values())
    if total != group.clients:
        text = f"{name}: geteld {total}, in de zaak {group.clients}. Zoek het verschil uit."
        yield CaseWarning(WarningKind.COUNTS_DIFFER, text)
    if counts.get(TransferState.STUCK):
        text = f"{name}: verhuizing vastgelopen voor {counts[TransferState.STUCK]}."
        yield CaseWarning(WarningKind.STUCK, text)
    moved = counts.get(TransferState.MOVED, 0)
    if moved and on + CHECKED_AFTER < today:
        text = f"{name}: {moved} verhuisd en na vier weken nog niet gecontroleerd."
        yield CaseWarning(WarningKind.NOT_CHECKED, text)
