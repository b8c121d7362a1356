"""The plots of a yearly report as SVG: black on white, a table stands beside each, nothing told by colour alone."""

from collections.abc import Sequence
from html import escape

WIDTH = 640
_ROW, _BAR, _LEFT, _RIGHT, _TOP = 24, 15, 150, 60, 8
_FONT = "Liberation Sans, Arial, DejaVu Sans, sans-serif"
_INK, _GREY, _PAPER = "#1d2733", "#56616b", "#ffffff"
PATTERNS = ("#c9d3dc", "#7d8b98", "#1d2733")
"""Light to dark: the higher the level, the darker, also on a printer without colour."""


def stacked_bars(rows: Sequence[tuple[str, Sequence[int]]], legend: Sequence[str], *, title: str) -> str:
    """Horizontal bars of counts, one row per label, at most three parts each, with the total at the end."""
    longest = max([sum(parts) for _, parts in rows] + [1])
    step = (WIDTH - _LEFT - _RIGHT) / longest
    body = []
    for place, (label, parts) in enumerate(rows):
        top = _TOP + place * _ROW
        body.append(_label(label, top))
        left = float(_LEFT)
        for shade, number in zip(PATTERNS, parts, strict=True):
            if number:
                body.append(_bar(left, top, number * step, shade))
                left += number * step
        body.append(_text(left + 6, top + _BAR - 3, str(sum(parts))))
    bottom = _TOP + len(rows) * _ROW + 18
    body += [_key(place, name, bottom) for place, name in enumerate(legend)]
    told = "; ".join(f"{label} {sum(parts)}" for label, parts in rows)
    return _svg(body, height=bottom + 12, title=f"{title}: {told}")


def lead_lines(rows: Sequence[tuple[str, int | None]], *, title: str) -> str:
    """Per event a line as long as the days that somebody knew before; an open circle where nobody did."""
    longest = max([days for _, days in rows if days is not None] + [31])
    step = (WIDTH - _LEFT - _RIGHT - 40) / longest
    body = []
    for place, (label, days) in enumerate(rows):
        top = _TOP + place * _ROW
        middle = top + _BAR / 2
        body.append(_label(label, top))
        if days is None:
            body.append(
                f'<circle cx="{_LEFT + 5}" cy="{middle}" r="4" fill="{_PAPER}" stroke="{_INK}" stroke-width="1.5"/>'
            )
            body.append(_text(_LEFT + 16, middle + 4, "niemand wist het"))
            continue
        end = _LEFT + days * step
        body.append(
            f'<line x1="{_LEFT}" x2="{end:.1f}" y1="{middle}" y2="{middle}" stroke="{_INK}" stroke-width="3"/>'
        )
        body.append(f'<circle cx="{_LEFT}" cy="{middle}" r="4" fill="{_INK}"/>')
        body.append(_text(end + 6, middle + 4, f"{days} dagen"))
    told = "; ".join(f"{label} {'geen' if days is None else days} dagen" for label, days in rows)
    return _svg(body, height=_TOP + len(rows) * _ROW + 6, title=f"{title}: {told}")


def _svg(body: Sequence[str], *, height: float, title: str) -> str:
    words = escape(title, quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{words}"><title>{words}</title>'
        f'<rect width="{WIDTH}" height="{height}" fill="{_PAPER}"/>{"".join(body)}</svg>'
    )


def _label(words: str, top: float) -> str:
    shown = words if len(words) <= 22 else words[:21] + "…"
    return _text(_LEFT - 8, top + _BAR - 3, shown, anchor="end")


def _bar(left: float, top: float, length: float, shade: str) -> str:
    return (
        f'<rect x="{left:.1f}" y="{top}" width="{max(length, 1):.1f}" height="{_BAR}" fill="{shade}" '
        f'stroke="{_INK}" stroke-width="0.6"/>'
    )


def _key(place: int, name: str, top: float) -> str:
    left = _LEFT + place * 120
    return _bar(left, top - 11, 14, PATTERNS[place]) + _text(left + 20, top + 1, name, colour=_GREY)


def _text(left: float, height: float, words: str, *, anchor: str = "start", colour: str = _INK) -> str:
    return (
        f'<text x="{left:.1f}" y="{height:.1f}" font-family="{_FONT}" font-size="12" fill="{colour}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )
