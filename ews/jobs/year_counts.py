"""What can be counted of a year for the self-assessment: rules, sources, rhythm, roles, contracts, cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from ews.cases.model import CaseFile
from ews.cases.self_assessment import Count, Proof
from ews.cases.year_counts import case_counts
from ews.jobs.run import Context
from ews.jobs.source_health import data_lines
from ews.jobs.sources import missing_clauses
from ews.notify import words
from ews.scoring.model import Confidence
from ews.scoring.outcomes import Exit
from ews.signals.register import Register
from ews.store import events, year
from ews.store import week as store

REPORTS_TO_PURCHASERS = ("report.procurement",)
EVALUATIONS = ("report.evaluation",)
THIS_ONE = 1
"""The report that is being made is itself an evaluation."""
OWN_WARNING = "eigen_waarschuwing"
DUTY_TO_WARN = "meldplicht_clausule"


@dataclass(frozen=True, slots=True)
class Year:
    """A year so far, with who there was at its end and every case that was known."""

    begins: datetime
    as_of: datetime
    register: Register
    all_cases: tuple[CaseFile, ...]

    @property
    def cases(self) -> tuple[CaseFile, ...]:
        """The cases that were open at some moment of it."""
        return tuple(
            case for case in self.all_cases if case.closed_at is None or case.closed_at >= self.begins
        )


def counts_of(
    connection: Connection, context: Context, now: Year, exits: Sequence[Exit]
) -> dict[Proof, Count]:
    """Every proof that can be counted."""
    return {
        **case_counts(now.cases, today=words.day(now.as_of)),
        **_rules(context),
        **_portfolio(connection, now),
        **_rhythm(connection, context, now),
        Proof.SOURCES: _sources(connection, context, now),
        Proof.CLAUSES: _clauses(context, now),
        Proof.SELF_WARNED: _self_warned(connection, now, exits),
        Proof.COMMISSION: _commission(connection, now),
    }


def _rules(context: Context) -> dict[Proof, Count]:
    settings = context.settings
    lines = {
        line.indicator for file in settings.scorecards.values() for card in file.card for line in card.lines
    }
    judged = [one for one in settings.indicators.values() if one.norms or one.id in lines]
    staffed = {person.role for person in settings.people.values()}
    routed = {route.role for route in settings.routes.values()}
    return {
        Proof.RULES: Count(len(judged), len(settings.indicators)),
        Proof.SIGNAL_ROLES: Count(len(routed & staffed), len(routed)),
        Proof.STAGES: Count(sum(bool(one.task) for one in settings.cases.stage), len(settings.cases.stage)),
    }


def _portfolio(connection: Connection, now: Year) -> dict[Proof, Count]:
    standing = store.standings(connection, now.as_of, kind="provider")
    providers = now.register.providers
    special = [one for one in providers.values() if one.hard_to_replace]
    known = [one for one in standing.values() if one.confidence is not Confidence.LOW]
    return {
        Proof.CONFIDENCE: Count(len(known), len(standing)),
        Proof.HARD_TO_REPLACE: Count(sum(one.id in standing for one in special), len(special)),
        Proof.PROFILES: Count(
            sum(any(need.profile for need in one.clients) for one in providers.values()), len(providers)
        ),
    }


def _rhythm(connection: Connection, context: Context, now: Year) -> dict[Proof, Count]:
    span = (now.begins, now.as_of)
    weeks = {words.day(at).isocalendar()[:2] for at in year.assessed_at(connection, *span)}
    passed = max(
        1, (now.as_of - now.begins).days // (7 * context.settings.evaluation.weeks_between_assessments)
    )
    return {
        Proof.WEEKS: Count(min(len(weeks), passed), passed),
        Proof.PURCHASING: _times(year.acts(connection, REPORTS_TO_PURCHASERS, *span)),
        Proof.EVALUATIONS: _times(year.acts(connection, EVALUATIONS, *span) + THIS_ONE),
        Proof.RECORD: _times(year.acts(connection, (), *span)),
    }


def _times(number: int) -> Count:
    return Count(number, number)


def _sources(connection: Connection, context: Context, now: Year) -> Count:
    known = store.sources(connection, now.as_of)
    troubled = {line.source for line in data_lines(connection, context, now.as_of)}
    return Count(len(known) - len(troubled), len(known))


def _clauses(context: Context, now: Year) -> Count:
    missing, _ = missing_clauses(context, as_of=now.as_of)
    lacks = {one.provider for one in missing if one.clause == DUTY_TO_WARN}
    everyone = len(now.register.providers)
    return Count(everyone - len(lacks), everyone)


def _self_warned(connection: Connection, now: Year, exits: Sequence[Exit]) -> Count:
    """Of those where care stopped this year: who had said so before (handvatten H3)."""
    stopped = [one for one in exits if one.outcome.is_failure and one.left_on >= words.day(now.begins)]
    warned = {
        (event.subject, event.occurred_on)
        for event in events.known_at(connection, now.as_of)
        if event.kind == OWN_WARNING
    }
    said = [one for one in stopped if any(who == one.subject and on < one.left_on for who, on in warned)]
    return Count(len(said), len(stopped))


def _commission(connection: Connection, now: Year) -> Count:
    taken = store.decisions(connection, now.as_of)
    today = words.day(now.as_of)
    kept = [one for one in taken if one.ended_on or one.due_on >= today]
    return Count(len(kept), len(taken))
