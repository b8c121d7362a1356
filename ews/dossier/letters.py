"""Other letters from the same record: what each says, whom it may name, and which counts its reader may see."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from ews.cases import log
from ews.cases.kinds import Party, Stage
from ews.dossier import letter_parts
from ews.dossier.disclosure import Recipient, disclose
from ews.dossier.letter_parts import Part
from ews.dossier.model import Dossier
from ews.dossier.paper import PaperBlock, plain
from ews.dossier.record import CaseFacts
from ews.dossier.words import long_date
from ews.regulation import LegalBasis

_CLOSED: dict[str, str] = {"extra": "forbid"}
PLACEHOLDERS = frozenset({"aanbieder", "zaak", "kantoor", "contact", "datum", "antwoord_voor"})
UNNAMED = "een zorgaanbieder in de regio"
NAMED_FROM = Stage.CRISIS
ANONYMOUS = frozenset({Part.CLIENTS, Part.ANSWER_FORM})
"""Parts without words of people: those could name the provider after all."""


class AnswerUse(StrEnum):
    """What an answer to a letter becomes, beside an answer on file."""

    FILED = "dossier"
    HEARING = "wederhoor"
    ALTERNATIVE = "alternatief"
    """Sending it asks each recipient for places; the returned form is the answer to that alternative."""
    AGENDA = "agenda"


@dataclass(frozen=True, slots=True)
class LetterText:
    """One kind of letter, as config/brieven.toml has it."""

    __pydantic_config__: ClassVar[dict[str, str]] = _CLOSED
    id: str
    title: str
    to: Recipient
    names: Literal["altijd", "vanaf_trede_4"]
    body: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    answer_days: int = 0
    """The office's own term in working days; 0: no answer is asked."""
    answer: AnswerUse = AnswerUse.FILED
    party: Party = Party.OTHER
    """Whose agenda it lands on, when its answer goes to the register."""
    is_letter: bool = True
    """False: a sheet or script for our own people, without salutation and signature."""
    default_to: tuple[str, ...] = ()
    """Recipients when none is named."""


@dataclass(frozen=True, slots=True)
class NamingGround:
    """Why a provider may be named to others before stage 4."""

    __pydantic_config__: ClassVar[dict[str, str]] = _CLOSED
    id: str
    text: str
    legal_basis: LegalBasis
    needs_evidence: bool = False
    """For example the provider's own consent: it must be on file."""


@dataclass(frozen=True, slots=True)
class WlzUitvoerder:
    """One Wlz-uitvoerder whose insured live in the region: informed of a notice, its reply filed."""

    __pydantic_config__: ClassVar[dict[str, str]] = _CLOSED
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A letter written from a case."""

    kind: str
    title: str
    recipient: Recipient
    is_named: bool
    paragraphs: tuple[str, ...]
    blocks: tuple[PaperBlock, ...]
    hidden: int
    """Cells of the table of clients that this reader may not see."""


def may_name(text: LetterText, facts: CaseFacts) -> bool:
    """No self-fulfilling leak: strangers learn the name from stage 4 on, or by a decision of their own."""
    return text.names == "altijd" or log.stage(facts.case) >= NAMED_FROM


def write_letter(
    text: LetterText, facts: CaseFacts, dossier: Dossier, *, named: bool, answer_by: date | None
) -> Filled:
    """One letter. `named` only where `may_name` or a recorded decision allows it."""
    provider = facts.providers[0]
    words = {
        "aanbieder": provider.name if named else UNNAMED,
        "zaak": facts.case.number,
        "kantoor": dossier.sender.name,
        "contact": dossier.sender.contact,
        "datum": long_date(facts.today),
        "antwoord_voor": long_date(answer_by) if answer_by else "",
    }
    parts = [part for part in text.parts if named or part in ANONYMOUS]
    shown = disclose(letter_parts.counts(facts), text.to) if Part.CLIENTS in parts else None
    blocks = [block for part in parts for block in letter_parts.PARTS[part](facts, dossier, shown)]
    return Filled(
        kind=text.id,
        title=text.title,
        recipient=text.to,
        is_named=named,
        paragraphs=tuple(plain(one.format_map(words)) for one in text.body),
        blocks=tuple(blocks),
        hidden=shown.hidden if shown else 0,
    )
