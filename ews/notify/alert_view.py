"""What is known of an alert, put into the words of its mail."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from ews.alerts.model import ChangeReason, RecordedChange
from ews.cases import log
from ews.cases.calendar import working_days_between
from ews.cases.model import CaseFile
from ews.notify import words
from ews.notify.routing import Because, Recipient
from ews.notify.views import (
    AlertView,
    AskView,
    ProviderView,
    ReaderView,
    ReasonView,
    SumView,
    TrendPoint,
    TrendView,
)
from ews.people import Role
from ews.scoring.breadth import Spread, spreads
from ews.scoring.model import ABSENT, Assessment, Level, Reason, ReasonKind

SHOWN_REASONS = 5
SHOWN_TASKS = 4
_AGAIN = {ChangeReason.REPEATED, ChangeReason.REESCALATED}


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """Everything a message about one change is made from."""

    recorded: RecordedChange
    provider: ProviderView
    case: CaseFile | None
    trend: tuple[TrendPoint, ...]
    before_since: date | None
    peers: tuple[Assessment, ...]
    """Latest assessments of comparable providers, for what is unique and what is not."""
    concern: tuple[tuple[str, Level], ...]
    """Other members of the concern in this region with an open alert: name and level."""
    thresholds: Mapping[Level, int]
    indicator_labels: Mapping[str, str]
    source_labels: Mapping[str, str]
    office: str
    base_url: str
    now: datetime
    answer_by: datetime | None
    fictitious: bool
    link_only: bool


def number_of(facts: AlertFacts) -> str:
    """The case number, or the alert's own as long as there is no case."""
    return facts.case.number if facts.case else f"W-{facts.recorded.alert_id}"


def case_url(facts: AlertFacts) -> str:
    return f"{facts.base_url.rstrip('/')}/z/{number_of(facts)}"


def alert_view(facts: AlertFacts) -> AlertView:
    """The view without its reader: the same for everyone who is told."""
    change, today = facts.recorded.change, words.day(facts.now)
    return AlertView(
        number=number_of(facts),
        is_case=facts.case is not None,
        office=facts.office,
        change=change.reason,
        level=change.after,
        before=change.before,
        since=_since(facts),
        before_since=facts.before_since,
        today=today,
        provider=facts.provider,
        asks=(),
        not_done=tuple(_not_done(facts, today)),
        sum=sum_view(facts),
        confidence=confidence_text(facts.recorded.assessment, facts.indicator_labels),
        breadth=_breadth(facts),
        remedy=facts.recorded.remedy,
        trend=TrendView(facts.trend, tuple(_bounds(facts.thresholds))) if facts.trend else None,
        case_url=case_url(facts),
        reader=ReaderView(why=""),
        fictitious=facts.fictitious,
    )


def for_reader(
    view: AlertView, facts: AlertFacts, recipient: Recipient, *, link: str, earlier: Sequence[date]
) -> AlertView:
    """The same view as this reader gets it: what is asked of this role, and why this address."""
    reader = ReaderView(
        why=_why_told(recipient, facts),
        escalation=_escalation(facts, recipient),
        earlier=tuple(dict.fromkeys(earlier)),
        sees_amounts=recipient.sees_amounts,
        link_only=facts.link_only,
    )
    return replace(view, reader=reader, asks=tuple(_asks(facts, view.today, link, recipient)))


def _since(facts: AlertFacts) -> date:
    change = facts.recorded.change
    if change.before is not change.after or facts.before_since is None:
        return words.day(change.at)
    return facts.before_since


def _not_done(facts: AlertFacts, today: date) -> Iterable[str]:
    """What a repeated message is about: what is late. At the end of an alert: what is still open."""
    reason = facts.recorded.change.reason
    if reason in _AGAIN:
        yield "Ontvangst is nog niet bevestigd."
        yield from list(_open_tasks(facts, today, late_only=True))[:SHOWN_TASKS]
    elif reason is ChangeReason.CLEARED:
        yield from list(_open_tasks(facts, today))[:SHOWN_TASKS]


