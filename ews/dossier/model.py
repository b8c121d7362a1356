"""A drafted notice: items with their state, sentences with their evidence, and what is missing by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from ews.dossier.style import HouseStyle
from ews.regulation import DossierKind, Mark


class ItemState(StrEnum):
    FILLED = "filled"
    WEAK = "weak"
    """There is an answer, but its proof is thin: the NZa will ask."""
    MISSING = "missing"

    @property
    def rank(self) -> int:
        """0 filled, 1 weak, 2 missing: the worst of an item's facts is the item's."""
        return list(ItemState).index(self)


@dataclass(frozen=True, slots=True)
class Ref:
    """Evidence number of a case, with the place in it where that is known."""

    number: int
    row: int | None = None
    """Row of the log, when the evidence is the log itself."""
    case: str = ""
    """Another case that the notice spans; empty for its own."""
    file_row: int | None = None
    """Row of a delivered file."""

    def __str__(self) -> str:
        prefix = f"{self.case}/" if self.case else ""
        regel = f" regel {self.row}" if self.row is not None else ""
        rij = f" rij {self.file_row}" if self.file_row is not None else ""
        return f"{prefix}B{self.number}{regel}{rij}"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. With a figure or a fact it carries evidence; without any it is printed as missing."""

    text: str
    refs: tuple[Ref, ...] = ()
    quoted_from: str = ""
    """Whose words `text` are; empty: the office's own wording."""
    missing: bool = False
    """`text` says what is missing and from whom."""
    connective: bool = False
    """States nothing: it only leads to a table or list that does."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    sentences: tuple[Sentence, ...]
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of facts; the last column names the evidence of its row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    """Columns of figures, set to the right."""
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Chart:
    """The held level over time: rank 0-4 a day it changed."""

    caption: str
    alternative: str
    """What the picture shows, in words."""
    points: tuple[tuple[date, str], ...]
    until: date
    kind: Literal["chart"] = "chart"


Block = Paragraph | Table | Chart


@dataclass(frozen=True, slots=True)
class Passage:
    """What one fact comes to: its text, and how good it is."""

    blocks: tuple[Block, ...]
    state: ItemState = ItemState.FILLED
    why: str = ""
    from_whom: str = ""
    unproved: bool = False
    """Weak for one reason only: no evidence of a kind that proves it."""


@dataclass(frozen=True, slots=True)
class DossierItem:
    """One item of the notice as it stands."""

    item: str
    title: str
    text: str
    """What the regulation asks, in its words."""
    basis: str
    url: str
    mark: Mark
    state: ItemState
    why: str
    from_whom: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One numbered piece of evidence: a file of the case, a delivery, or an extract of the record."""

    number: int
    version: int
    origin: Literal["bestand", "levering", "uittreksel"]
    kind: str
    name: str
    dated_on: date
    sha256: str
    size: int
    confidentiality: str
    expires_on: date | None = None
    case: str = ""

    @property
    def label(self) -> str:
        """B12, or C-2026-004/B12 for another case."""
        return str(Ref(self.number, case=self.case))


@dataclass(frozen=True, slots=True)
class ChronologyLine:
    happened_on: date
    recorded_on: date
    text: str
    refs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Appendix:
    """A lettered appendix with blocks of its own."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Sender:
    name: str
    legal_name: str
    address: str
    contact: str
    signatory: str
    """Name and function of whoever signs; empty while nobody has been named."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A notice as drafted at one moment; drawing it in Word and PDF adds nothing to it."""

    case: str
    kind: DossierKind
    version: int
    title: str
    label: str
    regulation: str
    regulation_note: str
    term: str
    drafted_at: datetime
    drafted_on: date
    sender: Sender
    addressee: tuple[str, ...]
    channels: tuple[str, ...]
    subject: str
    provider_names: tuple[str, ...]
    fictitious: bool
    opening: tuple[Sentence, ...]
    summary: tuple[tuple[str, str], ...]
    """(what, in short): the page that is read first."""
    items: tuple[DossierItem, ...]
    criteria: tuple[DossierItem, ...]
    conditions: tuple[DossierItem, ...]
    chronology: tuple[ChronologyLine, ...]
    appendices: tuple[Appendix, ...]
    evidence: tuple[EvidenceLine, ...]
    notes: tuple[str, ...]
    form: tuple[tuple[str, str, str], ...]
    """(form field, label, item) when the office has mapped the supervisor's own form."""
    house_style: HouseStyle
    audit_head: str
    config_hash: str
    cases: tuple[str, ...] = ()
    """Every case that it spans, its own first; empty in a version from before that was kept."""
    standing: tuple[str, ...] = ()
    """How it stands once people have acted on it: approved by whom, which gaps are named. Empty for a draft."""

    @property
    def missing(self) -> tuple[DossierItem, ...]:
        """Items that stand between the office and a complete notice."""
        return tuple(item for item in self.items if item.state is ItemState.MISSING)

    @property
    def others(self) -> tuple[str, ...]:
        """The other cases that it spans (article 5.2 under 2 speaks of providers)."""
        return self.cases[1:]

    @property
    def is_complete(self) -> bool:
        return not self.missing

    @property
    def sections(self) -> tuple[DossierItem, ...]:
        return (*self.items, *self.criteria, *self.conditions)

    def sentences(self) -> Iterator[tuple[str, Sentence]]:
        """(item, sentence) of every paragraph."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Paragraph):
                    for sentence in block.sentences:
                        yield section.item, sentence


def missing(what: str, from_whom: str, asked_on: str = "") -> Sentence:
    """A visible hole: `[ONTBREEKT: wat, van wie; gevraagd op dag]`."""
    asked = f"; gevraagd op {asked_on}" if asked_on else ""
    return Sentence(f"[ONTBREEKT: {what}, van {from_whom}{asked}]", missing=True)


def not_released(what: str, source: str) -> Sentence:
    """A figure from a source that is not cleared for the reader."""
    return Sentence(f"[NIET VRIJGEGEVEN: {what}; bron {source} is niet voor deze ontvanger]", missing=True)
