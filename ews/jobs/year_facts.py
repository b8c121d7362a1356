"""Everything that the yearly evaluation is made from, as it was known at one moment."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from ews.cases import log
from ews.cases.entries import Lesson
from ews.cases.self_assessment import assess_self
from ews.errors import RefusedError
from ews.jobs.replay import Question, replay
from ews.jobs.run import Context, end_of_day
from ews.jobs.track_record import TrackRecord, track_record
from ews.jobs.year_counts import Year, counts_of
from ews.notify import words
from ews.notify.evaluation import Ended, InVain, LessonLine, Raised, YearFacts
from ews.scoring.model import Level
from ews.store import week as store
from ews.store.cases import all_cases
from ews.store.engine import reading
from ews.store.register import register_at

YEARS_BACK = 3
"""How far the replay of the report looks back."""


def year_facts(context: Context, number: int) -> YearFacts:
    """The facts of a calendar year, as known at its end or now. Raises RefusedError for a year to come."""
    begins = end_of_day(date(number - 1, 12, 31)) + timedelta(microseconds=1)
    as_of = min(end_of_day(date(number, 12, 31)), context.now)
    if begins > context.now:
        raise RefusedError(f"Het jaar {number} is nog niet begonnen.")
    record = track_record(context, as_of=as_of)
    with reading(context.engine) as connection:
        year = Year(begins, as_of, register_at(connection, as_of), tuple(all_cases(connection, as_of=as_of)))
        return _facts(connection, context, year, record)


def _facts(connection: Connection, context: Context, year: Year, record: TrackRecord) -> YearFacts:
    settings = context.settings
    head = store.audit_head(connection, year.as_of)
    begins = words.day(year.begins)
    return YearFacts(
        year=begins.year,
        as_of=year.as_of,
        office=settings.site.office.name,
        fictitious=settings.site.kind != "production",
        providers=len(year.register.providers),
        ended=tuple(_ended(record, begins)),
        in_vain=tuple(_in_vain(record, begins)),
        raised=tuple(_raised(connection, year)),
        overrides=tuple(_overrides(record, begins)),
        lessons=tuple(_lessons(year)),
        rules=tuple(
            f"{words.short_day(at)}: {difference} (door {by})"
            for at, by, difference in store.config_changes(connection, year.begins, year.as_of)
        ),
        replay=_replay(context, year),
        answers=assess_self(
            settings.evaluation, counts_of(connection, context, year, [one.exit for one in record.happened])
        ),
        source=settings.evaluation.source,
        audit_seq=head.seq,
        audit_hash=head.hash,
    )


def _ended(record: TrackRecord, begins: date) -> Iterator[Ended]:
    for one in sorted(record.happened, key=lambda one: (one.exit.left_on, one.exit.subject)):
        if one.exit.left_on >= begins:
            why = str(one.why) if one.why else ""
            yield Ended(one.name, one.exit.left_on, one.exit.outcome, one.warned_on, why)


def _in_vain(record: TrackRecord, begins: date) -> Iterator[InVain]:
    """Alerts that ended this year at a provider that went on; averted and taken over are none of them."""
    for one in sorted(record.in_vain, key=lambda one: (one.name, one.opened_on)):
        if one.cleared_on and one.cleared_on >= begins:
            yield InVain(one.name, one.opened_on, one.cleared_on)


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


def _overrides(record: TrackRecord, begins: date) -> Iterator[str]:
    for one in reversed(record.judged):
        made = one.judgement
        if made.on >= begins:
            about = f"{made.case}: " if made.case else ""
            on = words.short_day(made.on)
            yield f"{about}{made.kind.value} op {on} ({made.what}): {one.score.value}, {one.because}"


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
