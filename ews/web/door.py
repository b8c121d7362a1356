"""What stands between the network and every page: hosts, foreign origins, sizes, headers, the access log."""

import asyncio
import secrets
import time
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
YEAR = 365 * 24 * 3600


class BodyTooLargeError(Exception):
    """More bytes than a form or upload may have."""


class BodyTooSlowError(Exception):
    """A body that trickles in longer than an upload may take."""


class Door:
    """Refuses what comes from elsewhere, limits what is sent, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str], body_bytes: int, body_seconds: float) -> None:
        self.app = app
        self.hosts = hosts
        self.body_bytes = body_bytes
        self.body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        state = scope.setdefault("state", {})
        state["nonce"] = secrets.token_urlsafe(16)
        state["request_id"] = secrets.token_hex(6)
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _harden(MutableHeaders(scope=message), scope)
            await send(message)

        refused = self._refusal(scope)
        if refused is not None:
            await refused(scope, receive, answer)
        else:
            await self.app(scope, _limited(receive, self.body_bytes, self.body_seconds), answer)
        _note(scope, status, time.perf_counter() - began)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        if host not in self.hosts:
            return PlainTextResponse("Onbekende host.", status_code=400)
        if scope["method"] not in SAFE and not _same_origin(headers):
            return PlainTextResponse("Dit formulier kwam van een andere plek; er is niets gedaan.", 403)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self.body_bytes:
            return PlainTextResponse("Dit is meer dan de pagina aanneemt.", status_code=413)
        return None


def _same_origin(headers: Headers) -> bool:
    """A browser says where a form came from. With no-referrer it sends `Origin: null`, and Sec-Fetch-Site."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin", "null")
    if origin != "null" and urlsplit(origin).netloc != headers.get("host"):
        return False
    return site == "same-origin" if site is not None else origin != "null"


def _limited(receive: Receive, limit: int, seconds: float) -> Receive:
    """The same body, broken off when it grows over the limit or takes too long, whatever its headers promised."""
    seen, whole = 0, False
    until = time.monotonic() + seconds

    async def bounded() -> Message:
        nonlocal seen, whole
        if whole:  # what comes after the body is the end of the connection, and may take its time
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), max(0, until - time.monotonic()))
        except TimeoutError:
            raise BodyTooSlowError from None
        whole = not message.get("more_body", False)
        seen += len(message.get("body", b""))
        if seen > limit:
            raise BodyTooLargeError
        return message

    return bounded


def _harden(headers: MutableHeaders, scope: Scope) -> None:
    nonce = scope["state"]["nonce"]
    headers["Content-Security-Policy"] = (
        f"default-src 'self'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self'; object-src 'none'; "
        "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
    headers["Strict-Transport-Security"] = f"max-age={2 * YEAR}; includeSubDomains"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    headers["Cache-Control"] = "private, max-age=3600" if _is_static(scope) else "no-store"


def _is_static(scope: Scope) -> bool:
    return bool(scope["path"].startswith("/static/"))


def _note(scope: Scope, status: int, seconds: float) -> None:
    """One line a request, by the name of the route: a path may hold a provider's number."""
    if _is_static(scope):
        return
    route = scope.get("route")
    log.info(
        "page",
        request=scope["state"]["request_id"],
        method=scope["method"],
        route=getattr(route, "name", ""),
        status=status,
        person=scope["state"].get("person", ""),
        milliseconds=round(seconds * 1000),
    )
