"""A soft signal after it was taken down: the provider is heard, its correction answered, and those told wrongly told."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from ews.errors import NotFoundError, RefusedError
from ews.jobs import post
from ews.jobs.run import OFFICE_ZONE, Context
from ews.jobs.signal import deliver
from ews.notify import messages, words
from ews.notify.model import MessageKind, Priority
from ews.notify.views import SystemView
from ews.signals.model import Event
from ews.signals.soft import LONGEST_TEXT, SOFT_SOURCE, Finding, Reliability, SignalKind, SoftSignal
from ews.store import audit, events, outbox, told
from ews.store.engine import reading, writing
from ews.store.register import register_at


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a correction."""

    provider: str
    finding: Finding
    told: tuple[str, ...]
    """Addresses that had been told of the provider since the signal counted, and now of its end."""


def hear(context: Context, number: str, *, reaction: str, on: date | None = None) -> str:
    """Record that the provider was heard on a signal; from then on it may stand in a dossier. Returns the provider."""
    context.person()
    event = _event(context, number)
    today = context.now.astimezone(OFFICE_ZONE).date()
    _check_text(reaction, "--reaction")
    heard = on or today
    if not event.occurred_on <= heard <= today:
        raise RefusedError("De dag van het horen ligt tussen het signaal en vandaag (--on).")
    _renew(context, event, {"gehoord_op": heard.isoformat(), "reactie": reaction.strip()})
    return event.subject


def answer(context: Context, number: str, *, finding: Finding, text: str) -> Answered:
    """Answer a provider's correction. A signal found wrong is taken back, and everyone told of it hears that.

    Raises RefusedError before the provider was heard: there is nothing to answer yet.
    """
    context.person()
    event = _event(context, number)
    _check_text(text, "--answer")
    if not json.loads(event.detail).get("gehoord_op"):
        raise RefusedError(f"De aanbieder is hierover nog niet gehoord. Eerst: ews signal heard {number}")
    today = context.now.astimezone(OFFICE_ZONE).date()
    later = {"bevinding": finding.value, "antwoord": text.strip(), "beantwoord_op": today.isoformat()}
    _renew(context, event, later)
    reached = _told_wrongly(context, event) if finding is Finding.WRONG else ()
    return Answered(event.subject, finding, reached)


def _told_wrongly(context: Context, event: Event) -> tuple[str, ...]:
    with writing(context.engine) as connection:
        register = register_at(connection, context.now)
        first = events.first_known(connection, event)
        known = register.providers.get(event.subject)
        about = (event.subject, *(known.locations if known else ()))
        addresses = told.told_about(connection, about, since=first)
        _tell(connection, context, register.name(event.subject), event.key, addresses)
        detail = {"told": len(addresses)}
        audit.append(connection, context.actor, "signal.withdrawn", event.key, detail, now=context.now)
    return addresses


def _tell(connection: Connection, context: Context, name: str, number: str, addresses: Sequence[str]) -> None:
    site = context.settings.site
    view = SystemView(
        topic=f"signaal {number} teruggenomen",
        what=f"Een zacht signaal over {words.clean(name)} bleek onjuist, nadat de aanbieder erover was gehoord.",
        consequence="Het telt niet meer mee. Een waarschuwing die u sindsdien kreeg, rustte er mogelijk mede op.",
        actions=(
            "Gebruik het signaal niet meer, ook niet in gesprekken of notities.",
            "Kijk wat er nu staat: ews provider show, of open de zaak.",
        ),
        details=(),
        office=site.office.name,
        at=context.now,
        fictitious=site.kind != "production",
        subject="EWS rectificatie",
        why="U krijgt dit omdat u eerder over deze aanbieder bericht kreeg.",
    )
    rendered = messages.system(view)
    sealed = [
        post.seal(
            context,
            post.message_from(
                rendered,
                about=f"rectificatie:{number}",
                kind=MessageKind.SYSTEM,
                recipient=address,
                priority=Priority.NOTICE,
            ),
        )
        for address in addresses
    ]
    outbox.enqueue(connection, sealed, now=context.now)


def _event(context: Context, number: str) -> Event:
    with reading(context.engine) as connection:
        known = events.known_at(connection, context.now)
    found = [event for event in known if event.source == SOFT_SOURCE and event.key == number]
    if not found:
        raise NotFoundError(f"Zacht signaal {number} bestaat niet. Zie: ews signal list --all")
    return found[0]


def _check_text(text: str, option: str) -> None:
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise RefusedError(f"Schrijf bij {option} een tekst van hoogstens {LONGEST_TEXT} tekens.")


def _renew(context: Context, event: Event, added: dict[str, str]) -> None:
    """A new version of the signal, with what it said before and what was added."""
    detail = json.loads(event.detail)
    kind = _kind(context, event)
    signal = SoftSignal(
        provider=event.subject,
        kind=kind.id,
        occurred_on=event.occurred_on,
        reliability=Reliability(detail["betrouwbaarheid"]),
        text=detail["tekst"],
        author=detail["auteur"],
        ends_on=event.ended_on or event.occurred_on,
    )
    kept = {name: text for name, text in detail.items() if name in _LATER}
    deliver(context, signal, kind, number=event.key, later={**kept, **added})


_LATER = ("gehoord_op", "reactie", "bevinding", "antwoord", "beantwoord_op")


def _kind(context: Context, event: Event) -> SignalKind:
    kinds = {kind.event: kind for kind in context.settings.signal_kinds.values()}
    if event.kind not in kinds:
        raise NotFoundError(f"Soort '{event.kind}' staat niet meer in signals.toml.")
    return kinds[event.kind]