def _asks(facts: AlertFacts, today: date, link: str, recipient: Recipient) -> Iterable[AskView]:
    role = recipient.person.role if recipient.person else ""
    if facts.answer_by is not None and facts.recorded.change.reason is not ChangeReason.CLEARED:
        yield AskView(
            f"Bevestig ontvangst vóór {words.clock_time(facts.answer_by)}.", link, "Ontvangst bevestigen"
        )
    if facts.recorded.change.reason in _AGAIN:
        return
    for line in list(_open_tasks(facts, today, first=role))[:SHOWN_TASKS]:
        yield AskView(line)
    if facts.case is None and facts.recorded.change.reason is not ChangeReason.CLEARED:
        yield AskView("Bekijk de cijfers en beoordeel of een gesprek met de aanbieder nodig is.")


def _open_tasks(facts: AlertFacts, today: date, *, first: str = "", late_only: bool = False) -> Iterable[str]:
    """Open tasks, those of the role `first` before the others."""
    if facts.case is None:
        return
    states = [state for state in log.tasks(facts.case) if state.is_open]
    for state in sorted(states, key=lambda one: (one.task.role != first, one.task.due_on, one.entry.id)):
        task = state.task
        if late_only and task.due_on >= today:
            continue
        who = words.ROLE.get(task.role, task.role)
        yield f"{task.title}, uiterlijk {words.long_day(task.due_on)} ({days_off(task.due_on, today)}{who})."


def days_off(due_on: date, today: date) -> str:
    """How far off a day is, in the days that people work: `vandaag; `, `3 werkdagen; `, `1 werkdag te laat; `."""
    if due_on == today:
        return "vandaag; "
    days = working_days_between(min(due_on, today), max(due_on, today))
    late = " te laat" if due_on < today else ""
    return f"{words.counted(days, 'werkdag', 'werkdagen')}{late}; " if days else ""


def _why_told(recipient: Recipient, facts: AlertFacts) -> str:
    region = f" regio {facts.provider.region}" if facts.provider.region else ""
    if recipient.because is Because.DUTY or recipient.person is None:
        return "U krijgt dit op het vangnetadres: niemand anders kon worden bereikt."
    said = f"U krijgt dit als {words.ROLE[recipient.person.role]}{region}."
    if recipient.because is Because.DEPUTY:
        said = f"U krijgt dit als vervanger{region}."
    return (
        f"{said} U kreeg eerder bericht over deze zaak." if recipient.because is Because.TOLD_BEFORE else said
    )


def _escalation(facts: AlertFacts, recipient: Recipient) -> str:
    if facts.answer_by is None or facts.recorded.change.reason is ChangeReason.CLEARED:
        return ""
    moment = words.clock_time(facts.answer_by)
    if recipient.person and recipient.person.role is Role.TEAM_LEAD:
        return f"Bevestigt niemand ontvangst vóór {moment}, dan krijgt u dit opnieuw."
    return f"Zonder bevestiging gaat dit op {moment} naar de teamleider."


def sum_view(facts: AlertFacts) -> SumView:
    """The largest reasons and what the rest add: the shown points and the rest make the total."""
    assessment = facts.recorded.assessment
    ordered = sorted(assessment.reasons, key=lambda reason: (-reason.points, reason.indicator, reason.kind))
    counted = [reason for reason in ordered if reason.points]
    shown = counted[:SHOWN_REASONS]
    others = counted[SHOWN_REASONS:]
    return SumView(
        reasons=tuple(_reason(reason, facts) for reason in shown),
        other_count=len(others),
        other_points=sum(reason.points for reason in others),
        total=assessment.points,
        threshold=_threshold(facts),
        without_largest=_without(assessment, shown[0], facts.thresholds) if shown else "",
    )


def _reason(reason: Reason, facts: AlertFacts) -> ReasonView:
    text = reason.text.rstrip(".")
    if reason.norm and reason.norm not in text and "norm" not in text:
        text = f"{text} ({reason.norm if reason.norm[0].isalpha() else f'grens {reason.norm}'})"
    return ReasonView(reason.points, text, _origin(reason, facts))


