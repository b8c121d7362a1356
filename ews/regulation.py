"""Dated obligations with their legal basis, and the text beside them. The law is data; this only reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

_CLOSED: dict[str, str] = {"extra": "forbid"}  # settings refuses unknown keys


class DossierKind(StrEnum):
    """Two notices that are never one: an early signal, and a statutory duty."""

    EWS_MELDING = "ews_melding"
    OVERMACHTSMELDING = "overmachtsmelding"


class Mark(StrEnum):
    """How sure we are of a statement about the law. Only `CONFIRMED` may be printed as it stands."""

    CONFIRMED = "bevestigd"
    """Read in the primary text."""
    SECONDARY = "secundair"
    """From a reliable page that is not the primary text."""
    DESIGN = "ontwerp"
    """Our own proposal: no regulation."""
    UNCONFIRMED = "niet_bevestigd"


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """Where a duty stands. `article` is empty for a document without articles."""

    __pydantic_config__: ClassVar[dict[str, str]] = _CLOSED
    law: str
    article: str
    lid: str = ""
    bwb_id: str = ""
    url: str = ""
    mark: Mark = Mark.UNCONFIRMED

    def __str__(self) -> str:
        place = f", artikel {self.article}" if self.article else ""
        return f"{self.law}{place}{f', {self.lid}' if self.lid else ''}"


@dataclass(frozen=True, slots=True)
class Need:
    """One fact that an item asks for: what it is called on paper, and who must supply it."""

    __pydantic_config__: ClassVar[dict[str, str]] = _CLOSED
    fact: str
    """Name of a fact of the case, see `ews.dossier.facts`."""
    what: str
    from_whom: str
    required: bool = True
    evidence: tuple[str, ...] = ()
    """Evidence kinds that prove it; without one of them the fact is there, but weak."""


@dataclass(frozen=True, slots=True)
class Item:
    """One numbered item of a notice, or one point of the supervisor's criticism."""

    __pydantic_config__: ClassVar[dict[str, str]] = _CLOSED
    id: str
    title: str
    text: str
    legal_basis: LegalBasis
    mark: Mark
    check: str
    """Dutch: how a person checks that the item is well filled."""
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """One of the ways a notice must go out; each is checked by itself."""

    __pydantic_config__: ClassVar[dict[str, str]] = _CLOSED
    id: str
    label: str
    value: str
    legal_basis: LegalBasis
    mark: Mark
    required: bool = True


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the supervisor's own form, filled from an item; an office maps it in its config."""

    __pydantic_config__: ClassVar[dict[str, str]] = _CLOSED
    id: str
    label: str
    item: str


@dataclass(frozen=True, slots=True)
class Region:
    """One zorgkantoorregio of codelijst COD001."""

    __pydantic_config__: ClassVar[dict[str, str]] = _CLOSED
    id: str
    """Four digits."""
    name: str


@dataclass(frozen=True, slots=True)
class Timing:
    """When to notify. A law that says 'terstond' has no number of days, so there is none here."""

    __pydantic_config__: ClassVar[dict[str, str]] = _CLOSED
    term: str
    text: str
    legal_basis: LegalBasis
    counts_from: str
    """The moment from which it runs; the office's own target stands in escalation.toml, `[case.targets]`."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One notice as one version of one regulation asks for it."""

    __pydantic_config__: ClassVar[dict[str, str]] = _CLOSED
    regeling: str
    valid_from: date
    """First day on which this version serves new dossiers."""
    valid_from_mark: Mark
    valid_from_note: str
    kind: DossierKind
    title: str
    label: str
    """Printed above the notice when it is not the supervisor's own form; may be empty."""
    subject: str
    """Subject line; `{verzekeraar}` and `{zaak}` are filled in."""
    addressee: tuple[str, ...]
    notes: tuple[str, ...]
    """What is not known of this regulation, printed as such."""
    timing: Timing
    channel: tuple[Channel, ...]
    item: tuple[Item, ...]
    criterion: tuple[Item, ...] = ()
    form_field: tuple[FormField, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """What the notice asks, and what the supervisor looked at beyond it."""
        return (*self.item, *self.criterion)

    @property
    def version(self) -> str:
        """How a dossier names the text it was drafted under."""
        return f"{self.regeling}/{self.valid_from.isoformat()}"


def in_force(obligations: Iterable[Obligation], kind: DossierKind, *, on: date) -> Obligation | None:
    """The newest version of a notice that is valid on a day, or None when there is none yet."""
    valid = [one for one in obligations if one.kind == kind and one.valid_from <= on]
    return max(valid, key=lambda one: (one.valid_from, one.regeling), default=None)


def by_version(obligations: Iterable[Obligation], version: str) -> Obligation | None:
    """The version that an older dossier was drafted under."""
    return next((one for one in obligations if one.version == version), None)
