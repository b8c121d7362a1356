"""Documents are judged by what is in them, whatever their name says."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ews.cases.screening import REMEDIES, Bounds, Finding, readable_text, screen, shown_name

BOUNDS = Bounds(unpacked_bytes=1_000_000, unpack_ratio=100, zip_entries=50)
TYPES = ("[Content_Types].xml", b"<Types/>")
WORDS = b"<w:t>besproken met het bestuur</w:t>" + bytes(range(32, 127)) * 20


def office(*parts: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in (TYPES, *parts):
            archive.writestr(name, content)
    return target.getvalue()


def link(kind: str) -> bytes:
    return f'<Relationships><Relationship Type="x/{kind}" Target="http://a/b" TargetMode="External"/></Relationships>'.encode()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"%PDF-1.7\nverslag", None, id="a pdf"),
        pytest.param(b"\x89PNG\r\n\x1a\n....", None, id="a picture"),
        pytest.param("Verslag: één punt".encode(), None, id="plain text"),
        pytest.param(office(("word/document.xml", WORDS)), None, id="a Word document"),
        pytest.param(
            office(("word/_rels/document.xml.rels", link("hyperlink"))), None, id="a hyperlink is no fetch"
        ),
        pytest.param(b"  \n", Finding.EMPTY, id="nothing"),
        pytest.param(b"MZ\x90\x00\x03", Finding.UNKNOWN_KIND, id="a program called .pdf"),
        pytest.param(b"#!/bin/sh\nrm", Finding.UNKNOWN_KIND, id="a script"),
        pytest.param(b"<html><script>", Finding.UNKNOWN_KIND, id="a page"),
        pytest.param(b"<svg onload=x>", Finding.UNKNOWN_KIND, id="an svg with behaviour"),
        pytest.param(
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>', Finding.DOCTYPE, id="billion laughs"
        ),
        pytest.param(
            office(("word/document.xml", b"<!DOCTYPE x SYSTEM 'http://a/b'>")), Finding.DOCTYPE, id="XXE in docx"
        ),
        pytest.param(office(("word/vbaProject.bin", b"x")), Finding.MACROS, id="macros in a .docx"),
        pytest.param(office(("xl/macrosheets/sheet1.xml", b"x")), Finding.MACROS, id="Excel 4 macros"),
        pytest.param(office(("word/embeddings/oleObject1.bin", b"x")), Finding.EMBEDDED, id="OLE object"),
        pytest.param(office(("word/embeddings/a.xlsx", b"x")), Finding.EMBEDDED, id="a workbook inside"),
        pytest.param(office(("xl/externalLinks/externalLink1.xml", b"x")), Finding.EXTERNAL, id="external link"),
        pytest.param(
            office(("word/_rels/settings.xml.rels", link("attachedTemplate"))), Finding.EXTERNAL, id="remote template"
        ),
        pytest.param(office(("word/document.xml", b"DDEAUTO c:\\x")), Finding.EXTERNAL, id="DDE"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1EncryptedPackage", Finding.OLD_OFFICE, id="a workbook with a password"
        ),
        pytest.param(office(("EncryptedPackage", b"x")), Finding.ENCRYPTED, id="encrypted part"),
        pytest.param(b"%PDF-1.7 /Encrypt 5 0 R", Finding.ENCRYPTED, id="a pdf with a password"),
        pytest.param(b"%PDF-1.7 /OpenAction << /JavaScript (x) >>", Finding.EMBEDDED, id="a pdf that acts"),
        pytest.param(b"%PDF-1.7 /Launch (x)", Finding.EMBEDDED, id="a pdf that launches"),
        pytest.param(b"%PDF-1.7\n" + office(("a.txt", b"x")), Finding.TWO_KINDS, id="pdf and zip at once"),
        pytest.param(b"GIF" + office(("a.txt", b"x")), Finding.TWO_KINDS, id="something and zip at once"),
        pytest.param(
            office(("word/document.xml", b"0" * 900_000)), Finding.BOMB, id="ratio of more than a hundred"
        ),
        pytest.param(
            office(("word/document.xml", b"0" * 1_100_000), compression=zipfile.ZIP_STORED), Finding.BOMB,
            id="more than may be unpacked",
        ),
        pytest.param(office(*((f"x/{n}.xml", b"") for n in range(60))), Finding.BOMB, id="too many parts"),
        pytest.param(office(("word/inner.zip", b"x")), Finding.BOMB, id="a zip in a document"),
        pytest.param(b"PK\x03\x04 broken", Finding.DAMAGED, id="half a document"),
    ],
)  # fmt: skip
def test_documents(content, expected):
    assert screen(content, BOUNDS) is expected


def test_a_zip_that_is_no_document():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", "x")
    assert screen(target.getvalue(), BOUNDS) is Finding.UNKNOWN_KIND


def test_every_finding_says_what_to_do():
    assert set(REMEDIES) == set(Finding)


@given(st.binary(max_size=400))
def test_any_bytes_get_an_answer(content):
    for start in (b"", b"PK\x03\x04", b"%PDF-"):
        assert screen(start + content, BOUNDS) in {*Finding, None}


def test_words_inside_a_document_are_found():
    assert "besproken met het bestuur" in readable_text(office(("word/document.xml", WORDS)))
    assert readable_text(b"%PDF-1.7 123456782") == ""


def test_names_are_shown_without_tricks():
    assert shown_name("verslag\u202efdp.exe") == "verslag·fdp.exe"
    assert shown_name("a\x00b") == "a·b"
    assert len(shown_name("x" * 300)) == 200
