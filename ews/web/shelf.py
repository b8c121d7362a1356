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
    _answers: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    _making: dict[Hashable, Lock] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer under a key, made once. The key names all that it depends on."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                found: T = self._answers[key]
                return found
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._answers:
                    again: T = self._answers[key]
                    return again
            made = make()
            with self._lock:
                self._answers[key] = made
                self._making.pop(key, None)
                while len(self._answers) > self.kept:
                    self._answers.popitem(last=False)
        return made
