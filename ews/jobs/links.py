"""The links by which a reader confirms receipt: one address, one change, and an end."""

from collections.abc import Callable
from datetime import timedelta

from ews.alerts.model import RecordedChange
from ews.jobs.run import Context
from ews.notify import tokens
from ews.settings.secrets import site_key

LINK_KEY = "link_key"
Signer = Callable[[RecordedChange, str], str]
"""The token by which one address, and no other, confirms receipt of one change."""


def signer(context: Context) -> Signer:
    """Signs links of this site, good until the term of recipients.toml."""
    key = site_key(context.folder, LINK_KEY)
    until = context.now + timedelta(days=context.settings.telling.link_days)

    def sign(recorded: RecordedChange, address: str) -> str:
        return tokens.sign(tokens.Claim(recorded.alert_id, recorded.change_id, address, until), key)

    return sign


def answer_url(case_url: str, token: str) -> str:
    """Where a link to confirm receipt leads."""
    return f"{case_url}/ontvangst?t={token}"
