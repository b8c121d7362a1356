"""Formulas over events instead of figures; always the whole formula.

zwaarste("a", "b")                      of what is in force the place of the heaviest in this list, 0 when nothing is
gebeurd("a", "b", 12)                   how many of these events in the last 12 months
opgeteld("aantal", "a", 12)             the sum of that detail over these events in the last 12 months
uitkomsten("zorgen|slecht", "a", 12)    how many of these events came out so in the last 12 months
"""

import ast
from dataclasses import dataclass

_NAMES = frozenset({"zwaarste", "gebeurd", "opgeteld", "uitkomsten"})


@dataclass(frozen=True, slots=True)
class EventFormula:
    """What of a subject's events makes the figure."""

    name: str
    kinds: tuple[str, ...]
    months: int
    """How far back; 0: what is in force."""
    detail: str = ""
    """Which detail of the event is added up."""
    outcomes: tuple[str, ...] = ()
    """Only events whose outcome is one of these."""


def event_formula(tree: ast.expr) -> EventFormula | None:
    """The formula over events that a tree is; None for one over figures, or one that can't be read."""
    match tree:
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _NAMES:
            given: list[object] = [arg.value if isinstance(arg, ast.Constant) else None for arg in args]
            return _read(name, given)
    return None


def _read(name: str, given: list[object]) -> EventFormula | None:
    months = 0 if name == "zwaarste" else given.pop() if given else None
    words = [one for one in given if isinstance(one, str) and one]
    if not isinstance(months, int) or isinstance(months, bool) or len(words) != len(given):
        return None
    if name in {"opgeteld", "uitkomsten"}:
        first, kinds = words[:1], tuple(words[1:])
        if not kinds or months <= 0:
            return None
        if name == "opgeteld":
            return EventFormula(name, kinds, months, detail=first[0])
        return EventFormula(name, kinds, months, outcomes=tuple(first[0].split("|")))
    return EventFormula(name, tuple(words), months) if words and (months > 0) == (name == "gebeurd") else None
