"""Logins that last: begun with a fresh token, ended by silence, by the clock, or by leaving."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import Connection

from ews.people import Person
from ews.settings.load import Settings
from ews.store import audit, logins
from ews.store.audit import Actor
from ews.web.credentials import new_token, token_hash

TOUCH_AFTER = timedelta(minutes=1)
"""A session's last sign of life is written at most this often: reading pages should not write each time."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who is at the page, and in which session."""

    person: Person
    session: logins.Session

    @property
    def actor(self) -> Actor:
        """How this person stands in the audit chain: proven."""
        return Actor(self.person.id, "bewezen")


def begin(connection: Connection, person: Person, *, via: str, now: datetime) -> str:
    """A session with a token that nobody had before; returns the token for the cookie."""
    token = new_token()
    opened = logins.Session(token_hash(token), person.id, new_token(), via, now, now)
    logins.start_session(connection, opened)
    audit.append(connection, Actor(person.id, "bewezen"), "login", f"via:{via}", now=now)
    return token


def current(connection: Connection, settings: Settings, token: str, *, now: datetime) -> Login | None:
    """The login behind a cookie, unless it ended or its person left the office."""
    rules = settings.site.web
    found = logins.find_session(
        connection,
        token_hash(token),
        seen_after=now - timedelta(minutes=rules.idle_minutes),
        started_after=now - timedelta(hours=rules.session_hours),
    )
    person = settings.people.get(found.person) if found else None
    return Login(person, found) if found and person else None


def needs_touch(session: logins.Session, *, now: datetime) -> bool:
    """Whether the session's last sign of life is old enough to be written again."""
    return now - session.seen_at >= TOUCH_AFTER


def network_of(address: str) -> str:
    """The network that failed logins are counted for: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "onbekend"
    if isinstance(parsed, IPv6Address):
        return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(parsed)


def must_wait(
    connection: Connection, settings: Settings, *, network: str, person: str, now: datetime
) -> bool:
    """Whether this network has guessed too often. Other networks are not held up: nobody is locked out."""
    rules = settings.site.web
    since = now - timedelta(minutes=rules.login_window_minutes)
    in_all, for_person = logins.failures(connection, network, person=person, since=since)
    return in_all >= rules.network_failures or for_person >= rules.login_failures
