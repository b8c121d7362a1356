"""What the office saw itself, and what still has to be followed up."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ews.signals.model import Event

OBSERVED = "waarneming_"
"""How the kinds of own observations begin."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """An observation on which somebody should come back."""

    provider: str
    kind: str
    occurred_on: date
    outcome: str
    count: str
    before: date
    note: str
    is_overdue: bool


def follow_ups(events: Sequence[Event], *, today: date) -> list[FollowUp]:
    """Observations with a day to come back on, of providers that were not observed again since; earliest day first."""
    seen = [event for event in events if event.kind.startswith(OBSERVED)]
    last: dict[str, date] = {}
    for event in seen:
        last[event.subject] = max(event.occurred_on, last.get(event.subject, date.min))
    found = [_follow_up(event, today) for event in seen if last[event.subject] == event.occurred_on]
    waiting = [one for one in found if one is not None]
    return sorted(waiting, key=lambda one: (one.before, one.provider, one.kind))


def _follow_up(event: Event, today: date) -> FollowUp | None:
    detail = json.loads(event.detail)
    try:
        before = date.fromisoformat(str(detail.get("opvolgen_voor", ""))[:10])
    except ValueError:
        return None
    return FollowUp(
        provider=event.subject,
        kind=event.kind.removeprefix(OBSERVED),
        occurred_on=event.occurred_on,
        outcome=str(detail.get("uitkomst", "")),
        count=str(detail.get("aantal", "")),
        before=before,
        note=str(detail.get("toelichting", "")),
        is_overdue=before < today,
    )
