"""Reading a case afterwards, and as the NZa would: against its criticism of 2024, from the log alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ews.cases import log
from ews.cases.calendar import add_months, add_working_days
from ews.cases.clock import MeldingClock, melding_clock
from ews.cases.entries import Contact, Coordination, Lesson, Opening, ProviderView, StageChange
from ews.cases.kinds import DecisionKind, Means, Party, Stage
from ews.cases.model import CaseFile
from ews.cases.moves import PlanOutcome
from ews.cases.policy import CasePolicy
from ews.cases.words import day

OTHERS = frozenset({Party.ZORGKANTOOR, Party.INSURER, Party.IGJ, Party.NZA, Party.MUNICIPALITY})


class Verdict(StrEnum):
    GOOD = "goed"
    WEAK = "zwak"
    MISSING = "ontbreekt"


@dataclass(frozen=True, slots=True)
class Finding:
    """One point of criticism held against the case."""

    point: str
    verdict: Verdict
    text: str


@dataclass(frozen=True, slots=True)
class NzaReading:
    """The findings, and the day on which the office should have notified, with why."""

    findings: tuple[Finding, ...]
    should_have_notified_on: date | None
    because: str
    days_late: int | None
    """Until the EWS-melding was sent, or until today; None when it was in time or not due."""


def as_nza(case: CaseFile, policy: CasePolicy, *, today: date) -> NzaReading:
    """How the case reads to a supervisor with the report of 2024 in hand."""
    clock = melding_clock(case)
    due, because = _due(case, policy, clock)
    sent = clock.ews_melding_sent_on
    late = None if due is None else ((sent or today) - due).days
    return NzaReading(
        findings=tuple(_findings(case, policy, clock, today)),
        should_have_notified_on=due,
        because=because,
        days_late=late if late is not None and late > 0 else None,
    )


def _due(case: CaseFile, policy: CasePolicy, clock: MeldingClock) -> tuple[date | None, str]:
    """The earliest day on which the log itself says that the NZa should have been told."""
    rules = policy.case
    found = []
    for entry in case.entries:
        what = entry.what
        if isinstance(what, StageChange) and what.before < Stage.THREATENED <= what.after != Stage.AFTERCARE:
            term = add_working_days(entry.happened_on, rules.ews_decision_days, rules.days_off)
            found.append((term, f"trede {what.after} ging in op {day(entry.happened_on)}"))
    if clock.alternatives_closed_on:
        closed = clock.alternatives_closed_on
        found.append((closed, f"het laatste alternatief sloot op {day(closed)}"))
    if clock.foreseeable_on:
        found.append((clock.foreseeable_on, f"overmacht was voorzienbaar sinds {day(clock.foreseeable_on)}"))
    if clock.first_signal_on and _lasted(case, clock.first_signal_on, rules.months_until_forced_decision):
        forced = add_months(clock.first_signal_on, rules.months_until_forced_decision)
        text = f"het eerste signaal was van {day(clock.first_signal_on)}, {rules.months_until_forced_decision} maanden eerder"
        found.append((forced, text))
    return min(found, default=(None, ""), key=lambda one: one[0] or date.max)


def _lasted(case: CaseFile, since: date, months: int) -> bool:
    last = max(entry.happened_on for entry in case.entries)
    return last >= add_months(since, months)


def _findings(case: CaseFile, policy: CasePolicy, clock: MeldingClock, today: date) -> Iterator[Finding]:
    yield _notified(case, clock)
    yield _promptness(case, policy, clock, today)
    yield _board(policy, clock)
    yield from _alternatives(case)
    yield _means(case)
    yield _shown(
        "Hoor en wederhoor",
        any(True for _ in log.current(case, ProviderView)),
        "bevinding en weerwoord staan naast elkaar",
    )
    others = sorted({what.party.value for _, what in log.current(case, Contact) if what.party in OTHERS})
    yield _shown("Uniek of breder, afgestemd met anderen", bool(others), f"gesproken met {', '.join(others)}")
    yield _shown("Regie", any(True for _ in log.current(case, Coordination)), "vastgelegd wie de regie heeft")
    plans = [what for _, what in log.current(case, PlanOutcome)]
    done = f"{plans[-1].placed} van {plans[-1].clients} cliënten met een plek" if plans else ""
    yield _shown("Plan tot op cliëntgroep", bool(plans), done)


def _notified(case: CaseFile, clock: MeldingClock) -> Finding:
    point = "EWS-melding vóór een overmachtsmelding"
    sent, force = clock.ews_melding_sent_on, clock.overmachtsmelding_sent_on
    if sent and (force is None or sent < force):
        return Finding(point, Verdict.GOOD, f"verstuurd op {day(sent)}")
    if sent:
        return Finding(point, Verdict.WEAK, f"pas verstuurd op {day(sent)}, na of met de overmachtsmelding")
    taken = log.last_decision(case, DecisionKind.EWS_MELDING)
    if taken and taken[1].outcome == "niet_melden":
        return Finding(
            point, Verdict.WEAK, f"besloten niet te melden op {day(taken[0].happened_on)}, met reden"
        )
    return Finding(point, Verdict.MISSING, "geen melding en geen besluit om niet te melden")


def _promptness(case: CaseFile, policy: CasePolicy, clock: MeldingClock, today: date) -> Finding:
    point = "Tijdig na het uitputten van de mogelijkheden"
    closed = clock.alternatives_closed_on
    if not log.alternatives(case):
        return Finding(point, Verdict.WEAK, "niet te zeggen: er is geen alternatief onderzocht")
    if closed is None:
        return Finding(point, Verdict.GOOD, "er staat nog een alternatief open")
    days = ((clock.overmachtsmelding_sent_on or today) - closed).days
    norm = policy.case.targets.get("alternatives_closed_to_overmachtsmelding", 0)
    sent = "verstuurd" if clock.overmachtsmelding_sent_on else "nog niet verstuurd"
    verdict = Verdict.GOOD if days <= norm and clock.overmachtsmelding_sent_on else Verdict.WEAK
    if days > norm and clock.overmachtsmelding_sent_on is None:
        verdict = Verdict.MISSING
    return Finding(point, verdict, f"{days} dagen na {day(closed)} {sent} (eigen norm {norm})")


def _board(policy: CasePolicy, clock: MeldingClock) -> Finding:
    point = "Tijdig gesprek met het bestuur"
    if clock.first_signal_on is None or clock.first_board_talk_on is None:
        return Finding(point, Verdict.MISSING, "geen gesprek met het bestuur vastgelegd")
    days = (clock.first_board_talk_on - clock.first_signal_on).days
    norm = policy.case.targets.get("signal_to_board_talk", 0)
    verdict = Verdict.GOOD if days <= norm else Verdict.WEAK
    return Finding(point, verdict, f"{days} dagen na het eerste signaal (eigen norm {norm})")


def _alternatives(case: CaseFile) -> Iterator[Finding]:
    states = log.alternatives(case)
    elsewhere = [state for state in states if not state.alternative.kind.is_own_provision]
    unanswered = [state for state in elsewhere if state.answer is None]
    unexplained = [
        state for state in states if state.is_closed and not (state.answer and state.answer.why_not_short)
    ]
    unproved = [state for state in elsewhere if not state.entry.evidence]
    text = (
        f"aanbieders gevraagd: {len(elsewhere)}; zonder antwoord: {len(unanswered)}; zonder bewijs van de vraag: "
        f"{len(unproved)}; zonder reden waarom het niet kan: {len(unexplained)}"
    )
    good = len(elsewhere) >= 2 and not unanswered and not unproved and not unexplained
    verdict = Verdict.GOOD if good else Verdict.WEAK if elsewhere else Verdict.MISSING
    yield Finding(
        "Onderzochte oplossingen zichtbaar", verdict, text if elsewhere else "geen alternatief onderzocht"
    )
    own = [state for state in states if state.alternative.kind.is_own_provision]
    yield _shown("Zelf in de zorg voorzien onderzocht", bool(own), f"{len(own)} mogelijkheden onderzocht")


def _means(case: CaseFile) -> Finding:
    point = "Niet alleen geld"
    means = [state.measure.means for state in log.measures(case)]
    money = means.count(Means.FINANCIAL)
    text = f"{money} financiële en {len(means) - money} niet-financiële maatregelen"
    if not means:
        return Finding(point, Verdict.MISSING, "geen maatregel vastgelegd")
    return Finding(point, Verdict.WEAK if money == len(means) else Verdict.GOOD, text)


def _shown(point: str, is_shown: bool, text: str) -> Finding:
    return (
        Finding(point, Verdict.GOOD, text) if is_shown else Finding(point, Verdict.MISSING, "niet vastgelegd")
    )


@dataclass(frozen=True, slots=True)
class Lag:
    """Days between two moments of the case, beside the office's target if it has one."""

    title: str
    days: int
    target: int | None


