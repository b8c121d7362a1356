"""A notice as PDF/A-2a that declares itself PDF/UA-1: tagged, fonts embedded, Dutch, the same bytes every time."""

import json
import re
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from ews.dossier.layout import lay_out
from ews.dossier.model import Dossier
from ews.dossier.paper import Paper, PaperBlock, as_json

TEMPLATES = Path(__file__).parent / "templates"
COVERED = (
    "20-7e,a0-ac,ae-24f,370-377,37a-37f,384-38a,38c,38e-3a1,3a3-45f,1e00-1eff,2010-2027,202f-2040,2042,"
    "2044-2052,2054-205f,20a0-20bf,2100-211e,2120,2122,2124,2126-214f,2190-22ff,25a0-25ff"
)
"""Code points that the shipped fonts have, measured with the typesetter."""
RIGHT_TO_LEFT = {
    "5d0-5ea": "5b0-5bc,5c1-5c2",
    "621-63a,641-64a,660-669,6f0-6f9,67e,686,698,6a9,6af,6cc,60c,61b,61f": "64b-652",
}
"""Hebrew and Arabic (with Persian) letters: their points. A point goes only on a letter of its own script: on
anything else the typesetter stops (typst 0.15)."""
_JOINED = re.compile(r"[^_/.\-]*[_/.\-]|[^_/.\-]+")
UNBROKEN = 18
"""Characters after which a text without blanks may break, so that it stays within its column."""


def render_pdf(dossier: Dossier) -> bytes:
    """The PDF. A character that no shipped font has is printed as its code point, ‹U+1F600›."""
    return typeset(lay_out(dossier))


def typeset(paper: Paper) -> bytes:
    """Set one paper with the shipped template and only the fonts that come with the typesetter."""
    import typst

    moment = datetime.combine(datetime.fromisoformat(paper.created), time(0), UTC)
    pdf: bytes = typst.compile(
        str(TEMPLATES / "notice.typ"),
        root=str(TEMPLATES),
        sys_inputs={"paper": json.dumps(_printable(as_json(paper)), ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
        ignore_system_fonts=True,
        timestamp=moment,
    )
    return pdf


def page_pictures(dossier: Dossier, *, ppi: int = 96) -> tuple[bytes, ...]:
    """Every sheet of the PDF as a PNG, for a screen that shows no PDF; set from the same paper."""
    import typst

    made = typst.compile(
        str(TEMPLATES / "notice.typ"),
        root=str(TEMPLATES),
        sys_inputs={"paper": json.dumps(_printable(as_json(lay_out(dossier))), ensure_ascii=False)},
        format="png",
        ppi=ppi,
        ignore_system_fonts=True,
    )
    return tuple(made) if isinstance(made, list) else (made,)


def chart_png(block: PaperBlock, accent: str) -> bytes:
    """A chart as a picture of 144 dots an inch."""
    import typst

    given = {"block": asdict(block), "accent": accent}
    png: bytes = typst.compile(
        str(TEMPLATES / "chart_page.typ"),
        root=str(TEMPLATES),
        sys_inputs={"chart": json.dumps(_printable(given), ensure_ascii=False)},
        format="png",
        ppi=144,
        ignore_system_fonts=True,
    )
    return png


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return breakable(printable(value))
    if isinstance(value, dict):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(inner) for inner in value]
    return value


def printable(text: str) -> str:
    """The text with every character that the fonts lack replaced by its code point."""
    if all(ord(one) in _CODES for one in text):
        return text
    told: list[str] = []
    script: frozenset[int] = frozenset()
    """Points that the letter before this one may carry."""
    for one in text:
        code = ord(one)
        points = next((points for letters, points in _SCRIPTS if code in letters), None)
        fits = code in _CODES or points is not None or code in script
        told.append(one if fits else f"‹U+{code:04X}›")
        script = script if code in script else points or frozenset()
    return "".join(told)


def breakable(text: str) -> str:
    """Long words with places where a line may end."""
    if not any(len(word) > UNBROKEN for word in text.split(" ")):
        return text
    return " ".join("\u200b".join(_pieces(word)) for word in text.split(" "))


def _pieces(word: str) -> list[str]:
    """A long word where it joins parts (`brief_2026-11-17.pdf`), and else wherever it must."""
    if len(word) <= UNBROKEN:
        return [word]
    return [part for piece in _JOINED.findall(word) for part in _cut(piece)]


def _cut(piece: str) -> list[str]:
    if len(piece) <= UNBROKEN * 2:
        return [piece]
    return [piece[start : start + UNBROKEN] for start in range(0, len(piece), UNBROKEN)]


def _codes(ranges: str) -> frozenset[int]:
    pairs = (one.split("-") for one in ranges.split(","))
    return frozenset(code for pair in pairs for code in range(int(pair[0], 16), int(pair[-1], 16) + 1))


_CODES = _codes(COVERED)
_SCRIPTS = tuple((_codes(letters), _codes(points)) for letters, points in RIGHT_TO_LEFT.items())
