"""A message as it is meant, as it is sealed for the wire, and what became of it."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class MessageKind(StrEnum):
    ALERT = "alert"
    REPEAT = "repeat"
    CLEARED = "cleared"
    ESCALATION = "escalation"
    STORM = "storm"
    DIGEST = "digest"
    SYSTEM = "system"
    RETENTION = "retention"
    """What may be destroyed, for the people who decide on it."""
    TEST = "test"
    CANARY = "canary"


class Channel(StrEnum):
    EMAIL = "email"


class Priority(IntEnum):
    """What leaves first when the queue is long: people at risk before summaries."""

    ACUTE = 0
    SYSTEM = 10
    HIGH = 20
    ELEVATED = 30
    NOTICE = 40
    CANARY = 50
    DIGEST = 90


class State(StrEnum):
    """Of an outbox row; the legal moves are `ews.store.outbox.MOVES`."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    BOUNCED = "bounced"
    UNKNOWN = "unknown"
    PARKED = "parked"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class InlineImage:
    """A picture inside the HTML part, found there as `cid:<name>`."""

    name: str
    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along: the whole list of a storm, the digest as PDF."""

    name: str
    media: str
    """`text/plain` or `application/pdf`."""
    content: bytes


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message to one address. Together the first five fields are its identity."""

    about: str
    """What it tells of: `alert_change:12`, `digest:2026-W47`, `test:…`."""
    kind: MessageKind
    revision: int
    recipient: str
    channel: Channel
    priority: Priority
    thread: str
    """Messages of one case share it; empty for none."""
    subject: str
    text: str
    html: str = ""
    images: tuple[InlineImage, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class SealedMessage:
    """A message with its Message-ID and its bytes, fixed before anyone tries to send it."""

    message: OutgoingMessage
    message_id: str
    content: bytes
    state: State = State.QUEUED
    note: str = ""
    """Why it is not to be sent, for a row that only records that it was covered elsewhere."""


class Outcome(StrEnum):
    """What a relay did with one message to one recipient."""

    SENT = "sent"
    DEFERRED = "deferred"
    """It said no for now, or could not be reached: nothing was accepted."""
    REFUSED = "refused"
    """It said no for good: a person must act."""
    UNKNOWN = "unknown"
    """It may have accepted: tried again under the same Message-ID."""
    LOCAL = "local"
    """It failed on our side of the wire: encoding, disk."""


class Fault(StrEnum):
    """What kind of trouble stands behind an outcome, for the one who must mend it."""

    NONE = "none"
    RELAY = "relay"
    """Not to be reached, or silent."""
    SECURITY = "security"
    """TLS missing, stripped, expired, for another host, or too old: no mail left."""
    RECIPIENT = "recipient"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Result of one attempt, with the relay's reply as it came (one line, cut)."""

    outcome: Outcome
    reply: str
    fault: Fault = Fault.NONE
    relay: str = ""
    before: tuple["Receipt", ...] = ()
    """Of relays that were tried for this message and failed, before the one that this is of."""
