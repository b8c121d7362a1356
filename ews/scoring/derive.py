"""Formulas worked out on the tables of raw figures; unknown in, unknown out."""

import ast
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ews.scoring.tables import NOTHING, Bools, Days, Floats, History, Ints, Table
from ews.signals.formula import call_parts, named_figure

Worked = tuple[Floats, Bools]
"""Value per row of a table (NaN: unknown), and whether the source stated what it is made of."""
DAYS_PER_MONTH = 30.4375


def work_out(tree: ast.expr, table: Table, history: History) -> Worked:
    """A formula on every row of a table."""
    key = named_figure(tree)
    if key is not None:
        return _summed(key, table, history) if key.endswith("[*]") else _raw(key, table, history)
    match tree:
        case ast.Constant(value=int() | float() as number):
            size = len(table.subject)
            return np.full(size, float(number)), np.ones(size, dtype=bool)
        case ast.UnaryOp(operand=operand):
            positive, known = work_out(operand, table, history)
            return -positive, known
        case ast.BinOp(left=left, op=op, right=right):
            a, a_stated = work_out(left, table, history)
            b, b_stated = work_out(right, table, history)
            return _combined(a, op, b), a_stated & b_stated
        case ast.Call() as call:
            return _called(call, table, history)
    raise AssertionError(f"unchecked formula: {ast.dump(tree)}")


def texts_of(tree: ast.expr, table: Table, history: History) -> NDArray[Any]:
    """What a formula over texts says on every row of a table; empty where nothing is."""
    match tree:
        case ast.Call(
            func=ast.Name(id="apart"),
            args=[said, ast.Constant(value=str() as word), ground, ast.Constant(value=str() as because)],
        ):
            text = texts_of(said, table, history)
            both = (text == word) & (texts_of(ground, table, history) == because)
            return np.where(both, f"{word} ({because})", text)
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.expr))
    figure = next(key for node in nodes if (key := named_figure(node)) is not None)
    cells = origin_of(figure, table)
    return np.where(cells != NOTHING, history.text[np.maximum(cells, 0)], "")


def origin_of(key: str, table: Table) -> Ints:
    """Per row the position in the history of a raw figure; NOTHING where the source never stated it.

    Of a sum over dimensions, the newest of its parts.
    """
    columns = columns_of(key, table)
    if not columns:
        return np.full(len(table.subject), NOTHING, dtype=np.int64)
    origins: Ints = table.origin[:, columns].max(axis=1)
    return origins


def columns_of(key: str, table: Table) -> list[int]:
    """The columns of a table that a raw figure is read from: none, one, or those of all its dimensions."""
    if not key.endswith("[*]"):
        return [table.columns[key]] if key in table.columns else []
    name = key.removesuffix("[*]")
    return [column for figure, column in table.columns.items() if figure.partition("[")[0] == name]


def _raw(key: str, table: Table, history: History) -> Worked:
    cells = origin_of(key, table)
    return _taken(history.value, cells), cells != NOTHING


def _summed(key: str, table: Table, history: History) -> Worked:
    cells = table.origin[:, columns_of(key, table)]
    values = np.where(cells != NOTHING, history.value[np.maximum(cells, 0)], np.nan)
    known = ~np.isnan(values)
    return np.where(known.any(axis=1), np.nansum(values, axis=1), np.nan), (cells != NOTHING).any(axis=1)


def _taken(values: Floats, cells: Ints) -> Floats:
    return np.where(cells != NOTHING, values[np.maximum(cells, 0)], np.nan)


def _combined(a: Floats, op: ast.operator, b: Floats) -> Floats:
    if isinstance(op, ast.Div):
        quotient: Floats = np.full(len(a), np.nan)
        np.divide(a, b, out=quotient, where=(b != 0) & ~np.isnan(b))
        return quotient
    if isinstance(op, ast.Mult):
        return a * b
    return a + b if isinstance(op, ast.Add) else a - b


def _called(call: ast.Call, table: Table, history: History) -> Worked:
    name, args = call_parts(call)
    if name in _OVER_FIGURES:
        worked = [work_out(arg, table, history) for arg in args]
        value = _OVER_FIGURES[name](np.vstack([value for value, _ in worked]))
        return value, np.any([stated for _, stated in worked], axis=0)
    key = named_figure(args[0])
    assert key is not None
    if name == "apart":
        return work_out(args[0], table, history)
    if name == "naar_gemiddelde":
        return _drawn_to_mean(args, table, history)
    if name == "grootste_deel":
        return _largest_part(key, table, history)
    cells = origin_of(key, table)
    given = [arg.value for arg in args[1:] if isinstance(arg, ast.Constant)]
    return _OVER_TIME[name](table, history, cells, *given), cells != NOTHING


def _first(rows: Floats) -> Floats:
    known = ~np.isnan(rows)
    return np.where(known.any(axis=0), rows[known.argmax(axis=0), np.arange(rows.shape[1])], np.nan)


def _lowest(rows: Floats) -> Floats:
    lowest = np.where(np.isnan(rows), np.inf, rows).min(axis=0)
    return np.where(np.isinf(lowest), np.nan, lowest)


def _highest(rows: Floats) -> Floats:
    return -_lowest(-rows)


def _positive(rows: Floats) -> Floats:
    return np.where(rows[0] > 0, rows[0], np.nan)


