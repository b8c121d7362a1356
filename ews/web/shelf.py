"""Answers that many visitors share, kept until what they were made from changes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Shelf:
    """A few answers by what they were made from. One visitor makes an answer, the others wait for it."""

    kept: int = 64
    _answers: OrderedDict[Hashable, tuple[Hashable, Any]] = field(default_factory=OrderedDict)
    _making: dict[Hashable, Lock] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, key: Hashable, make: Callable[[], T], *, made_from: Hashable = ()) -> T:
        """The answer under a key, made once for what it is made from; a newer one takes the place of an older.

        Key and `made_from` together name all that the answer depends on.
        """
        with self._lock:
            if self._holds(key, made_from):
                self._answers.move_to_end(key)
                found: T = self._answers[key][1]
                return found
            making = self._making.setdefault((key, made_from), Lock())
        with making:
            with self._lock:
                if self._holds(key, made_from):
                    again: T = self._answers[key][1]
                    return again
            made = make()
            with self._lock:
                self._answers[key] = (made_from, made)
                self._answers.move_to_end(key)
                self._making.pop((key, made_from), None)
                while len(self._answers) > self.kept:
                    self._answers.popitem(last=False)
        return made

    def _holds(self, key: Hashable, made_from: Hashable) -> bool:
        return key in self._answers and self._answers[key][0] == made_from
