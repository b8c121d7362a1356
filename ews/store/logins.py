"""Accounts, sessions, one-time links and failed logins of the page. Tokens are kept as hashes only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from ews.store.schema import account, login_failure, login_link, session


@dataclass(frozen=True, slots=True)
class Account:
    """A local login. `totp` is sealed; `totp_step` is the last time step whose code was used."""

    person: str
    password: str
    totp: str
    totp_step: int


@dataclass(frozen=True, slots=True)
class Session:
    """A login that lasts: who, since when, last seen when, and the token that its forms carry."""

    token_hash: str
    person: str
    form_token: str
    via: str
    started_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link: to make an `account`, or to `login` once on a demo."""

    person: str
    purpose: str


def find_account(connection: Connection, person: str) -> Account | None:
    """The account of a person, unless it was disabled."""
    row = connection.execute(
        select(account).where(account.c.person == person, account.c.disabled_at.is_(None))
    ).first()
    return Account(row.person, row.password, row.totp, row.totp_step) if row else None


def accounts(connection: Connection) -> dict[str, datetime]:
    """Person -> when the account was made, of every account that is not disabled."""
    rows = connection.execute(
        select(account.c.person, account.c.created_at).where(account.c.disabled_at.is_(None))
    )
    return {row.person: row.created_at for row in rows}


def save_account(
    connection: Connection, person: str, *, password: str, totp: str, totp_step: int, now: datetime
) -> None:
    """Make the account of a person, in the place of an earlier one."""
    connection.execute(delete(account).where(account.c.person == person))
    connection.execute(
        insert(account).values(
            person=person, password=password, totp=totp, totp_step=totp_step, created_at=now
        )
    )


def use_totp_step(connection: Connection, person: str, step: int) -> bool:
    """Take a time step; False when it, or a later one, was taken before: a code works once."""
    done = connection.execute(
        update(account).where(account.c.person == person, account.c.totp_step < step).values(totp_step=step)
    )
    return done.rowcount == 1


def disable_account(connection: Connection, person: str, *, now: datetime) -> None:
    """End an account and every session of it."""
    connection.execute(update(account).where(account.c.person == person).values(disabled_at=now))
    end_sessions(connection, person, now=now)


def start_session(connection: Connection, opened: Session) -> None:
    connection.execute(
        insert(session).values(
            token_hash=opened.token_hash,
            person=opened.person,
            form_token=opened.form_token,
            via=opened.via,
            started_at=opened.started_at,
            seen_at=opened.seen_at,
        )
    )


def find_session(
    connection: Connection, token_hash: str, *, seen_after: datetime, started_after: datetime
) -> Session | None:
    """The session behind a token, unless it ended, idled or outlived its day."""
    row = connection.execute(
        select(session).where(
            session.c.token_hash == token_hash,
            session.c.ended_at.is_(None),
            session.c.seen_at > seen_after,
            session.c.started_at > started_after,
        )
    ).first()
    if row is None:
        return None
    return Session(row.token_hash, row.person, row.form_token, row.via, row.started_at, row.seen_at)


def touch_session(connection: Connection, token_hash: str, *, now: datetime) -> None:
    connection.execute(update(session).where(session.c.token_hash == token_hash).values(seen_at=now))


def end_session(connection: Connection, token_hash: str, *, now: datetime) -> None:
    connection.execute(
        update(session)
        .where(session.c.token_hash == token_hash, session.c.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_sessions(connection: Connection, person: str, *, now: datetime) -> None:
    """End every session of a person: after a new password, or when somebody leaves."""
    connection.execute(
        update(session).where(session.c.person == person, session.c.ended_at.is_(None)).values(ended_at=now)
    )


def save_link(
    connection: Connection, token_hash: str, link: Link, *, now: datetime, expires_at: datetime
) -> None:
    connection.execute(
        insert(login_link).values(
            token_hash=token_hash,
            person=link.person,
            purpose=link.purpose,
            created_at=now,
            expires_at=expires_at,
        )
    )


def find_link(connection: Connection, token_hash: str, *, now: datetime) -> Link | None:
    """The link behind a token, unless it was used or is too old."""
    row = connection.execute(
        select(login_link.c.person, login_link.c.purpose).where(
            login_link.c.token_hash == token_hash,
            login_link.c.used_at.is_(None),
            login_link.c.expires_at > now,
        )
    ).first()
    return Link(row.person, row.purpose) if row else None


def use_link(connection: Connection, token_hash: str, *, now: datetime) -> bool:
    """Use a link up; False when somebody was first."""
    done = connection.execute(
        update(login_link)
        .where(
            login_link.c.token_hash == token_hash,
            login_link.c.used_at.is_(None),
            login_link.c.expires_at > now,
        )
        .values(used_at=now)
    )
    return done.rowcount == 1


def record_failure(connection: Connection, *, network: str, person: str, now: datetime) -> None:
    connection.execute(insert(login_failure).values(at=now, network=network, person=person))


def failures(connection: Connection, network: str, *, person: str, since: datetime) -> tuple[int, int]:
    """Failed logins since a moment from a network: in all, and for this person."""
    row = connection.execute(
        select(
            func.count(),
            func.count().filter(login_failure.c.person == person),
        ).where(login_failure.c.network == network, login_failure.c.at > since)
    ).one()
    return row[0], row[1]
