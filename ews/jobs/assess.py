"""Assess everybody: one round of scoring, then assessments, alert changes, cases and messages in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from ews.alerts.model import AlertState, Mute
from ews.alerts.round import Decided, Ties, decide_round
from ews.errors import NotAllowedError
from ews.identifiers import parse_subject
from ews.jobs import cases, model_round, tell
from ews.jobs.mute import tell_stale
from ews.jobs.run import Context
from ews.jobs.scoring import Round, cards_by_scheme, concerns_of, parents_of, score_at
from ews.notify.views import SystemView
from ews.people import Mandate, Person
from ews.scoring.batch import BatchFault, Doubt, doubts
from ews.scoring.model import Assessment, Level, ReasonKind
from ews.store import alerts, assessments, audit, mutes
from ews.store.engine import reading, writing

_EXPLAINED = 100
"""More changes than this at once are told in lists, which have no room for what would help."""

DOUBTS = {
    BatchFault.LOST: "{about} aanbieders of locaties van de vorige ronde zijn verdwenen",
    BatchFault.DROPPED: "in het nieuwste uittreksel van {about} ontbreekt meer dan een tiende van het vorige",
    BatchFault.ALL_EQUAL: "alle {about} komen op dezelfde punten uit",
    BatchFault.EMPTY: "geen van de {about} heeft nog een actueel cijfer",
    BatchFault.SLIPPED: "{about} is voor de meesten twintig keer zo groot of klein als de vorige keer",
    BatchFault.CONSTANT: "{about} is voor iedereen gelijk geworden",
    BatchFault.SHUFFLED: "{about}: wie hoog stond staat nu laag; rijen of kolommen lijken verschoven",
    BatchFault.EMPTIED: "{about} is voor iedereen leeg geworden",
}


def assess(context: Context, *, as_of: datetime | None = None, accept: bool = False) -> dict[str, Any]:
    """Assess as known at `as_of`, by default now. Run twice it changes nothing.

    A moment before the last live one is a reconstruction: nothing is recorded, opened or told. A round that can't be
    believed is refused: the one before stays, and only tripwires go through. `accept` is a person who looked and
    believes it all the same (mandate vrijgave). Raises NotAllowedError for another.
    """
    moment = min(as_of or context.now, context.now)
    if accept:
        _may_accept(context.person())
    with reading(context.engine) as connection:
        last = assessments.last_as_of(connection)
        round_ = score_at(connection, context.settings, moment)
        before = assessments.current(connection) if last is not None and moment >= last else {}
    made = round_.assessments()
    if last is not None and moment < last:
        return _summary(moment, made, is_reconstruction=True)
    found = doubts(round_.features, made.values(), before.values(), context.settings.indicators)
    spoken = model_round.speak(context, moment)
    made = round_.with_remedies(model_round.with_chances(made, spoken))
    with writing(context.engine) as connection:
        model_round.record(connection, context, spoken)
        if found and not accept:
            return _refuse(connection, context, round_, made, found)
        return _apply(connection, context, round_, made)


def _may_accept(person: Person) -> None:
    if Mandate.RELEASE not in person.mandates:
        raise NotAllowedError(f"{person.id} heeft geen mandaat 'vrijgave' in people.toml.")


def _refuse(
    connection: Connection,
    context: Context,
    round_: Round,
    made: Mapping[str, Assessment],
    found: Sequence[Doubt],
) -> dict[str, Any]:
    """Leave everybody as they were, but for what happened to them: an event does not wait for a file."""
    struck = {
        subject: one
        for subject, one in made.items()
        if any(reason.kind is ReasonKind.TRIPWIRE for reason in one.reasons)
    }
    applied = _apply(connection, context, round_, struck)
    said = tuple(DOUBTS[one.fault].format(about=one.about) for one in found)
    view = SystemView(
        topic="ronde niet geloofd",
        what=f"De beoordeling van {context.now:%d-%m-%Y} is geweigerd: de cijfers kunnen zo niet kloppen.",
        consequence="De vorige beoordeling blijft staan. Gebeurtenissen (faillissement, bevel) zijn wel verwerkt.",
        actions=(
            "Kijk welke levering dit veroorzaakte: ews rejections list",
            "Klopt het toch: ews --user ID assess --accept (mandaat vrijgave)",
        ),
        details=said,
        office=context.settings.site.office.name,
        at=context.now,
        fictitious=context.settings.site.kind != "production",
    )
    tell.trouble(
        connection, context, view, about=f"assess:{'|'.join(sorted({one.about for one in found}))}"[:80]
    )
    return applied | {"refused": list(said), "subjects": len(made)}


def _apply(
    connection: Connection, context: Context, round_: Round, made: Mapping[str, Assessment]
) -> dict[str, Any]:
    moment = round_.features.as_of
    rows = assessments.record(connection, list(made.values()), now=context.now)
    states = alerts.open_states(connection)
    silent = mutes.active(connection, context.now)
    decided = _decide(context, round_, made, states, silent)
    alerts.keep_observed(connection, decided.observed.values())
    changes = alerts.record(connection, decided.changes, assessments=made, rows=rows, actor=context.actor.id)
    if len(changes) <= _EXPLAINED:
        changes = [replace(one, remedy=one.assessment.remedy or "") for one in changes]
    tell_stale(connection, context)
    opened = cases.open_for_alerts(connection, context, changes)
    told = tell.alert_changes(connection, context, [one for one in changes if not one.change.speaker])
    summary = _summary(moment, made, is_reconstruction=False) | {
        "changes": len(changes),
        "cases": len(opened),
        "messages": told.single + told.lists,
    }
    audit.append(
        connection,
        context.actor,
        "assessed",
        moment.isoformat(),
        {"config": context.settings.hash, "subjects": len(made), "changes": len(changes)},
        now=context.now,
    )
    return summary


def _decide(
    context: Context,
    round_: Round,
    made: Mapping[str, Assessment],
    states: Mapping[str, AlertState],
    silent: Mapping[str, Mute],
) -> Decided:
    cards = cards_by_scheme(context.settings, round_.features.as_of)
    return decide_round(
        states,
        made,
        Ties(parents_of(round_.features), concerns_of(round_.features), silent.keys()),
        context.settings.alerts,
        card_of=lambda subject: cards[parse_subject(subject).scheme],
        now=context.now,
        version=context.settings.hash,
    )


def _summary(moment: datetime, made: Mapping[str, Assessment], *, is_reconstruction: bool) -> dict[str, Any]:
    levels = [one.level for one in made.values()]
    return {
        "as_of": moment.isoformat(),
        "reconstruction": is_reconstruction,
        "subjects": len(made),
        "levels": {level.value: levels.count(level) for level in Level},
        "changes": 0,
        "cases": 0,
        "messages": 0,
        "refused": [],
    }
