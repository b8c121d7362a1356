"""Putting messages in the outbox, in the transaction of what they tell of."""

from collections.abc import Iterable

from jinja2 import TemplateError
from sqlalchemy import Connection

from ews.jobs.run import Context
from ews.notify import envelope, messages, words
from ews.notify.messages import Rendered
from ews.notify.model import Channel, MessageKind, OutgoingMessage, Priority, SealedMessage
from ews.notify.routing import Matter, Rota, route
from ews.notify.views import SystemView
from ews.scoring.model import Level
from ews.settings.secrets import site_key
from ews.store import outbox

MESSAGE_KEY = "message_key"
# what rendering or sealing can do with text nobody foresaw; the alert must leave all the same
UNRENDERABLE = (TemplateError, ValueError, TypeError, LookupError, RuntimeError)


def rota(context: Context) -> Rota:
    """Everyone there is to tell on this site."""
    site = context.settings.site
    return Rota(
        people=context.settings.people,
        routes=tuple(context.settings.routes.values()),
        allowed_domains=frozenset(domain.lower() for domain in site.smtp.allowed_domains),
        duty_address=site.office.duty_address,
        today=words.day(context.now),
        turns=tuple(context.settings.turns.values()),
    )


def seal(context: Context, message: OutgoingMessage, *, references: str = "") -> SealedMessage:
    """Fix the bytes and the Message-ID of a message of this site."""
    return envelope.seal(
        message,
        sender=context.settings.site.smtp.sender,
        key=site_key(context.folder, MESSAGE_KEY),
        at=context.now,
        references=references,
    )


def message_from(
    rendered: Rendered,
    *,
    about: str,
    kind: MessageKind,
    recipient: str,
    priority: Priority,
    thread: str = "",
    revision: int = 0,
) -> OutgoingMessage:
    """A rendered mail as a message to one address."""
    return OutgoingMessage(
        about=about,
        kind=kind,
        revision=revision,
        recipient=recipient,
        channel=Channel.EMAIL,
        priority=priority,
        thread=thread,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        images=rendered.images,
        attachments=rendered.attachments,
    )


def trouble(
    connection: Connection,
    context: Context,
    view: SystemView,
    *,
    about: str,
    kind: MessageKind = MessageKind.SYSTEM,
) -> int:
    """Tell those who keep the system going, or whom `kind` names. `about` makes the same trouble one message,
    however often it is seen.
    """
    routed = route(Matter(kind, Level.UNKNOWN), rota(context))
    rendered = messages.system(view)
    sealed = [
        seal(
            context,
            message_from(
                rendered,
                about=about,
                kind=kind,
                recipient=one.address,
                priority=Priority.SYSTEM,
                thread=f"{kind}:{about.partition(':')[0]}",
            ),
        )
        for one in routed.recipients
    ]
    return outbox.enqueue(connection, sealed, now=context.now)


def queue_tests(connection: Connection, context: Context, addresses: Iterable[str]) -> int:
    """One test message per address; refuses addresses outside the office's domains."""
    from ews.errors import RefusedError

    allowed = rota(context).allowed_domains
    sealed = []
    for address in addresses:
        if not envelope.is_address(address) or envelope.domain_of(address) not in allowed:
            raise RefusedError(
                f"Naar '{address}' gaat geen mail: alleen adressen in {', '.join(sorted(allowed))} "
                "([smtp] allowed_domains in settings.toml)."
            )
        text = (
            f"Dit is een proefbericht van het EWS van {context.settings.site.office.name}.\n"
            "U hoeft niets te doen. Komt het aan, dan werkt de weg van dit systeem naar uw postbus.\n"
        )
        message = OutgoingMessage(
            about=f"test:{context.now:%Y%m%dT%H%M%S%f}",
            kind=MessageKind.TEST,
            revision=0,
            recipient=address,
            channel=Channel.EMAIL,
            priority=Priority.NOTICE,
            thread="",
            subject="EWS proefbericht",
            text=text,
        )
        sealed.append(seal(context, message))
    return outbox.enqueue(connection, sealed, now=context.now)
