"""Reading the log: where each letter stands, and what became of each point on somebody else's agenda."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ews.cases.correspondence import (
    Letter,
    LetterAnswer,
    LetterApproved,
    LetterSent,
    Raised,
    RaisedAnswer,
)
from ews.cases.log import current
from ews.cases.model import CaseFile, Entry

UITVOERDER_LETTER = "wlz_uitvoerder_bericht"
"""Id in config/brieven.toml of the message to the Wlz-uitvoerders; settings check that it is there."""


class LetterStage(StrEnum):
    DRAFT = "concept"
    APPROVED = "vastgesteld"
    SENT = "verzonden"
    ANSWERED = "beantwoord"
    """Every recipient that it was sent to has answered."""


@dataclass(frozen=True, slots=True)
class LetterState:
    """A letter with all that happened to it."""

    entry: Entry
    letter: Letter
    approved: Entry | None
    sent: tuple[tuple[Entry, LetterSent], ...]
    answers: tuple[tuple[Entry, LetterAnswer], ...]

    @property
    def sent_to(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for _, one in self.sent for name in one.to))

    @property
    def silent(self) -> tuple[str, ...]:
        """Recipients that were asked for an answer and gave none."""
        asked = (name for _, one in self.sent if one.answer_by is not None for name in one.to)
        answered = {one.who for _, one in self.answers}
        return tuple(dict.fromkeys(name for name in asked if name not in answered))

    @property
    def answer_by(self) -> date | None:
        return max((one.answer_by for _, one in self.sent if one.answer_by), default=None)

    @property
    def stage(self) -> LetterStage:
        if self.answers and not self.silent:
            return LetterStage.ANSWERED
        if self.sent:
            return LetterStage.SENT
        return LetterStage.APPROVED if self.approved else LetterStage.DRAFT


def letters(case: CaseFile, kind: str | None = None) -> tuple[LetterState, ...]:
    """Every letter of a case, or those of one kind, oldest first."""
    approved = {what.letter: entry for entry, what in current(case, LetterApproved)}
    sent = list(current(case, LetterSent))
    answers = list(current(case, LetterAnswer))
    return tuple(
        LetterState(
            entry,
            letter,
            approved.get(entry.id),
            tuple(pair for pair in sent if pair[1].letter == entry.id),
            tuple(pair for pair in answers if pair[1].letter == entry.id),
        )
        for entry, letter in current(case, Letter)
        if kind is None or letter.kind == kind
    )


def approved_forms(state: LetterState) -> tuple[tuple[str, str], ...]:
    """(file name, SHA-256) of a letter as approved; nothing while it is a draft."""
    what = state.approved.what if state.approved else None
    return what.forms if isinstance(what, LetterApproved) else ()


@dataclass(frozen=True, slots=True)
class RaisedState:
    """One line of the register of what was raised: when, with whom, the answer, the next step."""

    entry: Entry
    raised: Raised
    answers: tuple[tuple[Entry, RaisedAnswer], ...]

    @property
    def next_step(self) -> tuple[date, str] | None:
        """(day, what) that the last answer left open."""
        last = self.answers[-1][1] if self.answers else None
        return (last.next_on, last.next_step) if last is not None and last.next_on is not None else None

    @property
    def due_on(self) -> date | None:
        """The day by which something must come of it; None when it is finished."""
        if not self.answers:
            return self.raised.answer_by
        return self.next_step[0] if self.next_step else None


def agenda(case: CaseFile) -> tuple[RaisedState, ...]:
    """The register of a case, oldest first."""
    answers = list(current(case, RaisedAnswer))
    return tuple(
        RaisedState(entry, raised, tuple(pair for pair in answers if pair[1].raised == entry.id))
        for entry, raised in current(case, Raised)
    )


def silences(case: CaseFile, today: date) -> Iterator[str]:
    """One sentence per letter whose answer is past the office's own term."""
    for one in letters(case):
        if one.silent and one.answer_by is not None and one.answer_by < today:
            who = ", ".join(one.silent)
            yield f"Geen antwoord op '{one.letter.title}' van {who}; gevraagd vóór {one.answer_by:%d-%m-%Y}."
