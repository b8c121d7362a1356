"""A file that came in and was read, and what it adds to what its source stated before."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from ews.jobs.run import OFFICE_ZONE
from ews.signals import changes, plausibility
from ews.signals.contract import SourceContract
from ews.signals.model import Unit
from ews.signals.parsed import Parsed
from ews.signals.recurring import unheard
from ews.signals.values import NO_DIMENSIONS
from ews.store import events, names


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that came in and was read: what is the same whether it is published or held."""

    contract: SourceContract
    name: str
    size: int
    sha256: str
    moment: datetime
    """When it could be known."""
    day: date
    """What a state in it is about."""
    parsed: Parsed


@dataclass(frozen=True, slots=True)
class Numbered:
    """A delivery by the store's numbers."""

    cells: pd.DataFrame
    subjects: dict[str, int]
    indicators: dict[str, int]
    dimensions: dict[str, int]
    covered: dict[int, int]
    """Subject ids and the first row that names each."""


@dataclass(frozen=True, slots=True)
class News:
    """What a delivery adds to what its source stated before."""

    rows: pd.DataFrame
    events: list[dict[str, Any]]

    def counts(self, parsed: Parsed) -> dict[str, int]:
        """The account of a delivery: rows read are those accepted, unchanged, rejected and out of scope."""
        stated = {*self.rows["row_number"], *(event["row_number"] for event in self.events)}
        accepted = len(stated - {0})
        return {
            "rows_read": parsed.rows.read,
            "rows_accepted": accepted,
            "rows_unchanged": parsed.rows.kept - accepted,
            "rows_rejected": parsed.rows.rejected,
            "rows_out_of_scope": parsed.rows.out_of_scope,
            "cells_rejected": parsed.rows.cells_rejected,
            "observations_added": len(self.rows),
            "events_added": len(self.events),
            "subjects_absent": int(
                (self.rows["value_text"].eq(changes.LEFT) & self.rows["row_number"].eq(0)).sum()
            ),
        }


def extract_day(contract: SourceContract, name: str, received: datetime) -> date:
    """The day that a state is about: the year or date in the file's name, else the office day of receipt."""
    return contract.day_about(name) or received.astimezone(OFFICE_ZONE).date()


def known_moment(contract: SourceContract, name: str, received: datetime) -> datetime:
    """When the figures could be known: noon of the declared day for a source with history, else at receipt."""
    declared = contract.file_date(name) if contract.history else None
    return datetime.combine(declared, time(12), UTC) if declared else received


def indicators_of(parsed: Parsed, contract: SourceContract) -> list[str]:
    """Names of all that a delivery may state: a complete list also says who no longer stands in it."""
    return [*(slot.indicator for slot in parsed.slots), *(["status"] if contract.complete else [])]


def dimensions_of(parsed: Parsed, contract: SourceContract) -> list[str]:
    """The splits of all that a delivery may state."""
    return [*(slot.dimensions for slot in parsed.slots), *([NO_DIMENSIONS] if contract.complete else [])]


def numbered(connection: Connection, parsed: Parsed, contract: SourceContract, *, create: bool) -> Numbered:
    """A delivery's cells by the store's numbers; unknown names get one, or a stand-in without `create`."""
    ids = names.numbers(
        connection,
        subjects=parsed.subjects,
        indicators=indicators_of(parsed, contract),
        dimensions=dimensions_of(parsed, contract),
        create=create,
    )
    cells = changes.placed(
        parsed,
        subjects=ids.subjects,
        indicators=ids.indicators,
        dimensions=ids.dimensions,
        split={figure.name for figure in contract.figure if figure.by},
    )
    mentions = zip(parsed.subjects, parsed.coverage.tolist(), strict=True)
    covered = {ids.subjects[subject]: row for subject, row in mentions if row}
    return Numbered(cells, dict(ids.subjects), dict(ids.indicators), dict(ids.dimensions), covered)


MOST_LEFT = 0.2
"""A larger share of a complete list gone at once: more likely half a list than half the providers."""


def half_a_list(connection: Connection, arrival: Arrival, before: pd.DataFrame) -> str:
    """Why a complete list is held that lacks too many of those it named before (Dutch); empty when it may be used."""
    if before.empty:
        return ""
    delivered = numbered(connection, arrival.parsed, arrival.contract, create=False)
    rows = _left(arrival, delivered, before)
    named = before["subject_id"].nunique()
    lacking = int(rows["value_text"].eq(changes.LEFT).sum())
    if lacking <= max(MOST_LEFT * named, 1):
        return ""
    return f"{lacking} van de {named} die eerder op deze lijst stonden, ontbreken. Is de lijst volledig?"


def _left(arrival: Arrival, delivered: Numbered, before: pd.DataFrame) -> pd.DataFrame:
    counted = {figure.name for figure in arrival.contract.figure if figure.unit is Unit.COUNT}
    counts = [number for name, number in delivered.indicators.items() if name in counted]
    status = (delivered.indicators["status"], delivered.dimensions[NO_DIMENSIONS])
    rows = changes.left(before, delivered.covered, counts=counts, status=status)
    days = {"period_start": np.datetime64("NaT", "s"), "period_end": np.datetime64(arrival.day, "s")}
    return rows.assign(**days).astype(dict.fromkeys(days, "datetime64[s]"))


def believable(connection: Connection, arrival: Arrival, before: pd.DataFrame) -> Arrival:
    """The arrival without figures that can't be believed beside what its source stated before."""
    wanted = arrival.contract.held_against
    sums = arrival.contract.adds_up
    if not (wanted or sums) or arrival.parsed.cells.empty:
        return arrival
    delivered = numbered(connection, arrival.parsed, arrival.contract, create=False)
    ids = delivered.indicators
    known = {number: wanted[name] for name, number in ids.items() if name in wanted}
    doubted = plausibility.doubts(
        delivered.cells, before, indicators=known, day=arrival.day, sums=sums, ids=ids
    )
    amounts = {one.name for one in arrival.contract.figure if one.unit is Unit.EUROCENT}
    return replace(arrival, parsed=plausibility.without(arrival.parsed, doubted, amounts=amounts))


def news(connection: Connection, arrival: Arrival, delivered: Numbered, before: pd.DataFrame) -> News:
    """Compare a delivery with what its source stated before."""
    adding = {
        delivered.indicators[figure.name]
        for figure in arrival.contract.figure
        if figure.adds and figure.name in delivered.indicators
    }
    cells = changes.added(delivered.cells, before, adding)
    rows = cells[changes.changed(cells, before)]
    if arrival.contract.figures == "state" and not cells.empty:
        absent = changes.gone(cells, before, delivered.covered, day=arrival.day)
        rows = pd.concat([rows, absent]) if len(absent) else rows
    if arrival.contract.complete and not before.empty:
        rows = pd.concat([rows, _left(arrival, delivered, before)])
    told = events.told(connection, arrival.contract.name, arrival.moment) if arrival.parsed.events else {}
    fresh = [
        {
            "subject_id": delivered.subjects[event.subject],
            "kind": event.kind,
            "key": event.key,
            "occurred_on": event.occurred_on,
            "ended_on": event.ended_on,
            "detail": dict(event.detail),
            "row_number": event.row,
        }
        for event in unheard(arrival.parsed.events, told)
    ]
    return News(rows.reset_index(drop=True), fresh)
