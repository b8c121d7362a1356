"""Soft and restricted signals: taken down as a delivery of their own, and listed for those who may see them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ews.errors import NotAllowedError, NotFoundError, RefusedError
from ews.identifiers import parse_subject
from ews.jobs.ingest import ingest
from ews.jobs.run import OFFICE_ZONE, Context
from ews.signals.model import Event
from ews.signals.soft import (
    LONGEST_TEXT,
    RESTRICTED_SOURCE,
    SOFT_SOURCE,
    Objection,
    Reliability,
    SignalKind,
    SoftSignal,
    make_signal,
    objections,
)
from ews.store import audit, events
from ews.store.engine import reading, writing
from ews.store.register import register_at

SENTENCES = {
    Objection.UNKNOWN_KIND: "Deze soort bestaat niet; zie: ews signal kinds",
    Objection.IN_THE_FUTURE: "De dag ligt in de toekomst.",
    Objection.EXPIRED: "Dit signaal is al verlopen; leg alleen vast wat nu nog telt.",
    Objection.NO_TEXT: "Zeg in een zin wat u hoorde: --text.",
    Objection.TEXT_TOO_LONG: f"De tekst is langer dan {LONGEST_TEXT} tekens. Een verslag hoort als bewijsstuk in de zaak.",
    Objection.NOT_A_READER: "Deze soort is besloten en u staat niet bij de lezers in signals.toml.",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A signal as its reader sees it."""

    number: str
    provider: str
    name: str
    kind: SignalKind
    occurred_on: date
    ends_on: date | None
    reliability: str
    author: str
    text: str


def add(
    context: Context,
    provider: str,
    kind: str,
    *,
    text: str,
    occurred_on: date | None = None,
    reliability: Reliability | None = None,
) -> SoftSignal:
    """Take a signal down for the person who acts, as a delivery like any other.

    Raises RefusedError, NotFoundError or NotAllowedError; nothing is stored then.
    """
    person = context.person()
    chosen = context.settings.signal_kinds.get(kind)
    if chosen is None:
        known = ", ".join(context.settings.signal_kinds)
        raise NotFoundError(f"Soort '{kind}' bestaat niet. Kies uit: {known}.")
    _check_provider(context, provider)
    today = context.now.astimezone(OFFICE_ZONE).date()
    signal = make_signal(
        chosen,
        provider,
        occurred_on=occurred_on or today,
        text=text,
        author=person.id,
        reliability=reliability,
    )
    _refuse(objections(signal, context.settings.signal_kinds, today=today))
    _deliver(context, signal, chosen)
    return signal


def listed(context: Context, *, provider: str | None = None, restricted: bool = False) -> list[Listed]:
    """Signals that count now, newest first. Restricted ones only for their named readers, and each look is recorded."""
    with reading(context.engine) as connection:
        known = events.known_at(connection, context.now, restricted=restricted)
        register = register_at(connection, context.now)
    today = context.now.astimezone(OFFICE_ZONE).date()
    source = RESTRICTED_SOURCE if restricted else SOFT_SOURCE
    kinds = {kind.event: kind for kind in context.settings.signal_kinds.values()}
    found = [
        _listed(event, kinds[event.kind], register.name(event.subject))
        for event in known
        if event.source == source
        and event.kind in kinds
        and provider in {None, event.subject}
        and (event.ended_on is None or event.ended_on >= today)
    ]
    if restricted:
        person = context.person()
        found = [one for one in found if person.id in one.kind.readers]
        _record_look(context, found)
    return sorted(found, key=lambda one: (one.occurred_on, one.number), reverse=True)


def _check_provider(context: Context, provider: str) -> None:
    try:
        subject = parse_subject(provider)
    except ValueError:
        raise RefusedError(f"'{provider}' is geen aanbieder. Schrijf kvk:12345678.") from None
    with reading(context.engine) as connection:
        known = register_at(connection, context.now).providers
    if subject.scheme != "kvk" or str(subject) not in known:
        raise NotFoundError(f"{provider} is geen gecontracteerde aanbieder. Zie: ews portfolio")


def _refuse(found: Sequence[Objection]) -> None:
    if not found:
        return
    text = "\n".join(SENTENCES[one] for one in found)
    raise NotAllowedError(text) if Objection.NOT_A_READER in found else RefusedError(text)


def _deliver(context: Context, signal: SoftSignal, kind: SignalKind) -> None:
    """Write the signal as a file in the inbox and take it in by its contract: searched, hashed, traceable."""
    stamp = f"{context.now:%Y%m%dT%H%M%S%f}"
    path = context.folder / "inbox" / f"{kind.source}_{stamp}.json"
    content = {
        "kvk": parse_subject(signal.provider).value,
        "soort": signal.kind,
        "datum": signal.occurred_on.isoformat(),
        "geldig_tot": signal.ends_on.isoformat(),
        "betrouwbaarheid": signal.reliability.value,
        "auteur": signal.author,
        "tekst": signal.text,
        "kenmerk": stamp,
    }
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    try:
        report = ingest(context, [path], source=kind.source)
    finally:
        path.unlink()
    taken = report.files[0]
    if taken.status != "accepted":
        raise RefusedError(f"Het signaal is niet vastgelegd. {taken.message}")


def _listed(event: Event, kind: SignalKind, name: str) -> Listed:
    detail = json.loads(event.detail)
    return Listed(
        number=event.key,
        provider=event.subject,
        name=name,
        kind=kind,
        occurred_on=event.occurred_on,
        ends_on=event.ended_on,
        reliability=detail["betrouwbaarheid"],
        author=detail["auteur"],
        text=detail["tekst"],
    )


def _record_look(context: Context, found: Sequence[Listed]) -> None:
    with writing(context.engine) as connection:
        for number in sorted({one.number for one in found}):
            audit.append(connection, context.actor, "restricted.read", number, now=context.now)
