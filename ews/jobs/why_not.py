"""Why no alert, or why did it not reach whom: answered from the record, for any moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from ews.alerts.decide import FAMILY, observed
from ews.alerts.inhibition import is_told
from ews.alerts.model import AlertState, ChangeReason, Mute
from ews.alerts.silence import Silence, silence_of
from ews.errors import NotFoundError
from ews.identifiers import parse_subject
from ews.jobs import post
from ews.jobs.provider import find_subject
from ews.jobs.run import Context
from ews.jobs.scoring import cards_by_scheme
from ews.notify.messages import kind_of
from ews.notify.model import MessageKind
from ews.notify.routing import Matter, SkipReason, route
from ews.notify.words import ROLE
from ews.people import Person
from ews.scoring.card import Card
from ews.scoring.model import Assessment, Level
from ews.signals.register import Register
from ews.store import alerts, assessments, mutes
from ews.store.engine import reading
from ews.store.register import register_at
from ews.store.silences import Message, ToldChange, changes_of


@dataclass(frozen=True, slots=True)
class PersonAnswer:
    """What one person was told of the last change, or why not."""

    person: str
    told: tuple[Message, ...]
    """Each message to this person about the last change."""
    skipped: SkipReason | None
    quiet: bool = False
    """The alert of another member of the concern spoke for the last change: nobody was told."""


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The record about one subject at one moment."""

    subject: str
    name: str
    moment: datetime
    assessment: Assessment | None
    card: Card
    held: Level | None
    changes: tuple[ToldChange, ...]
    silence: Silence | None
    """Why the last round made no change; None when it did."""
    carried_by: str
    """Role of whoever acknowledged and still carried the alert then; empty: nobody."""
    carried_until: datetime | None
    mute: Mute | None
    speaks: str
    """Name of the provider whose open alert speaks for this location, or for this concern; empty: none."""
    people: tuple[PersonAnswer, ...]


def why_not(context: Context, given: str, *, person: str | None, as_of: datetime | None) -> WhyNot:
    """Every silence has a reason. Raises NotFoundError for a stranger."""
    if person is not None and person not in context.settings.people:
        raise NotFoundError(
            f"'{person}' staat niet in people.toml. Bekend: {', '.join(context.settings.people)}."
        )
    moment = as_of or context.now
    with reading(context.engine) as connection:
        subject = find_subject(connection, context, given)
        return _answer(connection, context, subject, person, moment)


def _answer(
    connection: Connection, context: Context, subject: str, person: str | None, moment: datetime
) -> WhyNot:
    register = register_at(connection, moment)
    changes = changes_of(connection, subject, until=moment)
    assessment = assessments.latest(connection, as_of=moment, subjects=[subject]).get(subject)
    card = cards_by_scheme(context.settings, moment)[parse_subject(subject).scheme]
    state = _state(connection, context, changes, subject=subject, moment=moment)
    state = observed(state, assessment, card, now=moment) if state and assessment else state
    held = alerts.held_at(connection, moment)
    mute = mutes.active(connection, moment).get(subject)
    concern = _voices(connection, register, subject, moment)
    inhibitor = _inhibitor(register, subject, held)
    silence = silence_of(
        state,
        assessment,
        card,
        context.settings.alerts,
        now=moment,
        inhibited=bool(inhibitor),
        muted=mute is not None,
        concern=concern,
    )
    if assessment and changes and changes[-1].at >= assessment.as_of:
        silence = Silence.CONCERN if changes[-1].speaker else None
    return WhyNot(
        subject=subject,
        name=register.name(subject),
        moment=moment,
        assessment=assessment,
        card=card,
        held=held.get(subject),
        changes=tuple(changes),
        silence=silence,
        carried_by=_role(context, state.acknowledged_by) if state else "",
        carried_until=state.acknowledged_until if state else None,
        mute=mute,
        speaks=_speaks(register, changes, concern if silence is Silence.CONCERN else {}, inhibitor),
        people=_people(context, person, changes, _matter(register, subject)),
    )


