"""Mail servers that behave as told: real SMTP on a real socket, with what they accepted on the record."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mailbox:
    """What the server knows: its own truth, whatever the client came to believe."""

    accepted: list[tuple[str, bytes]] = field(default_factory=list)
    data_started: int = 0
    connections: int = 0

    def messages(self) -> list[Message]:
        return [message_from_bytes(content) for _, content in self.accepted]

    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.accepted]

    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.messages()]


class Handler:
    """Answers by the local part of the recipient: `550`, `451`, `data451`, `data554`, `hang`, `drop`, `late`."""

    def __init__(self, box: Mailbox, answers: dict[str, str], pause: float) -> None:
        self.box, self.answers, self.pause = box, answers, pause

    async def handle_RCPT(self, server, session: Session, envelope: Envelope, address: str, options):
        mode = address.partition("@")[0]
        if mode in self.answers:
            return self.answers[mode]
        if mode == "hang":
            await asyncio.sleep(self.pause)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session: Session, envelope: Envelope):
        self.box.data_started += 1
        address = envelope.rcpt_tos[0]
        mode = address.partition("@")[0]
        if f"data {mode}" in self.answers:
            return self.answers[f"data {mode}"]
        if mode == "hangdata":
            await asyncio.sleep(self.pause)
        self.box.accepted.append((address, bytes(envelope.content or b"")))
        if mode == "late":  # accepted, but says so too late
            await asyncio.sleep(self.pause)
        if mode == "drop":
            server.transport.abort()
        return "250 2.0.0 aangenomen"


class CountingSMTP(SMTP):
    def connection_made(self, transport):
        self.event_handler.box.connections += 1
        super().connection_made(transport)


@dataclass
class Relay:
    port: int
    box: Mailbox


@contextmanager
def relay(
    *,
    answers: dict[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
    implicit_tls: bool = False,
    pause: float = 30,
    port: int = 0,
) -> Iterator[Relay]:
    """A mail server on a loopback port, in a thread of its own."""
    box = Mailbox()
    handler = Handler(box, answers or {}, pause)
    loop = asyncio.new_event_loop()

    def protocol() -> SMTP:
        return CountingSMTP(
            handler,
            loop=loop,
            tls_context=None if implicit_tls else tls,
            require_starttls=bool(tls) and not implicit_tls,
        )

    async def start() -> asyncio.Server:
        return await loop.create_server(protocol, "127.0.0.1", port, ssl=tls if implicit_tls else None)

    server = loop.run_until_complete(start())
    found = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield Relay(found, box)
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that speaks as `talk` does, one thread a connection: for what no SMTP server would do."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=_talk, args=(client,), daemon=True).start()

    def _talk(client: socket.socket) -> None:
        try:
            talk(client)
            stop.wait(30)
        except OSError:
            pass
        finally:
            client.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
