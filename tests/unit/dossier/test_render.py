"""Word and PDF of one notice: the same words, the same bytes, and nothing a person writes can break out."""

import io
import re
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from dossier_cases import ENTRIES, EWS, OVERMACHT, draft, facts, statement, without
from lxml import etree
from pypdf import PdfReader

from ews.dossier.render_docx import render_docx
from ews.dossier.render_pdf import breakable, printable, render_pdf

HOSTILE = {
    "ten thousand characters": "Zorg " * 2000,
    "ten thousand without a blank": "x" * 10_000,
    "emoji": "Alarm \U0001f6a8\U0001f468\u200d\U0001f469",
    "right to left": "\u0645\u0631\u062d\u0628\u0627 \u202e \u05e9\u05dc\u05d5\u05dd \u202c",
    "combining": "a\u0300\u0302\u0303\u0489 zalgo",
    "typst": '#[typst] #panic("x") $x$ *vet* @ref <label> #include "/etc/passwd" \\ ` // /*',
    "jinja": "{{ 7*7 }} {% for x in y %} {{jinja}}",
    "word": "</w:t></w:r><w:t>uit</w:t> & <w:p/> ]]> &amp;",
    "controls": "a\x00b\x07c\x1bd\ufffe\ud800e",
    "formula": '=HYPERLINK("http://x")',
}


def pdf_text(content: bytes) -> str:
    return " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def word_text(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        tree = etree.fromstring(package.read("word/document.xml"))
    return " ".join("".join(tree.itertext("{*}t")).split())


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b\u00ad-]", "", text)


def test_hostile_text_stays_text():
    told = [
        statement(100 + n, "scenarios", text, (14,), quoted=text[:200])
        for n, text in enumerate(HOSTILE.values())
    ]
    dossier = draft(EWS, facts((*ENTRIES, *told)))
    pdf, word = render_pdf(dossier), render_docx(dossier)
    printed, written = squeezed(pdf_text(pdf)), squeezed(word_text(word))
    headings = [
        one.text for one in Document(io.BytesIO(word)).paragraphs if one.style.name.startswith("Heading")
    ]
    assert "18. Vertrouwelijkheid" in headings, "the items after it are there"
    assert squeezed("18. Vertrouwelijkheid") in printed
    for name in ("typst", "jinja", "word", "formula"):
        assert squeezed(HOSTILE[name]) in printed, name
        assert squeezed(HOSTILE[name]) in written, name
    assert printed.count("Zorg") > 2000
    assert "‹U+1F6A8›" in printed
    assert "\u0645\u0631\u062d\u0628\u0627" in printed, "Arabic is readable, in its own letters"
    assert "\u05e9\u05dc\u05d5\u05dd" in printed, "and so is Hebrew"
    assert "‹U+202E›" in printed
    assert "\U0001f6a8" in written
    assert "‹U+202E›" in written, "direction marks are shown, not obeyed"


def test_a_long_word_stays_within_the_page():
    dossier = draft(given=facts((*without(25), statement(25, "einddatum", "x" * 10_000, (14,)))))
    page_of = [
        page
        for page in PdfReader(io.BytesIO(render_pdf(dossier))).pages
        if "xxxxxxxxxxxx" in page.extract_text()
    ]
    right = float(page_of[0].mediabox.right)
    reached = []
    page_of[0].extract_text(
        visitor_text=lambda text, cm, tm, font, size: reached.append(tm[4]) if text.strip() else None
    )
    assert max(reached) < right


@pytest.mark.slow
def test_three_hundred_alternatives_are_a_table_over_pages():
    many = []
    for number in range(300):
        asked, told = ENTRIES[10], ENTRIES[11]
        many.append(replace(asked, id=1000 + 2 * number))
        many.append(
            replace(told, id=1001 + 2 * number, what=replace(told.what, alternative=1000 + 2 * number))
        )
    dossier = draft(given=facts((*without(11, 12), *many)))
    text = pdf_text(render_pdf(dossier))
    assert "301 alternatieven" in text
    with zipfile.ZipFile(io.BytesIO(render_docx(dossier))) as package:
        assert package.read("word/document.xml").count(b"<w:tr>") > 900


