"""Does the second person look? Signatures within seconds, or hardly ever a no, are told to the committee.

Advice that people only wave through is decided by the machine (GDPR, article 22).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

FORBID: dict[str, str] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class AttentionPlan:
    """From when on signing looks like waving through."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    quick_seconds: float
    agree_share: float
    """Above this share of agreement, 0-1."""
    fewest: int
    """Of fewer judgements nothing is said."""
    months_back: int


class Asleep(StrEnum):
    QUICK = "quick"
    ALWAYS_AGREES = "always_agrees"
    TOO_FEW = "too_few"
    AWAKE = "awake"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One proposal as its second person dealt with it."""

    person: str
    asked_at: datetime
    """When it was laid before them, or when they last looked at the case before deciding."""
    decided_at: datetime
    agreed: bool


@dataclass(frozen=True, slots=True)
class Attention:
    """One person's judgements of a period."""

    person: str
    judged: int
    quick: int
    agreed: int
    verdict: Asleep


def attention(judgements: Sequence[Judgement], plan: AttentionPlan) -> tuple[Attention, ...]:
    """Per person, in the order of their ids. One quick signature is told, however few there were."""
    people = sorted({one.person for one in judgements})
    return tuple(_of([one for one in judgements if one.person == person], plan) for person in people)


def _of(mine: Sequence[Judgement], plan: AttentionPlan) -> Attention:
    quick = sum((one.decided_at - one.asked_at).total_seconds() < plan.quick_seconds for one in mine)
    agreed = sum(one.agreed for one in mine)
    if quick:
        verdict = Asleep.QUICK
    elif len(mine) < plan.fewest:
        verdict = Asleep.TOO_FEW
    else:
        verdict = Asleep.ALWAYS_AGREES if agreed > plan.agree_share * len(mine) else Asleep.AWAKE
    return Attention(mine[0].person, len(mine), quick, agreed, verdict)
