"""Events that are heard more than once: in one delivery, and over deliveries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ews.signals.parsed import ParsedEvent

Identity = tuple[str, str, str]
"""Subject, kind, key."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event as its source told it last."""

    occurred_on: date
    ended_on: date | None
    detail: Mapping[str, str]


def identity(event: ParsedEvent) -> Identity:
    """What makes it the same event."""
    return event.subject, event.kind, event.key


def told_once(events: Sequence[ParsedEvent]) -> list[ParsedEvent]:
    """One for each event of a delivery, whatever the order of its rows.

    Rows with one key but other dates are different events (no insolvency may vanish behind another): the date joins
    the key of all but the earliest. Rows that differ in detail alone are one.
    """
    ordered = sorted(
        events, key=lambda one: (identity(one), one.occurred_on, one.ended_on or date.max, _text(one))
    )
    once: dict[Identity, ParsedEvent] = {}
    for event in ordered:
        first = once.get(identity(event))
        if first is not None and (first.occurred_on, first.ended_on) != (event.occurred_on, event.ended_on):
            event = replace(event, key=f"{event.key} {event.occurred_on} {event.ended_on or ''}".rstrip())
        once.setdefault(identity(event), event)
    return list(once.values())


def _text(event: ParsedEvent) -> str:
    return repr(sorted(event.detail.items()))


def unheard(events: Sequence[ParsedEvent], before: Mapping[Identity, Told]) -> list[ParsedEvent]:
    """Events that are new, or told otherwise than last time."""
    return [
        event
        for event in told_once(events)
        if before.get(identity(event)) != Told(event.occurred_on, event.ended_on, event.detail)
    ]
