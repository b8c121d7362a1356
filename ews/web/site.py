"""The open site behind the pages: one engine, and the settings that are in force at each request."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import func, select

from ews.jobs.run import Context, clock
from ews.settings.load import Settings, load
from ews.store import config_versions, schema
from ews.store.audit import Actor
from ews.store.engine import reading


@dataclass(slots=True)
class OpenSite:
    """A site as it is served. `office_now` is the office's time: on a demo it may be a played one."""

    opened: Context
    office_now: Callable[[], datetime] = clock
    _version: int | None = None
    _lock: Lock = field(default_factory=Lock)

    def settings(self) -> Settings:
        """The settings in force: read again when two people made others live."""
        with reading(self.opened.engine) as connection:
            newest = connection.execute(select(func.max(schema.config_version.c.id))).scalar()
            if newest == self._version:
                return self.opened.settings
            documents = config_versions.active_documents(connection)
        with self._lock:
            self.opened = replace(self.opened, settings=load(self.opened.folder, documents))
            self._version = newest
        return self.opened.settings

    def context(self, actor: Actor) -> Context:
        """What a job or act is given for this person now."""
        return replace(self.opened, settings=self.settings(), now=self.office_now(), actor=actor)


@dataclass(slots=True)
class Throttle:
    """How often each visitor asked in the last minute, in this process."""

    _asked: dict[str, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))
    _lock: Lock = field(default_factory=Lock)

    def too_often(self, who: str, limit: int, *, now: datetime) -> bool:
        """Count a request; True when it is one too many within a minute."""
        with self._lock:
            if len(self._asked) > 10_000:  # what nobody asked for lately needs no memory
                self._asked.clear()
            asked = self._asked[who]
            while asked and asked[0] <= now - timedelta(minutes=1):
                asked.popleft()
            if len(asked) >= limit:
                return True
            asked.append(now)
            return False
