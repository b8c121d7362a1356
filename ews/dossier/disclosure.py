"""Small counts of clients: who may see them exactly, and tables from which nobody can work them out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

SMALLEST = 5
"""A count of one to four may point at persons: an office norm, common in publications of client counts."""
HIDDEN = "< 5"
HIDDEN_TOO = "–"

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
    """The table with small cells hidden, and as many others that no hidden one follows from the totals."""
    rows = tuple(sorted({row for row, _ in counts}))
    columns = tuple(sorted({column for _, column in counts}))
    full = {(row, column): counts.get((row, column), 0) for row in rows for column in columns}
    total = sum(full.values())
    if recipient in EXACT:
        return _shown(full, rows, columns, frozenset(), totals=True)
    hidden = hidden_cells(full, rows, columns)
    # totals of a table this small say as much as its cells
    return _shown(full, rows, columns, hidden, totals=not hidden or total >= SMALLEST)


def hidden_cells(counts: Mapping[Cell, int], rows: Sequence[str], columns: Sequence[str]) -> frozenset[Cell]:
    """Cells to hide: the small ones, and others until no hidden one can be worked out from what is shown.

    Hidden cells are edges between their row and their column. One that is on no cycle is fixed by the totals;
    and hidden cells of a row or column that add up to less than the bound would show it by their sum.
    """
    hidden = {cell for cell, count in counts.items() if 0 < count < SMALLEST}
    while hidden:
        exposed = next((cell for cell in sorted(hidden) if _follows(cell, hidden)), None)
        line = None if exposed else _thin_line(counts, hidden, rows, columns)
        if exposed is None and line is None:
            break
        others = [cell for cell in counts if cell not in hidden]
        if line is not None:
            candidates = [cell for cell in others if cell in line]
        else:
            assert exposed is not None
            candidates = [cell for cell in others if cell[0] == exposed[0] or cell[1] == exposed[1]]
        chosen = candidates or others
        if not chosen:
            break
        # an empty cell hides nothing by itself; the smallest filled one costs the reader least
        hidden.add(min(chosen, key=lambda cell: (counts[cell] == 0, counts[cell], cell)))
    return frozenset(hidden)


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


def _thin_line(
    counts: Mapping[Cell, int], hidden: set[Cell], rows: Sequence[str], columns: Sequence[str]
) -> set[Cell] | None:
    """A row or column whose hidden cells together are still small."""
    lines = [{(row, column) for column in columns} for row in rows]
    lines += [{(row, column) for row in rows} for column in columns]
    for line in lines:
        inside = line & hidden
        if inside and sum(counts[cell] for cell in inside) < SMALLEST and line - hidden:
            return line
    return None


def _shown(
    counts: Mapping[Cell, int],
    rows: tuple[str, ...],
    columns: tuple[str, ...],
    hidden: frozenset[Cell],
    *,
    totals: bool,
) -> Disclosed:
    def told(cell: Cell) -> str:
        if cell not in hidden:
            return str(counts[cell])
        return HIDDEN if 0 < counts[cell] < SMALLEST else HIDDEN_TOO

    by_row = {row: str(sum(counts[row, column] for column in columns)) if totals else HIDDEN for row in rows}
    by_column = {
        column: str(sum(counts[row, column] for row in rows)) if totals else HIDDEN for column in columns
    }
    total = sum(counts.values())
    return Disclosed(
        rows,
        columns,
        {cell: told(cell) for cell in counts},
        by_row,
        by_column,
        str(total) if totals else HIDDEN,
        len(hidden),
    )
