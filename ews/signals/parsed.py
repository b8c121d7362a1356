"""What parsing a delivery gives: typed cells by number, events, rejections, and the count of every row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ews.signals.model import Period, Rejection


class Kind(IntEnum):
    """What a cell turned out to be."""

    REJECTED = -1
    EMPTY = 0
    INT = 1
    REAL = 2
    TEXT = 3


class RowState(IntEnum):
    IN_SCOPE = 0
    OUT_OF_SCOPE = 1
    REJECTED = 2


@dataclass(frozen=True, slots=True)
class Slot:
    """What a cell is about, its subject aside. A state's period has no start."""

    indicator: str
    dimensions: str
    """Canonical JSON, `{}` for none."""
    period: Period


@dataclass(frozen=True, slots=True)
class ParsedEvent:
    """An event as one row stated it."""

    subject: str
    kind: str
    occurred_on: date
    ended_on: date | None
    key: str
    detail: Mapping[str, str]
    row: int


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Rows of a file; those accepted and unchanged are known only beside what was stored before."""

    read: int
    out_of_scope: int
    rejected: int
    faulty: int
    """Rows in scope with a rejected key or figure: what the tolerance of a source is about."""
    cells_rejected: int

    @property
    def kept(self) -> int:
        """Rows that gave something readable, or were blank."""
        return self.read - self.out_of_scope - self.rejected

    @property
    def fault_share(self) -> float:
        """Share of the rows in scope that have a fault."""
        in_scope = self.read - self.out_of_scope
        return self.faulty / in_scope if in_scope else 0.0


@dataclass(frozen=True, slots=True)
class Parsed:
    """One delivery, read by its contract."""

    subjects: tuple[str, ...]
    """Identifiers; `cells.subject` and `coverage` are positions in it."""
    slots: tuple[Slot, ...]
    cells: pd.DataFrame
    """subject, slot, row, kind, value_int, value_real, value_text; no two rows of one subject and slot."""
    events: tuple[ParsedEvent, ...]
    rejections: tuple[Rejection, ...]
    coverage: NDArray[np.int64]
    """Per subject the first row that states anything about it; 0 for none."""
    rows: RowCounts
    missing_keys: tuple[str, ...]
    refused: tuple[str, ...]
    unknown: tuple[str, ...]