@dataclass(frozen=True, slots=True)
class Afterwards:
    """The review of stage 6: what happened when, which steps came late, who took part, what was learned."""

    lags: tuple[Lag, ...]
    late_tasks: tuple[tuple[str, int], ...]
    """Title and days late."""
    recorded_late: tuple[tuple[int, int], ...]
    """Entries recorded more than a week after they happened: entry and days."""
    took_part: tuple[str, ...]
    absent: tuple[str, ...]
    """Provider's or clients' side without a contact in the aftercare."""
    overrides: tuple[tuple[date, str], ...]
    lessons: tuple[tuple[date, Lesson], ...]


def afterwards(case: CaseFile, policy: CasePolicy, *, today: date) -> Afterwards:
    """What the log itself says about how the case went."""
    clock = melding_clock(case)
    since = _aftercare_since(case)
    present = {
        what.party
        for entry, what in log.current(case, Contact)
        if since is not None and entry.happened_on >= since
    }
    return Afterwards(
        lags=tuple(_lags(policy, clock)),
        late_tasks=tuple(_late_tasks(case, today)),
        recorded_late=tuple(
            (entry.id, (entry.recorded_at.date() - entry.happened_on).days)
            for entry in case.entries
            if not isinstance(entry.what, Opening)
            and entry.recorded_at.date() - entry.happened_on > timedelta(days=7)
        ),
        took_part=tuple(sorted(party.value for party in present)),
        absent=tuple(party.value for party in (Party.BOARD, Party.CLIENTS) if party not in present),
        overrides=tuple(
            (entry.happened_on, taken.outcome) for entry, taken in log.decisions(case, DecisionKind.OVERRIDE)
        ),
        lessons=tuple((entry.happened_on, what) for entry, what in log.current(case, Lesson)),
    )


