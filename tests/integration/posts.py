"""A site with a mail server beside it: how to put mail in its outbox, and how to look at what became of it."""

import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from relays import Relay
from sqlalchemy import select

from ews.jobs.post import seal
from ews.jobs.run import Context, open_site
from ews.notify.model import Channel, MessageKind, OutgoingMessage, Priority
from ews.store import outbox as store
from ews.store.engine import reading, writing
from ews.store.schema import outbox

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def server_tls(authority: trustme.CA, host: str = "localhost") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


@pytest.fixture
def open_at(site: Path, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Context]:
    """The site with a relay configured, opened at a moment."""

    def opened(found: Relay | int, *, host: str = "localhost", **keys: object) -> Context:
        port = found if isinstance(found, int) else found.port
        trust = site / "relay-ca.pem"
        trust.write_bytes(authority.cert_pem.bytes())
        monkeypatch.setenv("EWS_SMTP__HOST", host)
        monkeypatch.setenv("EWS_SMTP__PORT", str(port))
        monkeypatch.setenv("EWS_SMTP__CA_FILE", str(trust))
        for key, value in keys.items():
            monkeypatch.setenv(f"EWS_SMTP__{key.upper()}", str(value))
        return replace(open_site(site), now=NOW)

    return opened


def put(context: Context, *names: str, kind: MessageKind = MessageKind.ALERT) -> None:
    with writing(context.engine) as connection:
        for number, name in enumerate(names):
            message = OutgoingMessage(
                about=f"alert_change:{number}",
                kind=kind,
                revision=0,
                recipient=f"{name}@kantoor.example",
                channel=Channel.EMAIL,
                priority=Priority.HIGH,
                thread="",
                subject="EWS C-2026-014: hoog",
                text="Zaak C-2026-014",
            )
            store.enqueue(connection, [seal(context, message)], now=context.now)


def states(context: Context) -> dict[str, str]:
    with reading(context.engine) as connection:
        rows = connection.execute(select(outbox.c.recipient, outbox.c.state).where(outbox.c.kind != "system"))
        return {recipient.partition("@")[0]: state for recipient, state in rows}
