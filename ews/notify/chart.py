"""The small trend picture of an alert: points over time against the thresholds, readable without colour.

Drawn by hand: at this size a chart library spends half of the room on axes that say nothing here.
"""

from dataclasses import dataclass
from functools import lru_cache

from ews.notify.model import InlineImage
from ews.notify.views import TrendPoint, TrendView
from ews.notify.words import LEVEL, short_day

MOMENTS = 12
_WIDTH, _HEIGHT = 460, 165
_PIXELS_PER_INCH = 144.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 18, 116, 24, 26
_INK, _GREY, _PAPER = "#1d2733", "#56616b", "#ffffff"
_FONT = "Liberation Sans, Arial, DejaVu Sans, DejaVu Sans Mono"


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where a moment and a number of points lie on the paper."""

    count: int
    top: float

    def x(self, position: int) -> float:
        return _LEFT + position * (_WIDTH - _LEFT - _RIGHT) / max(self.count - 1, 1)

    def y(self, points: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - max(points, 0) / self.top)


def trend_image(trend: TrendView) -> InlineImage:
    """The picture with its alternative text; the last twelve moments."""
    return InlineImage("verloop", _png(_svg(trend)), describe(trend))


def describe(trend: TrendView) -> str:
    """The same picture in a sentence, for who does not see it."""
    shown = trend.points[-MOMENTS:]
    said = ", ".join(f"{short_day(point.on)} {point.points} ({LEVEL[point.level]})" for point in shown[-6:])
    bounds = ", ".join(f"{name} vanaf {bound}" for bound, name in trend.thresholds)
    return f"Verloop van de punten: {said}." + (f" Grenzen: {bounds}." if bounds else "")


def _svg(trend: TrendView) -> str:
    points = trend.points[-MOMENTS:]
    highest = max([point.points for point in points] + [bound for bound, _ in trend.thresholds] + [10])
    plot = _Plot(len(points), highest * 1.1)
    parts = [_threshold(plot, bound, name) for bound, name in trend.thresholds]
    path = " ".join(f"{plot.x(place):.1f},{plot.y(point.points):.1f}" for place, point in enumerate(points))
    parts.append(f'<polyline points="{path}" fill="none" stroke="{_INK}" stroke-width="2.5"/>')
    parts += [_dot(plot, place, point) for place, point in enumerate(points)]
    parts.append(_date(plot, 0, points[0], "start"))
    if len(points) > 1:
        parts.append(_date(plot, len(points) - 1, points[-1], "end"))
    paper = f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="{_PAPER}"/>'
    size = f'width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{paper}{"".join(parts)}</svg>'


def _threshold(plot: _Plot, bound: int, name: str) -> str:
    height = plot.y(bound)
    line = (
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT + 10}" y1="{height:.1f}" y2="{height:.1f}" '
        f'stroke="{_GREY}" stroke-width="1" stroke-dasharray="5 4"/>'
    )
    return line + _text(_WIDTH - _RIGHT + 16, height + 4, f"{name} {bound}", colour=_GREY)


def _dot(plot: _Plot, place: int, point: TrendPoint) -> str:
    last = place == plot.count - 1
    left, height = plot.x(place), plot.y(point.points)
    dot = (
        f'<circle cx="{left:.1f}" cy="{height:.1f}" r="{5.5 if last else 3}" '
        f'fill="{_INK if last else _PAPER}" stroke="{_INK}" stroke-width="1.8"/>'
    )
    every = max(plot.count // 6, 1)
    if not last and place % every:
        return dot
    number = _text(left, height - 10, str(point.points), anchor="middle", weight="bold" if last else "normal")
    return dot + number


def _date(plot: _Plot, place: int, point: TrendPoint, anchor: str) -> str:
    return _text(plot.x(place), _HEIGHT - 8, short_day(point.on), colour=_GREY, anchor=anchor)


def _text(
    left: float,
    height: float,
    words: str,
    *,
    colour: str = _INK,
    anchor: str = "start",
    weight: str = "normal",
) -> str:
    return (
        f'<text x="{left:.1f}" y="{height:.1f}" font-family="{_FONT}" font-size="14" '
        f'font-weight="{weight}" fill="{colour}" text-anchor="{anchor}" '
        f'stroke="{_PAPER}" stroke-width="4" paint-order="stroke">{words}</text>'
    )


@lru_cache(maxsize=256)
def _png(svg: str) -> bytes:
    import typst

    page = (
        f"#set page(width: {_WIDTH}pt, height: {_HEIGHT}pt, margin: 0pt)\n"
        f'#image(bytes(sys.inputs.svg), format: "svg", width: {_WIDTH}pt)'
    )
    picture = typst.compile(page.encode(), format="png", ppi=_PIXELS_PER_INCH, sys_inputs={"svg": svg})
    return bytes(picture)
