"""One address asked over HTTP: within limits of time and size, tried again only where that can help."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import httpx2
import stamina

from ews.dutch import thousands
from ews.errors import EwsError
from ews.signals.fetching import Fetch, address_fault, is_loopback, retry_after, same_place

HOPS = 3
"""Redirects followed within one host."""
NOT_MODIFIED = 304
_AGENT = "zorg-ews (vroegsignalering langdurige zorg)"


class FetchFailedError(EwsError):
    """A source that did not answer as agreed: what it did, in Dutch."""


class _BusyError(Exception):
    """429 or 5xx: worth another try, perhaps at the moment that the server named."""

    def __init__(self, status: int, wait: float | None) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `data` is empty for *not changed* and for a status that says that there is nothing."""

    status: int
    data: bytes
    etag: str
    modified: str


@contextmanager
def line_to(url: str) -> Iterator[httpx2.Client]:
    """An HTTP client for one source. A proxy of the environment is used, but never towards this machine."""
    local = is_loopback(urlsplit(url).hostname or "")
    with httpx2.Client(follow_redirects=False, trust_env=not local) as client:
        yield client


def download(
    client: httpx2.Client, plan: Fetch, url: str, *, headers: Mapping[str, str], now: datetime
) -> Answer:
    """Ask, wait and ask again within the deadline of the plan. Raises FetchFailedError."""
    end = time.monotonic() + plan.deadline_seconds

    def again(error: Exception) -> bool | float:
        if isinstance(error, _BusyError):
            if error.wait is None:
                return True
            return error.wait if time.monotonic() + error.wait < end else False
        return isinstance(error, httpx2.TransportError)

    try:
        for attempt in stamina.retry_context(
            on=again,
            attempts=plan.tries,
            timeout=plan.deadline_seconds,
            wait_initial=plan.retry_seconds,
            wait_jitter=plan.retry_seconds / 2,
            wait_max=plan.deadline_seconds / 2,
        ):
            with attempt:
                return _follow(client, plan, url, headers=headers, end=end, now=now)
    except _BusyError as error:
        raise FetchFailedError(f"{_host(url)} antwoordt met status {error.status}.") from None
    except httpx2.TimeoutException:
        raise FetchFailedError(f"{_host(url)} antwoordt niet binnen de tijd.") from None
    except (httpx2.RequestError, httpx2.InvalidURL) as error:
        raise FetchFailedError(
            f"{_host(url)} is niet te bereiken: {error or type(error).__name__}."
        ) from None
    raise AssertionError("a retry loop ends with an answer or an error")


def _follow(
    client: httpx2.Client, plan: Fetch, url: str, *, headers: Mapping[str, str], end: float, now: datetime
) -> Answer:
    at = url
    for _ in range(HOPS + 1):
        answer, moved = _once(client, plan, at, headers=headers, end=end, now=now)
        if answer is not None:
            return answer
        target = urljoin(at, moved)
        if not same_place(at, target) or address_fault(target):
            raise FetchFailedError(
                f"{_host(url)} verwijst door naar {_host(target)}; dat volgt het systeem niet. "
                "Controleer het adres, en pas [fetch] url aan als de bron is verhuisd."
            )
        at = target
    raise FetchFailedError(f"{_host(url)} blijft doorverwijzen.")


def _once(
    client: httpx2.Client, plan: Fetch, url: str, *, headers: Mapping[str, str], end: float, now: datetime
) -> tuple[Answer | None, str]:
    """An answer, or the address that it sends us to."""
    left = min(plan.timeout_seconds, end - time.monotonic())
    if left <= 0:
        raise FetchFailedError(f"{_host(url)} antwoordt niet binnen de tijd.")
    told = {"User-Agent": _AGENT, **plan.headers, **headers}
    with client.stream(plan.method, url, headers=told, content=plan.body or None, timeout=left) as reply:
        status = reply.status_code
        if reply.has_redirect_location:
            return None, reply.headers["Location"]
        if status == 429 or status >= 500:
            raise _BusyError(status, retry_after(reply.headers.get("Retry-After", ""), now=now))
        if status not in {200, NOT_MODIFIED, *plan.absent}:
            raise FetchFailedError(f"{_host(url)} antwoordt met status {status}.")
        data = _body(reply, plan, end) if status == 200 else b""
        told_by = reply.headers
        return Answer(status, data, told_by.get("ETag", ""), told_by.get("Last-Modified", "")), ""


def _body(reply: httpx2.Response, plan: Fetch, end: float) -> bytes:
    pieces, size = [], 0
    for piece in reply.iter_bytes():
        size += len(piece)
        if size > plan.max_bytes:
            raise FetchFailedError(
                f"{_host(str(reply.url))} stuurt meer dan {thousands(plan.max_bytes)} bytes ([fetch] max_bytes)."
            )
        if time.monotonic() > end:
            raise FetchFailedError(f"{_host(str(reply.url))} antwoordt niet binnen de tijd.")
        pieces.append(piece)
    return b"".join(pieces)


def _host(url: str) -> str:
    return urlsplit(url).netloc or "de bron"
