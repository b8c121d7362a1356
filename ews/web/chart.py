"""A trend as a drawing on paper: where line, norms and band lie. The template makes it SVG, with a table behind it.

Drawn by hand because the page allows no style or script inside a picture, and must be readable in the dark.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 440, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 22, 28


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    text: str
    on: date


@dataclass(frozen=True, slots=True)
class Rule:
    """A level line over the whole width: a norm, or a tick of the scale."""

    y: float
    text: str
    text_y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything placed; `lines` and `band` are SVG paths, broken where a value is not known."""

    title: str
    description: str
    dots: tuple[Dot, ...]
    lines: tuple[str, ...]
    band: str
    norms: tuple[Rule, ...]
    ticks: tuple[Rule, ...]
    first: str
    last: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be drawn: (day, value, low, high) per period, and norms as (value, label)."""

    title: str
    points: Sequence[tuple[date, float | None, float | None, float | None]]
    norms: Sequence[tuple[float, str]] = ()


def draw(line: Line, say: Callable[[float], str], say_day: Callable[[date], str]) -> Chart:
    """Place a line on the paper. `say` puts a value in words, `say_day` a day."""
    scale = _scale(line)
    place = _Place(line.points[0][0], line.points[-1][0], *scale)
    dots = tuple(
        Dot(place.x(on), place.y(value), say(value), on)
        for on, value, _, _ in line.points
        if value is not None
    )
    told = ", ".join(f"{say_day(dot.on)} {dot.text}" for dot in dots[-6:])
    bounds = "; ".join(f"{label} {say(value)}" for value, label in line.norms)
    return Chart(
        title=line.title,
        description=f"{line.title}: {told}." + (f" Normen: {bounds}." if bounds else ""),
        dots=dots,
        lines=_lines(line, place),
        band=_band(line, place),
        norms=_spread(
            [Rule(place.y(value), f"{label} {say(value)}", place.y(value) - 5) for value, label in line.norms]
        ),
        ticks=tuple(Rule(place.y(value), say(value), place.y(value)) for value in _ticks(*scale)),
        first=say_day(line.points[0][0]),
        last=say_day(line.points[-1][0]),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    begin: date
    end: date
    bottom: float
    top: float

    def x(self, on: date) -> float:
        days = max((self.end - self.begin).days, 1)
        return round(_LEFT + (on - self.begin).days / days * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        share = (value - self.bottom) / (self.top - self.bottom)
        return round(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM), 1)


def _scale(line: Line) -> tuple[float, float]:
    """From the lowest to the highest of values, band and norms, with some air."""
    values = [one for _, *rest in line.points for one in rest if one is not None]
    values += [value for value, _ in line.norms]
    low, high = min(values, default=0.0), max(values, default=1.0)
    if low >= 0 and low < high / 2:
        low = 0.0
    air = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    return (low if low == 0 else low - air), high + air


def _ticks(bottom: float, top: float) -> list[float]:
    """About four round values on the scale."""
    step = 10 ** math.floor(math.log10((top - bottom) / 4))
    step *= next(factor for factor in (1, 2, 5, 10) if (top - bottom) / (step * factor) <= 5)
    first = math.ceil(bottom / step)
    return [round(step * number, 10) for number in range(first, math.floor(top / step) + 1)]


def _lines(line: Line, place: _Place) -> tuple[str, ...]:
    parts: list[list[str]] = [[]]
    for on, value, _, _ in line.points:
        if value is None:
            parts.append([])
        else:
            parts[-1].append(f"{place.x(on)},{place.y(value)}")
    return tuple("M" + " L".join(part) for part in parts if len(part) > 1)


def _band(line: Line, place: _Place) -> str:
    """One area over the periods that have a band: along the top, and back along the bottom."""
    known = [(on, low, high) for on, _, low, high in line.points if low is not None and high is not None]
    if len(known) < 2:
        return ""
    upper = [f"{place.x(on)},{place.y(high)}" for on, _, high in known]
    lower = [f"{place.x(on)},{place.y(low)}" for on, low, _ in reversed(known)]
    return f"M{' L'.join(upper + lower)} Z"


def _spread(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Labels of norms that lie close together, moved apart so that they can be read."""
    placed: list[Rule] = []
    for rule in sorted(rules, key=lambda one: one.y):
        lowest = placed[-1].text_y + 13 if placed else _TOP
        placed.append(Rule(rule.y, rule.text, max(rule.y, lowest)))
    return tuple(placed)
