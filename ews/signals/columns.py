"""Which column of a file is which column of the contract: by name, alias or pattern, never by position."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ews.signals.contract import Layout, SourceContract
from ews.signals.dates import year_period
from ews.signals.fields import ColumnName, Figure
from ews.signals.model import Period


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A column with figures, and the period and dimensions that its header gives."""

    position: int
    header: str
    figure: Figure
    period: Period | None = None
    dimensions: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """A file's header held against a contract."""

    keys: Mapping[str, int]
    """Role (`location`, `period.end`, `dimension.profiel`, `event.date` …) -> position."""
    figures: tuple[FigureColumn, ...]
    missing_keys: tuple[str, ...]
    """Key columns that are absent or stand there twice: the file is held."""
    refused: tuple[str, ...]
    """Indicators (or figures of a shared indicator) without a column: refused for this delivery."""
    unknown: tuple[str, ...]


def fold(name: str) -> str:
    """A column name without case, blanks, accents and punctuation."""
    text = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in text if letter.isalnum() or letter in "%€+#&")


def match(header: Sequence[str], contract: SourceContract, *, on: date) -> Columns:
    """Hold the header of a delivery of day `on` against the contract."""
    places = _places(header)
    keys, missing = _keys(places, contract)
    figures: list[FigureColumn] = []
    absent: list[Figure] = []
    if contract.layout is Layout.WIDE:
        for figure in contract.figure:
            if contract.joined is not None and not is_valid(figure, on):
                continue  # another year may use the same code for something else
            found = list(_figure_columns(figure, header, places, contract.fiscal_year_starts))
            figures += found
            if not found and not figure.optional and is_valid(figure, on):
                absent.append(figure)
    used = {*keys.values(), *(column.position for column in figures)}
    return Columns(keys, tuple(figures), missing, _refused(absent, figures), _unknown(header, used, contract))


def position(column: ColumnName, header: Sequence[str]) -> int | None:
    """The one place of a column in a header; None when it is absent or stands there twice."""
    return _position(column, _places(header))


def _places(header: Sequence[str]) -> dict[str, list[int]]:
    """Positions by name as it stands and by folded name: `Date_Reg` and `DateReg` may stand side by side."""
    places: dict[str, list[int]] = {}
    for position, name in enumerate(header):
        for known in {name.strip(), fold(name)}:
            places.setdefault(known, []).append(position)
    return places


def _position(column: ColumnName, places: Mapping[str, list[int]]) -> int | None:
    """The one place of a column; None when it is absent or ambiguous."""
    for name in column.names:
        found = places.get(name, []) or places.get(fold(name), [])
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _keys(
    places: Mapping[str, list[int]], contract: SourceContract
) -> tuple[dict[str, int], tuple[str, ...]]:
    keys: dict[str, int] = {}
    missing: list[str] = []
    for role, column, required in _roles(contract):
        position = _position(column, places)
        if position is not None:
            keys[role] = position
        elif required:
            missing.append(column.names[0])
    return keys, tuple(dict.fromkeys(missing))


def _roles(contract: SourceContract) -> Iterator[tuple[str, ColumnName, bool]]:
    """Every key column of a contract: its role, its name, and whether the file is held without it."""
    if contract.location is not None:
        yield "location", contract.location, not contract.location.optional
        if contract.location.unidentified:
            yield "unidentified", ColumnName(column=contract.location.unidentified), False
    if contract.provider is not None:
        yield "provider", contract.provider, True
    for number, match_ in enumerate(contract.provider_when):
        yield f"provider_when.{number}", match_, True
    for dimension in contract.dimension:
        yield f"dimension.{dimension.id}", dimension, True
    singles = {
        "population": contract.population,
        "indicator": contract.indicator,
        "value": contract.value,
        "not_applicable": contract.not_applicable,
    }
    yield from ((role, column, True) for role, column in singles.items() if column is not None)
    yield from _period_roles(contract)
    yield from _event_roles(contract)


def _period_roles(contract: SourceContract) -> Iterator[tuple[str, ColumnName, bool]]:
    for part in ("start", "end", "label", "year", "quarter", "month"):
        column = getattr(contract.period, part, None)
        if column is not None:
            yield f"period.{part}", column, True


def _event_roles(contract: SourceContract) -> Iterator[tuple[str, ColumnName, bool]]:
    event = contract.event
    if event is None:
        return
    yield "event.date", event.date, True
    if event.kind is not None:
        yield "event.kind", event.kind, True
    if event.end is not None:
        yield "event.end", event.end, False
    for name in event.key:
        yield f"event.key.{name}", ColumnName(column=name), True
    for name, column in event.detail.items():
        yield f"event.detail.{name}", ColumnName(column=column), False


def _figure_columns(
    figure: Figure, header: Sequence[str], places: Mapping[str, list[int]], year_starts: int
) -> Iterator[FigureColumn]:
    position = _position(figure, places)
    if position is not None:
        yield FigureColumn(position, header[position], figure)
    for pattern in figure.patterns:
        for place, name in enumerate(header):
            match_ = re.fullmatch(pattern, name.strip(), re.IGNORECASE)
            if match_:
                yield from _family_column(figure, place, name, match_.groupdict(), year_starts)


def _family_column(
    figure: Figure, place: int, name: str, groups: dict[str, str | None], year_starts: int
) -> Iterator[FigureColumn]:
    fiscal, year = groups.pop("fy", None), groups.pop("year", None)
    dimensions = {key: value.casefold() for key, value in groups.items() if value}
    if fiscal is not None:
        first, second = int(fiscal[:2]), int(fiscal[2:])
        if second != (first + 1) % 100:
            return
        period: Period | None = year_period(2000 + first, year_starts)
    else:
        period = year_period(int(year) + (2000 if len(year) == 2 else 0)) if year else None
    yield FigureColumn(place, name, figure, period, dimensions)


def is_valid(figure: Figure, on: date) -> bool:
    """Whether a figure's column is due in a delivery of day `on`."""
    started = figure.valid_from is None or figure.valid_from <= on
    return started and (figure.valid_to is None or on <= figure.valid_to)


def _refused(absent: Sequence[Figure], found: Sequence[FigureColumn]) -> tuple[str, ...]:
    """An indicator that is gone altogether by its name; one of several figures of an indicator by its id."""
    still_fed = {column.figure.name for column in found}
    names = (figure.id if figure.name in still_fed else figure.name for figure in absent)
    return tuple(dict.fromkeys(names))


def _unknown(header: Sequence[str], used: set[int], contract: SourceContract) -> tuple[str, ...]:
    ignored = [re.compile(pattern, re.IGNORECASE) for pattern in contract.ignored]
    return tuple(
        name.strip() or f"(kolom {position + 1})"
        for position, name in enumerate(header)
        if position not in used and not any(pattern.fullmatch(name.strip()) for pattern in ignored)
    )
