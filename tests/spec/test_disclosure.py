"""Small counts: exact for the NZa, hidden for others, and never to be worked out from the totals."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ews.dossier.disclosure import HIDDEN, Recipient, disclose, hidden_cells

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


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_no_hidden_count_follows_from_the_totals(counts):
    rows, columns = sorted({r for r, _ in counts}), sorted({c for _, c in counts})
    hidden = sorted(hidden_cells(counts, rows, columns))
    small = [cell for cell, count in counts.items() if 0 < count < 5]
    assert set(small) <= set(hidden)
    if not small or len(hidden) == len(counts):
        return
    # shift along every cycle of at most four cells: if any other whole table fits, nothing is fixed
    for cell in small:
        fits = [
            (other_row, other_column)
            for other_row, other_column in product(rows, columns)
            if other_row != cell[0]
            and other_column != cell[1]
            and {(cell[0], other_column), (other_row, cell[1]), (other_row, other_column)} <= set(hidden)
        ]
        assert fits or len(hidden) > 4, (counts, hidden)
