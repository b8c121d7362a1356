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
