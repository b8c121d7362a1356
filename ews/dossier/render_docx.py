"""A notice as a Word file: real styles and headings, and a field per item that a person may edit.

Each item's content lies in a content control with tag `item-<number>`; `read_docx` finds them back.
"""

import io
import zipfile
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from ews.dossier import ooxml
from ews.dossier.layout import FICTITIOUS, lay_out
from ews.dossier.model import Dossier
from ews.dossier.paper import Paper, PaperBlock, Run, Section
from ews.dossier.render_pdf import chart_png

RED = RGBColor(0xA4, 0x16, 0x1A)
GREY = RGBColor(0x55, 0x55, 0x55)
TEXT_WIDTH = 9298
"""Between the margins, in twentieths of a point (164 mm)."""
SHADE = "E4E9EE"
FIXED = (1980, 1, 1, 0, 0, 0)
"""Zip entries carry no clock: the same notice is the same file."""


def render_docx(dossier: Dossier) -> bytes:
    """The Word file; the same notice gives the same bytes."""
    return write_docx(lay_out(dossier))


def write_docx(paper: Paper) -> bytes:
    """Draw one paper."""
    word = Document()
    _properties(word, paper)
    _styles(word, paper)
    _page(word, paper)
    _letter(word, paper)
    for section in paper.sections:
        _section(word, section, paper.accent)
    return _without_clock(word)


def _properties(word: WordDocument, paper: Paper) -> None:
    moment = datetime.fromisoformat(paper.created)
    core = word.core_properties
    core.title, core.author, core.language = paper.title, paper.sender[0], "nl-NL"
    core.created = core.modified = moment
    core.last_modified_by, core.comments, core.revision = paper.sender[0], "", 1


def _styles(word: WordDocument, paper: Paper) -> None:
    accent = RGBColor.from_string(paper.accent.upper())
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = paper.word_font, Pt(10)
    normal.paragraph_format.space_after = Pt(6)
    language = OxmlElement("w:lang")
    for attribute in ("w:val", "w:eastAsia", "w:bidi"):
        language.set(qn(attribute), "nl-NL")
    normal.element.get_or_add_rPr().append(language)
    for level, size in ((1, 15), (2, 12), (3, 11)):
        heading = word.styles[f"Heading {level}"]
        heading.font.name, heading.font.size, heading.font.color.rgb = paper.word_font, Pt(size), accent
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            heading.element.rPr.rFonts.attrib.pop(qn(theme), None)  # a theme font would win over ours
        heading.paragraph_format.keep_with_next = True
    for name, colour, size, bold, italic in (
        ("Ontbreekt", RED, 0, True, False),
        ("Citaat van een ander", None, 0, False, True),
        ("Bewijsnummer", accent, 8, False, False),
        ("Aanduiding", GREY, 0, False, False),
    ):
        style = word.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        style.font.bold, style.font.italic = bold, italic
        if size:
            style.font.size = Pt(size)
        if colour is not None:
            style.font.color.rgb = colour
    for name, colour, bold in (("Gevraagd", GREY, False), ("Zwak", RED, True)):
        line = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        line.base_style = normal
        line.font.size, line.font.color.rgb, line.font.bold = Pt(8.5), colour, bold


def _page(word: WordDocument, paper: Paper) -> None:
    page = word.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Mm(24), Mm(22), Mm(26), Mm(24)
    if paper.fictitious:
        head = page.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        head.add_run(FICTITIOUS, style="Ontbreekt")
    foot = page.footer.paragraphs[0]
    small = foot.add_run(f"{paper.footer} · pagina ")
    small.font.size, small.font.color.rgb = Pt(7.5), GREY
    foot._p.append(ooxml.counter("PAGE"))


def _letter(word: WordDocument, paper: Paper) -> None:
    head = word.add_paragraph()
    name = head.add_run(" ".join(paper.letterhead))
    name.bold, name.font.size, name.font.color.rgb = True, Pt(17), RGBColor.from_string(paper.accent.upper())
    word.add_paragraph().add_run(" · ".join(one for one in paper.sender if one), style="Aanduiding")
    _lines(word, paper.addressee)
    for label, told in paper.reference:
        line = word.add_paragraph()
        line.paragraph_format.space_after = Pt(1)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(34))
        line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Mm(34), Mm(-34)
        line.add_run(label, style="Aanduiding")
        line.add_run(f"\t{told}").bold = label == "Onderwerp"
    if paper.label:
        word.add_paragraph().add_run(paper.label, style="Ontbreekt")
    _lines(word, paper.status, style="Ontbreekt")
    if paper.salutation:
        word.add_paragraph(paper.salutation)
    for block in paper.letter:
        for piece in _block(word, block, paper.accent):
            _append(word, piece)
    if paper.closing:
        word.add_paragraph(paper.closing[0]).paragraph_format.space_after = Mm(16)
        _lines(word, paper.closing[1:])


def _lines(word: WordDocument, lines: tuple[str, ...], style: str | None = None) -> None:
    paragraph = word.add_paragraph()
    for index, text in enumerate(lines):
        run = paragraph.add_run(text, style=style)
        if index < len(lines) - 1:
            run.add_break()


def _section(word: WordDocument, section: Section, accent: str) -> None:
    heading = word.add_heading(section.heading, level=section.level)
    heading.paragraph_format.page_break_before = section.new_page
    # these stand in paragraph styles: LibreOffice drops character styles in the first paragraph of a field
    lines = ((section.asked, "Gevraagd"), (section.state, "Zwak"))
    drawn = [ooxml.paragraph([ooxml.run(text)], style=style) for text, style in lines if text]
    drawn += [piece for block in section.blocks for piece in _block(word, block, accent)]
    if section.tag and drawn:
        drawn = [ooxml.field(drawn, alias=section.heading[:60], tag=section.tag)]
    for piece in drawn:
        _append(word, piece)


def _append(word: WordDocument, piece: Any) -> None:
    word.element.body.sectPr.addprevious(piece)


def _block(word: WordDocument, block: PaperBlock, accent: str) -> list[Any]:
    if block.kind == "paragraph":
        return [_paragraph(block.runs)]
    caption = ooxml.paragraph(
        [ooxml.run(block.caption)], style="Caption", properties=[ooxml.element("keepNext")]
    )
    if block.kind == "table":
        shares = [TEXT_WIDTH * one // sum(block.widths) for one in block.widths]
        drawn = ooxml.table(block.columns, block.rows, shares, block.numeric, SHADE)
        return [caption, drawn, ooxml.paragraph([])]
    picture = word.add_picture(io.BytesIO(chart_png(block, accent)), width=Mm(130))
    picture._inline.docPr.set("descr", block.alternative)
    holder = picture._inline.getparent().getparent().getparent()
    holder.getparent().remove(holder)  # it belongs where its section is, not at the end
    return [caption, holder]


def _paragraph(runs: tuple[Run, ...]) -> Any:
    sizes = {"cite": ooxml.CITE_HALF_POINTS}
    return ooxml.paragraph([ooxml.run(text, style, half_points=sizes.get(style, 0)) for text, style in runs])


def _without_clock(word: WordDocument) -> bytes:
    """The package again, its parts in a fixed order and with a fixed time."""
    drawn = io.BytesIO()
    word.save(drawn)
    fixed = io.BytesIO()
    with zipfile.ZipFile(drawn) as before, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            entry = zipfile.ZipInfo(name, FIXED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            after.writestr(entry, before.read(name))
    return fixed.getvalue()
