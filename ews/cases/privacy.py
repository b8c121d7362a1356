"""Which fields of an entry hold names and free text: those are stored apart and destroyed when their term ends."""

from dataclasses import field
from typing import Any

PRIVATE = {"private": True}


def private(default: Any = "") -> Any:
    """A field whose content is stored apart and can be destroyed by two people."""
    return field(default=default, metadata=PRIVATE)
