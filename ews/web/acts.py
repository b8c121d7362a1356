"""What a person can do in a case from its page: a form and the entry that it makes, one each.

The rules are those of `ews.cases.rules`; a form only asks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ews.cases.entries import What
from ews.cases.obstacles import SENTENCES, Obstacle
from ews.errors import FileRefusedError, RefusedError
from ews.jobs.case_view import CaseView
from ews.jobs.run import Context
from ews.web.forms import Choices, Field, Reading


@dataclass(frozen=True, slots=True)
class Setting:
    """What a form is drawn against: the case, the open site, and what the address asked for."""

    view: CaseView
    context: Context
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.view.today


@dataclass(frozen=True, slots=True)
class CaseAct:
    """One act. `beside` says at which field an obstacle of the rules is shown, and in which words."""

    slug: str
    title: str
    button: str
    intro: str
    fields: Callable[[Setting], tuple[Field, ...]]
    build: Callable[[Reading, Setting], What | None]
    """None: the file that comes along is all there is."""
    file_kind: str = ""
    """Kind of the evidence that can be handed in with it; empty: none."""
    needs_file: bool = False
    takes_second: bool = False
    is_dated: bool = True
    makes: type[Any] | None = None
    """Kind of entry; one of that kind can be corrected with the same form."""
    beside: Mapping[Obstacle, tuple[str, str]] = field(default_factory=dict)


def choices_of(labels: Mapping[str, str]) -> Choices:
    """A closed list as a form offers it."""
    return tuple((str(value), label[:1].upper() + label[1:]) for value, label in labels.items())


def put_beside(known: Mapping[Obstacle, tuple[str, str]], reading: Reading, error: RefusedError) -> str:
    """Put what the rules say beside the fields it is about; returns what belongs to no field."""
    if isinstance(error, FileRefusedError):
        reading.faults["bestand"] = str(error)
        return ""
    left = []
    for reason in error.reasons:
        obstacle = Obstacle(reason)
        field, words = known.get(obstacle, ("", ""))
        if field:
            reading.faults[field] = words
        else:
            left.append(SENTENCES[obstacle])
    return " ".join(left) if error.reasons else str(error)
