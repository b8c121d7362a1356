"""The yearly evaluation of the EWS itself, as the committee and the NZa read it (handvatten H9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from ews.cases.self_assessment import NormAnswers, Question, Shown
from ews.notify import words
from ews.scoring.model import Level
from ews.scoring.outcomes import Outcome

OUTCOME = {
    Outcome.CLOSED: "gestopt",
    Outcome.INSOLVENT: "failliet of in surseance",
    Outcome.HANDED_OVER: "overgenomen",
    Outcome.AVERTED: "afgewend",
    Outcome.NONE: "niets",
}
WHY_MISSED = {
    "no_data": "te weinig gegevens",
    "stale": "cijfers verouderd",
    "below_threshold": "onder de drempel",
    "muted": "gedempt",
}
QUESTION = {
    Question.ANCHORED: "Beschreven en verankerd",
    Question.DATA: "Gegevens juist en actueel",
    Question.IN_TIME: "Tijdig uitgevoerd",
    Question.ROLES: "Rollen belegd",
}
DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of one provider in the year, and whether somebody had been told before."""

    name: str
    on: date
    outcome: Outcome
    first_told_on: date | None
    why_missed: str
    """A key of WHY_MISSED; empty where somebody had been told."""

    @property
    def lead_days(self) -> int | None:
        """From the first alert to the event."""
        return (self.on - self.first_told_on).days if self.first_told_on else None


@dataclass(frozen=True, slots=True)
class InVain:
    """An alert that ended without a discontinuity."""

    name: str
    opened_on: date
    cleared_on: date


@dataclass(frozen=True, slots=True)
class Raised:
    """Alerts that were opened or raised in one month, per level."""

    month: date
    counts: tuple[tuple[Level, int], ...]


@dataclass(frozen=True, slots=True)
class LessonLine:
    case: str
    step: str
    text: str
    owner: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class YearFacts:
    """Everything known of one year at one moment."""

    year: int
    as_of: datetime
    office: str
    fictitious: bool
    providers: int
    ended: tuple[Ended, ...]
    in_vain: tuple[InVain, ...]
    raised: tuple[Raised, ...]
    overrides: tuple[str, ...]
    """What people set aside and how that turned out, one sentence each."""
    lessons: tuple[LessonLine, ...]
    rules: tuple[str, ...]
    replay: dict[str, Any] | None
    """The report of a replay over the years before; None when no date can be judged."""
    answers: tuple[NormAnswers, ...]
    source: str
    audit_seq: int
    audit_hash: str


def failures(facts: YearFacts) -> list[Ended]:
    """Where care stopped."""
    return [one for one in facts.ended if one.outcome.is_failure]


def headline(facts: YearFacts) -> str:
    """What the EWS found, how early and at how many alerts in vain, in one sentence."""
    failed = failures(facts)
    vain = words.counted(len(facts.in_vain), "waarschuwing eindigde", "waarschuwingen eindigden")
    if not failed:
        return (
            f"In {facts.year} stopte geen aanbieder; {vain} zonder discontinuïteit. "
            "Over gemiste gevallen is niets te zeggen."
        )
    leads = [one.lead_days for one in failed if one.lead_days is not None]
    early = f"mediaan {_months(median(leads))} vooraf" if leads else "geen enkele met een waarschuwing vooraf"
    found = f"{len(leads)} van {words.counted(len(failed), 'discontinuïteit', 'discontinuïteiten')}"
    return f"In {facts.year} was voor {found} vooraf gewaarschuwd ({early}); {vain} zonder discontinuïteit."


def apart(facts: YearFacts) -> str:
    """What is neither hit nor false alarm."""
    kinds = [one.outcome for one in facts.ended]
    return (
        f"Apart geteld: {kinds.count(Outcome.AVERTED)} afgewend door een maatregel, "
        f"{kinds.count(Outcome.HANDED_OVER)} overgenomen. Een afgewende discontinuïteit is geen loos alarm."
    )


def ended_rows(facts: YearFacts) -> list[tuple[str, str, str, str, str]]:
    """Name, day, outcome, first told, lead or reason of the miss."""
    return [
        (
            words.clean(one.name),
            words.short_day(one.on),
            OUTCOME[one.outcome],
            words.short_day(one.first_told_on) if one.first_told_on else "niemand",
            _months(one.lead_days) if one.lead_days is not None else f"gemist: {WHY_MISSED[one.why_missed]}",
        )
        for one in facts.ended
    ]


def replay_rows(facts: YearFacts) -> list[tuple[str, str]]:
    """What the rules of today would have found in the years before."""
    found = facts.replay
    if found is None:
        return []
    low, high = found["intervals"]["auc"]
    return [
        ("Beoordeeld", f"{found['population']} keer, {found['subjects']} aanbieders, {found['since']} t/m {found['until']}"),
        ("Gestopt binnen 12 maanden", f"{found['failures']} keer ({found['failed_subjects']} aanbieders)"),
        ("Gewaarschuwd, gemist, voor niets", f"{found['warned']}, {found['missed']}, {found['false_alarms']}"),
        ("Van de waarschuwingen klopte", _range(found["precision"], found["precision_interval"])),
        ("Nieuwe waarschuwingen per 100 aanbiederjaren", _number(found["alerts_per_100_years"], 0)),
        ("Rangorde (AUC; 0,5 is toeval)", f"{_number(found['auc'], 2)} ({_number(low, 2)} tot {_number(high, 2)})"),
    ]  # fmt: skip


def misses(facts: YearFacts) -> list[str]:
    """Per missed provider of the replay: when and why."""
    if facts.replay is None:
        return []
    return [
        f"{one['name']}, laatst gezien {one['left_on']}: {WHY_MISSED[one['why']]}"
        for one in facts.replay["misses"]
    ]


def tally(answers: Sequence[NormAnswers]) -> str:
    """How many answers are shown, in words."""
    shown = [answer.shown for norm in answers for answer in norm.answers]
    return ", ".join(f"{shown.count(kind)} {kind.value}" for kind in Shown)


def _months(days: float) -> str:
    if days < 2 * DAYS_PER_MONTH:
        return words.counted(round(days), "dag", "dagen")
    return f"{days / DAYS_PER_MONTH:.0f} maanden"


def _number(value: float | None, digits: int) -> str:
    return "onbekend" if value is None else f"{value:.{digits}f}".replace(".", ",")


def _range(value: float | None, bounds: Sequence[float | None]) -> str:
    if value is None or None in bounds:
        return "onbekend"
    low, high = (100 * bound for bound in bounds if bound is not None)
    return f"{100 * value:.0f}% ({low:.0f} tot {high:.0f}%)"
