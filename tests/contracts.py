"""Small contracts and tables for tests of reading."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from ews.signals.contract import SourceContract
from ews.signals.parse import parse
from ews.signals.parsed import Parsed
from ews.signals.table import Table, table_of

DAY = date(2026, 3, 31)


def contract(**keys: Any) -> SourceContract:
    """A contract of a wide CSV with KvK numbers, with `keys` laid over it."""
    told: dict[str, Any] = {
        "name": "proef",
        "title": "Proef",
        "supplier": "Toets",
        "layout": "wide",
        "form": "csv",
        "figures": "state",
        "decimal": "comma",
        "delimiter": ";",
        "cadence": {"every": "quarter"},
        "purpose": {"legal_ground": "toets", "use": "toets"},
        "provider": {"column": "KvK", "scheme": "kvk"},
        "figure": [{"id": "plaatsen", "column": "Plaatsen", "unit": "count", "minimum": 0}],
    }
    return TypeAdapter(SourceContract).validate_python(told | keys)


def table(header: Sequence[str], *rows: Sequence[str]) -> Table:
    """A table of text."""
    return table_of(header, rows)


def read(header: Sequence[str], *rows: Sequence[str], by: SourceContract, on: date = DAY) -> Parsed:
    """Parse one table."""
    return parse([table(header, *rows)], by, on=on)


def values(parsed: Parsed) -> dict[tuple[str, str, str], object]:
    """(subject, indicator, dimensions) -> value, for every cell that is kept."""
    found: dict[tuple[str, str, str], object] = {}
    for cell in parsed.cells.to_dict("records"):
        slot = parsed.slots[cell["slot"]]
        value = {0: None, 1: cell["value_int"], 2: cell["value_real"], 3: cell["value_text"]}[cell["kind"]]
        found[(parsed.subjects[cell["subject"]], slot.indicator, slot.dimensions)] = value
    return found
