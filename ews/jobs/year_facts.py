"""Everything that the yearly evaluation is made from, as it was known at one moment."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from ews.alerts.model import Mute
from ews.cases import log
from ews.cases.entries import Lesson
from ews.cases.kinds import DecisionKind
from ews.cases.self_assessment import assess_self
from ews.errors import RefusedError
from ews.jobs.outcomes import own_outcomes
from ews.jobs.replay import Question, replay
from ews.jobs.run import Context, end_of_day
from ews.jobs.year_counts import Year, counts_of
from ews.notify import words
from ews.notify.evaluation import Ended, InVain, LessonLine, Raised, YearFacts
from ews.scoring.model import Assessment, Confidence, Level
from ews.scoring.outcomes import Exit
from ews.store import assessments, mutes
from ews.store import week as store
from ews.store.cases import all_cases
from ews.store.engine import reading
from ews.store.register import register_at

YEARS_BACK = 3
"""How far the replay of the report looks back."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The alerts of every provider, also those of its locations."""

    episodes: Mapping[str, Sequence[store.Episode]]
    highest: Mapping[int, Level]


def year_facts(context: Context, number: int) -> YearFacts:
    """The facts of a calendar year, as known at its end or now. Raises RefusedError for a year to come."""
    begins = end_of_day(date(number - 1, 12, 31)) + timedelta(microseconds=1)
    as_of = min(end_of_day(date(number, 12, 31)), context.now)
    if begins > context.now:
        raise RefusedError(f"Het jaar {number} is nog niet begonnen.")
    with reading(context.engine) as connection:
        year = Year(begins, as_of, register_at(connection, as_of), tuple(all_cases(connection, as_of=as_of)))
        return _facts(connection, context, year)


def _facts(connection: Connection, context: Context, year: Year) -> YearFacts:
    settings = context.settings
    head = store.audit_head(connection, year.as_of)
    exits = own_outcomes(connection, settings, year.as_of)
    told = _told(connection, year)
    return YearFacts(
        year=words.day(year.begins).year,
        as_of=year.as_of,
        office=settings.site.office.name,
        fictitious=settings.site.kind != "production",
        providers=len(year.register.providers),
        ended=tuple(_ended(connection, year, exits, told)),
        in_vain=tuple(_in_vain(year, exits, told)),
        raised=tuple(_raised(connection, year)),
        overrides=tuple(_overrides(year)),
        lessons=tuple(_lessons(year)),
        rules=tuple(
            f"{words.short_day(at)}: {difference} (door {by})"
            for at, by, difference in store.config_changes(connection, year.begins, year.as_of)
        ),
        replay=_replay(context, year),
        answers=assess_self(settings.evaluation, counts_of(connection, context, year, exits)),
        source=settings.evaluation.source,
        audit_seq=head.seq,
        audit_hash=head.hash,
    )


def _told(connection: Connection, year: Year) -> _Told:
    episodes: dict[str, list[store.Episode]] = {}
    for one in store.episodes(connection, year.as_of):
        provider = year.register.provider_of(one.subject) or one.subject
        episodes.setdefault(provider, []).append(one)
    moved = store.moved(connection, datetime.min.replace(tzinfo=year.as_of.tzinfo), year.as_of)
    highest: dict[int, Level] = {}
    for change in moved:
        if change.after.rank > highest.get(change.alert, Level.UNKNOWN).rank:
            highest[change.alert] = change.after
    return _Told(episodes, highest)


def _ended(connection: Connection, year: Year, exits: Sequence[Exit], told: _Told) -> Iterator[Ended]:
    for one in exits:
        if one.left_on < words.day(year.begins):
            continue
        before = [
            episode
            for episode in told.episodes.get(one.subject, ())
            if words.day(episode.opened_at) < one.left_on
            and (episode.cleared_at is None or words.day(episode.cleared_at) >= one.left_on)
        ]
        first = min((words.day(episode.opened_at) for episode in before), default=None)
        levels = [told.highest.get(episode.alert, Level.UNKNOWN) for episode in before]
        yield Ended(
            name=year.register.name(one.subject),
            on=one.left_on,
            outcome=one.outcome,
            first_told_on=first,
            highest=max(levels, key=lambda level: level.rank, default=None),
            why_missed="" if first else _why(connection, one),
        )


def _why(connection: Connection, ended: Exit) -> str:
    """Why nobody had been told: silence by choice, too little known, too old, or simply too few points."""
    eve = end_of_day(ended.left_on - timedelta(days=1))
    muted: Mute | None = mutes.active(connection, eve).get(ended.subject)
    if muted is not None:
        return "muted"
    judged: list[Assessment] = assessments.series(connection, ended.subject, as_of=eve, limit=1)
    if not judged or judged[-1].level is Level.UNKNOWN:
        return "no_data"
    return "stale" if judged[-1].confidence is Confidence.LOW else "below_threshold"


def _in_vain(year: Year, exits: Sequence[Exit], told: _Told) -> Iterator[InVain]:
    """Episodes that ended this year at a provider that went on; averted and taken over are none of them."""
    struck = {one.subject for one in exits}
    for provider, episodes in sorted(told.episodes.items()):
        for one in episodes:
            if provider not in struck and one.cleared_at and one.cleared_at >= year.begins:
                yield InVain(
                    year.register.name(provider), words.day(one.opened_at), words.day(one.cleared_at)
                )


def _raised(connection: Connection, year: Year) -> Iterator[Raised]:
    up = [
        one
        for one in store.moved(connection, year.begins, year.as_of)
        if one.after.rank > one.before.rank and one.after.rank >= Level.ELEVATED.rank
    ]
    counted = Counter((words.day(one.at).month, one.after) for one in up)
    first, last = words.day(year.begins), words.day(year.as_of)
    for month in range(1, last.month + 1):
        levels = (Level.ELEVATED, Level.HIGH, Level.ACUTE)
        yield Raised(date(first.year, month, 1), tuple((level, counted[month, level]) for level in levels))


def _overrides(year: Year) -> Iterator[str]:
    for case in year.cases:
        for entry, taken in log.decisions(case, DecisionKind.OVERRIDE):
            if entry.happened_on >= words.day(year.begins):
                yield (
                    f"{case.number}: op {words.short_day(entry.happened_on)} gezet op "
                    f"{_OVERRIDDEN.get(taken.outcome, taken.outcome)}"
                )


_OVERRIDDEN = {str(level): words.LEVEL[level] for level in Level} | {"opheffen": "het niveau van de kaart"}


def _lessons(year: Year) -> Iterator[LessonLine]:
    for case in year.cases:
        for entry, lesson in log.current(case, Lesson):
            if entry.happened_on >= words.day(year.begins):
                yield LessonLine(case.number, lesson.step, lesson.text, lesson.owner, lesson.due_on)


def _replay(context: Context, year: Year) -> dict[str, Any] | None:
    """What the rules of now would have found, on the office's own outcomes."""
    until = words.day(year.as_of)
    question = Question(
        since=until - timedelta(days=366 * YEARS_BACK), until=until, outcomes=None, engine="scorecard", unit="provider"
    )  # fmt: skip
    try:
        found = replay(context, question)
    except RefusedError:
        return None
    return found | {"misses": [one | {"name": year.register.name(one["subject"])} for one in found["misses"]]}
