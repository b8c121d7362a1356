"""Sending over SMTP: verified TLS or no mail, one transaction per recipient, one outcome for each."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import aiosmtplib

from ews.notify.breaker import Breakers
from ews.notify.model import Fault, Outcome, Receipt
from ews.notify.replies import Phase, classify
from ews.notify.words import clean

CONNECTIONS = 6


@dataclass(frozen=True, slots=True)
class Relay:
    """One server that takes mail for the office, and how long each phase may last, in seconds."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = ""
    ca_file: str = ""
    connect_timeout: float = 10
    """Connection, greeting, EHLO, TLS and login together."""
    command_timeout: float = 30
    data_timeout: float = 120

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a relay is handed: an address and bytes. `key` is the caller's."""

    key: int
    recipient: str
    content: bytes


Take = Callable[[], Awaitable[Parcel | None]]
"""The next parcel, or None when there is nothing left."""
Report = Callable[[Parcel, Receipt | None], Awaitable[None]]
"""What became of one parcel; None when no relay could be tried because all are being left alone."""


class _Unreachable(Exception):
    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.reply)
        self.receipt = receipt


async def send_all(
    take: Take,
    relays: Sequence[Relay],
    breakers: Breakers,
    *,
    report: Report,
    now: Callable[[], datetime],
    connections: int = CONNECTIONS,
) -> None:
    """Send what `take` gives until it gives no more, over reused connections; each outcome is reported at once."""

    async def work() -> None:
        line = _Line(relays, breakers, now)
        try:
            while (parcel := await take()) is not None:
                receipt = await line.send(parcel)
                await report(parcel, receipt)
                if receipt is None:
                    return
        finally:
            await line.hang_up()

    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(work())


class _Line:
    """One connection at a time, to the first relay that answers."""

    def __init__(self, relays: Sequence[Relay], breakers: Breakers, now: Callable[[], datetime]) -> None:
        self._relays, self._breakers, self._now = relays, breakers, now
        self._client: aiosmtplib.SMTP | None = None
        self._relay: Relay | None = None

    async def send(self, parcel: Parcel) -> Receipt | None:
        """The outcome, or None when no relay may be tried now."""
        before: list[Receipt] = []
        for number, relay in enumerate(self._relays, start=1):
            breaker = self._breakers.of(relay.name)
            if not breaker.may_try(self._now()):
                continue
            last = await self._over(_hurried(relay) if number < len(self._relays) else relay, parcel)
            if last.fault not in {Fault.RELAY, Fault.SECURITY}:
                breaker.answered()
                return replace(last, before=tuple(before))
            breaker.failed(self._now())
            if last.outcome is not Outcome.DEFERRED:
                return replace(last, before=tuple(before))
            before.append(last)
        return replace(before[-1], before=tuple(before[:-1])) if before else None

    async def _over(self, relay: Relay, parcel: Parcel) -> Receipt:
        try:
            client = await self._dial(relay)
        except _Unreachable as error:
            return error.receipt
        receipt = await _transact(client, relay, parcel)
        if receipt.outcome is not Outcome.SENT:
            await self._clear(relay)
        return receipt

    async def _dial(self, relay: Relay) -> aiosmtplib.SMTP:
        if self._client is not None and self._relay == relay and self._client.is_connected:
            return self._client
        await self.hang_up()
        self._client, self._relay = await _connect(relay), relay
        return self._client

    async def _clear(self, relay: Relay) -> None:
        """After anything but success: start the next transaction clean, or on a new connection."""
        assert self._client is not None
        try:
            await self._client.rset(timeout=relay.command_timeout / 10)
        except (aiosmtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None

    async def hang_up(self) -> None:
        """Say goodbye, without waiting long for an answer."""
        if self._client is not None and self._client.is_connected:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await self._client.quit(timeout=2)
        self._drop()


def _hurried(relay: Relay) -> Relay:
    """While another relay is left to turn to, nothing up to DATA is waited for longer than a connection would be."""
    return replace(relay, command_timeout=min(relay.command_timeout, relay.connect_timeout))


async def check_login(relay: Relay) -> str:
    """Empty when the relay can be reached over its TLS and takes our login; else what it said."""
    try:
        client = await _connect(relay)
    except _Unreachable as error:
        return error.receipt.reply
    client.close()
    return ""


async def _connect(relay: Relay) -> aiosmtplib.SMTP:
    plain = relay.security == "insecure-loopback"
    client = aiosmtplib.SMTP(
        hostname=relay.host,
        port=relay.port,
        use_tls=relay.security == "tls",
        # never None: then a relay that hides STARTTLS would get the mail in clear text
        start_tls=relay.security == "starttls",
        tls_context=None if plain else _context(relay),
        username=relay.user or None,
        password=relay.password or None,
        timeout=relay.connect_timeout,
    )
    try:
        async with asyncio.timeout(relay.connect_timeout):
            await client.connect()
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        client.close()
        raise _Unreachable(_connect_fault(relay, error)) from error
    return client


def _context(relay: Relay) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=relay.ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _connect_fault(relay: Relay, error: Exception) -> Receipt:
    code = getattr(error, "code", None)
    receipt = classify(Phase.CONNECT, code, f"{type(error).__name__}: {error}", relay=relay.name)
    if _is_about_tls(error) or (relay.security != "insecure-loopback" and _is_broken_off(error)):
        return Receipt(receipt.outcome, receipt.reply, Fault.SECURITY, relay.name)
    return receipt


def _is_about_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError) or "TLS" in str(error).upper():
            return True
        error = error.__cause__ or error.__context__
    return False


def _is_broken_off(error: BaseException | None) -> bool:
    """A connection that is dropped while it is being secured: how servers without a common version say no."""
    while error is not None:
        if isinstance(error, ConnectionResetError | aiosmtplib.SMTPServerDisconnected):
            return True
        error = error.__cause__ or error.__context__
    return False


async def _transact(client: aiosmtplib.SMTP, relay: Relay, parcel: Parcel) -> Receipt:
    phase = Phase.ENVELOPE
    try:
        async with asyncio.timeout(
            relay.command_timeout
        ):  # both together: a byte a second is no answer either
            await client.mail(relay.sender, timeout=relay.command_timeout)
            await client.rcpt(parcel.recipient, timeout=relay.command_timeout)
        phase = Phase.DATA
        async with asyncio.timeout(relay.data_timeout):
            reply = await client.data(parcel.content, timeout=relay.data_timeout)
    except aiosmtplib.SMTPResponseException as error:
        return classify(phase, error.code, error.message, relay=relay.name)
    except (aiosmtplib.SMTPException, OSError) as error:
        client.close()
        return classify(phase, None, f"{type(error).__name__}: {error}", relay=relay.name)
    except ValueError as error:  # includes UnicodeError: an address or body that can't be put on the wire
        return Receipt(Outcome.LOCAL, clean(f"{type(error).__name__}: {error}"), Fault.MESSAGE, relay.name)
    return classify(phase, reply.code, reply.message, relay=relay.name)
