"""Overrides, mutes and decisions not to notify, gathered from the record and scored by what followed."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from ews.cases import log
from ews.cases.calendar import office_date
from ews.cases.judgements import Judged, Judgement, JudgementKind, judged
from ews.cases.kinds import DecisionKind
from ews.cases.model import CaseFile, Entry
from ews.cases.words import LEVELS, day
from ews.jobs.outcomes import own_outcomes
from ews.jobs.run import Context
from ews.notify.words import ROLE
from ews.scoring.model import Level
from ews.signals.register import Register
from ews.store import mutes
from ews.store.alerts import held_at
from ews.store.cases import all_cases
from ews.store.engine import reading
from ews.store.register import register_at


def judgements(context: Context, *, as_of: datetime | None = None) -> list[Judged]:
    """Every judgement known at a moment, with how it turned out by then; the newest first."""
    moment = as_of or context.now
    with reading(context.engine) as connection:
        return judged_at(connection, context, moment, register_at(connection, moment))


def judged_at(connection: Connection, context: Context, moment: datetime, register: Register) -> list[Judged]:
    """The same within a reading that is open already."""
    exits = own_outcomes(connection, context.settings, moment)
    files = all_cases(connection, as_of=moment)
    found = [*_of_cases(connection, context, files), *_mutes(connection, context, moment)]
    placed = [replace(one, region=register.region(one.subject)) for one in found]
    return judged(placed, exits, today=office_date(moment))


def _of_cases(connection: Connection, context: Context, files: Iterable[CaseFile]) -> Iterator[Judgement]:
    for case in files:
        for entry, taken in log.decisions(case, DecisionKind.OVERRIDE):
            if taken.outcome == "opheffen":
                continue
            held = held_at(connection, entry.recorded_at).get(case.subject, Level.LOW)
            calm = Level(taken.outcome).rank < held.rank
            yield Judgement(
                JudgementKind.OVERRIDE,
                case.subject,
                entry.happened_on,
                calm,
                f"{LEVELS[held]} op {LEVELS[taken.outcome]} gezet",
                _roles(context, entry),
                case.number,
            )
        for entry, taken in log.decisions(case, DecisionKind.EWS_MELDING):
            if taken.outcome == "niet_melden":
                what = f"opnieuw op {day(taken.next_on)}"
                yield Judgement(
                    JudgementKind.NOT_NOTIFIED,
                    case.subject,
                    entry.happened_on,
                    True,
                    what,
                    _roles(context, entry),
                    case.number,
                )


def _mutes(connection: Connection, context: Context, moment: datetime) -> Iterator[Judgement]:
    for one in mutes.listed(connection):
        if one.from_at <= moment:
            ended = min(one.until, one.ended_at or one.until)
            roles = _of(context, [one.author, one.second])
            what = f"stil tot {day(office_date(ended))}"
            yield Judgement(JudgementKind.MUTE, one.subject, office_date(one.from_at), True, what, roles)


def _roles(context: Context, entry: Entry) -> tuple[str, ...]:
    return _of(context, [entry.author, entry.second])


def _of(context: Context, people: Iterable[str | None]) -> tuple[str, ...]:
    known = context.settings.people
    return tuple(ROLE[known[one].role] for one in people if one is not None and one in known)
