"""Letters and the register of what was raised, in Dutch: one line each."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from ews.cases.correspondence import (
    Asked,
    Letter,
    LetterAnswer,
    LetterApproved,
    LetterSent,
    Raised,
    RaisedAnswer,
)


def _day(value: date) -> str:
    return f"{value:%d-%m-%Y}"


def _with(text: str, more: str) -> str:
    return f"{text}: {more}" if more else text


def _letter(what: Letter) -> str:
    whom = ", ".join(what.to) or "nog te bepalen"
    names = "aanbieder genoemd" if what.named else "aanbieder niet genoemd"
    ground = f", grond {what.ground.replace('_', ' ')}" if what.ground else ""
    return _with(f"Brief '{what.title}' opgesteld voor {whom}; {names}{ground}", what.reason)


def _sent(what: LetterSent) -> str:
    until = f", antwoord gevraagd vóór {_day(what.answer_by)}" if what.answer_by else ""
    return f"Brief {what.letter} verzonden per {what.channel} aan {', '.join(what.to)}{until}"


def _raised(what: Raised) -> str:
    head = f"Geagendeerd bij {what.organisation}, antwoord gevraagd vóór {_day(what.answer_by)}"
    return _with(head, what.text)


def _raised_answer(what: RaisedAnswer) -> str:
    next_step = f" Volgende stap vóór {_day(what.next_on)}: {what.next_step}" if what.next_on else ""
    return _with(f"Antwoord op agendering {what.raised}", f"{what.text}{next_step}".strip())


WORDS: Mapping[type[Any], Callable[[Any], str]] = {
    Letter: _letter,
    LetterApproved: lambda what: _with(f"Brief {what.letter} vastgesteld", what.text),
    LetterSent: _sent,
    LetterAnswer: lambda what: _with(f"Antwoord van {what.who} op brief {what.letter}", what.text),
    Raised: _raised,
    RaisedAnswer: _raised_answer,
    Asked: lambda what: f"Gevraagd aan {what.whom}: {', '.join(one.replace('_', ' ') for one in what.facts)}",
}
