"""A notice as it is laid on paper: one content for Word and PDF, so that they cannot say different things."""

import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ews.dossier.model import (
    Block,
    Chart,
    Paragraph,
    Sentence,
    Table,
)
from ews.dossier.risk import LEVELS
from ews.dossier.words import capital, cite, short_date

Style = Literal["plain", "quote", "missing", "cite", "label"]
Run = tuple[str, Style]


@dataclass(frozen=True, slots=True)
class PaperBlock:
    """A paragraph of runs, a table, or a chart; what does not belong to its kind is empty."""

    kind: Literal["paragraph", "table", "chart"]
    runs: tuple[Run, ...] = ()
    caption: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()
    numeric: tuple[int, ...] = ()
    alternative: str = ""
    steps: tuple[tuple[str, int, int], ...] = ()
    """Chart: (date, days since the first, rank 0-4)."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its blocks. `tag` marks what a person may edit in Word and read back."""

    heading: str
    level: int
    blocks: tuple[PaperBlock, ...] = ()
    asked: str = ""
    """What the regulation asks, and where."""
    state: str = ""
    tag: str = ""
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that is drawn, in order."""

    title: str
    label: str
    fictitious: bool
    accent: str
    body_font: str
    word_font: str
    letterhead: tuple[str, ...]
    sender: tuple[str, ...]
    addressee: tuple[str, ...]
    reference: tuple[tuple[str, str], ...]
    status: tuple[str, ...]
    salutation: str
    letter: tuple[PaperBlock, ...]
    closing: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: str
    created: str
    """`YYYY-MM-DD`, in the file's own properties."""


def blocks(found: Iterable[Block]) -> tuple[PaperBlock, ...]:
    """Blocks of a notice as they are drawn."""
    return tuple(_block(one) for one in found)


def _block(block: Block) -> PaperBlock:
    if isinstance(block, Paragraph):
        return paragraph(block.sentences)
    if isinstance(block, Table):
        return table(block.caption, block.columns, block.rows, numeric=block.numeric)
    return _chart(block)


def paragraph(sentences: Iterable[Sentence]) -> PaperBlock:
    """Sentences one after the other, each with its evidence behind it."""
    return PaperBlock("paragraph", runs=tuple(run for one in sentences for run in _runs(one)))


def _runs(one: Sentence) -> list[Run]:
    if one.missing:
        return [(f"{plain(one.text)} ", "missing")]
    if one.quoted_from:
        runs: list[Run] = [
            (f"{capital(plain(one.quoted_from))}: ", "label"),
            (f"“{plain(one.text)}”", "quote"),
        ]
    else:
        runs = [(plain(one.text), "plain")]
    proof = cite(one.refs)
    return [*runs, (f" {proof} " if proof else " ", "cite")]


def table(
    caption: str,
    columns: tuple[str, ...],
    rows: Iterable[tuple[str, ...]],
    widths: tuple[int, ...] = (),
    numeric: tuple[int, ...] = (),
) -> PaperBlock:
    """A table whose columns share the width by what stands in them."""
    listed = tuple(tuple(plain(cell) for cell in row) for row in rows)
    found = widths or _widths(columns, listed)
    return PaperBlock(
        "table", caption=plain(caption), columns=columns, rows=listed, widths=found, numeric=numeric
    )


def _widths(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> tuple[int, ...]:
    """Shares of the width: as long as the longest cell within bounds, and never less than its longest word."""
    sizes = []
    longest = min(40, max(16, 130 // len(columns)))
    for index, head in enumerate(columns):
        cells = [head, *(row[index] for row in rows)]
        word = max(len(word) for cell in cells for word in (cell.split() or [""]))
        sizes.append(max(6, min(14, word + 3), min(longest, max(len(cell) for cell in cells))))
    total = sum(sizes)
    return tuple(max(6, round(100 * size / total)) for size in sizes)


def _chart(chart: Chart) -> PaperBlock:
    first = chart.points[0][0]
    steps = [(short_date(day), (day - first).days, LEVELS.index(level)) for day, level in chart.points]
    steps.append((short_date(chart.until), (chart.until - first).days, steps[-1][2]))
    return PaperBlock(
        "chart", caption=chart.caption, alternative=plain(chart.alternative), steps=tuple(steps)
    )


def plain(text: str) -> str:
    """Text of people without control or direction marks: those are printed as their code point."""
    return "".join(_visible(character) for character in unicodedata.normalize("NFC", text))


def _visible(character: str) -> str:
    if character in "\n\t":
        return " "
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}:
        return f"‹U+{ord(character):04X}›"
    return character


def as_json(paper: Paper) -> dict[str, Any]:
    """Plain lists and dictionaries, for the typesetter."""
    return asdict(paper)
