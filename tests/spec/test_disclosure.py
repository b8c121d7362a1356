"""Small counts: exact for the NZa, hidden for others, and never to be worked out from the totals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ews.dossier.disclosure import HIDDEN, TOTAL, Recipient, disclose, hidden_cells, with_totals

WILGENHOF = {("VG5", "verblijf"): 88, ("VG7", "verblijf"): 41, ("VG7", "vpt"): 3, ("VG8", "vpt"): 14}


def test_the_nza_gets_every_count():
    shown = disclose(WILGENHOF, Recipient.NZA)
    assert shown.cells["VG7", "vpt"] == "3"
    assert (shown.total, shown.hidden) == ("146", 0)


@pytest.mark.parametrize("recipient", [one for one in Recipient if one is not Recipient.NZA])
def test_others_do_not_get_a_small_count_nor_what_gives_it_away(recipient):
    shown = disclose(WILGENHOF, recipient)
    assert shown.cells["VG7", "vpt"] == HIDDEN
    assert shown.hidden >= 4, "one hidden cell follows from its row, two of a row from their columns"
    assert shown.total == "146"


def test_a_table_without_small_counts_is_shown_as_it_is():
    assert disclose({("VG5", "verblijf"): 88, ("VG7", "verblijf"): 41}, Recipient.IGJ).hidden == 0


def test_a_table_that_is_small_as_a_whole_shows_nothing():
    shown = disclose({("VG7", "vpt"): 3}, Recipient.GEMEENTE)
    assert {*shown.cells.values(), *shown.row_totals.values(), shown.total} == {HIDDEN}


TABLES = st.integers(1, 3).flatmap(
    lambda rows: st.integers(1, 3).flatmap(
        lambda columns: st.fixed_dictionaries(
            {(f"r{r}", f"c{c}"): st.integers(0, 9) for r in range(rows) for c in range(columns)}
        )
    )
)


def fixed_by_the_rest(full, hidden):
    """Hidden cells that linear algebra gives back from what is shown."""
    order = sorted(hidden)
    lines = []
    for side in (0, 1):
        for name in sorted({cell[side] for cell in full}):
            line = [cell for cell in full if cell[side] == name]
            lines.append([(-1 if cell[1 - side] == TOTAL else 1) if cell in line else 0 for cell in order])
    matrix = np.array(lines, dtype=float)
    rank = np.linalg.matrix_rank(matrix)
    return [
        cell
        for place, cell in enumerate(order)
        if np.linalg.matrix_rank(np.vstack([matrix, np.eye(len(order))[place]])) == rank
    ]


@settings(max_examples=80, deadline=None)
@given(TABLES)
def test_no_hidden_count_follows_from_what_is_shown(counts):
    rows, columns = sorted({r for r, _ in counts}), sorted({c for _, c in counts})
    full = with_totals(counts, rows, columns)
    hidden = hidden_cells(full)
    assert {cell for cell, count in full.items() if 0 < count < 5} <= hidden
    if len(hidden) < len(full):
        assert fixed_by_the_rest(full, hidden) == []


def test_a_small_total_is_hidden_like_a_small_cell():
    shown = disclose({("VG4", "vpt"): 2, ("VG5", "verblijf"): 88, ("VG7", "vpt"): 14}, Recipient.GEMEENTE)
    assert shown.row_totals["VG4"] == HIDDEN
    assert "2" not in {*shown.cells.values(), *shown.row_totals.values(), *shown.column_totals.values()}
