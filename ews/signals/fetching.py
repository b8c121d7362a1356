"""How a source is fetched: the `[fetch]` table of its contract, and what to ask for, pure.

Nothing here opens a connection; ews/jobs/fetch.py does.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from ipaddress import ip_address
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from ews.signals.fields import STRICT

ITEM = "{item}"
_ITEM = re.compile(r"[A-Za-z0-9_-]{1,80}")
EARLY = timedelta(hours=1)
"""A slot that comes round a little sooner than `every_hours` counts as on time."""


class Each(StrEnum):
    """What one call is about."""

    SOURCE = "source"
    """One address holds all there is."""
    LISTED = "listed"
    """`list_url` says which items there are; each is asked for once, the newest again."""
    PROVIDER = "provider"
    """One call per KvK number of the register; the answers of one run are one delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """All that is agreed about fetching one source."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    url: str
    """https; `{item}` stands for the listed id or the KvK number. http only to this machine."""
    file_name: str
    """Under which the answer is taken in; `{item}` and `{day}` (20261123) may stand in it."""
    answers: Literal["json", "xml", "text", "workbook"]
    """What the answer is, told from its content. Anything else (a login page) is a failure, not a delivery."""
    enabled: bool = False
    """Whether the scheduled job fetches it; by hand (`ews source fetch NAME`) always."""
    each: Each = Each.SOURCE
    list_url: str = ""
    list_key: str = ""
    """Key of the id in every object of the list."""
    next_key: str = ""
    """Key of the address of the next page in a JSON answer (OData: @odata.nextLink)."""
    method: Literal["GET", "POST"] = "GET"
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    secret: str = ""
    """Name of a secret of the site that is sent in `secret_header`."""
    secret_header: str = ""
    absent: tuple[int, ...] = ()
    """Statuses that say that there is nothing about this item; no failure, and nothing is concluded."""
    every_hours: int = 24
    calls_per_run: int = 60
    pages: int = 50
    pause_seconds: float = 1.0
    """Between two calls to one host."""
    timeout_seconds: float = 30.0
    """Of one connection, and of silence while reading."""
    deadline_seconds: float = 120.0
    """Of one call with all its retries."""
    tries: int = 4
    retry_seconds: float = 2.0
    """Before the second try; doubles after that, unless the server says Retry-After."""
    max_bytes: int = 50_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is remembered of one item of a source."""

    item: str
    tried_at: datetime
    answered_at: datetime | None = None
    """When it was last answered as agreed, be it with *not changed* or *nothing about this*."""
    changed_at: datetime | None = None
    """When the answer was last another one than before."""
    etag: str = ""
    modified: str = ""
    sha256: str = ""
    problem: str = ""


def due_items(
    plan: Fetch, items: Sequence[str], asked: Mapping[str, Asked], *, now: datetime, by_hand: bool = False
) -> list[str]:
    """Which items to ask for now, at most `calls_per_run`: never answered first, then the longest ago."""
    if plan.each is Each.LISTED:
        newest = max(items, default="")
        chosen = [one for one in sorted(items) if one == newest or not _answered(asked, one)]
    else:
        chosen = [one for one in items if by_hand or _is_due(plan, asked.get(one), now)]
        chosen.sort(key=lambda one: (_last(asked, one), one))
    return chosen[: plan.calls_per_run]


def _is_due(plan: Fetch, known: Asked | None, now: datetime) -> bool:
    if known is None or known.answered_at is None:
        return True
    return now - known.answered_at >= timedelta(hours=plan.every_hours) - EARLY


def _answered(asked: Mapping[str, Asked], item: str) -> bool:
    return item in asked and asked[item].answered_at is not None


def _last(asked: Mapping[str, Asked], item: str) -> str:
    known = asked.get(item)
    return known.answered_at.isoformat() if known and known.answered_at else ""


def is_item(text: str) -> bool:
    """Whether an id that a server listed may stand in an address and a file name."""
    return _ITEM.fullmatch(text) is not None


def window_gap(items: Collection[str], asked: Mapping[str, Asked]) -> tuple[str, str] | None:
    """The last item answered and the first still listed, when what lay between has left the list unheard."""
    heard = [item for item in asked if item and _answered(asked, item)]
    if not heard or not items or max(heard) >= min(items):
        return None
    return max(heard), min(items)


def address_fault(url: str) -> str:
    """What is wrong with an address of a contract, in Dutch; empty when it may be called."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is geen adres"
    if not host or "{" in parts.netloc:
        return "noemt geen vaste host"
    if parts.username or parts.password:
        return "bevat een naam of wachtwoord; gebruik secret"
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)):
        return ""
    return "is geen https"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def same_place(one: str, other: str) -> bool:
    """Whether two addresses are on the same host, scheme and port: only there an answer may send us on."""
    first, second = urlsplit(one), urlsplit(other)
    return (first.scheme, first.hostname, first.port) == (second.scheme, second.hostname, second.port)


def retry_after(header: str, *, now: datetime) -> float | None:
    """Seconds that a server asks us to wait, from Retry-After (RFC 9110 §10.2.3); None when it doesn't say."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment - now).total_seconds()) if moment.tzinfo else None
