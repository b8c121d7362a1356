"""Everything that the messages about a set of alert changes are made from, in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from ews.alerts.model import ChangeReason, RecordedChange
from ews.cases.model import CaseFile
from ews.identifiers import parse_subject
from ews.jobs.run import Context
from ews.notify import chart, words
from ews.notify.alert_view import AlertFacts
from ews.notify.views import ProviderView, TrendPoint
from ews.scoring.card import cards_on
from ews.scoring.model import Assessment, Level
from ews.signals.impact import impact_of
from ews.signals.register import Register
from ews.store import alerts, assessments, cases, told
from ews.store.register import register_at

FEWEST_PEERS = 5
MOST_PEERS = 300


@dataclass(frozen=True, slots=True)
class Background:
    """What is known around the changes before any message is written."""

    register: Register
    case_of: Mapping[str, str]
    since: Mapping[tuple[int, Level], date]
    told: Mapping[int, tuple[str, ...]]

    def provider(self, subject: str) -> str:
        """The provider that a subject belongs to: cases and people are about providers."""
        return self.register.provider_of(subject) or subject

    def number(self, recorded: RecordedChange) -> str:
        """Case number, else the alert's own."""
        return self.case_of.get(self.provider(recorded.change.subject), f"W-{recorded.alert_id}")


def background(connection: Connection, context: Context, changes: Sequence[RecordedChange]) -> Background:
    """One look at register, cases and earlier messages for all changes together."""
    alerts = sorted({one.alert_id for one in changes})
    earliest = min(one.change.at for one in changes)
    since = told.level_since(connection, alerts, before=earliest)
    return Background(
        register=register_at(connection, context.now),
        case_of=told.case_numbers(connection),
        since={key: words.day(at) for key, at in since.items()},
        told=told.told_of(connection, alerts),
    )


def facts_of(
    connection: Connection, context: Context, around: Background, changes: Sequence[RecordedChange]
) -> dict[int, AlertFacts]:
    """By change id: the facts for those changes that get a message of their own."""
    subjects = sorted({one.change.subject for one in changes})
    trends = told.trends(connection, subjects, until=context.now, most=chart.MOMENTS)
    files = _case_files(connection, around, subjects)
    peers = _peers(connection, context, around.register, subjects)
    concerns = _concerns(connection, context, around.register, subjects)
    return {
        one.change_id: _facts(
            context,
            around,
            one,
            trend=trends.get(one.change.subject, ()),
            case=files.get(around.provider(one.change.subject)),
            peers=tuple(peers.get(one.change.subject, ())),
            concern=concerns.get(one.change.subject, ()),
        )
        for one in changes
    }


def _facts(
    context: Context,
    around: Background,
    recorded: RecordedChange,
    *,
    trend: tuple[TrendPoint, ...],
    case: CaseFile | None,
    peers: tuple[Assessment, ...],
    concern: tuple[tuple[str, Level], ...],
) -> AlertFacts:
    settings, change = context.settings, recorded.change
    answer_by = settings.telling.answer_by(change.after, context.now, settings.cases.case.days_off)
    quiet = change.reason in {ChangeReason.CLEARED, ChangeReason.LOWERED}
    return AlertFacts(
        recorded=recorded,
        provider=provider_view(around.register, change.subject, on=words.day(context.now)),
        case=case,
        trend=trend,
        before_since=around.since.get((recorded.alert_id, change.before)),
        peers=peers,
        concern=() if quiet else concern,
        thresholds=thresholds(context, change.subject),
        indicator_labels={name: one.name for name, one in settings.indicators.items()},
        source_labels={name: one.title for name, one in settings.sources.items()},
        office=settings.site.office.name,
        base_url=settings.site.office.base_url,
        now=context.now,
        answer_by=None if quiet else answer_by,
        fictitious=settings.site.kind != "production",
        link_only=settings.site.smtp.mail_detail == "link_only",
    )


def provider_view(register: Register, subject: str, *, on: date) -> ProviderView:
    """Name, sector, region, clients and how many of them have nowhere to go, as far as the register knows."""
    owner = register.provider_of(subject) or subject
    name = register.name(subject)
    impact = impact_of(register, owner, on=on)
    stuck = [need for need in impact.needs if need.nowhere_to_go]
    # nobody ever stated free places here: then how many have nowhere to go is not known either
    places_known = any(
        one.free_on and register.region(one.id) == register.region(owner)
        for one in register.locations.values()
    )
    return ProviderView(
        name=name if owner == subject else f"{name} ({register.name(owner)})",
        sector=register.sector(subject).upper(),
        region=register.region(subject),
        clients=impact.clients,
        nowhere_to_go=impact.nowhere_to_go if places_known else None,
        profiles=tuple(dict.fromkeys(one.need.profile for one in stuck if one.need.profile and places_known)),
    )


def thresholds(context: Context, subject: str) -> dict[Level, int]:
    """From how many points each level is raised, on the card that holds for this subject."""
    scheme = parse_subject(subject).scheme
    file = cards_on(context.settings.scorecards, words.day(context.now))
    card = next((one for one in file.card if scheme in one.schemes), None)
    return {cutoff.level: cutoff.raise_at for cutoff in card.cutoffs} if card else {}


def _case_files(connection: Connection, around: Background, subjects: Sequence[str]) -> dict[str, CaseFile]:
    providers = {around.provider(subject) for subject in subjects} & around.case_of.keys()
    found = {provider: cases.open_case_of(connection, provider) for provider in sorted(providers)}
    return {provider: case for provider, case in found.items() if case is not None}


def _concerns(
    connection: Connection, context: Context, register: Register, subjects: Sequence[str]
) -> dict[str, tuple[tuple[str, Level], ...]]:
    """Members of the same concern and region with an alert of their own: this message speaks for them too."""
    members = {
        subject: [
            one for one in register.siblings(subject) if register.region(one) == register.region(subject)
        ]
        for subject in subjects
    }
    if not any(members.values()):
        return {}
    held = alerts.held_at(connection, context.now)
    return {
        subject: tuple((register.name(one), held[one]) for one in others if one in held)
        for subject, others in members.items()
    }


def _peers(
    connection: Connection, context: Context, register: Register, subjects: Sequence[str]
) -> dict[str, list[Assessment]]:
    """Comparable: same kind and sector, in the same region when there are enough of them there."""
    groups = {subject: comparable(register, subject) for subject in subjects}
    wanted = sorted({name for group in groups.values() for name in group})
    if not wanted:
        return {}
    latest = assessments.latest(connection, as_of=context.now, subjects=wanted)
    return {subject: [latest[name] for name in group if name in latest] for subject, group in groups.items()}


def comparable(register: Register, subject: str) -> list[str]:
    """Identifiers of the subjects that this one is held against, itself included."""
    sector, region = register.sector(subject), register.region(subject)
    if subject in register.locations:
        same = [name for name in register.locations if register.sector(name) == sector]
        near = [name for name in same if register.region(name) == region]
    else:  # of a provider both are its own: tens of thousands are gone through for one page
        providers = register.providers.items()
        same = [name for name, one in providers if one.sector == sector]
        near = [name for name, one in providers if one.sector == sector and one.region == region]
    return (near if len(near) >= FEWEST_PEERS else same)[:MOST_PEERS]
