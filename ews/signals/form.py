"""The quarterly form: which lines it has, drawn from the contract that reads it back."""

from dataclasses import dataclass

from ews.signals.contract import SourceContract
from ews.signals.fields import Figure
from ews.signals.model import Unit

VERSION = "EWS-kwartaalopgave 1"
VERSION_LABEL = "Formulier"
_UNITS = {
    Unit.EUROCENT: "euro",
    Unit.COUNT: "aantal",
    Unit.NUMBER: "getal",
    Unit.TEXT: "kies",
    Unit.DATE: "jjjj-mm-dd",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One question of the form: its label is the column that the contract reads."""

    label: str
    unit: str
    choices: tuple[str, ...]
    is_whole: bool
    lowest: float | None
    highest: float | None
    """Bounds as they are typed: a percentage is 0-100."""


def form_lines(contract: SourceContract) -> list[Line]:
    """The questions, in the order of the contract."""
    return [_line(figure) for figure in contract.figure]


def _line(figure: Figure) -> Line:
    typed = 100 if figure.percent else 1
    return Line(
        label=figure.column,
        unit="%" if figure.percent else _UNITS.get(figure.unit, "getal"),
        choices=tuple(figure.values) if figure.closed else (),
        is_whole=figure.unit is Unit.COUNT,
        lowest=None if figure.minimum is None else figure.minimum * typed,
        highest=None if figure.maximum is None else figure.maximum * typed,
    )
