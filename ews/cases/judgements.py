"""What people set aside, held afterwards against what became of the provider: were they right?

A judgement that says `less is wrong than the EWS thinks` is an override down, a mute or a decision not to notify the
NZa; an override up says the opposite. Nobody is scored: the office learns how its judgements turn out together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ews.cases.calendar import add_months
from ews.scoring.outcomes import Exit, Outcome

HORIZON_MONTHS = 12
"""A judgement is about the horizon that the levels are about."""
BORNE_OUT = frozenset({Outcome.CLOSED, Outcome.INSOLVENT, Outcome.AVERTED})
"""The threat was real: care stopped, or a measure kept it from stopping."""


class JudgementKind(StrEnum):
    OVERRIDE = "afwijkend niveau"
    MUTE = "stilte"
    NOT_NOTIFIED = "niet gemeld"


class Score(StrEnum):
    RIGHT = "klopte"
    TOO_EARLY = "te vroeg om te zeggen"
    WRONG = "klopte niet"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One thing that people set aside. Outside its case it names roles, not people."""

    kind: JudgementKind
    subject: str
    on: date
    says_calm: bool
    """True: less is wrong than the EWS thinks; False: more."""
    what: str
    """`laag`, `tot 26-11-2026`, `opnieuw op 12 juni 2026`."""
    roles: tuple[str, ...]
    case: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    judgement: Judgement
    score: Score
    because: str
    """Dutch: what it was held against."""


def judged(found: Iterable[Judgement], exits: Iterable[Exit], *, today: date) -> list[Judged]:
    """Every judgement with its score by today, the newest first."""
    became = {one.subject: one for one in exits}
    scored = [_judge(one, became, today) for one in found]
    return sorted(scored, key=lambda one: (one.judgement.on, one.judgement.subject), reverse=True)


def counts(found: Iterable[Judged]) -> dict[Score, int]:
    """How many turned out how."""
    scores = [one.score for one in found]
    return {score: scores.count(score) for score in Score}


def _judge(one: Judgement, became: Mapping[str, Exit], today: date) -> Judged:
    ends = add_months(one.on, HORIZON_MONTHS)
    later = became.get(one.subject)
    if later is not None and one.on <= later.left_on <= ends:
        stopped = later.outcome.is_failure
        trouble = stopped if one.says_calm else later.outcome in BORNE_OUT
        score = Score.WRONG if trouble is one.says_calm else Score.RIGHT
        return Judged(one, score, f"{_WORDS[later.outcome]} op {later.left_on:%d-%m-%Y}")
    if today <= ends:
        return Judged(one, Score.TOO_EARLY, f"loopt tot {ends:%d-%m-%Y}")
    score = Score.RIGHT if one.says_calm else Score.WRONG
    return Judged(one, score, f"in {HORIZON_MONTHS} maanden gebeurde er niets")


_WORDS = {
    Outcome.CLOSED: "de zorg stopte",
    Outcome.INSOLVENT: "failliet of in surseance",
    Outcome.HANDED_OVER: "overgenomen",
    Outcome.AVERTED: "afgewend door een maatregel",
    Outcome.NONE: "niets gebeurd",
}
