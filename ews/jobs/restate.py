"""An older delivery that arrives after newer ones: what the newer ones said stays what was known since.

A value that did not change was not stored again. When an older delivery now says something else, the next delivery
that states the figure has to say it in so many words, or its silence would be read as agreement with the older one.
"""

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from ews.jobs.arrival import Arrival, extract_day, numbered
from ews.jobs.recognise import file_limits, known_subjects, own_tables
from ews.jobs.run import Context
from ews.signals import changes
from ews.signals.content import open_content
from ews.signals.parse import parse
from ews.store import deliveries, observations, raw
from ews.store.deliveries import Delivery


def said_later(
    connection: Connection, context: Context, arrival: Arrival, added: pd.DataFrame
) -> list[tuple[Delivery, pd.DataFrame]]:
    """What later deliveries of the source have to say in so many words once the `added` rows of this one stand."""
    if added.empty or arrival.contract.personal == "aggregate_only":
        return []
    found = []
    silent = added
    for delivery in deliveries.later(connection, arrival.contract.name, arrival.moment):
        if silent.empty:
            break
        cells = _read_again(connection, context, arrival, delivery)
        in_cells, in_silent = changes.identities(cells, silent)
        cells = cells[np.isin(in_cells, in_silent)]
        silent = silent[~np.isin(in_silent, in_cells)]
        rows = cells[changes.changed(cells, _before(connection, arrival, added, delivery))]
        if len(rows):
            found.append((delivery, rows))
    return found


def _read_again(
    connection: Connection, context: Context, arrival: Arrival, delivery: Delivery
) -> pd.DataFrame:
    limits = file_limits(context.settings.site.limits)
    content = open_content(delivery.name, raw.fetch(context.folder / "raw", delivery.sha256), limits)
    day = extract_day(arrival.contract, delivery.name, delivery.known_at)
    parsed = parse(
        own_tables(content, arrival.contract, limits),
        arrival.contract,
        on=day,
        known=known_subjects(context, arrival.contract),
    )
    return numbered(connection, parsed, arrival.contract, create=False).cells


def _before(
    connection: Connection, arrival: Arrival, added: pd.DataFrame, delivery: Delivery
) -> pd.DataFrame:
    """What the source stated up to and with a later delivery, the rows to be added in their place."""
    stated = observations.stated(connection, arrival.contract.name, delivery.known_at)
    own = added.assign(known_at=pd.Timestamp(arrival.moment))
    return pd.concat([stated, own]).sort_values("known_at", kind="stable")