def _origin(reason: Reason, facts: AlertFacts) -> str:
    if not reason.observations:
        return reason.period
    first = max(reason.observations, key=lambda row: row.known_at)
    parts = [
        facts.source_labels.get(first.source, first.source.replace("_", " ")),
        reason.period,
        f"bekend sinds {words.short_day(first.known_at, today=words.day(facts.now))}",
        f"rij {first.row}" if first.row else "",
    ]
    return ", ".join(part for part in parts if part)


def _threshold(facts: AlertFacts) -> str:
    level = facts.recorded.change.after
    if level in facts.thresholds:
        return f"{words.LEVEL[level]} vanaf {facts.thresholds[level]}"
    lowest = min(facts.thresholds.items(), key=lambda pair: pair[1], default=None)
    return f"{words.LEVEL[lowest[0]]} vanaf {lowest[1]}" if lowest else ""


def _without(assessment: Assessment, largest: Reason, thresholds: Mapping[Level, int]) -> str:
    rest = assessment.points - largest.points
    if (
        largest.kind is ReasonKind.TRIPWIRE
        or not thresholds
        or any(reason.kind is ReasonKind.TRIPWIRE for reason in assessment.reasons)
    ):
        return ""
    level = level_at(rest, thresholds)
    return f"Zonder de grootste reden: {rest} ({words.LEVEL[level]})."


def level_at(points: int, thresholds: Mapping[Level, int]) -> Level:
    """The level that points alone give."""
    reached = [level for level, bound in thresholds.items() if points >= bound]
    return max(reached, key=lambda level: level.rank, default=Level.LOW)


def _bounds(thresholds: Mapping[Level, int]) -> list[tuple[int, str]]:
    return sorted(
        (bound, words.LEVEL[level]) for level, bound in thresholds.items() if level is not Level.LOW
    )


def confidence_text(assessment: Assessment, labels: Mapping[str, str]) -> str:
    """How sure, and what is not there."""
    late = [one for one in assessment.reasons if one.kind is ReasonKind.LATE]
    absent = [one for one in assessment.reasons if one.kind in ABSENT and one.kind is not ReasonKind.LATE]
    share = f"{assessment.coverage:.0%}".replace("%", " %")
    state = "nog te gebruiken" if late else "actueel"
    said = f"{words.CONFIDENCE[assessment.confidence].capitalize()}: {share} van wat verwacht wordt, is er en is {state}."
    # a figure of the quarter before still holds while the newer one is late
    for why, found in (("Ontbreekt of verouderd", absent), ("Een nieuwere opgave is te laat voor", late)):
        names = list(dict.fromkeys(labels.get(one.indicator, one.indicator) for one in found))
        if names:
            more = [f"{len(names) - 4} meer"] if len(names) > 4 else []
            said += f" {why}: {words.listed([*names[:4], *more])}."
    return said


def _breadth(facts: AlertFacts) -> str:
    said = breadth_text(facts.recorded.assessment, facts.peers, facts.indicator_labels)
    return f"{said} {concern_text(facts.concern)}".strip()


def concern_text(members: Sequence[tuple[str, Level]]) -> str:
    """Of which other members of the concern an alert is open; they have no message of their own. Empty: none."""
    if not members:
        return ""
    listed = words.listed([f"{words.clean(name)} ({words.LEVEL[level]})" for name, level in members])
    return f"In hetzelfde concern staat ook een waarschuwing open over {listed}; dit bericht spreekt ook voor hen."


def breadth_text(
    assessment: Assessment, peers: Sequence[Assessment], labels: Mapping[str, str], *, most: int = 3
) -> str:
    """Per large reason: does it stand alone, or do comparable providers have it too."""
    return spread_text(spreads(assessment, peers), labels, most=most)


def spread_text(found: Mapping[str, Spread], labels: Mapping[str, str], *, most: int = 3) -> str:
    """The first of the signals in words, the gravest first."""
    said = []
    for indicator, spread in list(found.items())[:most]:
        label = labels.get(indicator, indicator.replace("_", " ")).capitalize()
        said.append(
            f"{label}: {spread.breadth} ({spread.showing} van {spread.comparable} vergelijkbare aanbieders)."
        )
    return " ".join(said)
