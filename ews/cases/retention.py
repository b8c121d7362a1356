"""How long each class of data is kept, what of it may go by now, and what stands in the way of destroying it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from ews.cases.calendar import add_months, office_date
from ews.cases.entries import What
from ews.cases.model import CaseFile, Entry, Evidence
from ews.cases.obstacles import Obstacle
from ews.cases.rules import Signers

MONTHS = 12


class Part(StrEnum):
    """Where data lie; only `plek` is never destroyed by the product."""

    ENTRIES = "zaakregels"
    EVIDENCE = "bewijsstukken"
    DOSSIERS = "dossiers"
    MAILS = "berichten"
    LOGINS = "aanmeldingen"
    SITE = "plek"


OF_A_CASE = frozenset({Part.ENTRIES, Part.EVIDENCE, Part.DOSSIERS})
WITH_KINDS = frozenset({Part.ENTRIES, Part.EVIDENCE})


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """One [[class]] of retention.toml."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: str
    title: str
    where: str
    persons: str
    part: Part
    counts_from: Literal["sluiting", "verzending", "vastlegging"]
    ground: str
    """Legal ground, or whose norm it is."""
    destroyed_by: Literal["twee_mensen", "met_de_hand", "nooit"]
    years: int | None = None
    kinds: tuple[str, ...] = ()
    """Entry or evidence kinds; empty: all that no other class of this part names."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What one class still holds of one closed case."""

    retention: RetentionClass
    case: str
    closed_on: date
    kept_until: date
    entries: tuple[int, ...] = ()
    pieces: tuple[Evidence, ...] = ()
    dossiers: int = 0

    @property
    def count(self) -> int:
        return len(self.entries) + len(self.pieces) + self.dossiers


def kept_until(closed_on: date, years: int) -> date:
    """The last day of a term of years."""
    return add_months(closed_on, years * MONTHS)


def holdings(
    case: CaseFile, classes: Mapping[str, RetentionClass], *, dossiers: int = 0
) -> Iterator[Holding]:
    """What is still there of a closed case, per class with a term; nothing while the case is open.

    `dossiers`: how many versions of notices there are of it.
    """
    if case.closed_at is None:
        return
    closed_on = office_date(case.closed_at)
    for one in classes.values():
        if one.part not in OF_A_CASE or one.years is None:
            continue
        named = _named_elsewhere(one, classes.values())
        held = Holding(
            retention=one,
            case=case.number,
            closed_on=closed_on,
            kept_until=kept_until(closed_on, one.years),
            entries=tuple(_entries(case, one, named)) if one.part is Part.ENTRIES else (),
            pieces=tuple(_pieces(case, one, named)) if one.part is Part.EVIDENCE else (),
            dossiers=dossiers if one.part is Part.DOSSIERS else 0,
        )
        if held.count:
            yield held


def obstacles(held: Collection[Holding], *, signers: Signers, reason: str, today: date) -> list[Obstacle]:
    """Nothing, when every holding is over its term and two people sign with a reason."""
    found = signers.obstacles() + signers.two()
    if not reason.strip():
        found.append(Obstacle.NO_REASON)
    if any(today <= one.kept_until for one in held):
        found.append(Obstacle.STILL_KEPT)
    return list(dict.fromkeys(found))


def _named_elsewhere(one: RetentionClass, classes: Collection[RetentionClass]) -> frozenset[str]:
    return frozenset(
        kind for other in classes if other.part is one.part and other.id != one.id for kind in other.kinds
    )


def _covers(one: RetentionClass, kind: str, named: frozenset[str]) -> bool:
    return kind in one.kinds if one.kinds else kind not in named


def _entries(case: CaseFile, one: RetentionClass, named: frozenset[str]) -> Iterator[int]:
    for entry in case.entries:
        if _covers(one, type(entry.what).__name__, named) and _says_something(entry):
            yield entry.id


def _says_something(entry: Entry) -> bool:
    return not entry.destroyed and any(getattr(entry.what, name) for name in private_fields(entry.what))


def private_fields(what: What) -> list[str]:
    """Names of the fields that hold names and free text."""
    return [one.name for one in fields(what) if one.metadata.get("private")]


def _pieces(case: CaseFile, one: RetentionClass, named: frozenset[str]) -> Iterator[Evidence]:
    for piece in case.evidence:
        if _covers(one, piece.kind, named) and not piece.is_destroyed:
            yield piece
