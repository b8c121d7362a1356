"""The formula of an indicator: an expression over raw figures, read into a tree that can do nothing else.

eigen_vermogen / balanstotaal          unknown when a figure is missing or the denominator is zero
cijfer["leiding"]                      the figure with that dimension
laagste(a, b), hoogste(a, b)           over those that are known
eerste(a, b)                           the first that is known
som(a, 4)                              over the last 4 periods, each of which must be known
geteld(a, 2)                           the same, but a period that was seen to be empty counts 0
keer(a, "ja", 2)                       in how many of the last 2 periods the text is `ja`
maanden_sinds(a)                       from a date to the moment of assessment
wijzigingen(a, 12)                     how often it changed in the last 12 months
grootste_deel(a["*"])                  the largest of its parts, as a share of all of them
naar_gemiddelde(a, b, 30)              `a` drawn to the mean of everybody in its period, the more the smaller the number `b` is
                                       that it rests on: half of the way at 30
apart(a, "beperking", b, "wnt")        the text of a; `beperking (wnt)` where it is `beperking` and b of that period `wnt`

A formula over events instead is described in `event_formula`.
"""

import ast
from dataclasses import dataclass, field
from functools import cache

from ews.signals.event_formula import EventFormula, event_formula

_FIGURES = {"laagste", "hoogste", "eerste", "positief"}
_SHAPES: dict[str, tuple[type, ...]] = {
    "som": (int,),
    "geteld": (int,),
    "keer": (str, int),
    "apart": (),
    "maanden_sinds": (),
    "wijzigingen": (int,),
    "per_jaar": (),
    "grootste_deel": (),
}
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div)


class FormulaError(ValueError):
    """A formula that can't be read; the message is Dutch."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked expression and the raw figures that it needs, as `figure_key` names them; over events it has none."""

    text: str
    figures: tuple[str, ...]
    tree: ast.expr = field(compare=False, repr=False)
    events: EventFormula | None = None


def figure_key(indicator: str, *dimension: str) -> str:
    """The name of a raw figure: `clienten`, or `cijfer[leiding]` with its dimension values sorted."""
    return f"{indicator}[{'|'.join(sorted(dimension))}]" if dimension else indicator


@cache
def parse_formula(text: str) -> Formula:
    """Read a formula. Raises FormulaError for anything that isn't listed above."""
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise FormulaError(f"'{text}' is geen formule ({error.msg})") from None
    happened = event_formula(tree)
    if happened is not None:
        return Formula(text, (), tree, happened)
    figures: dict[str, None] = {}
    _check(tree, figures)
    if not figures:
        raise FormulaError(f"'{text}' noemt geen enkel cijfer")
    return Formula(text, tuple(figures), tree)


def named_figure(node: ast.expr) -> str | None:
    """The key of the raw figure that a node names, or None when it is something else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str() as dimension)):
            return figure_key(name, *dimension.split("|"))
    return None


def call_parts(node: ast.Call) -> tuple[str, list[ast.expr]]:
    """Name and arguments of a checked call."""
    assert isinstance(node.func, ast.Name)
    return node.func.id, node.args


def _check(node: ast.expr, figures: dict[str, None]) -> None:
    key = named_figure(node)
    if key is not None:
        figures[key] = None
        return
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _OPERATORS):
            _check(left, figures)
            _check(right, figures)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _check(operand, figures)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FIGURES and args:
            for arg in args:
                _check(arg, figures)
        case ast.Call(
            func=ast.Name(id="naar_gemiddelde"), args=[figure, number, ast.Constant(value=int(half))]
        ):
            if named_figure(figure) is None or named_figure(number) is None or half <= 0:
                raise FormulaError("naar_gemiddelde(…) vraagt twee cijfers en een getal")
            _check(figure, figures)
            _check(number, figures)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _SHAPES:
            _check_call(name, args, figures)
        case _:
            raise FormulaError(f"'{ast.unparse(node)}' mag niet in een formule")


def _check_apart(args: list[ast.expr], figures: dict[str, None]) -> None:
    match args:
        case [said, ast.Constant(value=str()), ground, ast.Constant(value=str())] if named_figure(
            said
        ) and named_figure(ground):
            _check(said, figures)
            _check(ground, figures)
        case _:
            raise FormulaError("apart(…) vraagt een cijfer met een woord, en nog een cijfer met een woord")


def _check_call(name: str, args: list[ast.expr], figures: dict[str, None]) -> None:
    if name == "apart":
        _check_apart(args, figures)
        return
    shape = _SHAPES[name]
    given = [arg.value if isinstance(arg, ast.Constant) else None for arg in args[1:]]
    if not args or named_figure(args[0]) is None or len(given) != len(shape):
        raise FormulaError(f"{name}(…) vraagt een cijfer en {len(shape)} vaste waarde(n)")
    for value, kind in zip(given, shape, strict=True):
        if not isinstance(value, kind) or isinstance(value, bool):
            raise FormulaError(f"{name}(…): {value!r} past niet")
    _check(args[0], figures)
