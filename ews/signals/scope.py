"""Which rows a contract is about at all: its population, its indicator codes, its kinds of events."""

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ews.signals.cells import plain
from ews.signals.columns import Columns
from ews.signals.contract import Layout, SourceContract
from ews.signals.fields import EventColumns, Population
from ews.signals.table import Table
from ews.signals.uniques import marks


def in_scope(table: Table, columns: Columns, contract: SourceContract) -> NDArray[np.bool_]:
    """Per row whether it is in scope; the others are well-formed but not ours."""
    inside = np.ones(len(table), dtype=bool)
    if contract.population is not None:
        inside &= marks(table.columns[columns.keys["population"]], _belongs(contract.population))
    if contract.layout is Layout.LONG:
        known = {plain(code) for figure in contract.figure for code in figure.codes}
        inside &= marks(table.columns[columns.keys["indicator"]], lambda text: plain(text) in known)
    if contract.event is not None and "event.kind" in columns.keys:
        kind = kind_reader(contract.event)
        inside &= marks(table.columns[columns.keys["event.kind"]], lambda text: bool(kind(text)))
    return inside


def _belongs(population: Population) -> Callable[[str], bool]:
    wanted = {plain(value) for value in population.values}
    expression = re.compile(population.pattern, re.IGNORECASE) if population.pattern else None
    return lambda text: plain(text) in wanted or bool(expression and expression.search(text))


def kind_reader(event: EventColumns) -> Callable[[str], str]:
    """A function from a cell to the kind of event; empty for one that is not ours."""
    mapped = {plain(cell): kind for cell, kind in event.kinds.items()}
    expressions = [(re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in event.patterns.items()]

    def kind_of(text: str) -> str:
        known = mapped.get(plain(text))
        return known or next((kind for expression, kind in expressions if expression.search(text)), "")

    return kind_of
