"""What the record says about a case: all that a notice may state, gathered before anything is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from ews.cases.model import CaseFile, Entry
from ews.dossier.model import EvidenceLine, Ref

SYSTEM = "het early warning system"
"""Who acted when no person did."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact as a source or a person stated it."""

    text: str
    refs: tuple[Ref, ...]
    as_of: date | None = None
    quoted_from: str = ""
    as_of_is: str = "peildatum"
    """How `as_of` is called on paper."""
    withheld: str = ""
    """Source that is not cleared for the reader: the figure itself may not be printed."""


@dataclass(frozen=True, slots=True)
class ClientLine:
    """Clients of one care profile and delivery form: counts, never persons."""

    profile: str
    form: str
    clients: int
    nowhere: int | None
    """For how many no other place was found; None: not worked out."""
    refs: tuple[Ref, ...]
    as_of: date | None = None
    nowhere_refs: tuple[Ref, ...] = ()
    """What `nowhere` rests on, when that is not the count itself."""


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    identifier: str
    name: str
    stated: Mapping[str, tuple[Stated, ...]]
    clients: tuple[ClientLine, ...] = ()
    clients_withheld: str = ""
    """Source of counts that is not cleared for the reader."""


@dataclass(frozen=True, slots=True)
class RiskReason:
    label: str
    """The indicator; for a change, peers or an event the sentence itself, and then no value and no norm."""
    value: str
    norm: str
    period: str
    points: int
    refs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to the provider itself, as a source told it."""

    on: date
    known_on: date
    text: str
    refs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Risk:
    """The last assessment, and the held level since the first."""

    as_of: datetime
    level: str
    """Dutch word."""
    points: int
    confidence: str
    reasons: tuple[RiskReason, ...]
    refs: tuple[Ref, ...]
    history: tuple[tuple[date, str], ...] = ()
    happened: tuple[Happened, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One case, or several that one notice spans; the first is the notice's own."""

    cases: tuple[CaseFile, ...]
    providers: tuple[ProviderFacts, ...]
    office: Mapping[str, tuple[Stated, ...]]
    evidence: tuple[EvidenceLine, ...]
    log_extract: Mapping[str, int]
    """Case number -> evidence number of the extract of its log."""
    functions: Mapping[str, str]
    """Person id -> function, as quoted in a notice."""
    today: date
    risk: Risk | None = None
    targets: Mapping[str, int] = field(default_factory=dict)
    """The office's own targets in calendar days, as they stood when the case opened; not the law's."""
    uitvoerders: tuple[str, ...] = ()
    """Wlz-uitvoerders that must be informed."""
    asked: Mapping[str, date] = field(default_factory=dict)
    """Fact -> the day it was last asked for."""

    @property
    def case(self) -> CaseFile:
        return self.cases[0]

    def refs(self, case: CaseFile, entry: Entry) -> tuple[Ref, ...]:
        """The evidence of an entry; the log itself when it has no file."""
        other = "" if case.number == self.case.number else case.number
        if entry.evidence:
            return tuple(Ref(number, case=other) for number in entry.evidence)
        return (Ref(self.log_extract[case.number], entry.id, other),)

    def has_file(self, refs: tuple[Ref, ...]) -> bool:
        """Whether something other than the office's own log proves it."""
        return any(ref.row is None for ref in refs)

    def kinds(self, refs: tuple[Ref, ...]) -> set[str]:
        """Kinds of the evidence that has not expired."""
        cited = {(ref.case, ref.number) for ref in refs}
        return {
            line.kind
            for line in self.evidence
            if (line.case, line.number) in cited and not is_expired(line, self.today)
        }

    def by_case(self) -> Iterator[tuple[CaseFile, ProviderFacts]]:
        """Each case with its provider."""
        return zip(self.cases, self.providers, strict=True)

    def function(self, person: str) -> str:
        return self.functions.get(person, SYSTEM if person == "systeem" else person)


def is_expired(line: EvidenceLine, today: date) -> bool:
    """Past the day until which it may be relied upon."""
    return line.expires_on is not None and line.expires_on < today
