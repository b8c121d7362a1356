"""The hash chain: every change, decision and view, in the transaction of what it records."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, select

from ews.store.columns import canonical_json, instant_text
from ews.store.schema import audit_entry

GENESIS = "0" * 64
Proof = Literal["systeem", "beweerd", "bewezen"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and how sure we are of it: a job, a name given on the command line, or a login."""

    id: str
    proof: Proof


SYSTEM = Actor("systeem", "systeem")


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry: printed in digests and dossiers, so that a cut or rewritten chain is found."""

    seq: int
    hash: str


def append(
    connection: Connection,
    actor: Actor,
    action: str,
    about: str,
    detail: dict[str, Any] | None = None,
    *,
    now: datetime,
) -> Head:
    """Add one entry to the chain, in the caller's transaction. Names and free text don't belong in `detail`."""
    last = head(connection)
    entry: dict[str, Any] = {
        "seq": last.seq + 1,
        "at": instant_text(now),
        "actor": actor.id,
        "proof": actor.proof,
        "action": action,
        "object": about,
        "detail": detail or {},
        "previous": last.hash,
    }
    digest = entry_hash(entry)
    connection.execute(insert(audit_entry).values(**{**entry, "at": now}, hash=digest))
    return Head(entry["seq"], digest)


def objects_since(connection: Connection, actor: Actor, action: str, *, since: datetime) -> set[str]:
    """The different objects of one person's acts of one kind since a moment."""
    rows = connection.execute(
        select(audit_entry.c.object).where(
            audit_entry.c.actor == actor.id, audit_entry.c.action == action, audit_entry.c.at > since
        )
    )
    return set(rows.scalars())


def of_actions(connection: Connection, actions: Collection[str], *, since: datetime) -> list[dict[str, Any]]:
    """Entries of some kinds after a moment, oldest first."""
    rows = connection.execute(
        select(audit_entry)
        .where(audit_entry.c.action.in_(actions), audit_entry.c.at > since)
        .order_by(audit_entry.c.seq)
    )
    return [dict(row._mapping) for row in rows]


def about(connection: Connection, about: str, *, limit: int) -> list[dict[str, Any]]:
    """The newest entries about one object, newest first."""
    rows = connection.execute(
        select(audit_entry)
        .where(audit_entry.c.object == about)
        .order_by(audit_entry.c.seq.desc())
        .limit(limit)
    )
    return [dict(row._mapping) for row in rows]


def head(connection: Connection) -> Head:
    """The newest entry; `Head(0, GENESIS)` for an empty chain."""
    newest = select(func.max(audit_entry.c.seq)).scalar_subquery()
    row = connection.execute(
        select(audit_entry.c.seq, audit_entry.c.hash).where(audit_entry.c.seq == newest)
    ).first()
    return Head(row.seq, row.hash) if row else Head(0, GENESIS)


def entry_hash(entry: dict[str, Any]) -> str:
    """SHA-256 over the canonical text of an entry without its own hash."""
    return hashlib.sha256(canonical_json(entry).encode()).hexdigest()


def first_bad_entry(connection: Connection, anchor: Head | None = None) -> str | None:
    """Dutch sentence about the first entry that does not hold, or None when the chain is whole.

    `anchor` is a head that was printed elsewhere: only with it can a cut tail or a rewritten chain be found.
    """
    previous, seq = GENESIS, 0
    anchored = anchor is None or anchor.seq == 0
    for row in connection.execute(select(audit_entry).order_by(audit_entry.c.seq)):
        seq += 1
        entry = dict(row._mapping)
        stored = entry.pop("hash")
        entry["at"] = instant_text(entry["at"])
        if row.seq != seq:
            return f"regel {seq} ontbreekt (na regel {seq - 1} komt {row.seq})"
        if row.previous != previous:
            return f"regel {seq} sluit niet aan op regel {seq - 1}"
        if entry_hash(entry) != stored:
            return f"regel {seq} is gewijzigd ({row.action}, {row.object})"
        if anchor is not None and anchor.seq == seq:
            if anchor.hash != stored:
                return f"regel {seq} wijkt af van de eerder afgedrukte auditkop: de keten is herschreven"
            anchored = True
        previous = stored
    if not anchored and anchor is not None:
        return f"de keten heeft {seq} regels, maar de eerder afgedrukte auditkop telt er {anchor.seq}: de staart is weg"
    return None


def trail(
    connection: Connection, *, actor: str = "", action: str = "", about: str = "", before: int = 0, limit: int
) -> list[dict[str, Any]]:
    """Entries of the chain, newest first, before a number; narrowed by who, what (its beginning) and about what."""
    query = select(audit_entry).order_by(audit_entry.c.seq.desc()).limit(limit)
    if before:
        query = query.where(audit_entry.c.seq < before)
    if actor:
        query = query.where(audit_entry.c.actor == actor)
    if action:
        query = query.where(audit_entry.c.action.startswith(action, autoescape=True))
    if about:
        query = query.where(audit_entry.c.object.startswith(about, autoescape=True))
    return [dict(row._mapping) for row in connection.execute(query)]
