"""Soft and restricted signals: what an officer hears, as words of a closed list with reliability and an end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar

LONGEST_TEXT = 500
SOFT_SOURCE = "zachte_signalen"
RESTRICTED_SOURCE = "besloten_signalen"


class Reliability(StrEnum):
    HIGH = "hoog"
    MIDDLE = "middel"
    LOW = "laag"


class Finding(StrEnum):
    """What came of a provider's correction, or of hearing it."""

    RIGHT = "klopt"
    PARTLY = "deels"
    """It stands; the provider's view stands beside it."""
    WRONG = "onjuist"
    """Taken back: it no longer counts, and who was told is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalKind:
    """One kind of `config/signals.toml`."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: str
    label: str
    reliability: Reliability
    expires_days: int
    restricted: bool = False
    readers: tuple[str, ...] = ()
    """Ids of the people who may see a restricted signal; nobody else."""

    @property
    def source(self) -> str:
        """The source under which signals of this kind are kept."""
        return RESTRICTED_SOURCE if self.restricted else SOFT_SOURCE

    @property
    def event(self) -> str:
        """Its name among the events of a provider."""
        return f"besloten_{self.id}" if self.restricted else f"zacht_{self.id}"


@dataclass(frozen=True, slots=True)
class SoftSignal:
    """What one person heard about one provider."""

    provider: str
    kind: str
    occurred_on: date
    reliability: Reliability
    text: str
    author: str
    ends_on: date


class Standing(StrEnum):
    """Whether a signal counts on a day, and if not, why."""

    COUNTS = "telt"
    EXPIRED = "verlopen"
    TAKEN_BACK = "teruggenomen"


def standing(ended_on: date | None, detail: Mapping[str, str], *, today: date) -> Standing:
    """How a signal stands on a day: what is expired or taken back stays visible and no longer counts."""
    if detail.get("bevinding") == Finding.WRONG:
        return Standing.TAKEN_BACK
    return Standing.EXPIRED if ended_on is not None and ended_on < today else Standing.COUNTS


def is_heard(detail: Mapping[str, str]) -> bool:
    """Whether the provider was heard on it: before that it may stand in no dossier."""
    return bool(detail.get("gehoord_op"))


class Objection(StrEnum):
    """Why a signal can't be taken down."""

    UNKNOWN_KIND = "unknown_kind"
    IN_THE_FUTURE = "in_the_future"
    EXPIRED = "expired"
    NO_TEXT = "no_text"
    TEXT_TOO_LONG = "text_too_long"
    NOT_A_READER = "not_a_reader"


def make_signal(
    kind: SignalKind,
    provider: str,
    *,
    occurred_on: date,
    text: str,
    author: str,
    reliability: Reliability | None = None,
) -> SoftSignal:
    """A signal of a kind: reliable as its source is, unless the officer says otherwise, and until it expires."""
    return SoftSignal(
        provider=provider,
        kind=kind.id,
        occurred_on=occurred_on,
        reliability=reliability or kind.reliability,
        text=text.strip(),
        author=author,
        ends_on=occurred_on + timedelta(days=kind.expires_days),
    )


def objections(signal: SoftSignal, kinds: Mapping[str, SignalKind], *, today: date) -> list[Objection]:
    """What stands in the way of taking a signal down; empty when nothing does."""
    kind = kinds.get(signal.kind)
    if kind is None:
        return [Objection.UNKNOWN_KIND]
    found = []
    if signal.occurred_on > today:
        found.append(Objection.IN_THE_FUTURE)
    if signal.ends_on < today:
        found.append(Objection.EXPIRED)
    if not signal.text:
        found.append(Objection.NO_TEXT)
    if len(signal.text) > LONGEST_TEXT:
        found.append(Objection.TEXT_TOO_LONG)
    if kind.restricted and signal.author not in kind.readers:
        found.append(Objection.NOT_A_READER)
    return found
