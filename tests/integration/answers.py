"""A web server that answers as told: real HTTP on a real socket, with what it was asked on the record."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    """One answer: its status, headers and bytes, and what goes wrong with it."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hang: float = 0.0
    """Seconds before anything is sent."""
    drop_after: int | None = None
    """The connection is cut after so many bytes of the body."""
    drip: float = 0.0
    """Seconds between single bytes."""


@dataclass
class Site:
    """What the server knows: its answers by path, each list played from front to back, the last for ever."""

    port: int = 0
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def on(self, path: str, *replies: Reply) -> None:
        self.replies[path] = list(replies)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


def _handler(site: Site, stop: threading.Event) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append((self.path, {key.lower(): value for key, value in self.headers.items()}))
            site.moments.append(time.monotonic())
            site.bodies.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            waiting = site.replies.get(self.path) or [Reply(status=404)]
            reply = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            if reply.hang:
                stop.wait(reply.hang)
            with suppress(ConnectionError):
                self._send(reply)

        do_POST = do_GET

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            headers = {"Content-Type": "application/json", "Content-Length": str(len(reply.body))}
            for key, value in (headers | reply.headers).items():
                self.send_header(key, value)
            self.end_headers()
            if reply.status == 304:
                return
            if reply.drop_after is not None:
                self.wfile.write(reply.body[: reply.drop_after])
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            step = 1 if reply.drip else len(reply.body) or 1
            for start in range(0, len(reply.body), step):
                self.wfile.write(reply.body[start : start + step])
                if reply.drip and stop.wait(reply.drip):
                    return

        def log_message(self, format: str, *args: object) -> None:
            return

    return Handler


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    site, stop = Site(), threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site, stop))
    server.daemon_threads = False  # every connection has ended before the test does
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
        thread.join()
