"""Soft signals in the sum: each counts from the day it was heard until it expires or is taken back."""

import json

from ews.scoring.card import Card
from ews.scoring.features import Features
from ews.scoring.tables import NOTHING, Ints
from ews.signals.model import Event
from ews.signals.soft import Reliability, Standing, standing


def reliability(event: Event) -> Reliability:
    """How sure its source is; of one that does not say, the least."""
    said = json.loads(event.detail).get("betrouwbaarheid", "")
    return Reliability(said) if said in set(Reliability) else Reliability.LOW


def _counts(event: Event, features: Features) -> bool:
    today = features.as_of.date()
    state = standing(event.ended_on, json.loads(event.detail), today=today)
    return event.occurred_on <= today and state is Standing.COUNTS


def soft_signals(features: Features, card: Card, positions: Ints) -> dict[tuple[int, int], Event]:
    """(row, place on the card) -> the one signal of its kind that counts: the most reliable, then the newest."""
    places = {one.id: place for place, one in enumerate(card.heard)}
    held = [event for event in features.events if event.kind in places and _counts(event, features)]
    if not held:
        return {}
    row_of = {int(position): row for row, position in enumerate(positions)}
    at = features.subjects.get_indexer([event.subject for event in held])
    strongest: dict[tuple[int, int], Event] = {}
    for position, event in sorted(zip(at, held, strict=True), key=lambda one: _strength(one[1])):
        if position != NOTHING and int(position) in row_of:
            strongest[(row_of[int(position)], places[event.kind])] = event
    return strongest


def _strength(event: Event) -> tuple[int, str, str]:
    order = [Reliability.LOW, Reliability.MIDDLE, Reliability.HIGH]
    return order.index(reliability(event)), event.occurred_on.isoformat(), event.key
