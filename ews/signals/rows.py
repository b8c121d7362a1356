"""Who, what and when a row is about: the keys of every row of a table, or why there are none."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ews.identifiers import normalise
from ews.signals.cells import date_of, plain
from ews.signals.columns import Columns
from ews.signals.contract import SourceContract
from ews.signals.dates import month_period, quarter_period, read_period, year_period
from ews.signals.fields import DateColumn, RowMatch, SubjectColumn
from ews.signals.known import Known
from ews.signals.model import Period, Rejection, RejectionReason
from ews.signals.parsed import RowState
from ews.signals.scope import in_scope
from ews.signals.table import Table
from ews.signals.uniques import Numbering, Texts, each_unique, marks

LONGEST_SHOWN = 200


@dataclass(slots=True)
class Rows:
    """The keys of a table's rows. `subject` and `provider` are numbers, -1 for none."""

    table: Table
    state: NDArray[np.int8]
    subject: NDArray[np.int64]
    provider: NDArray[np.int64]
    location_text: Texts | None = None
    """Dimension `locatie` of rows whose location has no identifier; None elsewhere."""
    moved: Texts | None = None
    """Identifiers of rows whose provider depends on the day, for they changed hands; None elsewhere, and if there are none."""
    rejections: list[Rejection] = field(default_factory=list)

    def reject(
        self, where: NDArray[np.bool_], column: str, texts: Texts, fault: tuple[RejectionReason, str]
    ) -> None:
        """Reject the rows that are still in scope and marked in `where`."""
        marked = where & (self.state == RowState.IN_SCOPE)
        for position in np.flatnonzero(marked):
            shown = str(texts[position])[:LONGEST_SHOWN]
            self.rejections.append(Rejection(int(self.table.rows[position]), column, shown, *fault))
        self.state[marked] = RowState.REJECTED


def read_rows(
    table: Table,
    columns: Columns,
    contract: SourceContract,
    subjects: Numbering,
    known: Known | None = None,
) -> Rows:
    """Scope and subjects of every row. Whom `known` does not name is out of scope; None: everybody is in it."""
    size = len(table)
    nobody = np.full(size, -1, dtype=np.int64)
    rows = Rows(table, np.zeros(size, dtype=np.int8), nobody, nobody.copy())
    rows.state[~in_scope(table, columns, contract)] = RowState.OUT_OF_SCOPE
    if contract.provider is not None:
        rows.provider = _subjects(rows, columns.keys["provider"], contract.provider, subjects, known)
        rows.subject = rows.provider.copy()
    if contract.location is not None and "location" in columns.keys:
        _locations(rows, columns, contract, subjects, known)
    return rows


def _subjects(
    rows: Rows, position: int, column: SubjectColumn, subjects: Numbering, known: Known | None
) -> NDArray[np.int64]:
    """Numbers of the identifiers in a key column; rows without a good one are rejected, strangers out of scope."""
    texts = rows.table.columns[position]
    header = rows.table.header[position].strip()
    rows.reject(
        marks(texts, lambda text: not text.strip()),
        header,
        texts,
        (RejectionReason.MISSING_KEY, f"Vul '{header}' in."),
    )
    codes, found = each_unique(texts, lambda text: normalise(column.scheme, text))
    bad = np.array([identifier is None for identifier in found], dtype=bool)[codes]
    remedy = f"'{header}' hoort een nummer van soort {column.scheme} te zijn."
    rows.reject(bad, header, texts, (RejectionReason.BAD_KEY, remedy))
    if known is not None:
        _changed_hands(rows, codes, found, known)
        found = [known.now.get(identifier or "") for identifier in found]
        strange = np.array([identifier is None for identifier in found], dtype=bool)[codes]
        rows.state[strange & (rows.state == RowState.IN_SCOPE)] = RowState.OUT_OF_SCOPE
    return _numbered(codes, found, rows.state == RowState.IN_SCOPE, subjects)


def _changed_hands(rows: Rows, codes: NDArray[np.int64], found: Sequence[str | None], known: Known) -> None:
    moved = [identifier if identifier in known.moved else None for identifier in found]
    if any(moved):
        rows.moved = np.array(moved, dtype=object)[codes]


def by_period(
    rows: Rows, ends: Sequence[date], period: NDArray[np.int64], *, known: Known, subjects: Numbering
) -> None:
    """Give rows under an identifier that changed hands to whom had it when their period ended."""
    if rows.moved is None:
        return
    moved = np.array([one is not None for one in rows.moved], dtype=bool)
    of_provider = rows.subject == rows.provider
    for position in np.flatnonzero(moved & (rows.state == RowState.IN_SCOPE)):
        owner = known.on(rows.moved[position], ends[period[position]])
        rows.provider[position] = subjects.number(owner)
        if of_provider[position]:
            rows.subject[position] = rows.provider[position]


def _numbered(
    codes: NDArray[np.int64], found: Sequence[Any], used: NDArray[np.bool_], numbering: Numbering
) -> NDArray[np.int64]:
    """The numbering's numbers of what the used rows have; -1 for None and for unused rows."""
    numbers = np.full(len(found), -1, dtype=np.int64)
    for code in np.unique(codes[used]):
        if found[code] is not None:
            numbers[code] = numbering.number(found[code])
    result = numbers[codes] if len(found) else np.full(len(codes), -1, dtype=np.int64)
    result[~used] = -1
    return result


