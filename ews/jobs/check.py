"""What the doctor says of one thing it looked at."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    check: str
    ok: bool
    message: str
    remedy: str = ""


def checked(name: str, faults: Sequence[str], fine: str, remedy: str) -> Check:
    """A check from the faults that it found: none is fine."""
    return Check(name, not faults, "; ".join(faults) or fine, "" if not faults else remedy)
