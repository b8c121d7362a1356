"""Pieces of a Word document as elements. python-docx looks styles and cells up anew for each run; this does not."""

from collections.abc import Iterable, Sequence
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

STYLE_IDS = {
    "missing": "Ontbreekt",
    "quote": "Citaatvaneenander",
    "cite": "Bewijsnummer",
    "label": "Aanduiding",
}
"""Ids of the character styles that `render_docx` defines, by what a run is."""
CITE_HALF_POINTS = 16
CELL_HALF_POINTS = 16
GAP_TWENTIETHS = 40
"""Space above and below the text of a cell, in twentieths of a point."""


def element(name: str, children: Iterable[Any] = (), **attributes: object) -> Any:
    """`w:name` with attributes in the same namespace and children."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    for child in children:
        made.append(child)
    return made


def run(text: str, style: str = "plain", *, half_points: int = 0, bold: bool = False) -> Any:
    """A run of text; `style` is plain, missing, quote, cite or label."""
    properties = []
    if style in STYLE_IDS:
        properties.append(element("rStyle", val=STYLE_IDS[style]))
    if bold:
        properties.append(element("b"))
    if half_points:
        properties.append(element("sz", val=half_points))
    words = element("t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return element("r", [element("rPr", properties), words] if properties else [words])


def paragraph(runs: Iterable[Any], *, style: str = "", properties: Sequence[Any] = ()) -> Any:
    """A paragraph of runs."""
    wanted = [*([element("pStyle", val=style)] if style else []), *properties]
    return element("p", [*([element("pPr", wanted)] if wanted else []), *runs])


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    widths: Sequence[int],
    numeric: Sequence[int],
    shade: str,
) -> Any:
    """A table with a header row that repeats on every page; widths in twentieths of a point."""
    borders = [element(side, val="single", sz=4, color="999999") for side in ("top", "bottom", "insideH")]
    properties = element(
        "tblPr",
        [
            element("tblW", w=sum(widths), type="dxa"),
            element("tblBorders", borders),
            element("tblLayout", type="fixed"),
        ],
    )
    grid = element("tblGrid", [element("gridCol", w=width) for width in widths])
    head = _row(columns, widths, numeric, shade=shade)
    return element("tbl", [properties, grid, head, *(_row(cells, widths, numeric) for cells in rows)])


def _row(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[int], *, shade: str = "") -> Any:
    kept = [element("cantSplit")] if max(map(len, cells)) < 400 else []
    properties = [*kept, *([element("tblHeader")] if shade else [])]
    drawn = [
        _cell(text, width, right=index in numeric, shade=shade)
        for index, (text, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return element("tr", [element("trPr", properties), *drawn] if properties else drawn)


def _cell(text: str, width: int, *, right: bool, shade: str) -> Any:
    style = "missing" if text.startswith("[ONTBREEKT") else "plain"
    written = run(text, style, half_points=CELL_HALF_POINTS, bold=bool(shade))
    spacing = element("spacing", before=GAP_TWENTIETHS, after=GAP_TWENTIETHS)
    layout = [spacing, *([element("jc", val="right")] if right else [])]
    properties = [element("tcW", w=width, type="dxa")]
    if shade:
        properties.append(element("shd", val="clear", color="auto", fill=shade))
    return element("tc", [element("tcPr", properties), paragraph([written], properties=layout)])


def field(drawn: Sequence[Any], *, alias: str, tag: str) -> Any:
    """A content control around what is drawn: a person may edit it, and it is found back by its tag."""
    properties = element("sdtPr", [element("alias", val=alias), element("tag", val=tag)])
    return element("sdt", [properties, element("sdtContent", drawn)])


def counter(code: str) -> Any:
    """A field that Word counts itself, for example PAGE."""
    simple = element("fldSimple", [run("1", half_points=15)])
    simple.set(qn("w:instr"), code)
    return simple
