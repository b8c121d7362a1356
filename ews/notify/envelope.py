"""From a message to bytes: every header and boundary fixed, so that each try sends the same mail."""

import hashlib
import hmac
import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from ews.notify.model import MessageKind, OutgoingMessage, Priority, SealedMessage
from ews.notify.words import OFFICE_ZONE, clean

_POLICY = SMTP.clone(max_line_length=78)
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def is_address(address: str) -> bool:
    """Whether it is a plain ASCII mail address: nothing a header or an SMTP command could trip over."""
    return _ADDRESS.fullmatch(address) is not None


def message_id(message: OutgoingMessage, *, sender: str, key: bytes) -> str:
    """The same for the same content key, at every try and after every restart; tells nothing by itself."""
    named = "|".join(
        (message.about, message.kind, message.recipient, message.channel, str(message.revision))
    ).encode("utf-8", "backslashreplace")
    digest = hmac.new(key, named, hashlib.sha256).hexdigest()[:40]
    return f"<{digest}@{domain_of(sender)}>"


def domain_of(address: str) -> str:
    """The domain of `Name <a@b>`, in lower case; empty when there is none."""
    return parseaddr(address)[1].rpartition("@")[2].lower()


def seal(
    message: OutgoingMessage, *, sender: str, key: bytes, at: datetime, references: str = ""
) -> SealedMessage:
    """Fix Message-ID and bytes. `references` is the Message-ID of the first mail of its thread.

    Raises ValueError or UnicodeError for a recipient or text that can't be put in a mail.
    """
    identity = message_id(message, sender=sender, key=key)
    mail = EmailMessage(policy=_POLICY)
    _head(mail, message, sender=sender, at=at)
    mail["Message-ID"] = identity
    if references and references != identity:
        mail["In-Reply-To"] = references
        mail["References"] = references
    mail.set_content(message.text, cte="quoted-printable")
    if message.html:
        _add_html(mail, message, identity)
    for file in message.attachments:
        main, _, sub = file.media.partition("/")
        mail.add_attachment(file.content, main, sub, filename=file.name)
    _fix_boundaries(mail, identity)
    return SealedMessage(message, identity, mail.as_bytes())


def _head(mail: EmailMessage, message: OutgoingMessage, *, sender: str, at: datetime) -> None:
    name, address = parseaddr(sender)
    if not is_address(message.recipient):
        raise ValueError(f"no mail address: {clean(message.recipient)}")
    mail["From"] = Address(display_name=name, addr_spec=address)
    mail["To"] = Address(addr_spec=message.recipient)
    mail["Subject"] = clean(message.subject)
    mail["Date"] = format_datetime(at.astimezone(OFFICE_ZONE))
    # an answer by a machine is no acknowledgement: ask machines not to answer
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-EWS-About"] = clean(f"{message.about} {message.kind} {message.revision}")
    if message.priority is Priority.ACUTE and message.kind is not MessageKind.CANARY:
        mail["Importance"] = "high"


def _add_html(mail: EmailMessage, message: OutgoingMessage, identity: str) -> None:
    domain = identity.rpartition("@")[2].rstrip(">")
    html = message.html
    for image in message.images:
        html = html.replace(f'"cid:{image.name}"', f'"cid:{image.name}@{domain}"')
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    part = mail.get_payload()[1]  # type: ignore[index]
    for image in message.images:
        part.add_related(  # type: ignore[union-attr]
            image.png,
            "image",
            "png",
            cid=f"<{image.name}@{domain}>",
            filename=f"{image.name}.png",
            disposition="inline",
        )


def _fix_boundaries(mail: EmailMessage, identity: str) -> None:
    seed = identity.strip("<>").partition("@")[0]
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{number}_{seed}")
