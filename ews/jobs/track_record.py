"""How the EWS did on this office's own record: what happened, how long before it had warned, and what was in vain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

from sqlalchemy import Connection

from ews.cases import log
from ews.cases.judgements import Judged
from ews.cases.kinds import DecisionKind
from ews.cases.model import CaseFile
from ews.jobs.judgements import judged_at
from ews.jobs.outcomes import own_outcomes
from ews.jobs.run import Context, end_of_day
from ews.notify import words
from ews.scoring.model import Confidence, Level
from ews.scoring.outcomes import Exit
from ews.signals.register import Register
from ews.store import mutes
from ews.store import week as store
from ews.store.cases import all_cases
from ews.store.engine import reading
from ews.store.register import register_at
from ews.store.scope import Scope
from ews.store.week import Episode, Standing

LEAST = 10
"""Below ten the 95 % interval of a share is wider than half the scale: it is then not given."""


class Missed(StrEnum):
    """Why nobody was warned before it happened."""

    NO_DATA = "no_data"
    STALE = "stale"
    BELOW = "below_threshold"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class Happened:
    """One discontinuity of a provider: since when it had been warned of, or why not."""

    exit: Exit
    name: str
    region: str
    warned_on: date | None
    why: Missed | None
    level: Level
    """Assessed on the day before."""

    @property
    def lead_days(self) -> int | None:
        return (self.exit.left_on - self.warned_on).days if self.warned_on else None


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alert that was raised and not followed by anything, or that stands still."""

    subject: str
    name: str
    region: str
    opened_on: date
    cleared_on: date | None


@dataclass(frozen=True, slots=True)
class Override:
    """A level that people set aside."""

    case: str
    name: str
    region: str
    on: date
    level: str
    by: tuple[str, ...]
    """Roles: outside the case nobody is named."""


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """Everything up to a moment, the newest first."""

    since: date | None
    """The first day that anybody was warned or anything happened; None for an empty record."""
    happened: tuple[Happened, ...]
    in_vain: tuple[Alarm, ...]
    standing: tuple[Alarm, ...]
    overrides: tuple[Override, ...]
    judged: tuple[Judged, ...] = ()
    """Overrides, mutes and decisions not to notify, with how each turned out."""

    def within(self, scope: Scope) -> "TrackRecord":
        """The part that one person may see."""
        return TrackRecord(
            self.since,
            tuple(one for one in self.happened if scope.admits(one.region)),
            tuple(one for one in self.in_vain if scope.admits(one.region)),
            tuple(one for one in self.standing if scope.admits(one.region)),
            tuple(one for one in self.overrides if scope.admits(one.region)),
            tuple(one for one in self.judged if scope.admits(one.judgement.region)),
        )

    @property
    def failures(self) -> tuple[Happened, ...]:
        """Where care stopped: what was handed over or averted is neither a hit nor a miss."""
        return tuple(one for one in self.happened if one.exit.outcome.is_failure)

    @property
    def missed(self) -> tuple[Happened, ...]:
        return tuple(one for one in self.failures if one.warned_on is None)

    @property
    def median_lead_days(self) -> float | None:
        leads = [one.lead_days for one in self.failures if one.lead_days is not None]
        return median(leads) if leads else None

    @property
    def is_enough(self) -> bool:
        """Whether there are so many that a share says something."""
        return len(self.failures) >= LEAST


def track_record(context: Context, *, as_of: datetime | None = None) -> TrackRecord:
    """The record of this office as it was known at a moment, over all regions."""
    moment = as_of or context.now
    with reading(context.engine) as connection:
        register = register_at(connection, moment)
        exits = own_outcomes(connection, context.settings, moment)
        episodes = store.episodes(connection, moment)
        happened = [_happened(connection, one, episodes, register) for one in exits]
        cases = all_cases(connection, as_of=moment)
        scored = judged_at(connection, context, moment, register)
    struck = {register.provider_of(one.subject) or one.subject for one in exits}
    quiet = [one for one in episodes if (register.provider_of(one.subject) or one.subject) not in struck]
    alarms = [_alarm(one, register) for one in quiet]
    days = [words.day(one.opened_at) for one in episodes] + [one.left_on for one in exits]
    return TrackRecord(
        since=min(days, default=None),
        happened=tuple(sorted(happened, key=lambda one: one.exit.left_on, reverse=True)),
        in_vain=tuple(sorted((one for one in alarms if one.cleared_on), key=_newest, reverse=True)),
        standing=tuple(sorted((one for one in alarms if not one.cleared_on), key=_newest, reverse=True)),
        overrides=tuple(_overrides(context, cases, register)),
        judged=tuple(scored),
    )


def _newest(one: Alarm) -> date:
    return one.opened_on


def _happened(connection: Connection, one: Exit, episodes: list[Episode], register: Register) -> Happened:
    before = [
        episode
        for episode in episodes
        if one.subject in {episode.subject, register.provider_of(episode.subject)}
        and words.day(episode.opened_at) < one.left_on
        and (episode.cleared_at is None or words.day(episode.cleared_at) >= one.left_on)
    ]
    warned = min((words.day(episode.opened_at) for episode in before), default=None)
    kind = "location" if one.subject in register.locations else "provider"
    standing = store.standings(connection, end_of_day(one.left_on), kind=kind) if warned is None else {}
    is_muted = one.subject in mutes.active(connection, end_of_day(one.left_on - timedelta(days=1)))
    return Happened(
        exit=one,
        name=register.name(one.subject),
        region=register.region(one.subject),
        warned_on=warned,
        why=(Missed.MUTED if is_muted else _why(standing, one.subject)) if warned is None else None,
        level=standing[one.subject].level if one.subject in standing else Level.UNKNOWN,
    )


def _why(standing: Mapping[str, Standing], subject: str) -> Missed:
    found = standing.get(subject)
    if found is None or found.level is Level.UNKNOWN:
        return Missed.NO_DATA
    return Missed.STALE if found.confidence is Confidence.LOW else Missed.BELOW


def _alarm(one: Episode, register: Register) -> Alarm:
    return Alarm(
        subject=one.subject,
        name=register.name(one.subject),
        region=register.region(one.subject),
        opened_on=words.day(one.opened_at),
        cleared_on=words.day(one.cleared_at) if one.cleared_at else None,
    )


def _overrides(context: Context, cases: list[CaseFile], register: Register) -> list[Override]:
    people = context.settings.people
    found = [
        Override(
            case=case.number,
            name=register.name(case.subject),
            region=register.region(case.subject),
            on=entry.happened_on,
            level=decision.outcome,
            by=tuple(
                words.ROLE[people[one].role] for one in (entry.author, entry.second) if one and one in people
            ),
        )
        for case in cases
        for entry, decision in log.decisions(case, DecisionKind.OVERRIDE)
    ]
    return sorted(found, key=lambda one: one.on, reverse=True)
