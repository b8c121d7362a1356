"""Confirming receipt by the link in a mail: for its addressee, once, before its end, and only by pressing a button."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Connection

from ews.cases.entries import Acknowledgement
from ews.jobs import case_log
from ews.jobs.links import LINK_KEY
from ews.jobs.run import Context
from ews.notify import tokens
from ews.notify.tokens import Claim
from ews.people import Person
from ews.settings.secrets import site_key
from ews.store import audit, cases, escalations
from ews.store.audit import Actor
from ews.store.engine import reading, writing

CARRIES_FOR = timedelta(days=7)
"""So long a confirmation holds; then the alert escalates again unless it is renewed."""


class Refusal(StrEnum):
    """Why a link does nothing; value: what its reader is told."""

    NOT_OURS = "Deze link is niet geldig."
    EXPIRED = "Deze link is verlopen. Open de zaak en bevestig daar."
    USED = "Deze link is al gebruikt: ontvangst is bevestigd."
    OVER = "Deze waarschuwing is al voorbij; bevestigen hoeft niet meer."


@dataclass(frozen=True, slots=True)
class Offer:
    """What pressing the button would do, and for whom."""

    claim: Claim
    person: Person | None
    subject: str

    @property
    def by(self) -> str:
        """Whose name stands at the confirmation."""
        return self.person.id if self.person else self.claim.address


def look(context: Context, token: str) -> Offer | Refusal:
    """What a link is for. Changes nothing: mail scanners open links too."""
    with reading(context.engine) as connection:
        return _look(connection, context, token)


def _look(connection: Connection, context: Context, token: str) -> Offer | Refusal:
    people = context.settings.people
    addresses = (*(one.address for one in people.values()), context.settings.site.office.duty_address)
    claim = tokens.read(token, tuple(dict.fromkeys(addresses)), site_key(context.folder, LINK_KEY))
    if claim is None:
        return Refusal.NOT_OURS
    if claim.until < context.now:
        return Refusal.EXPIRED
    if escalations.is_used(connection, token):
        return Refusal.USED
    found = escalations.alert_of(connection, claim.alert)
    if found is None:
        return Refusal.OVER
    person = next((one for one in people.values() if one.address == claim.address), None)
    return Offer(claim, person, found[0])


def confirm(context: Context, token: str) -> Offer | Refusal:
    """Confirm receipt: the alert is carried, the case has an owner, the link is spent. Recorded as *beweerd*."""
    with writing(context.engine) as connection:
        offer = _look(connection, context, token)
        if isinstance(offer, Refusal):
            return offer
        if not escalations.use_link(connection, token, address=offer.claim.address, now=context.now):
            return Refusal.USED
        acting = replace(context, actor=Actor(offer.by, "beweerd"))
        _carry(connection, acting, offer)
        audit.append(
            connection,
            acting.actor,
            "alert.acknowledged",
            f"alert:{offer.claim.alert}",
            {"by": "link", "change": offer.claim.change},
            now=context.now,
        )
    return offer


def _carry(connection: Connection, context: Context, offer: Offer) -> None:
    until = context.now + CARRIES_FOR
    case = cases.open_case_of(connection, offer.subject)
    if case is not None and offer.person is not None:
        what = Acknowledgement(offer.person.id, until, "via de link in het bericht")
        case_log.record(connection, context, case.number, what, on=context.now.date(), author=offer.person.id)
        cases.set_owner(connection, case.number, offer.person.id)
    held = escalations.alert_of(connection, offer.claim.alert)
    assert held is not None  # looked at in the same transaction
    escalations.acknowledge(
        connection, offer.claim.alert, by=offer.by, until=until, now=context.now, held=held[1]
    )
