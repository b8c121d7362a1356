"""I19: a code that went to another provider is whose it was in the period that a row is about, not on the day of receipt."""

from datetime import date
from pathlib import Path

import pytest

from ews.settings.load import load
from ews.signals.known import Known, Tenure
from ews.signals.parse import parse
from ews.signals.table import table_of
from ews.store.crosswalk import Span, _moved

OLD, NEW = "kvk:00000010", "kvk:00000020"
KNOWN = Known(
    {"agb:11111111": NEW, "agb:22222222": OLD},
    {"agb:11111111": (Tenure(OLD, date(2024, 1, 5)), Tenure(NEW, date(2026, 3, 5)))},
)


@pytest.mark.parametrize(
    ("day", "owner"),
    [
        pytest.param(date(2023, 12, 31), OLD, id="before the register began"),
        pytest.param(date(2026, 2, 28), OLD, id="while the old one had it"),
        pytest.param(date(2026, 3, 5), NEW, id="from the day on which the register says so"),
    ],
)
def test_whose_a_code_was(day, owner):
    assert KNOWN.on("agb:11111111", day) == owner


def test_only_codes_of_several_providers_have_tenures():
    spans = [
        Span(NEW, "agb", "11111111", date(2026, 3, 5), None),
        Span(OLD, "agb", "11111111", date(2024, 1, 5), date(2026, 3, 5)),
        Span(OLD, "agb", "22222222", date(2026, 3, 5), None),
    ]
    assert _moved(spans) == dict(KNOWN.moved)


def test_a_late_message_counts_for_who_delivered_then():
    contract = load(Path("/no/site/here")).sources["iwlz_berichten"]
    header = ("agb", "maand", "indicator", "profiel", "leveringsvorm", "status", "aantal")
    rows = [
        ["11111111", "2026-02", "iwlz_instroom", "VV5", "", "", "3"],
        ["11111111", "2026-03", "iwlz_instroom", "VV5", "", "", "4"],
        ["22222222", "2026-03", "iwlz_instroom", "VV5", "", "", "5"],
    ]
    parsed = parse([table_of(header, rows, first_row=1)], contract, on=date(2026, 4, 2), known=KNOWN)
    read = {
        (parsed.subjects[cell.subject], parsed.slots[cell.slot].period.end, cell.value_int)
        for cell in parsed.cells.itertuples()
    }
    assert read == {
        (OLD, date(2026, 2, 28), 3),
        (NEW, date(2026, 3, 31), 4),
        (OLD, date(2026, 3, 31), 5),
    }
    assert (parsed.rows.read, parsed.rows.out_of_scope, parsed.rows.rejected) == (3, 0, 0)