def _per_year(table: Table, history: History, cells: Ints) -> Floats:
    """A figure without a start of its period stands as it is."""
    at = np.maximum(cells, 0)
    days = (history.period_end[at] - history.period_start[at]).astype(np.float64) + 1
    factor = np.where(
        np.isnat(history.period_start[at]), 1.0, 12 / np.maximum(np.round(days / DAYS_PER_MONTH), 1)
    )
    return _taken(history.value, cells) * factor


def _drawn_to_mean(args: list[ast.expr], table: Table, history: History) -> Worked:
    """Little evidence says little: the fewer answers, the nearer to what everybody of that period has."""
    value, stated = work_out(args[0], table, history)
    answers, _ = work_out(args[1], table, history)
    half = args[2].value if isinstance(args[2], ast.Constant) and isinstance(args[2].value, int) else 0
    known = ~np.isnan(value)
    _, period = np.unique(table.period_end, return_inverse=True)
    count = np.bincount(period[known], minlength=period.max(initial=0) + 1)[period]
    total = np.bincount(period[known], weights=value[known], minlength=period.max(initial=0) + 1)[period]
    mean = np.divide(total, count, out=np.full(len(value), np.nan), where=count > 0)
    weight = answers / (answers + half)
    return mean + weight * (value - mean), stated


def _largest_part(key: str, table: Table, history: History) -> Worked:
    cells = table.origin[:, columns_of(key, table)]
    parts = np.where(cells != NOTHING, history.value[np.maximum(cells, 0)], np.nan)
    total = np.nansum(parts, axis=1)
    largest = np.where(np.isnan(parts), -np.inf, parts).max(axis=1, initial=-np.inf)
    share = np.divide(largest, total, out=np.full(len(total), np.nan), where=total > 0)
    return share, (cells != NOTHING).any(axis=1)


def _sum(table: Table, history: History, cells: Ints, periods: int) -> Floats:
    return _rolling(_taken(history.value, cells), table, periods)


def _counted(table: Table, history: History, cells: Ints, periods: int) -> Floats:
    value = _taken(history.value, cells)
    return _rolling(np.where((cells != NOTHING) & np.isnan(value), 0.0, value), table, periods, partial=True)


def _times(table: Table, history: History, cells: Ints, word: str, periods: int) -> Floats:
    same = (history.text[np.maximum(cells, 0)] == word).astype(np.float64)
    return _rolling(np.where(cells != NOTHING, same, np.nan), table, periods, partial=True)


def _rolling(value: Floats, table: Table, periods: int, *, partial: bool = False) -> Floats:
    """Sum over a row and the rows before it of the same subject; unknown when one of them is unknown.

    `partial`: rows that were never stated do not count, as long as the row itself was.
    """
    total = value.copy()
    rows = np.arange(len(value))
    for back in range(1, periods):
        earlier = rows - back
        there = earlier >= table.first
        term = np.where(there, value[np.maximum(earlier, 0)], np.nan)
        total = total + (np.nan_to_num(term) if partial else term)
    return total


def _months_since(table: Table, history: History, cells: Ints) -> Floats:
    used, back = np.unique(cells, return_inverse=True)
    texts = pd.Series(np.where(used != NOTHING, history.text[np.maximum(used, 0)], ""), dtype=object)
    # a source's contract has already rejected what is no date; what comes here is ISO or empty
    days = pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce").to_numpy(dtype="datetime64[D]")
    past = (history.as_of - days).astype(np.float64)
    past[np.isnat(days)] = np.nan
    months: Floats = (past / DAYS_PER_MONTH)[back]
    return months


def _changes(table: Table, history: History, cells: Ints, months: int) -> Floats:
    since: Days = history.as_of - np.timedelta64(round(months * DAYS_PER_MONTH), "D")
    rows = np.arange(len(cells))
    before = np.where(rows > table.first, cells[np.maximum(rows - 1, 0)], NOTHING)
    known = _known(history, cells) & _known(history, before)
    now, then = np.split(_content(history, np.append(cells, before)), 2)
    differs = known & (now != then)
    recent = differs & (table.period_end > since)
    count = np.bincount(table.subject, weights=recent, minlength=int(table.subject.max(initial=0)) + 1)
    return np.where(cells != NOTHING, count[table.subject], np.nan)


def _known(history: History, cells: Ints) -> Bools:
    at = np.maximum(cells, 0)
    known: Bools = (cells != NOTHING) & (~np.isnan(history.value[at]) | (history.text[at] != ""))
    return known


def _content(history: History, cells: Ints) -> Floats:
    """Equal numbers for equal contents of cells, whether text or number."""
    at = np.maximum(cells, 0)
    _, codes = np.unique(np.append("", history.text[at].astype(str)), return_inverse=True)
    return np.where(codes[1:] > 0, -1.0 - codes[1:], history.value[at])


_OVER_FIGURES: dict[str, Callable[[Floats], Floats]] = {
    "eerste": _first,
    "laagste": _lowest,
    "hoogste": _highest,
    "positief": _positive,
}
_OVER_TIME: dict[str, Callable[..., Floats]] = {
    "som": _sum,
    "geteld": _counted,
    "keer": _times,
    "maanden_sinds": _months_since,
    "wijzigingen": _changes,
    "per_jaar": _per_year,
}