def _state(
    connection: Connection, context: Context, changes: Sequence[ToldChange], *, subject: str, moment: datetime
) -> AlertState | None:
    """The open episode: as it stands now, or as its changes left it at a moment in the past."""
    if moment < context.now:
        return _state_at(subject, changes)
    return alerts.open_states(connection, subjects=[subject]).get(subject)


def _inhibitor(register: Register, subject: str, held: Mapping[str, Level]) -> str:
    """The provider of a location, while an alert of its own is open; empty for anybody else."""
    parent = register.provider_of(subject) or ""
    return parent if parent != subject and parent in held else ""


def _speaks(
    register: Register, changes: Sequence[ToldChange], concern: Mapping[str, Level], inhibitor: str
) -> str:
    """Name of who speaks: in a concern the member named in the last change, else the highest that was told."""
    if not concern:
        return register.name(inhibitor) if inhibitor else ""
    said = changes[-1].speaker if changes else ""
    return register.name(said or max(concern, key=lambda one: concern[one].rank))


def _role(context: Context, person: str | None) -> str:
    known = context.settings.people.get(person or "")
    return ROLE[known.role] if known else ""


def _voices(connection: Connection, register: Register, subject: str, moment: datetime) -> dict[str, Level]:
    """Members of its concern, in its region, whose open alerts were told, with the level they were told at."""
    near = [one for one in register.siblings(subject) if register.region(one) == register.region(subject)]
    states = {one: _state_at(one, changes_of(connection, one, until=moment)) for one in near}
    return {one: state.held for one, state in states.items() if state is not None and is_told(state)}


def _state_at(subject: str, changes: Sequence[ToldChange]) -> AlertState | None:
    """The episode as it stood after its changes, with who carried it and until when."""
    state: AlertState | None = None
    for change in changes:
        if change.reason is ChangeReason.CLEARED:
            state = None
        elif state is None:
            state = AlertState(
                alert=change.alert,
                subject=subject,
                family=FAMILY,
                held=change.after,
                opened_at=change.at,
                last_change_at=change.at,
                last_told_at=None if change.speaker else change.at,
                below_since=None,
            )
        else:
            unheard = change.reason is ChangeReason.ACKNOWLEDGED or change.speaker
            moved = change.reason in {ChangeReason.RAISED, ChangeReason.LOWERED}
            carried = change.reason is ChangeReason.ACKNOWLEDGED
            ends = change.reason in {ChangeReason.RAISED, ChangeReason.REESCALATED}
            state = replace(
                state,
                acknowledged_until=change.carried_until
                if carried
                else None
                if ends
                else state.acknowledged_until,
                acknowledged_by=change.actor if carried else None if ends else state.acknowledged_by,
                held=change.after,
                last_change_at=change.at if moved else state.last_change_at,
                last_told_at=state.last_told_at if unheard else change.at,
            )
    return state


def _matter(register: Register, subject: str) -> Matter:
    """Of whom it is; the kind and the level are those of the change that was told last."""
    return Matter(MessageKind.ALERT, Level.UNKNOWN, register.region(subject), register.sector(subject))


def _people(
    context: Context, person: str | None, changes: Sequence[ToldChange], about: Matter
) -> tuple[PersonAnswer, ...]:
    known = context.settings.people
    asked = [known[person]] if person else list(known.values())
    return tuple(_person(context, one, changes, about) for one in asked) if changes else ()


def _person(context: Context, person: Person, changes: Sequence[ToldChange], about: Matter) -> PersonAnswer:
    last = next(
        (one for one in reversed(changes) if one.reason is not ChangeReason.ACKNOWLEDGED), changes[-1]
    )
    told = tuple(one for one in last.messages if one.recipient.lower() == person.address.lower())
    falling = last.reason in {ChangeReason.CLEARED, ChangeReason.LOWERED}
    level = max(last.before, last.after, key=lambda one: one.rank) if falling else last.after
    matter = replace(about, kind=kind_of(last.reason), level=level)
    skipped = {one.person: one.reason for one in route(matter, post.rota(context)).skipped}
    return PersonAnswer(person.id, told, None if told else skipped.get(person.id), quiet=bool(last.speaker))
