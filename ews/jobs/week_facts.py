"""Everything that the digest of a week is made from, as it was known at one moment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from ews.alerts.model import ChangeReason
from ews.cases import log
from ews.cases.duties import DutyKind
from ews.cases.entries import Acknowledgement
from ews.cases.judgements import Score, counts
from ews.cases.kinds import DecisionKind
from ews.jobs.case_view import CaseView, list_cases
from ews.jobs.judgements import judged_at
from ews.jobs.model_watch import watch_lines
from ews.jobs.run import Context, end_of_day
from ews.jobs.source_health import data_lines, waiting_lines
from ews.notify import words
from ews.notify.digest import ProviderWeek, TrackRecord, WeekFacts, monday_of
from ews.notify.digest_view import ChangedLine, ClockLine, DecisionLine, LateLine, NowhereLine
from ews.scoring.model import Confidence, Level
from ews.signals.impact import impact_of
from ews.signals.register import Register
from ews.store import models
from ews.store import week as store
from ews.store.alerts import held_at
from ews.store.engine import reading
from ews.store.register import register_at

CLOCKS = {
    DutyKind.EWS_DECISION,
    DutyKind.EWS_MELDING,
    DutyKind.OVERMACHT,
    DutyKind.OVERMACHTSMELDING,
    DutyKind.RAISED,
}
RECORD_DAYS = 365


@dataclass(frozen=True, slots=True)
class Week:
    """A week, the moment its digest looks from, and who and what there was then."""

    name: str
    monday: date
    as_of: datetime
    register: Register
    cases: tuple[CaseView, ...]
    held: Mapping[str, Level]

    @property
    def begins(self) -> datetime:
        return end_of_day(self.monday - timedelta(days=1)) + timedelta(microseconds=1)

    @property
    def today(self) -> date:
        return words.day(self.as_of)

    def number(self, subject: str, alert: int) -> str:
        """Case number of the subject's provider, else the alert's own."""
        provider = self.register.provider_of(subject) or subject
        return next((view.case.number for view in self.cases if view.case.subject == provider), f"W-{alert}")


def week_facts(context: Context, name: str, *, as_of: datetime, is_late: bool) -> WeekFacts:
    """The facts of a week for all regions; `narrowed` makes those of one reader."""
    with reading(context.engine) as connection:
        week = Week(
            name=name,
            monday=monday_of(name),
            as_of=as_of,
            register=register_at(connection, as_of),
            cases=tuple(list_cases(context, as_of=as_of)),
            held=held_at(connection, as_of),
        )
        return _facts(connection, context, week, is_late)


def _facts(connection: Connection, context: Context, week: Week, is_late: bool) -> WeekFacts:
    settings = context.settings
    changes = store.moved(connection, week.begins, week.as_of)
    head = store.audit_head(connection, week.as_of)
    return WeekFacts(
        week=week.name,
        monday=week.monday,
        as_of=week.as_of,
        is_late=is_late,
        regions=(),
        changed=tuple(_changed(context, week, one) for one in changes),
        by_tripwire=sum(one.by_tripwire and one.after.rank > one.before.rank for one in changes),
        late=tuple(_late(context, week)),
        unanswered=_unanswered(connection, context, week),
        without_owner=sum(not any(log.current(view.case, Acknowledgement)) for view in week.cases),
        clocks=tuple(_clocks(context, week)),
        providers=tuple(_providers(connection, week)),
        data=(
            *data_lines(connection, context, week.as_of),
            *waiting_lines(connection, week.as_of),
        ),
        sources=len(settings.sources),
        record=_record(connection, context, week),
        rules=tuple(_rules(connection, week)),
        decisions=tuple(_decisions(connection, week)),
        audit_seq=head.seq,
        audit_hash=head.hash,
        office=settings.site.office.name,
        url=settings.site.office.base_url,
        fictitious=settings.site.kind != "production",
    )


def _rules(connection: Connection, week: Week) -> Iterator[str]:
    """What changed in the configuration and the models in use, and what the watch over both found."""
    for at, by, difference in store.config_changes(connection, week.begins, week.as_of):
        yield f"{words.short_day(at)}: {difference} (door {by})"
    for one in models.activations(connection, as_of=week.as_of):
        if one.activated_at >= week.begins:
            day = words.short_day(one.activated_at)
            yield f"{day}: model {one.model} in gebruik voor {one.unit} (door {one.activated_by} en {one.second})"
    yield from watch_lines(connection, until=week.as_of)


def narrowed(facts: WeekFacts, regions: Sequence[str], *, sees_amounts: bool) -> WeekFacts:
    """The same week for a reader of some regions; no regions means all, no region known is everyone's."""
    facts = replace(facts, regions=tuple(regions), sees_amounts=sees_amounts)
    if not regions:
        return facts
    mine = {*regions, ""}
    return replace(
        facts,
        changed=tuple(one for one in facts.changed if one.region in mine),
        late=tuple(one for one in facts.late if one.region in mine),
        clocks=tuple(one for one in facts.clocks if one.region in mine),
        providers=tuple(one for one in facts.providers if one.region in mine),
    )


def _url(context: Context, number: str) -> str:
    return f"{context.settings.site.office.base_url.rstrip('/')}/z/{number}"


