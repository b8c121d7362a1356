"""A mailbox that behaves as told: the part of IMAP4rev1 (RFC 3501, MOVE of RFC 6851) that a reader needs."""

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Letter:
    """One mail on the server."""

    content: bytes
    flags: set[str] = field(default_factory=set)
    arrived: str = "20-Nov-2026 10:15:00 +0100"
    size: int | None = None
    """What the server says that its size is; None: the truth."""


@dataclass
class Post:
    """What the server knows: folders with mails by uid, and every command it was given."""

    password: str = "wachtwoord"
    can_move: bool = True
    folders: dict[str, dict[int, Letter]] = field(default_factory=lambda: {"INBOX": {}, "Verwerkt": {}})
    commands: list[str] = field(default_factory=list)
    fail_on: str = ""
    """A command at which the server breaks the connection."""
    port: int = 0
    next_uid: int = 1

    def put(self, content: bytes, **keys: object) -> int:
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        self.folders["INBOX"][uid] = Letter(content, **keys)
        return uid

    def unread(self) -> list[int]:
        return [uid for uid, letter in self.folders["INBOX"].items() if "\\Seen" not in letter.flags]

    def read_by_us(self) -> list[int]:
        return [
            int(line.split()[2]) for line in self.commands if line.startswith("UID FETCH") and "BODY" in line
        ]


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.post: Post = self.server.post
        self.folder = "INBOX"
        self._say("* OK IMAP4rev1 gereed")
        with suppress(ConnectionError, ssl.SSLError):
            while line := self.rfile.readline():
                tag, _, command = line.decode().strip().partition(" ")
                self.post.commands.append(re.sub(r"^LOGIN .*", "LOGIN", command))
                if self.post.fail_on and command.startswith(self.post.fail_on):
                    return
                if not self._answer(tag, command):
                    return

    def _answer(self, tag: str, command: str) -> bool:
        name, _, rest = command.partition(" ")
        if name == "CAPABILITY":
            can_move = self.post.can_move and "LOGIN" in self.post.commands  # Dovecot too says it only then
            self._say(f"* CAPABILITY IMAP4rev1{' MOVE' if can_move else ''}")
        elif name == "LOGIN" and rest.rpartition(" ")[2].strip('"') != self.post.password:
            self._say(f"{tag} NO [AUTHENTICATIONFAILED] onjuist")
            return True
        elif name == "SELECT":
            self.folder = rest.strip('"')
            if self.folder not in self.post.folders:
                self._say(f"{tag} NO [NONEXISTENT] geen map")
                return True
            self._say(f"* {len(self.post.folders[self.folder])} EXISTS", "* OK [UIDVALIDITY 77] geldig")
        elif name == "UID":
            self._by_uid(rest)
        elif name == "LOGOUT":
            self._say("* BYE tot ziens", f"{tag} OK")
            return False
        self._say(f"{tag} OK {name}")
        return True

    def _by_uid(self, command: str) -> None:
        name, _, rest = command.partition(" ")
        letters = self.post.folders[self.folder]
        if name == "SEARCH":
            self._say("* SEARCH " + " ".join(map(str, self.post.unread())))
            return
        text, _, what = rest.partition(" ")
        uid = int(text)
        place = list(letters).index(uid) + 1
        letter = letters[uid]
        if name == "FETCH" and "BODY.PEEK" in what:
            self.wfile.write(f"* {place} FETCH (UID {uid} BODY[] {{{len(letter.content)}}}\r\n".encode())
            self.wfile.write(letter.content + b")\r\n")
        elif name == "FETCH":
            size = len(letter.content) if letter.size is None else letter.size
            told = f'UID {uid} RFC822.SIZE {size} INTERNALDATE "{letter.arrived}"'
            self._say(f"* {place} FETCH ({told})")
        elif name == "STORE":
            letter.flags |= set(re.findall(r"\\\w+", what))
        elif name == "MOVE":
            self.post.folders[what.strip('"')][uid] = letters.pop(uid)

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = False
    allow_reuse_address = True
    post: Post


@contextmanager
def mailbox(tls: ssl.SSLContext | None) -> Iterator[Post]:
    """A mailbox on this machine, under TLS when a context is given."""
    post = Post()
    server = _Server(("127.0.0.1", 0), _Talk)
    server.post = post
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    post.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield post
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
