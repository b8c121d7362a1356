"""Entries about letters and about what was put on the agenda of others: each step is an entry of its own."""

from dataclasses import dataclass
from datetime import date

from ews.cases.kinds import Party
from ews.cases.privacy import private


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter laid ready. It goes out only once somebody else has approved it."""

    kind: str
    """Id in config/brieven.toml."""
    title: str
    to: tuple[str, ...]
    """The recipient list: organisations and functions. Addresses of clients stay outside the system."""
    named: bool
    """Whether it names the provider to somebody else."""
    forms: tuple[tuple[str, str], ...]
    """(file name, SHA-256) of both forms."""
    ground: str = ""
    """Id of the legal ground on which it names the provider before stage 4; empty: none was needed."""
    asked: tuple[tuple[str, int], ...] = ()
    """(profile, places) that it asks for, when it is a request for places."""
    facts: tuple[str, ...] = ()
    """Facts that it asks for, by the names that items of config/regulation give them."""
    reason: str = private()


@dataclass(frozen=True, slots=True)
class LetterApproved:
    """Somebody else read it and stands for it; what they approved is frozen by its hashes."""

    letter: int
    forms: tuple[tuple[str, str], ...]
    text: str = private()


@dataclass(frozen=True, slots=True)
class LetterSent:
    """It went out, to whom and how; `answer_by` is the office's own term, no legal one."""

    letter: int
    to: tuple[str, ...]
    channel: str
    answer_by: date | None = None


@dataclass(frozen=True, slots=True)
class LetterAnswer:
    """What one recipient answered."""

    letter: int
    who: str
    next_on: date | None = None
    text: str = private()
    next_step: str = private()


@dataclass(frozen=True, slots=True)
class Raised:
    """A bottleneck that the office can't solve alone, put on somebody else's agenda. `happened_on`: when."""

    party: Party
    organisation: str
    answer_by: date
    letter: int | None = None
    text: str = private()


@dataclass(frozen=True, slots=True)
class RaisedAnswer:
    """What came of it, and the next step with its day; no day: it is finished."""

    raised: int
    next_on: date | None = None
    text: str = private()
    next_step: str = private()


@dataclass(frozen=True, slots=True)
class Asked:
    """Facts that a notice still misses were asked for; `happened_on` is the day the request went out."""

    facts: tuple[str, ...]
    """Names that items of config/regulation ask for."""
    whom: str


Correspondence = Letter | LetterApproved | LetterSent | LetterAnswer | Raised | RaisedAnswer | Asked
