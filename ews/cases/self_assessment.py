"""The office's self-assessment on the handvatten: every answer is a count from its own record, never an opinion."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar


class Proof(StrEnum):
    """What can be counted; its sentence stands in config/evaluatie.toml."""

    RULES = "rules"
    SOURCES = "sources"
    WEEKS = "weeks"
    SIGNAL_ROLES = "signal_roles"
    CONFIDENCE = "confidence"
    HARD_TO_REPLACE = "hard_to_replace"
    PROFILES = "profiles"
    PURCHASING = "purchasing"
    CLAUSES = "clauses"
    SELF_WARNED = "self_warned"
    HEARD = "heard"
    OTHERS = "others"
    TASKS = "tasks"
    OWNERS = "owners"
    STAGES = "stages"
    EVIDENCE = "evidence"
    PLANS = "plans"
    DECIDED = "decided"
    MEASURES = "measures"
    NECESSITY = "necessity"
    CRISIS = "crisis"
    REGIE = "regie"
    RAISED_ELSEWHERE = "raised_elsewhere"
    EVALUATIONS = "evaluations"
    COMMISSION = "commission"
    OUTCOMES = "outcomes"
    TRANSFERS = "transfers"
    AFTERCARE = "aftercare"
    LESSONS = "lessons"
    TOOK_PART = "took_part"
    RECORD = "record"


class Shown(StrEnum):
    """Whether the record shows that a norm was met."""

    YES = "aantoonbaar"
    PARTLY = "deels"
    NO = "niet aantoonbaar"
    NOT_APPLICABLE = "niet aan de orde"


class Question(StrEnum):
    """The four test questions of the normenkader (TH/BR-032)."""

    ANCHORED = "anchored"
    DATA = "data"
    IN_TIME = "in_time"
    ROLES = "roles"


@dataclass(frozen=True, slots=True)
class Count:
    """How many of how many. `of` 0: there was nothing to count."""

    done: int
    of: int


@dataclass(frozen=True, slots=True)
class ProofText:
    """One [[proof]]."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}
    id: Proof
    text: str
    """With {done} and {of}."""
    needed: bool
    """Nothing to count is itself a lack."""


@dataclass(frozen=True, slots=True)
class Norm:
    """One [[norm]]: a handvat, and the proof that answers each question."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}
    id: str
    text: str
    anchored: Proof
    data: Proof
    in_time: Proof
    roles: Proof

    def proof(self, question: Question) -> Proof:
        """The count that answers a question."""
        found: Proof = getattr(self, question.value)
        return found


@dataclass(frozen=True, slots=True)
class EvaluationPolicy:
    """config/evaluatie.toml."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}
    valid_from: date
    source: str
    weeks_between_assessments: int
    proof: tuple[ProofText, ...]
    norm: tuple[Norm, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One question about one norm."""

    question: Question
    shown: Shown
    text: str


@dataclass(frozen=True, slots=True)
class NormAnswers:
    norm: Norm
    answers: tuple[Answer, ...]


def assess_self(policy: EvaluationPolicy, counts: Mapping[Proof, Count]) -> tuple[NormAnswers, ...]:
    """The answers to all norms; a proof that was not counted is not shown."""
    texts = {one.id: one for one in policy.proof}
    return tuple(
        NormAnswers(
            norm, tuple(_answer(question, texts[norm.proof(question)], counts) for question in Question)
        )
        for norm in policy.norm
    )


def _answer(question: Question, proof: ProofText, counts: Mapping[Proof, Count]) -> Answer:
    count = counts.get(proof.id, Count(0, 0))
    return Answer(question, _shown(proof, count), _text(proof, count))


def _shown(proof: ProofText, count: Count) -> Shown:
    if count.of == 0:
        return Shown.NO if proof.needed else Shown.NOT_APPLICABLE
    if count.done >= count.of:
        return Shown.YES
    return Shown.PARTLY if count.done else Shown.NO


def _text(proof: ProofText, count: Count) -> str:
    if count.of == 0:
        return "niets vastgelegd om dit aan te tonen" if proof.needed else "kwam dit jaar niet voor"
    return proof.text.format(done=count.done, of=count.of)