def _locations(
    rows: Rows,
    columns: Columns,
    contract: SourceContract,
    subjects: Numbering,
    known: Known | None,
) -> None:
    assert contract.location is not None
    column, position = contract.location, columns.keys["location"]
    texts = rows.table.columns[position]
    about_provider = _about_provider(rows.table, columns, contract.provider_when)
    if column.optional:
        about_provider |= marks(texts, lambda text: plain(text) in {plain(word) for word in contract.empty})
    sequence = marks(texts, lambda text: _is_sequence_number(text, column))
    if "unidentified" in columns.keys:
        names = rows.table.columns[columns.keys["unidentified"]]
        nameless = sequence | marks(texts, lambda text: not text.strip())
        by_name = nameless & ~about_provider & marks(names, lambda text: bool(text.strip()))
        rows.location_text = np.full(len(names), None, dtype=object)
        rows.location_text[by_name] = names[by_name]
        about_provider |= by_name
    header = rows.table.header[position].strip()
    remedy = f"'{header}' is een volgnummer, geen nummer van soort {column.scheme}."
    rows.reject(sequence & ~about_provider, header, texts, (RejectionReason.BAD_KEY, remedy))
    elsewhere = (rows.state == RowState.IN_SCOPE) & about_provider
    rows.state[elsewhere] = RowState.OUT_OF_SCOPE  # for a moment: these rows have no location to be judged on
    located = _subjects(rows, position, column, subjects, known)
    rows.state[elsewhere] = RowState.IN_SCOPE
    rows.subject = np.where(about_provider, rows.provider, located)


def _about_provider(table: Table, columns: Columns, matches: Sequence[RowMatch]) -> NDArray[np.bool_]:
    about = np.zeros(len(table), dtype=bool)
    for number, match in enumerate(matches):
        texts = table.columns[columns.keys[f"provider_when.{number}"]]
        about |= marks(texts, _passes(match.pattern))
    return about


def _passes(pattern: str) -> Callable[[str], bool]:
    expression = re.compile(pattern, re.IGNORECASE)
    return lambda text: bool(expression.search(text))


def _is_sequence_number(text: str, column: SubjectColumn) -> bool:
    digits = re.sub(r"\.0+$", "", text.strip()).lstrip("0")
    return digits.isascii() and digits.isdigit() and len(digits) < column.minimum_digits


def read_periods(
    rows: Rows, columns: Columns, contract: SourceContract
) -> tuple[NDArray[np.int64], list[Period]]:
    """Per row the position of its period in the list; rows without one are rejected."""
    keys = [key for key in columns.keys if key.startswith("period.")]
    texts = [rows.table.columns[columns.keys[key]] for key in keys]
    numbering = Numbering()
    first = np.zeros(len(rows.table), dtype=np.int64)
    together = [each_unique(column, str) for column in texts]
    for codes, answers in together:
        first = first * (len(answers) + 1) + codes
    combined, positions = np.unique(first, return_index=True)
    names = [key.removeprefix("period.") for key in keys]
    found = []
    for position in positions:
        cells = {name: str(column[position]) for name, column in zip(names, texts, strict=True)}
        found.append(_period(cells, contract))
    codes = np.searchsorted(combined, first)
    bad = np.array([period is None for period in found], dtype=bool)[codes]
    header = rows.table.header[columns.keys[keys[-1]]].strip()
    remedy = "Schrijf de periode zoals het contract van deze bron zegt, bijvoorbeeld 2025-Q3."
    rows.reject(bad, header, texts[-1], (RejectionReason.BAD_KEY, remedy))
    numbered = _numbered(codes, found, rows.state == RowState.IN_SCOPE, numbering)
    return numbered, list(numbering.things())


def _period(cells: Mapping[str, str], contract: SourceContract) -> Period | None:
    if "label" in cells:
        return read_period(cells["label"])
    if "year" in cells:
        return _period_of_parts(cells, contract.fiscal_year_starts)
    assert contract.period is not None
    end = _date(cells.get("end"), contract.period.end)
    start = _date(cells.get("start"), contract.period.start) if "start" in cells else end
    if end is None or start is None or start > end:
        return None
    return Period(start, end)


def _date(text: str | None, column: DateColumn | None) -> date | None:
    return None if text is None or column is None else date_of(text, column.formats)


def _period_of_parts(cells: Mapping[str, str], year_starts: int) -> Period | None:
    year = _whole(cells["year"])
    if year is None or not 1900 <= year <= 2100:
        return None
    if "quarter" in cells:
        quarter = _whole(cells["quarter"].strip().upper().lstrip("QK"))
        return quarter_period(year, quarter) if quarter and quarter <= 4 else None
    if "month" in cells:
        month = _whole(cells["month"])
        return month_period(year, month) if month and month <= 12 else None
    return year_period(year, year_starts)


def _whole(text: str) -> int | None:
    body = re.sub(r"[.,]0+$", "", text.strip())
    return int(body) if re.fullmatch(r"[0-9]{1,4}", body) else None
