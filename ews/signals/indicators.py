"""Indicators: what is measured, in which unit and direction, and the dated norms it is judged against."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from ews.signals.formula import Formula, parse_formula
from ews.signals.model import Unit

FORBID: dict[str, str] = {"extra": "forbid"}
NormKind = Literal["wettelijk", "professioneel", "statistisch", "eigen norm zorgkantoor"]
OWN_NORM = "eigen norm zorgkantoor"
HorizonName = Literal["short", "medium", "long"]


class Direction(StrEnum):
    """Which way a figure gets worse. `CATEGORY` is text: its bins list the words."""

    HIGHER_IS_WORSE = "higher_is_worse"
    LOWER_IS_WORSE = "lower_is_worse"
    CATEGORY = "category"


class FromLocations(StrEnum):
    """How a provider without a figure of its own gets one from its locations."""

    NONE = "none"
    SUM = "sum"
    WORST = "worst"
    BEST = "best"
    MEAN = "mean"
    WEIGHTED = "weighted"
    """Mean weighted by places."""


@dataclass(frozen=True, slots=True)
class Norm:
    """One bound with the date it holds from, and where it comes from."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    id: str
    label: str
    valid_from: date
    value: float
    unit: Unit
    kind: NormKind
    source: str
    """Publication, or the office's own rationale."""
    mark: str = ""
    """How sure the source is: C seen, S search result, G general knowledge, D own proposal."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What the branch has from a date on; an indicator with these is the distance to it."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    sector: str
    valid_from: date
    value: float
    source: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; `id` is the stem of its file in config/indicators."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    id: str
    name: str
    formula: str
    """A raw figure, or an expression over raw figures of the same source and period."""
    unit: Unit
    direction: Direction
    cadence: Literal["dag", "maand", "kwartaal", "jaar", "moment"]
    stale_after_days: int
    horizons: tuple[HorizonName, ...]
    why_it_matters: str
    decimals: int = 4
    """Rounded to this before a bin is chosen."""
    sectors: tuple[str, ...] = ()
    """Empty: every sector."""
    from_locations: FromLocations = FromLocations.NONE
    from_provider: bool = False
    """A location without a figure of its own takes its provider's."""
    from_concern: bool = False
    """A provider without a figure of its own takes that of the concern's consolidated accounts."""
    changeable: bool = True
    """Whether a provider can be asked to bring it to another value: its age it can't."""
    known_incomplete: bool = False
    """Its source is known not to hold everybody (waiting lists): a judgement that rests on it is never sure."""
    benchmarks: tuple[Benchmark, ...] = ()
    """Per sector; not empty: the figure is what the formula gives, less the branch's figure of that time."""
    branch_figure: str = ""
    """Raw figure of the branch itself (CBS): what was received goes before a benchmark that stands in the file."""
    branches: Mapping[str, str] = field(default_factory=dict)
    """Sector -> subject of its branch, `branche:…`."""
    norms: tuple[Norm, ...] = ()

    def parsed(self) -> Formula:
        """The formula as a tree. Raises FormulaError when it can't be read."""
        return parse_formula(self.formula)

    def norm_at(self, norm_id: str, day: date) -> Norm | None:
        """The version of a norm that holds on a day."""
        held = [norm for norm in self.norms if norm.id == norm_id and norm.valid_from <= day]
        return max(held, key=lambda norm: norm.valid_from) if held else None
