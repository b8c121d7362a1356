"""Who goes on under another number: a new KvK number of the same organisation, a merger, a split."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from ews.identifiers import normalise
from ews.signals.model import Event

SUCCESSION = "opvolging"
"""Kind of the event; its subject is the successor."""
NEW_NUMBER, MERGER, SPLIT = "nieuw_nummer", "fusie", "splitsing"
_GO_ALONG = ("zacht_", "waarneming_", "igj_")
"""Beginnings of the kinds of events that stay true under another number. An insolvency ends with its legal person."""


@dataclass(frozen=True, slots=True)
class Succession:
    """One provider that goes on as another, from a day on."""

    predecessor: str
    successor: str
    since: date
    how: str
    """NEW_NUMBER, MERGER or SPLIT."""


def successions(events: Iterable[Event]) -> list[Succession]:
    """All successions among events, by day."""
    found = []
    for event in events:
        if event.kind == SUCCESSION:
            detail = json.loads(event.detail)
            before = normalise("kvk", str(detail.get("voorganger", "")).removeprefix("kvk:"))
            if before and before != event.subject:
                found.append(
                    Succession(before, event.subject, event.occurred_on, str(detail.get("soort", "")))
                )
    return sorted(found, key=lambda one: (one.since, one.predecessor, one.successor))


def one_to_one(known: Iterable[Succession], *, today: date) -> list[Succession]:
    """Those of which the history can be read on as one: one predecessor, one successor, begun by today."""
    begun = [one for one in known if one.since <= today]
    heirs = Counter(one.predecessor for one in begun)
    parents = Counter(one.successor for one in begun)
    return [one for one in begun if heirs[one.predecessor] == 1 and parents[one.successor] == 1]


def reshaped(known: Iterable[Succession], *, today: date) -> dict[str, date]:
    """Subject -> the last day on which it became another size: what was before is no measure of what came after.

    A merger or split is nowhere added up or divided, so a change across that day is unknown, not a jump.
    """
    begun = [one for one in known if one.since <= today]
    alone = one_to_one(begun, today=today)
    days: dict[str, date] = {}
    for one in sorted(begun, key=lambda one: one.since):
        if one.how == NEW_NUMBER and one in alone:
            continue
        days[one.successor] = one.since
        if one.how == SPLIT:
            days[one.predecessor] = one.since
    return days


def passed_on(events: Iterable[Event], known: Iterable[Succession]) -> list[Event]:
    """Events of predecessors that go on to count for their successor."""
    successor = {one.predecessor: one.successor for one in known}
    return [
        replace(event, subject=successor[event.subject])
        for event in events
        if event.subject in successor and event.kind.startswith(_GO_ALONG)
    ]
