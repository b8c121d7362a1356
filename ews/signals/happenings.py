"""Rows that say that something happened."""

from datetime import date

import numpy as np

from ews.signals.cells import date_of
from ews.signals.columns import Columns
from ews.signals.contract import SourceContract
from ews.signals.fields import DateColumn, EventColumns
from ews.signals.model import RejectionReason
from ews.signals.parsed import ParsedEvent, RowState
from ews.signals.rows import Rows
from ews.signals.scope import kind_reader
from ews.signals.uniques import Texts, each_unique

LONGEST_KEY = 200


def read_events(
    rows: Rows, columns: Columns, contract: SourceContract, subjects: tuple[str, ...]
) -> list[ParsedEvent]:
    """The events of a table. A row without a readable date is rejected, one of another kind out of scope."""
    event = contract.event
    assert event is not None
    kinds = _kinds(rows, columns, event)
    starts = _dates(rows, columns.keys["event.date"], event.date, required=True)
    ends = (
        _dates(rows, columns.keys["event.end"], event.end, required=False)
        if event.end is not None and "event.end" in columns.keys
        else np.full(len(rows.table), None, dtype=object)
    )
    found = []
    for position in np.flatnonzero((rows.state == RowState.IN_SCOPE) & (rows.subject >= 0)):
        started: date = starts[position]
        found.append(
            ParsedEvent(
                subject=subjects[rows.subject[position]],
                kind=str(kinds[position]),
                occurred_on=started,
                ended_on=ends[position],
                key=_key(rows, columns, event, int(position)) or started.isoformat(),
                detail=_detail(rows, columns, int(position)),
                row=int(rows.table.rows[position]),
            )
        )
    return found


def _kinds(rows: Rows, columns: Columns, event: EventColumns) -> Texts:
    if event.kind is None:
        return np.full(len(rows.table), event.fixed_kind, dtype=object)
    codes, answers = each_unique(rows.table.columns[columns.keys["event.kind"]], kind_reader(event))
    kinds: Texts = np.array(answers, dtype=object)[codes] if answers else np.empty(0, dtype=object)
    return kinds


def _dates(rows: Rows, position: int, column: DateColumn, *, required: bool) -> Texts:
    texts = rows.table.columns[position]
    codes, answers = each_unique(texts, lambda text: date_of(text, column.formats))
    dates = np.full(len(texts), None, dtype=object)
    for place, code in enumerate(codes):
        dates[place] = answers[code]
    absent = np.array([answer is None for answer in answers], dtype=bool)[codes]
    blank = np.array([not str(text).strip() for text in texts], dtype=bool)
    header = rows.table.header[position].strip()
    remedy = f"Schrijf '{header}' als {' of '.join(column.formats)}."
    wrong = absent if required else absent & ~blank
    rows.reject(wrong, header, texts, (RejectionReason.UNREADABLE_DATE, remedy))
    return dates


def _key(rows: Rows, columns: Columns, event: EventColumns, position: int) -> str:
    parts = [
        str(rows.table.columns[columns.keys[f"event.key.{name}"]][position]).strip() for name in event.key
    ]
    return " ".join(part for part in parts if part)[:LONGEST_KEY]


def _detail(rows: Rows, columns: Columns, position: int) -> dict[str, str]:
    texts = {
        role.removeprefix("event.detail."): str(rows.table.columns[place][position]).strip()
        for role, place in columns.keys.items()
        if role.startswith("event.detail.")
    }
    return {name: text for name, text in sorted(texts.items()) if text}
