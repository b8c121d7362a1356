"""What a relay's answer means: by phase and code, never by an exception's name alone."""

import re
from enum import StrEnum

from ews.notify.model import Fault, Outcome, Receipt
from ews.notify.words import clean

LONGEST_REPLY = 300


class Phase(StrEnum):
    """How far a transaction had come when the answer, or the silence, fell."""

    CONNECT = "connect"
    """Up to and including TLS and login: nothing of the message was said."""
    ENVELOPE = "envelope"
    """MAIL FROM or RCPT TO."""
    DATA = "data"
    """The message was on its way: the relay may have accepted it, whatever we heard."""


def classify(phase: Phase, code: int | None, text: str, *, relay: str = "") -> Receipt:
    """The outcome for one recipient. `code` is None when no reply could be read."""
    reply = clean(f"{code if code is not None else 'geen antwoord'} {text}", LONGEST_REPLY)
    if phase is Phase.CONNECT:
        return Receipt(Outcome.DEFERRED, reply, Fault.RELAY, relay)
    if code is None or not 200 <= code <= 599:
        unclear = Outcome.UNKNOWN if phase is Phase.DATA else Outcome.DEFERRED
        return Receipt(unclear, reply, Fault.RELAY, relay)
    if code < 300:
        return Receipt(Outcome.SENT, reply, Fault.NONE, relay)
    fault = Fault.MESSAGE if phase is Phase.DATA else Fault.RECIPIENT
    if code == 421 or _is_about_the_relay(code, text):
        return Receipt(Outcome.DEFERRED, reply, Fault.RELAY, relay)
    if code < 500:
        return Receipt(Outcome.DEFERRED, reply, fault, relay)
    return Receipt(Outcome.REFUSED, reply, fault, relay)


def _is_about_the_relay(code: int, text: str) -> bool:
    """4.3.x and 4.7.x, or 503 and 530: the relay itself or our login, not this recipient."""
    enhanced = re.match(r"\s*([45])\.([0-9])\.", text)
    if enhanced is not None and enhanced[1] == "4":
        return enhanced[2] == "3" or (enhanced[2] == "7" and "greylist" not in text.lower() and code == 454)
    return code in {503, 530, 535, 538}
