"""May a piece of evidence be opened, and may it leave the house? Scanned, looked at, still there: from its marks."""

from dataclasses import dataclass
from enum import StrEnum

from ews.cases.model import Evidence, MarkKind


class ScanState(StrEnum):
    """What the virus scanner of the office said of a piece."""

    CLEAN = "schoon"
    INFECTED = "besmet"
    PENDING = "wacht op scan"
    UNSCANNED = "niet gescand"
    """There is no scanner: visible, and by policy a warning or an obstacle."""


class Look(StrEnum):
    """What a second person found of a redacted document."""

    APPROVED = "akkoord"
    REFUSED = "afgekeurd"


class Withheld(StrEnum):
    DESTROYED = "destroyed"
    INFECTED = "infected"
    PENDING = "pending"
    UNSCANNED = "unscanned"
    NOT_LOOKED_AT = "not_looked_at"
    LOOK_REFUSED = "look_refused"


WHY_WITHHELD = {
    Withheld.DESTROYED: "is na afloop van de bewaartermijn vernietigd",
    Withheld.INFECTED: "is volgens de virusscanner besmet en staat apart",
    Withheld.PENDING: "wacht nog op de virusscanner",
    Withheld.UNSCANNED: "is niet op virussen gescand, en het kantoor laat dat niet toe ([scanner] unscanned)",
    Withheld.NOT_LOOKED_AT: "is onherleidbaar gemaakt en nog door niemand anders nagelopen: ews case look ZAAK NUMMER",
    Withheld.LOOK_REFUSED: "is onherleidbaar gemaakt en bij het nalopen afgekeurd; lever een betere versie aan",
}


@dataclass(frozen=True, slots=True)
class Scanning:
    """How the office scans: whether there is a scanner, and whether a piece without a scan may be used."""

    has_scanner: bool
    blocks_unscanned: bool


def scan_state(piece: Evidence, scanning: Scanning) -> ScanState:
    """The last verdict. Without one a piece waits, or was never scanned when there is nothing to scan with."""
    said = [one.result for one in piece.marks if one.kind is MarkKind.SCAN]
    if said:
        return ScanState(said[-1])
    return ScanState.PENDING if scanning.has_scanner else ScanState.UNSCANNED


def last_look(piece: Evidence) -> Look | None:
    """What a second person said last of a redacted document."""
    said = [one.result for one in piece.marks if one.kind is MarkKind.LOOK]
    return Look(said[-1]) if said else None


def withheld(piece: Evidence, scanning: Scanning, *, leaves: bool = False) -> Withheld | None:
    """Why a piece may not be opened, or with `leaves` not go into a bundle for outside; None when it may."""
    if piece.is_destroyed:
        return Withheld.DESTROYED
    state = scan_state(piece, scanning)
    if state is ScanState.INFECTED:
        return Withheld.INFECTED
    if state is ScanState.PENDING:
        return Withheld.PENDING
    if state is ScanState.UNSCANNED and scanning.blocks_unscanned:
        return Withheld.UNSCANNED
    if leaves and piece.redacted_from is not None:
        look = last_look(piece)
        if look is None:
            return Withheld.NOT_LOOKED_AT
        return Withheld.LOOK_REFUSED if look is Look.REFUSED else None
    return None


def may_look(piece: Evidence, person: str) -> bool:
    """A second look is somebody else's than who handed the piece in."""
    return piece.redacted_from is not None and person != piece.uploaded_by
