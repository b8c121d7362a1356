"""Workbooks are looked through before they are opened, and read as text."""

import io
import zipfile
from datetime import date

import pytest
from contracts import contract
from openpyxl import Workbook

from ews.errors import FileRefusedError
from ews.signals.content import FileLimits, open_content
from ews.signals.files import read_tables
from ews.signals.table import place

LIMITS = FileLimits(
    file_bytes=50_000_000, unpacked_bytes=200_000_000, unpack_ratio=100, zip_entries=1000, rows=1_000_000
)


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def with_part(raw: bytes, name: str, content: bytes, *, times: int = 1) -> bytes:
    made = io.BytesIO(raw)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(times):
            archive.writestr(name.format(number), content)
    return made.getvalue()


PLAIN = workbook(("Blad1", [["KvK", "Plaatsen "], [8111924, 40.5], ["08111924", None]]))


def tables(raw: bytes, **keys: object):
    return read_tables(open_content("proef.xlsx", raw, LIMITS), contract(form="xlsx", **keys), LIMITS)


def rows(table):
    return [list(row) for row in zip(*table.columns, strict=True)]


def test_numbers_and_dates_become_text_as_the_source_writes_it():
    raw = workbook(("Blad1", [["KvK", "Datum", "Getal"], [8111924.0, date(2026, 3, 31), 1.234]]))
    (table,) = tables(raw)
    assert rows(table) == [["8111924", "2026-03-31", "1,234"]]
    (table,) = tables(raw, decimal="point")
    assert rows(table) == [["8111924", "2026-03-31", "1.234"]]


def test_empty_sheets_are_skipped_and_rows_of_further_sheets_keep_their_place():
    raw = workbook(("Belangrijke informatie", []), ("Gegevens", [["KvK", "Plaatsen"], ["08111924", 4]]))
    (table,) = tables(raw)
    assert place(int(table.rows[0])) == "blad 2, rij 2"


def test_empty_rows_above_the_table_shift_nothing():
    raw = workbook(("Blad1", [[], [], [None, "KvK", "Plaatsen"], [None, "08111924", 4]]))
    (table,) = tables(raw, header_row=3)
    assert table.header == ("", "KvK", "Plaatsen")
    assert rows(table) == [["", "08111924", "4"]]
    assert table.rows.tolist() == [4]


def test_only_the_sheets_of_the_contract_are_read():
    raw = workbook(("Uitleg", [["Lees dit"]]), ("Data 2026", [["KvK"], ["08111924"]]))
    assert [table.header for table in tables(raw, sheets=["^data"])] == [("KvK",)]
    with pytest.raises(FileRefusedError, match="geen enkel blad"):
        tables(raw, sheets=["^cijfers"])


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        pytest.param(with_part(PLAIN, "xl/vbaProject.bin", b"macro"), "macro's", id="macros"),
        pytest.param(with_part(PLAIN, "xl/embeddings/oleObject1.bin", b"x"), "ingesloten object", id="an embedded object"),
        pytest.param(with_part(PLAIN, "xl/externalLinks/externalLink1.xml", b"<x/>"), "koppelingen", id="links to other files"),
        pytest.param(with_part(PLAIN, "EncryptedPackage", b"x"), "versleutelde inhoud", id="encryption"),
        pytest.param(with_part(PLAIN, "xl/meer.zip", b"PK"), "een ander bestand", id="an archive in the archive"),
        pytest.param(with_part(PLAIN, "xl/media/{}.xml", b"<x/>", times=1001), "onderdelen", id="too many parts"),
        pytest.param(with_part(PLAIN, "xl/bom.xml", b"<x>" + b" " * 150_000_000), "zip-bom", id="a part that grows a thousandfold"),
        pytest.param(with_part(PLAIN, "xl/evil.xml", b"<!DOCTYPE x SYSTEM 'http://x/y'><x/>"), "DOCTYPE", id="an external document type"),
        pytest.param(with_part(PLAIN, "xl/evil.xml", b"<!ENTITY lol 'lol'>"), "DOCTYPE of ENTITY", id="entities"),
        pytest.param(PLAIN[:-200], "beschadigd", id="a cut workbook"),
        pytest.param(PLAIN[:30] + b"\xff" * 300 + PLAIN[330:], "beschadigd|niet te openen", id="a broken part"),
    ],
)  # fmt: skip
def test_refused_for_what_is_in_it(raw, said):
    with pytest.raises(FileRefusedError, match=said):
        tables(raw)


def test_a_zip_that_is_no_workbook_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("cijfers.csv", "KvK;Plaatsen")
    with pytest.raises(FileRefusedError, match="zip-bestand, geen Excel"):
        tables(made.getvalue())


def test_two_cells_in_far_corners_do_not_fill_the_memory():
    book = Workbook()
    book.active["A1"] = "KvK"
    book.active["XFD1048576"] = "bom"
    made = io.BytesIO()
    book.save(made)
    with pytest.raises(FileRefusedError, match="beslaat"):
        tables(made.getvalue())
