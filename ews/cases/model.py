"""The continuïteitsdossier: a file of dated entries by people, and nothing that was ever overwritten.

Every entry says when it happened and when it was recorded. A correction is a new entry that names the one
it corrects; both stay.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from ews.cases.entries import What


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log: what, when it happened, when and by whom it was recorded."""

    id: int
    happened_on: date
    recorded_at: datetime
    author: str
    what: What
    second: str | None = None
    """The other person, where two are required."""
    evidence: tuple[int, ...] = ()
    """Numbers of evidence in this case: B14 is 14."""
    corrects: int | None = None
    destroyed: bool = False
    """Names and free text were destroyed when their term ended."""


class MarkKind(StrEnum):
    """What can happen to a piece after it was handed in."""

    SCAN = "scan"
    LOOK = "look"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class Mark:
    """One row about a piece of evidence: a scanner's verdict, a second person's look, its destruction."""

    kind: MarkKind
    result: str
    at: datetime
    actor: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file of the case. Its bytes lie under their SHA-256; its name is only metadata."""

    id: int
    number: int
    version: int
    sha256: str
    size: int
    name: str
    kind: str
    evidence_date: date
    """What the document itself is dated; not the day it was uploaded."""
    uploaded_at: datetime
    uploaded_by: str
    confidentiality: str
    expires_on: date | None
    entry: int | None
    redacted_from: str | None = None
    """SHA-256 of the document with client data that this one was made from; the original was never kept."""
    marks: tuple[Mark, ...] = ()
    """What became of it since, oldest first."""

    @property
    def is_destroyed(self) -> bool:
        """Its bytes may no longer be shown: its term is over and two people decided so."""
        return any(one.kind is MarkKind.DESTROYED for one in self.marks)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as it was known at a moment: its entries in order of recording, and its evidence."""

    number: str
    subject: str
    opened_at: datetime
    closed_at: datetime | None
    owner: str | None
    alert: int | None
    policy: dict[str, Any]
    """The escalation policy as it stood when the case opened."""
    entries: tuple[Entry, ...]
    evidence: tuple[Evidence, ...]
