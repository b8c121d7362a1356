"""Soft and restricted signals: taken down as a delivery of their own, and listed for those who may see them."""

import json
from collections.abc import Mapping, Sequence
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
    Standing,
    make_signal,
    objections,
    standing,
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
    standing: Standing
    heard_on: str
    """Day on which the provider was heard; empty: not yet, so it may stand in no dossier."""
    reaction: str
    answer: str


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
    check_provider(context, provider)
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
    deliver(context, signal, chosen, number=f"{context.now:%Y%m%dT%H%M%S%f}")
    return signal


def listed(
    context: Context, *, provider: str | None = None, restricted: bool = False, ended: bool = False
) -> list[Listed]:
    """Signals that count now, newest first; `ended`: also those that expired or were taken back.

    Restricted ones only for their named readers, and each look is recorded.
    """
    with reading(context.engine) as connection:
        only = None if provider is None else [provider]
        known = events.known_at(connection, context.now, restricted=restricted, subjects=only)
        register = register_at(connection, context.now)
    today = context.now.astimezone(OFFICE_ZONE).date()
    source = RESTRICTED_SOURCE if restricted else SOFT_SOURCE
    kinds = {kind.event: kind for kind in context.settings.signal_kinds.values()}
    found = [
        _listed(event, kinds[event.kind], register.name(event.subject), today)
        for event in known
        if event.source == source and event.kind in kinds
    ]
    found = [one for one in found if ended or one.standing is Standing.COUNTS]
    if restricted:
        person = context.person()
        found = [one for one in found if person.id in one.kind.readers]
        _record_look(context, found)
    return sorted(found, key=lambda one: (one.occurred_on, one.number), reverse=True)


def check_provider(context: Context, provider: str) -> None:
    """Raises RefusedError for what is no identifier, NotFoundError for who is not contracted."""
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


def deliver(
    context: Context,
    signal: SoftSignal,
    kind: SignalKind,
    *,
    number: str,
    later: Mapping[str, str] | None = None,
) -> None:
    """Take a signal in by its contract, as a file: searched, hashed, traceable. `later`: what a new version adds.

    Raises RefusedError when it holds what may not be kept.
    """
    content = {
        "kvk": parse_subject(signal.provider).value,
        "soort": signal.kind,
        "datum": signal.occurred_on.isoformat(),
        "geldig_tot": signal.ends_on.isoformat(),
        "betrouwbaarheid": signal.reliability.value,
        "auteur": signal.author,
        "tekst": signal.text,
        "kenmerk": number,
        **(later or {}),
    }
    take_in(context, kind.source, json.dumps(content, ensure_ascii=False), suffix="json")


def take_in(context: Context, source: str, text: str, *, suffix: str) -> None:
    """What a person wrote, as a delivery of a source; nothing of it stays behind when it is refused."""
    path = context.folder / "inbox" / f"{source}_{context.now:%Y%m%dT%H%M%S%f}.{suffix}"
    path.write_text(text, encoding="utf-8")
    try:
        report = ingest(context, [path], source=source)
    finally:
        path.unlink()
    taken = report.files[0]
    if taken.status != "accepted":
        raise RefusedError(f"Dit is niet vastgelegd. {taken.message}")


def _listed(event: Event, kind: SignalKind, name: str, today: date) -> Listed:
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
        standing=standing(event.ended_on, detail, today=today),
        heard_on=detail.get("gehoord_op", ""),
        reaction=detail.get("reactie", ""),
        answer=detail.get("antwoord", ""),
    )


def _record_look(context: Context, found: Sequence[Listed]) -> None:
    with writing(context.engine) as connection:
        for number in sorted({one.number for one in found}):
            audit.append(connection, context.actor, "restricted.read", number, now=context.now)
