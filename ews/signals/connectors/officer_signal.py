"""A signal that an officer wrote down with `ews signal add`: one JSON object, one row."""

import json

from ews.errors import FileRefusedError
from ews.signals.table import Table, table_of

HEADER = ("kvk", "soort", "datum", "geldig_tot", "betrouwbaarheid", "auteur", "tekst", "kenmerk")


def read(content: bytes) -> Table:
    """The signal as a row. Raises FileRefusedError."""
    try:
        signal = json.loads(content)
        return table_of(HEADER, [[str(signal[name]) for name in HEADER]], first_row=1)
    except (ValueError, KeyError, TypeError):
        raise FileRefusedError(
            f"Geen signaal: verwacht wordt JSON met {', '.join(HEADER)}. Leg het vast met: ews signal add"
        ) from None
