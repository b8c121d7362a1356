"""Reading every distinct text of a column once."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Texts = NDArray[np.object_]


class Numbering:
    """Gives every distinct thing a number, in order of appearance."""

    def __init__(self) -> None:
        self.numbers: dict[Any, int] = {}

    def number(self, thing: Any) -> int:
        """The number of `thing`, new or known."""
        return self.numbers.setdefault(thing, len(self.numbers))

    def things(self) -> tuple[Any, ...]:
        """Everything numbered, in order."""
        return tuple(self.numbers)


def each_unique(texts: Texts, read: Callable[[str], Any]) -> tuple[NDArray[np.int64], list[Any]]:
    """The position of each row's answer, and the answers."""
    codes, uniques = pd.factorize(texts)
    return codes.astype(np.int64), [read(text) for text in uniques]


def marks(texts: Texts, test: Callable[[str], bool]) -> NDArray[np.bool_]:
    """Which texts pass a test."""
    codes, answers = each_unique(texts, test)
    return np.array(answers, dtype=bool)[codes] if answers else np.zeros(0, dtype=bool)
