"""A signal that an officer wrote down with `ews signal`: one JSON object, one row."""

import json

from ews.errors import FileRefusedError
from ews.signals.table import Table, table_of

HEADER = ("kvk", "soort", "datum", "geldig_tot", "betrouwbaarheid", "auteur", "tekst", "kenmerk")
LATER = ("gehoord_op", "reactie", "bevinding", "antwoord", "beantwoord_op")
"""What a later version adds: the provider was heard, objected, was answered."""


def read(content: bytes) -> Table:
    """The signal as a row. Raises FileRefusedError."""
    try:
        signal = json.loads(content)
        row = [str(signal[name]) for name in HEADER] + [str(signal.get(name, "")) for name in LATER]
        return table_of((*HEADER, *LATER), [row], first_row=1)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FileRefusedError(
            f"Geen signaal: verwacht wordt JSON met {', '.join(HEADER)}. Leg het vast met: ews signal add"
        ) from None