def _lags(policy: CasePolicy, clock: MeldingClock) -> Iterator[Lag]:
    spans = (
        (
            "eerste signaal tot gesprek met het bestuur",
            "first_signal_on",
            "first_board_talk_on",
            "signal_to_board_talk",
        ),
        ("eerste signaal tot EWS-melding", "first_signal_on", "ews_melding_sent_on", "signal_to_ews_melding"),
        (
            "voorzienbaar tot overmachtsmelding",
            "foreseeable_on",
            "overmachtsmelding_sent_on",
            "foreseeable_to_overmachtsmelding",
        ),
        (
            "laatste alternatief tot overmachtsmelding",
            "alternatives_closed_on",
            "overmachtsmelding_sent_on",
            "alternatives_closed_to_overmachtsmelding",
        ),
    )
    for title, since, until, target in spans:
        days = clock.days(getattr(clock, since), getattr(clock, until))
        if days is not None:
            yield Lag(title, days, policy.case.targets.get(target))


def _late_tasks(case: CaseFile, today: date) -> Iterator[tuple[str, int]]:
    for state in log.tasks(case):
        ended = state.done.happened_on if state.done else today
        days = (ended - state.task.due_on).days
        if days > 0:
            yield state.task.title, days


def _aftercare_since(case: CaseFile) -> date | None:
    entered = [
        entry.happened_on
        for entry in case.entries
        if isinstance(entry.what, StageChange) and entry.what.after == Stage.AFTERCARE
    ]
    return entered[-1] if entered else None
