"""A mailbox over IMAP: which mails wait, their bytes, and marking those that were dealt with. Nothing is deleted."""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from ews.errors import EwsError
from ews.settings.site import Mailbox

_NUMBER = re.compile(rb"(?:RFC822\.SIZE|UIDVALIDITY) (\d+)")
_ARRIVED = re.compile(rb'INTERNALDATE "([^"]+)"')
_TROUBLE = (imaplib.IMAP4.error, OSError, EOFError)


class MailboxFailedError(EwsError):
    """The mailbox did not do what was asked; says what, and what to look at."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An unread mail before its bytes are fetched."""

    uid: str
    size: int
    arrived_at: datetime | None
    """When the server took it in; None when it says something unreadable."""


class Box:
    """An open folder of a mailbox."""

    def __init__(self, server: imaplib.IMAP4, settings: Mailbox, validity: str) -> None:
        self._server = server
        self._settings = settings
        # asked anew: what a server can do it often says only to who has logged in
        self._can_move = b"MOVE" in (server.capability()[1][0] or b"").upper().split()
        self.validity = validity
        """Changes when the server numbers its mails anew."""

    def waiting(self) -> list[str]:
        """Uids of the unread mails, oldest first."""
        answer = _asked(self._server, "SEARCH", "UNSEEN")
        found = b" ".join(line for line in answer if isinstance(line, bytes)).split()
        return sorted((uid.decode() for uid in found if uid.isdigit()), key=int)

    def look(self, uid: str) -> Waiting:
        """Size and arrival of a mail."""
        told = b" ".join(_flat(_asked(self._server, "FETCH", uid, "(RFC822.SIZE INTERNALDATE)")))
        size = _NUMBER.search(told)
        arrived = _ARRIVED.search(told)
        return Waiting(uid, int(size[1]) if size else 0, _moment(arrived[1].decode()) if arrived else None)

    def read(self, uid: str) -> bytes:
        """The bytes of a mail; it stays unread."""
        parts = _asked(self._server, "FETCH", uid, "(BODY.PEEK[])")
        return b"".join(part[1] for part in parts if isinstance(part, tuple))

    def mark_done(self, uid: str) -> None:
        """Mark a mail as read and move it, where the server can move and the office named a folder."""
        _asked(self._server, "STORE", uid, "+FLAGS.SILENT", r"(\Seen)")
        folder = self._settings.done_folder
        if folder and self._can_move:
            _asked(self._server, "MOVE", uid, _quoted(folder))


@contextmanager
def opened(settings: Mailbox, password: str) -> Iterator[Box]:
    """Log in over verified TLS and open the folder. Raises MailboxFailedError."""
    server: imaplib.IMAP4 | None = None
    try:
        server = _connected(settings)
        server.login(settings.user, password)
        server.select(_quoted(settings.folder))
        if server.state != "SELECTED":
            raise MailboxFailedError(
                f"De map '{settings.folder}' van de postbus bestaat niet ([mailbox] folder)."
            )
        validity = _NUMBER.search(b"UIDVALIDITY " + (server.response("UIDVALIDITY")[1][0] or b"0"))
        yield Box(server, settings, validity[1].decode() if validity else "0")
    except _TROUBLE as error:
        raise MailboxFailedError(
            f"De postbus op {settings.host}:{settings.port} is niet te lezen: {_said(error)}. "
            "Controleer [mailbox] in settings.toml, het geheim en het certificaat."
        ) from None
    finally:
        if server is not None:
            with suppress(*_TROUBLE):
                server.logout()
            with suppress(OSError):  # after a broken line logout leaves the socket open
                server.shutdown()


def _connected(settings: Mailbox) -> imaplib.IMAP4:
    trust = ssl.create_default_context(cafile=settings.ca_file or None)
    if settings.security == "tls":
        return imaplib.IMAP4_SSL(
            settings.host, settings.port, ssl_context=trust, timeout=settings.timeout_seconds
        )
    server = imaplib.IMAP4(settings.host, settings.port, timeout=settings.timeout_seconds)
    if settings.security == "starttls":
        server.starttls(trust)
    return server


def _asked(server: imaplib.IMAP4, command: str, *words: str) -> Sequence[bytes | tuple[bytes, bytes] | None]:
    state, answer = server.uid(command, *words)
    if state != "OK":
        raise imaplib.IMAP4.error(f"{command}: {state}")
    return answer


def _flat(answer: Sequence[bytes | tuple[bytes, bytes] | None]) -> Iterator[bytes]:
    for part in answer:
        yield from part if isinstance(part, tuple) else (part or b"",)


def _said(error: Exception) -> str:
    first = error.args[0] if error.args else ""
    return first.decode(errors="backslashreplace") if isinstance(first, bytes) else str(error)


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        return None
