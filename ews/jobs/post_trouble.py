"""Mail that does not arrive becomes work for a person, within the transaction that finds it out."""

from sqlalchemy import Connection

from ews.jobs import post
from ews.jobs.run import Context
from ews.notify import words
from ews.notify.messages import Rendered
from ews.notify.model import Fault, MessageKind, Outcome, Priority, Receipt
from ews.notify.views import SystemView
from ews.store import outbox
from ews.store.sending import Claimed

_OF_A_PROVIDER = {
    MessageKind.ALERT,
    MessageKind.REPEAT,
    MessageKind.ESCALATION,
    MessageKind.CLEARED,
    MessageKind.STORM,
}


def undeliverable(connection: Connection, context: Context, row: Claimed, receipt: Receipt) -> None:
    """A message that will not be tried again: a task for who keeps the system, and another way to the reader."""
    if row.kind not in {MessageKind.SYSTEM, MessageKind.TEST}:
        post.trouble(connection, context, _task(context, row, receipt), about=f"undeliverable:{row.id}")
    if row.kind in _OF_A_PROVIDER or row.kind == MessageKind.SYSTEM:
        _plain_instead(connection, context, row, receipt)


def relay(connection: Connection, context: Context, receipt: Receipt) -> None:
    """A relay in trouble is told of once a day."""
    today = words.day(context.now)
    about = f"relay:{receipt.relay}:{receipt.fault}:{today}"
    post.trouble(connection, context, _relay_view(context, receipt), about=about[:80])


def late(connection: Connection, context: Context, row: Claimed) -> None:
    """An acute message that no relay took in time: said to operations, and in short to the duty address."""
    if row.revision >= PLAIN_REVISION or row.kind not in _OF_A_PROVIDER:
        return
    duty = context.settings.site.office.duty_address
    receipt = Receipt(Outcome.REFUSED, "niet op tijd aangenomen")
    tell_late = _relay_view(
        context, Receipt(Outcome.DEFERRED, "acuut bericht niet op tijd aangenomen", Fault.RELAY)
    )
    post.trouble(connection, context, tell_late, about=f"late:{row.id}")
    if row.recipient != duty:
        _plain_instead(connection, context, row, receipt)


def _task(context: Context, row: Claimed, receipt: Receipt) -> SystemView:
    refused = receipt.outcome is Outcome.REFUSED
    return SystemView(
        topic="bericht niet bezorgd",
        what=f"Een bericht aan {row.recipient} is {'geweigerd' if refused else 'niet te bezorgen'}: '{row.subject}'.",
        consequence="Deze persoon weet van niets. Het bericht is, in het kort, naar het vangnetadres gestuurd.",
        actions=(
            "Bel de geadresseerde, of zijn vervanger.",
            "Herstel het adres in people.toml en stel het in werking: ews config activate.",
        ),
        details=(f"antwoord van de mailserver: {receipt.reply}", f"poging {row.tries + 1}"),
        office=context.settings.site.office.name,
        at=context.now,
        fictitious=context.settings.site.kind != "production",
    )


def _relay_view(context: Context, receipt: Receipt) -> SystemView:
    security = receipt.fault is Fault.SECURITY
    return SystemView(
        topic="mailserver: beveiliging (TLS)" if security else "mailserver niet bereikbaar",
        what=(
            f"De mailserver {receipt.relay} biedt geen verbinding die te controleren is; er is niets verstuurd."
            if security
            else f"De mailserver {receipt.relay} is niet bereikbaar of antwoordt niet."
        ),
        consequence="Berichten wachten in de wachtrij en worden opnieuw geprobeerd; waarschuwingen komen later aan.",
        actions=(
            "Laat het certificaat en de TLS-instelling van de mailserver nakijken."
            if security
            else "Laat de mailserver nakijken, of stel een andere in: [smtp] in settings.toml.",
            "Kijk wat wacht: ews doctor. Bel wie een acuut bericht moest krijgen.",
        ),
        details=(f"laatste antwoord: {receipt.reply}",),
        office=context.settings.site.office.name,
        at=context.now,
        fictitious=context.settings.site.kind != "production",
    )


def _plain_instead(connection: Connection, context: Context, row: Claimed, receipt: Receipt) -> None:
    """The least that must be said: to the same reader when the message was at fault, else to the duty address."""
    duty = context.settings.site.office.duty_address
    recipient = duty if receipt.outcome is Outcome.REFUSED else row.recipient
    if row.revision >= PLAIN_REVISION:  # the plain one failed too: only the duty address is left
        recipient = duty
    if recipient == row.recipient and row.revision >= PLAIN_REVISION:
        return
    link = context.settings.site.office.base_url
    text = (
        f"{row.subject}\n\nHet volledige bericht aan {row.recipient} kon niet worden bezorgd. "
        f"Open het EWS voor de inhoud: {link}\n"
    )
    message = post.message_from(
        Rendered(row.subject, text, ""),
        about=row.about,
        kind=MessageKind(row.kind),
        recipient=recipient,
        priority=Priority(row.priority),
        thread=row.thread,
        revision=row.revision + PLAIN_REVISION,
    )
    outbox.enqueue(connection, [post.seal(context, message)], now=context.now)


PLAIN_REVISION = 1000
"""Revisions from here on are plain replacements of messages that could not be delivered."""
