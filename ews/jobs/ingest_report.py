"""What became of files that were taken in, row by row and file by file."""

from dataclasses import asdict, dataclass
from typing import Any

COUNTS = (
    "rows_read",
    "rows_accepted",
    "rows_unchanged",
    "rows_rejected",
    "rows_out_of_scope",
    "cells_rejected",
    "observations_added",
    "events_added",
    "subjects_absent",
)


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file."""

    path: str
    source: str | None
    sha256: str | None
    status: str
    """accepted, known, held or refused"""
    message: str
    delivery: int | None = None
    rows_read: int = 0
    rows_accepted: int = 0
    rows_unchanged: int = 0
    rows_rejected: int = 0
    rows_out_of_scope: int = 0
    cells_rejected: int = 0
    observations_added: int = 0
    events_added: int = 0
    subjects_absent: int = 0
    """Who stood on this complete list before and no longer does."""
    unknown_columns: tuple[str, ...] = ()
    indicators_refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of all files."""

    files: tuple[FileReport, ...]

    @property
    def totals(self) -> dict[str, int]:
        """Sums of the counts over all files, and how many files ended how."""
        sums = {name: sum(getattr(one, name) for one in self.files) for name in COUNTS}
        ends = ("accepted", "known", "held", "refused")
        return sums | {f"files_{end}": sum(one.status == end for one in self.files) for end in ends}

    @property
    def exit_code(self) -> int:
        """2 when a file was refused, 1 when one is held, else 0."""
        states = {one.status for one in self.files}
        return 2 if "refused" in states else 1 if "held" in states else 0

    def document(self) -> dict[str, Any]:
        """As `ews ingest --json` prints it."""
        return {"files": [asdict(one) for one in self.files], "totals": self.totals}
