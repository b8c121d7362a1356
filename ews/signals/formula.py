"""The formula of an indicator: an expression over raw figures, read into a tree that can do nothing else."""

import ast
from dataclasses import dataclass, field

# What each function takes: figures (names) and whole numbers, in this order.
FUNCTIONS = {
    "laagste": "figures",
    "hoogste": "figures",
    "eerste": "figures",
    "som": "figure, number",
    "maanden_sinds": "figure",
    "wijzigingen": "figure, number",
}
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div)


class FormulaError(ValueError):
    """A formula that can't be read; the message is Dutch."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked expression and the raw figures that it needs."""

    text: str
    figures: tuple[str, ...]
    tree: ast.expr = field(compare=False, repr=False)

    @property
    def is_raw(self) -> bool:
        """True when the formula is one raw figure as it was delivered."""
        return isinstance(self.tree, ast.Name)


def parse_formula(text: str) -> Formula:
    """Read `a / (b + c)`, `laagste(a, b)`, `som(a, 4)`, `maanden_sinds(a)`. Raises FormulaError."""
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise FormulaError(f"'{text}' is geen formule ({error.msg})") from None
    figures: dict[str, None] = {}
    _check(tree, figures)
    if not figures:
        raise FormulaError(f"'{text}' noemt geen enkel cijfer")
    return Formula(text, tuple(figures), tree)


def _check(node: ast.expr, figures: dict[str, None]) -> None:
    match node:
        case ast.Name(id=name):
            figures[name] = None
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            pass
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _OPERATORS):
            _check(left, figures)
            _check(right, figures)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _check(operand, figures)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            _check_call(name, args, figures)
        case _:
            raise FormulaError(
                f"'{ast.unparse(node)}' mag niet in een formule; toegestaan: cijfers, + - * / en "
                f"{', '.join(FUNCTIONS)}"
            )


def _check_call(name: str, args: list[ast.expr], figures: dict[str, None]) -> None:
    wants = FUNCTIONS[name]
    if wants == "figures":
        if not args:
            raise FormulaError(f"{name}(…) vraagt minstens één cijfer")
        for arg in args:
            _check(arg, figures)
        return
    shape = [isinstance(arg, ast.Name) for arg in args]
    if shape != ([True] if wants == "figure" else [True, False]):
        raise FormulaError(f"{name}(…) vraagt: {wants}")
    _check(args[0], figures)
    if len(args) == 2 and not (isinstance(args[1], ast.Constant) and isinstance(args[1].value, int)):
        raise FormulaError(f"{name}(…) vraagt als tweede een geheel getal")
