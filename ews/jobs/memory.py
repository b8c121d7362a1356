"""What each source stated last, kept while files go in one after another: read once, not for every file."""

from datetime import datetime

import pandas as pd
from sqlalchemy import Connection

from ews.signals import changes
from ews.store import observations


class Memory:
    """The newest statements per source as of the last delivery taken in. Only one ingest runs at a time."""

    def __init__(self) -> None:
        self._stated: dict[str, tuple[datetime, pd.DataFrame]] = {}

    def before(self, connection: Connection, source: str, moment: datetime) -> pd.DataFrame:
        """The newest statement of every figure of a source up to `moment`."""
        known = self._stated.get(source)
        if known is not None and known[0] <= moment:
            return known[1]
        return changes.newest(observations.last_stated(connection, source, moment))

    def stored(self, source: str, moment: datetime, before: pd.DataFrame, rows: pd.DataFrame) -> None:
        """Remember what was stored on top of `before`; a delivery older than what is known is no longer the newest."""
        known = self._stated.get(source)
        if known is not None and known[0] > moment:
            return
        together = pd.concat([before, rows], ignore_index=True) if len(rows) else before
        self._stated[source] = (moment, changes.newest(together))

    def forget(self, source: str) -> None:
        """Read a source from the store next time."""
        self._stated.pop(source, None)
