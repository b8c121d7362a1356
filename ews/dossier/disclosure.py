"""Small counts of clients: who may see them exactly, and tables from which nobody can work them out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ews.signals.contract import SourceContract

SMALLEST = 5
"""A count of one to four may point at persons: an office norm, common in publications of client counts."""
HIDDEN = "< 5"
HIDDEN_TOO = "–"
TOTAL = "Totaal"

Cell = tuple[str, str]


class Recipient(StrEnum):
    """Who reads a document. Only the supervisor gets the exact statutory counts."""

    NZA = "nza"
    WLZ_UITVOERDER = "wlz_uitvoerder"
    IGJ = "igj"
    ZORGKANTOOR = "zorgkantoor"
    GEMEENTE = "gemeente"
    AANBIEDER = "aanbieder"
    PUBLIEK = "publiek"


EXACT = frozenset({Recipient.NZA})


def cleared_for(reader: Recipient, sources: Mapping[str, SourceContract]) -> frozenset[str]:
    """Sources whose contract lets their figures go to this reader."""
    return frozenset(name for name, contract in sources.items() if reader in contract.purpose.recipients)


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A table of counts as a recipient sees it: text per cell; totals of rows, of columns and of all."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Cell, str]
    row_totals: Mapping[str, str]
    column_totals: Mapping[str, str]
    total: str
    hidden: int


def disclose(counts: Mapping[Cell, int], recipient: Recipient) -> Disclosed:
    """The table with small cells hidden, and as many others that no hidden one follows from what is shown."""
    rows = tuple(sorted({row for row, _ in counts}))
    columns = tuple(sorted({column for _, column in counts}))
    full = with_totals(counts, rows, columns)
    hidden = frozenset() if recipient in EXACT else hidden_cells(full)

    def told(cell: Cell) -> str:
        if cell not in hidden:
            return str(full[cell])
        return HIDDEN if 0 < full[cell] < SMALLEST else HIDDEN_TOO

    return Disclosed(
        rows=rows,
        columns=columns,
        cells={(row, column): told((row, column)) for row in rows for column in columns},
        row_totals={row: told((row, TOTAL)) for row in rows},
        column_totals={column: told((TOTAL, column)) for column in columns},
        total=told((TOTAL, TOTAL)),
        hidden=len(hidden),
    )


def with_totals(counts: Mapping[Cell, int], rows: Sequence[str], columns: Sequence[str]) -> dict[Cell, int]:
    """Every cell, and the totals of rows, columns and all under `TOTAL`: a small total tells as much as a cell."""
    full = {(row, column): counts.get((row, column), 0) for row in rows for column in columns}
    for row in rows:
        full[row, TOTAL] = sum(full[row, column] for column in columns)
    for column in (*columns, TOTAL):
        full[TOTAL, column] = sum(full[row, column] for row in rows)
    return full


def hidden_cells(full: Mapping[Cell, int]) -> frozenset[Cell]:
    """Cells and totals to hide: the small ones, and others until none of them can be worked out.

    Each row and column adds up to its total. Seen as a graph of rows and columns with the hidden cells as edges,
    a hidden cell is fixed by the shown ones exactly when it lies on no cycle. And a line whose hidden cells are
    small together would show them by their sum.
    """
    hidden = {cell for cell, count in full.items() if 0 < count < SMALLEST}
    while hidden:
        line = _revealing_line(full, hidden)
        candidates = [cell for cell in full if cell not in hidden and (line is None or cell in line)]
        if line is None or not candidates:
            break
        # a filled cell hides more than an empty one, and the reader misses a cell less than a total
        hidden.add(min(candidates, key=lambda cell: (TOTAL in cell, full[cell] == 0, full[cell], cell)))
    return frozenset(hidden)


def _revealing_line(full: Mapping[Cell, int], hidden: set[Cell]) -> set[Cell] | None:
    """A row and column from which something hidden follows, with more in them to hide; None when nothing does."""
    for cell in sorted(hidden):
        if _follows(cell, hidden):
            near = {one for one in full if one[0] == cell[0] or one[1] == cell[1]}
            return near if near - hidden else set(full)
    for side in (0, 1):
        for name in sorted({cell[side] for cell in full}):
            line = {cell for cell in full if cell[side] == name}
            inside = {cell for cell in line & hidden if cell[1 - side] != TOTAL}
            total = next(cell for cell in line if cell[1 - side] == TOTAL)
            if inside and total not in hidden and sum(full[cell] for cell in inside) < SMALLEST:
                return line
    return None


def _follows(cell: Cell, hidden: set[Cell]) -> bool:
    """Whether the totals fix this hidden cell: without it, its row and column are no longer connected."""
    rest = hidden - {cell}
    reached, frontier = {("row", cell[0])}, [("row", cell[0])]
    while frontier:
        side, name = frontier.pop()
        near = [
            ("column", column) if side == "row" else ("row", row)
            for row, column in rest
            if (row if side == "row" else column) == name
        ]
        frontier += [node for node in near if node not in reached]
        reached.update(near)
    return ("column", cell[1]) not in reached