@pytest.mark.parametrize("obligation", [OVERMACHT, EWS], ids=["overmachtsmelding", "ews_melding"])
def test_word_and_pdf_say_the_same_and_are_the_same_bytes_again(obligation):
    dossier = draft(obligation)
    pdf, word = render_pdf(dossier), render_docx(dossier)
    assert render_pdf(dossier) == pdf
    assert render_docx(dossier) == word
    printed = squeezed(pdf_text(pdf))
    for paragraph in Document(io.BytesIO(word)).paragraphs:
        if paragraph.text.strip():
            assert squeezed(paragraph.text) in printed, paragraph.text


def test_the_pdf_is_tagged_dutch_and_declares_its_standards():
    reader = PdfReader(io.BytesIO(render_pdf(draft())))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "nl"
    assert root["/MarkInfo"]["/Marked"]
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    fonts = {font for page in reader.pages for font in page["/Resources"]["/Font"].values()}
    for font in fonts:
        descendant = font.get_object()["/DescendantFonts"][0].get_object()
        descriptor = descendant["/FontDescriptor"].get_object()
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_the_word_file_has_headings_fields_and_dutch():
    content = render_docx(draft())
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        body = package.read("word/document.xml").decode()
        styles = package.read("word/styles.xml").decode()
    assert {f'w:val="item-{number}"' in body for number in ("1", "6", "8a", "9", "E1")} == {True}
    assert 'w:lang w:val="nl-NL"' in styles
    assert "w:tblHeader" in body


def test_a_picture_in_word_says_what_it_shows():
    with zipfile.ZipFile(io.BytesIO(render_docx(draft()))) as package:
        body = package.read("word/document.xml").decode()
    assert 'descr="Verloop van het risiconiveau.' in body


def test_an_example_is_marked_on_every_page():
    reader = PdfReader(io.BytesIO(render_pdf(draft())))
    assert all("FICTIEF" in page.extract_text() for page in reader.pages)
    real = replace(draft(), fictitious=False)
    assert not any("FICTIEF" in page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(real))).pages)


def test_every_page_names_its_confidentiality_and_the_audit_head():
    reader = PdfReader(io.BytesIO(render_pdf(draft())))
    for page in reader.pages:
        text = page.extract_text()
        assert "Vertrouwelijk verstrekt aan de NZa" in text
        assert "9c41aa02 (18204)" in text


def test_a_font_that_is_not_there_is_replaced_and_embedded():
    dossier = draft()
    strange = replace(dossier, house_style=replace(dossier.house_style, body_font="Bestaat Niet"))
    assert "8b. Zelf in de zorg voorzien" in pdf_text(render_pdf(strange))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param(
            "\u05e9\u05b8\u05c1\u05dc", "\u05e9\u05b8\u05c1\u05dc", id="points on a letter of their script"
        ),
        pytest.param("\u0645\u0651\u064e", "\u0645\u0651\u064e", id="two Arabic points on one letter"),
        pytest.param("a\u05b8", "a‹U+05B8›", id="a point on a foreign letter is shown as what it is"),
        pytest.param("\u05e9 \u05b8", "\u05e9 ‹U+05B8›", id="so is one that follows a blank"),
        pytest.param("漢 \U0001f6a8", "‹U+6F22› ‹U+1F6A8›", id="what no shipped font has"),
    ],
)
def test_what_the_fonts_have_is_printed_and_the_rest_is_named(text, shown):
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("word", "lines"),
    [
        pytest.param(
            "continuïteitsfunctionaris]", ["continuïteitsfunctionaris]"], id="a long word stays whole"
        ),
        pytest.param(
            "brief_bewindvoerder_2026-11-17.pdf",
            ["brief_", "bewindvoerder_", "2026-", "11-", "17.", "pdf"],
            id="a file's name breaks where its parts join",
        ),
        pytest.param("x" * 50, ["x" * 18, "x" * 18, "x" * 14], id="what joins nowhere breaks anywhere"),
    ],
)
def test_a_line_may_end_where_a_reader_expects_it_and_no_letter_is_lost(word, lines):
    assert breakable(f"a {word} b") == " ".join(["a", "\u200b".join(lines), "b"])
