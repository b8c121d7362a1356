"""Items of a feed into proposals that wait for a person."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from ews.errors import RefusedError
from ews.jobs.run import OFFICE_ZONE, Context
from ews.signals.bulletins import Finding, Item, Keywords, Known, candidates_in, finding_in, latest
from ews.signals.contract import SourceContract
from ews.signals.table import Table
from ews.store import bulletins, deliveries
from ews.store.audit import append
from ews.store.bulletins import SYSTEM
from ews.store.engine import reading, writing
from ews.store.raw import digest
from ews.store.register import register_at

NOBODY = "geen aanbieder uit het register in dit bericht gevonden"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that came in and was read."""

    contract: SourceContract
    name: str
    size: int
    sha256: str
    tables: Sequence[Table]


def keywords_now(context: Context) -> Keywords:
    """The words in force today. Raises RefusedError when none are."""
    found = latest(context.settings.keywords, context.now.astimezone(OFFICE_ZONE).date())
    if found is None:
        raise RefusedError(
            "Er zijn geen trefwoorden van kracht. Voeg config/trefwoorden/JJJJ-MM-DD.toml toe."
        )
    return found


def take_in(context: Context, feed: Feed) -> tuple[int, dict[str, int]]:
    """Make proposals of what a feed says that is new. Returns the delivery's number and its account."""
    items = [item for table in feed.tables for item in _items(table)]
    words = keywords_now(context)
    with reading(context.engine) as connection:
        before = bulletins.heard(connection, feed.contract.name)
        known = _known(connection, context)
    rows, unchanged = [], 0
    for item in items:
        content = digest(repr((item.title, item.summary, item.published_on)).encode())
        finding = finding_in(item, words)
        if content in before:
            unchanged += 1
        elif finding is not None:
            rows.append(_row(context, feed, item, finding, content=content, known=known, words=words))
            before.add(content)
    waiting = sum(row["state"] == "waiting" for row in rows)
    counts = {
        "rows_read": len(items),
        "rows_accepted": waiting,
        "rows_unchanged": unchanged,
        "rows_rejected": 0,
        "rows_out_of_scope": len(items) - waiting - unchanged,
        "cells_rejected": 0,
        "observations_added": 0,
        "events_added": 0,
    }
    return _record(context, feed, rows, counts), counts


def _items(table: Table) -> list[Item]:
    columns = [column.tolist() for column in table.columns]
    return [
        Item(one, title, summary, link, date.fromisoformat(day) if day else None)
        for one, title, summary, link, day in zip(*columns, strict=True)
    ]


def _known(connection: Connection, context: Context) -> list[Known]:
    """Providers and their locations: a measure often names the location."""
    register = register_at(connection, context.now)
    own = [Known(one.id, one.name, one.place) for one in register.providers.values()]
    of_locations = [
        Known(place.provider, place.name, place.place)
        for place in register.locations.values()
        if place.provider in register.providers and place.name
    ]
    return own + of_locations


def _row(
    context: Context,
    feed: Feed,
    item: Item,
    finding: Finding,
    *,
    content: str,
    known: Sequence[Known],
    words: Keywords,
) -> dict[str, Any]:
    candidates = candidates_in(item, known, words)
    aside = {"decided_by": SYSTEM, "decided_at": context.now, "reason": NOBODY}
    return {
        "source": feed.contract.name,
        "item": item.id[:400],
        "content": content,
        "title": item.title[:500],
        "link": item.link,
        "summary": item.summary,
        "published_on": item.published_on,
        "heard_at": context.now,
        "kind": finding.kind,
        "is_end": int(finding.is_end),
        "candidates": [asdict(one) for one in candidates],
        "state": "waiting" if candidates else "dismissed",
        **({} if candidates else aside),
    }


def _record(context: Context, feed: Feed, rows: Sequence[dict[str, Any]], counts: dict[str, int]) -> int:
    with writing(context.engine) as connection:
        moment = deliveries.free_moment(connection, feed.contract.name, context.now)
        number = deliveries.record(
            connection,
            {
                "source": feed.contract.name,
                "sha256": feed.sha256,
                "name": feed.name,
                "size": feed.size,
                "known_at": moment,
                "recorded_at": context.now,
                "period_end": None,
                "status": "accepted",
                "counts": counts,
                "columns_seen": [],
                "indicators_refused": [],
                "unknown_columns": [],
                "message": "",
                "contract": feed.contract.reading,
                "taken_in_by": context.actor.id,
            },
        )
        bulletins.add(connection, [row | {"delivery_id": number} for row in rows])
        about = {"source": feed.contract.name, "sha256": feed.sha256, **counts}
        append(connection, context.actor, "delivery.accepted", f"delivery:{number}", about, now=context.now)
    return number
