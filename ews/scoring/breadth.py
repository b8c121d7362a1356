"""Unique or wider? Whether comparable providers show a signal too, by an exact test (handvatten H4).

Were a signal one provider's own, each other provider would show it by chance alone, at most BACKGROUND. How many do
is held against that by the binomial tail, corrected for testing several signals at once (Holm).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import comb

from ews.scoring.model import ABSENT, Assessment, Part

BACKGROUND = 0.05
"""How often a signal shows at a provider with nothing the matter: statistical convention, no norm."""
SIGNIFICANCE = 0.05
FEWEST = 5
UNIQUE_SHARE = 0.25
"""Above this share a signal is not called unique, even where the numbers are too small to call it wider."""


class Breadth(StrEnum):
    UNIQUE = "uniek"
    WIDER = "breder"
    CANNOT_SAY = "niet te zeggen"


@dataclass(frozen=True, slots=True)
class Spread:
    """Of one signal: how many of the comparable show it, itself included."""

    breadth: Breadth
    showing: int
    comparable: int


def spreads(assessment: Assessment, peers: Sequence[Assessment]) -> dict[str, Spread]:
    """Per signal that gives points, the gravest first; empty without comparable others.

    Figures that lack or are late are no signal of the provider's own: they say nothing here. All signals of the
    assessment are tested together, soft ones and events as well.
    """
    return spreads_among(assessment, [peer.parts() for peer in peers if peer.subject != assessment.subject])


def spreads_among(assessment: Assessment, others: Sequence[Iterable[Part]]) -> dict[str, Spread]:
    """The same, from what the assessments of the others are made of."""
    if not others:
        return {}
    shown = [_signals(parts) for parts in others]
    own = sorted(assessment.reasons, key=lambda reason: -reason.points)
    names = dict.fromkeys(one.indicator for one in own if one.points > 0 and one.kind not in ABSENT)
    counts = {name: (sum(name in one for one in shown), len(others)) for name in names}
    return {
        name: Spread(breadth, counts[name][0] + 1, len(others) + 1)
        for name, breadth in breadth_of(counts).items()
    }


def _signals(parts: Iterable[Part]) -> set[str]:
    return {indicator for indicator, kind, points in parts if points > 0 and kind not in ABSENT}


def breadth_of(counts: Mapping[str, tuple[int, int]]) -> dict[str, Breadth]:
    """Per signal, from how many of the other comparable providers show it: `(with it, all others)`."""
    tails = {
        name: tail(hits, others, BACKGROUND) for name, (hits, others) in counts.items() if others >= FEWEST
    }
    wider = _rejected(tails)
    return {name: _said(name in wider, *counts[name]) for name in counts}


def tail(hits: int, others: int, share: float) -> float:
    """Probability of at least so many hits among so many, each by itself with probability `share`."""
    return sum(comb(others, k) * share**k * (1 - share) ** (others - k) for k in range(hits, others + 1))


def _rejected(tails: Mapping[str, float]) -> set[str]:
    """Holm: from the smallest probability up, each against the level divided by what is left."""
    rejected: set[str] = set()
    for rank, (name, probability) in enumerate(sorted(tails.items(), key=lambda one: (one[1], one[0]))):
        if probability > SIGNIFICANCE / (len(tails) - rank):
            break
        rejected.add(name)
    return rejected


def _said(is_wider: bool, hits: int, others: int) -> Breadth:
    if others < FEWEST:
        return Breadth.CANNOT_SAY
    if is_wider:
        return Breadth.WIDER
    return Breadth.UNIQUE if hits <= others * UNIQUE_SHARE else Breadth.CANNOT_SAY