def _changed(context: Context, week: Week, one: store.Moved) -> ChangedLine:
    number = week.number(one.subject, one.alert)
    return ChangedLine(
        number=number,
        url=_url(context, number),
        name=week.register.name(one.subject),
        level=one.after,
        before=one.before,
        because=one.because if one.reason is not ChangeReason.CLEARED else "",
        region=week.register.region(one.subject),
    )


def _late(context: Context, week: Week) -> Iterator[LateLine]:
    for view in week.cases:
        number, region = view.case.number, week.register.region(view.case.subject)
        url = _url(context, number)
        for state in log.tasks(view.case):
            if state.is_open and state.task.due_on < week.today:
                who = state.task.owner or words.ROLE.get(state.task.role, state.task.role)
                yield LateLine(
                    number, url, state.task.title, (week.today - state.task.due_on).days, who, region
                )
        for duty in view.duties:
            if duty.is_late(week.today):
                owner = view.case.owner or "zonder eigenaar"
                yield LateLine(number, url, duty.text, (week.today - duty.due_on).days, owner, region)


def _unanswered(connection: Connection, context: Context, week: Week) -> int:
    telling, off = context.settings.telling, context.settings.cases.case.days_off
    terms = [telling.answer_by(one.level, one.at, off) for one in store.unanswered(connection, week.as_of)]
    return sum(term is not None and term < week.as_of for term in terms)


def _clocks(context: Context, week: Week) -> Iterator[ClockLine]:
    for view in week.cases:
        number = view.case.number
        for duty in (one for one in view.duties if one.kind in CLOCKS):
            text = f"{duty.text.rstrip('.')} ({_until(duty.due_on, week.today)})"
            yield ClockLine(number, _url(context, number), text, week.register.region(view.case.subject))


def _until(due: date, today: date) -> str:
    left = (due - today).days
    if left == 0:
        return "vandaag"
    return (
        f"nog {words.counted(left, 'dag', 'dagen')}"
        if left > 0
        else f"{words.counted(-left, 'dag', 'dagen')} te laat"
    )


def _providers(connection: Connection, week: Week) -> Iterator[ProviderWeek]:
    now = store.standings(connection, week.as_of, kind="provider")
    before = store.standings(connection, week.begins, kind="provider")
    for subject, standing in now.items():
        held = week.held.get(subject, standing.level)
        level = max(held, standing.level, key=lambda one: one.rank)
        previous = before.get(subject)
        yield ProviderWeek(
            subject=subject,
            name=week.register.name(subject),
            region=week.register.region(subject),
            sector=week.register.sector(subject).upper(),
            level=level,
            points=standing.points,
            points_before=previous.points if previous else None,
            is_current=standing.confidence is not Confidence.LOW and standing.level is not Level.UNKNOWN,
            nowhere=_nowhere(week, subject, level) if level.rank >= Level.ELEVATED.rank else None,
        )


def _nowhere(week: Week, subject: str, level: Level) -> NowhereLine | None:
    impact = impact_of(week.register, subject, on=week.today)
    if not impact.clients or impact.nowhere_to_go is None:
        return None
    stuck = [one for one in impact.needs if one.nowhere_to_go]
    return NowhereLine(
        name=words.clean(week.register.name(subject)),
        region=week.register.region(subject),
        clients=impact.clients,
        nowhere=impact.nowhere_to_go,
        profiles=tuple(dict.fromkeys(one.need.profile for one in stuck if one.need.profile))[:4],
        free=sum(min(one.free, one.clients) for one in impact.needs),
        level=level,
    )


def _record(connection: Connection, context: Context, week: Week) -> TrackRecord:
    kinds = context.settings.cases.case.insolvency_events
    since = week.today - timedelta(days=RECORD_DAYS)
    happened = store.happened(connection, kinds, since=since, until=week.as_of)
    episodes = store.episodes(connection, week.as_of)
    leads = []
    for subject, on in happened:
        before = [
            (on - words.day(one.opened_at)).days
            for one in episodes
            if one.subject == subject and words.day(one.opened_at) < on
        ]
        leads += [max(before)] if before else []
    ended = [one for one in episodes if one.cleared_at and words.day(one.cleared_at) >= since]
    struck = {subject for subject, _ in happened}
    return TrackRecord(
        happened=len(happened),
        lead_days=tuple(leads),
        raised_without=sum(one.subject not in struck for one in ended),
        overrides=sum(len(log.decisions(view.case, DecisionKind.OVERRIDE)) for view in week.cases),
        judged=_judged(connection, context, week, since),
    )


def _judged(connection: Connection, context: Context, week: Week, since: date) -> tuple[int, int, int]:
    found = judged_at(connection, context, week.as_of, week.register)
    score = counts(one for one in found if one.judgement.on >= since)
    return score[Score.RIGHT], score[Score.WRONG], score[Score.TOO_EARLY]


def _decisions(connection: Connection, week: Week) -> Iterator[DecisionLine]:
    for one in store.decisions(connection, week.as_of):
        if one.ended_on and words.day(one.ended_on) < week.monday:
            continue
        if one.ended_on:
            state = f"uitgevoerd: {one.outcome}"
        else:
            state = "open" if one.due_on >= week.today else "te laat"
        yield DecisionLine(one.id, one.what, one.owner, words.short_day(one.due_on, today=week.today), state)
