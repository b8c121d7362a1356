"""What each source stated last, kept while files go in one after another: read once, not for every file."""

from datetime import datetime

import pandas as pd
from sqlalchemy import Connection

from ews.signals import changes
from ews.store import observations


class Memory:
    """The newest statements per source as of the last delivery taken in. Only one ingest runs at a time."""

    def __init__(self) -> None:
        self._stated: dict[str, tuple[datetime, tuple[pd.DataFrame, ...]]] = {}

    def before(self, connection: Connection, source: str, moment: datetime) -> pd.DataFrame:
        """The newest statement of every figure of a source up to `moment`."""
        known = self._stated.get(source)
        if known is None or known[0] > moment:
            stated = observations.last_stated(connection, source, moment)
            # the store has the last of every period; only a state goes over one of another day
            return changes.newest(stated) if stated["period_start"].isna().any() else stated
        said_at, told = known
        if len(told) > 1:
            told = (changes.newest(pd.concat(told, ignore_index=True)),)
            self._stated[source] = (said_at, told)
        return told[0]

    def stored(self, source: str, moment: datetime, before: pd.DataFrame, rows: pd.DataFrame) -> None:
        """Remember what was stored on top of `before`; a delivery older than what is known is no longer the newest.

        The two are put together when somebody asks: after the last file of a source, which may be a nation's, nobody does.
        """
        known = self._stated.get(source)
        if known is not None and known[0] > moment:
            return
        self._stated[source] = (moment, (before, rows) if len(rows) else (before,))

    def forget(self, source: str) -> None:
        """Read a source from the store next time."""
        self._stated.pop(source, None)
