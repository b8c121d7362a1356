"""Work that takes longer than a page should: begun by a form, followed on a page of its own, and finished
whether or not anybody waits for it."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, field
from threading import Lock

import structlog

from ews.errors import EwsError

AT_ONCE = 2
KEPT = 200
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done: `do` returns one Dutch sentence about what was made, `back` is where that is shown."""

    title: str
    back: str
    do: Callable[[], str]
    size: Callable[[], int] = lambda: 0
    """Bytes written so far, for who watches."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A task that was begun by a person, and how far it is."""

    number: str
    person: str
    task: Task
    future: Future[str]
    began: float

    @property
    def is_done(self) -> bool:
        return self.future.done()

    @property
    def fault(self) -> BaseException | None:
        """Why it ended without a result; None while it runs, and when it went well."""
        return self.future.exception() if self.future.done() else None

    @property
    def told(self) -> str:
        """What to tell the person: the result, or what was wrong in words of the product."""
        if not self.is_done:
            return ""
        fault = self.fault
        if fault is None:
            return self.future.result()
        known = isinstance(fault, EwsError)
        return str(fault) if known else f"Er ging iets mis. Noem dit nummer aan de beheerder: {self.number}."

    @property
    def seconds(self) -> int:
        return int(time.monotonic() - self.began)


@dataclass(slots=True)
class Errands:
    """Those of this process: two at a time, the last ones kept to be looked at."""

    patience: float = 1.5
    """Seconds that a form waits for its result before it shows progress instead."""
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(AT_ONCE, "errand"))
    _listed: OrderedDict[str, Errand] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def begin(self, person: str, task: Task) -> Errand:
        """Begin a task, and stay with it as long as a person waits for a page anyhow."""
        number = secrets.token_hex(6)
        future = self._pool.submit(task.do)
        future.add_done_callback(lambda done: _note_failure(number, done))
        made = Errand(number, person, task, future, time.monotonic())
        with self._lock:
            self._listed[number] = made
            while len(self._listed) > KEPT:
                self._listed.popitem(last=False)
        wait_for([future], timeout=self.patience)
        return made

    def find(self, number: str, person: str) -> Errand | None:
        """One of this person's own; nobody else's."""
        found = self._listed.get(number)
        return found if found is not None and found.person == person else None

    def of(self, person: str) -> list[Errand]:
        """Those of a person, the newest first."""
        with self._lock:
            return [one for one in reversed(self._listed.values()) if one.person == person]


def _note_failure(number: str, done: Future[str]) -> None:
    fault = done.exception()
    if fault is not None and not isinstance(fault, EwsError):
        log.error("errand failed", request=number, exc_info=fault)
