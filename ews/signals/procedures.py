"""One procedure or deregistration that two registers tell of is one: both are kept, and it counts once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ews.signals.model import Event

ENDED_BY: Mapping[str, tuple[str, ...]] = {
    "faillissement": ("einde_faillissement", "vernietiging"),
    "surseance": ("einde_surseance", "vernietiging"),
    "uitschrijving_kvk": (),
}
"""Kinds of which a legal person can be in one at a time, and what ends one (with the same key)."""


def counted_once(events: Sequence[Event]) -> list[Event]:
    """The events without what another source tells again of a procedure that runs already.

    The one with the earliest date stays: the register with the day and number of the judgment says more than one that
    knows only since when it is so. What begins after the end of the first is another procedure.
    """
    ends = _ends(events)
    running: dict[tuple[str, str], list[Event]] = defaultdict(list)
    again = set()
    for event in sorted(events, key=lambda one: (one.occurred_on, one.known_at)):
        if event.kind not in ENDED_BY:
            continue
        before = running[event.subject, event.kind]
        if any(_covers(one, event, ends) for one in before):
            again.add(id(event))
        else:
            before.append(event)
    return [event for event in events if id(event) not in again]


def _ends(events: Iterable[Event]) -> dict[tuple[str, str, str], date]:
    """Subject, key and kind of what ended -> the day on which it first did."""
    found: dict[tuple[str, str, str], date] = {}
    for kind, enders in ENDED_BY.items():
        for event in events:
            if event.kind in enders:
                key = (event.subject, event.key, kind)
                found[key] = min(event.occurred_on, found.get(key, date.max))
    return found


def _covers(first: Event, other: Event, ends: Mapping[tuple[str, str, str], date]) -> bool:
    end = ends.get((first.subject, first.key, first.kind), first.ended_on or date.max)
    return first.source != other.source and other.occurred_on <= end
