"""I10, I11 and I12: what would fill memory, eat time, fetch files or run code ends one reading process, never this one."""

import io
import json
import random
import zipfile
from pathlib import Path

import pytest
from contracts import contract
from digimv_files import write_ods
from openpyxl import Workbook

from ews.errors import FileRefusedError
from ews.jobs.apart import tables_of
from ews.signals.content import FileLimits, open_content

LIMITS = FileLimits(
    file_bytes=60_000_000,
    unpacked_bytes=200_000_000,
    unpack_ratio=100,
    zip_entries=1000,
    rows=1_048_576,
    memory_bytes=100_000_000,
    cpu_seconds=2,
)
GOOD = b'[{"KvK": "08111924", "Plaatsen": 4}]'


def read(name: str, raw: bytes):
    return tables_of(open_content(name, raw, LIMITS), contract(form="xlsx"), LIMITS)


def ods(path: Path, body: str) -> bytes:
    """An ODS with this as its only sheet."""
    write_ods(path, [("Blad1", [["KvK"], ["HIER"]])])
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "content.xml":
                text = content.decode()
                start = text.index("<table:table ")
                content = (text[:start] + body + text[text.index("</office:spreadsheet>") :]).encode()
            new.writestr(entry.filename, content)
    return made.getvalue()


def zipped(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return made.getvalue()


CELL = '<table:table-cell office:value-type="string"><text:p>KvK</text:p></table:table-cell>'
HEAD = f'<table:table table:name="a"><table:table-row>{CELL}</table:table-row>'
BOMBS = {
    "a row repeated a thousand million times": f'{HEAD}<table:table-row table:number-rows-repeated="1000000000">{CELL}</table:table-row></table:table>',
    "a row repeated beyond the last row": f'{HEAD}<table:table-row table:number-rows-repeated="1048600">{CELL}</table:table-row></table:table>',
    "a heading repeated a hundred thousand times": f'<table:table table:name="a"><table:table-row>{CELL.replace("<table:table-cell ", "<table:table-cell table:number-columns-repeated=" + chr(34) + "100000" + chr(34) + " ")}</table:table-row></table:table>',
    "a number of times that is none": f'{HEAD}<table:table-row table:number-rows-repeated="-1">{CELL}</table:table-row></table:table>',
    "an element that never ends": "<table:table>" * 5000,
}  # fmt: skip


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in BOMBS.items()])
def test_i10_repetitions_of_an_ods_are_refused_and_never_made(tmp_path, body):
    with pytest.raises(FileRefusedError, match=r"^proef\.ods: "):
        read("proef.ods", ods(tmp_path / "proef.ods", body))
    assert len(read("goed.json", GOOD)[0]) == 1


def test_i10_a_figure_repeated_to_the_right_of_the_heading_is_not_expanded(tmp_path):
    wide = CELL.replace("<table:table-cell ", '<table:table-cell table:number-columns-repeated="16000" ')
    body = f"{HEAD}<table:table-row>{wide}</table:table-row></table:table>"
    (table,) = read("proef.ods", ods(tmp_path / "proef.ods", body))
    assert (len(table), [text for _, text in table.ragged]) == (0, ["KvK"])


def test_i10_a_file_that_asks_for_too_much_memory_ends_the_reader_and_not_us():
    many = b"[" + b",".join([b'{"KvK":"08111924","a":1,"b":2,"c":3}'] * 700_000) + b"]"
    with pytest.raises(FileRefusedError, match="vraagt meer dan 100.000.000 bytes geheugen"):
        read("groot.json", many)
    assert len(read("goed.json", GOOD)[0]) == 1


@pytest.mark.slow
def test_i10_a_file_that_takes_too_long_ends_the_reader_and_not_us(tmp_path):
    made = random.Random(7)  # what repeats itself would be refused for how far it unpacks
    cells = (CELL.replace("KvK", f"{made.getrandbits(64):x}") for _ in range(19_000 * 45))
    rows = "".join(
        f"<table:table-row>{''.join(row)}</table:table-row>" for row in zip(*[cells] * 45, strict=True)
    )
    with pytest.raises(FileRefusedError, match="kost meer dan 2 seconden"):
        read("traag.ods", ods(tmp_path / "traag.ods", f'<table:table table:name="a">{rows}</table:table>'))
    assert len(read("goed.json", GOOD)[0]) == 1


def test_i10_archives_are_refused_for_their_directory_alone():
    sheets = {f"xl__worksheets__sheet{number}.xml": b"<x/>" for number in range(1_200)}
    entries = zipped(xl__workbook_xml=b"<x/>", **sheets)
    with pytest.raises(FileRefusedError, match="1201 onderdelen"):
        read("proef.xlsx", entries)
    packed = zipped(**{"content.xml": b"<x>" + b" " * 30_000_000})
    with pytest.raises(FileRefusedError, match="zip-bom"):
        read("proef.ods", packed)
    with pytest.raises(FileRefusedError, match="een ander bestand"):
        read("proef.ods", zipped(**{"content.xml": b"<x/>", "nog.zip": b"PK"}))


CANARY = "KANARIE-7731"
ENTITIES = {
    "a file fetched by a general entity": '<!DOCTYPE x [<!ENTITY a SYSTEM "file://{path}">]>',
    "a file fetched by a parameter entity": '<!DOCTYPE x [<!ENTITY % a SYSTEM "file://{path}"> %a;]>',
    "an external document type": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "a billion laughs": '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    "an empty document type": "<!DOCTYPE x>",
    "an entity far into the file": "<!--" + " " * 1_500_000 + '--><!DOCTYPE x [<!ENTITY a "b">]>',
}


@pytest.mark.parametrize("prolog", [pytest.param(prolog, id=name) for name, prolog in ENTITIES.items()])
def test_i11_nothing_is_fetched_or_expanded(tmp_path, prolog):
    secret = tmp_path / "geheim.txt"
    secret.write_text(CANARY, encoding="utf-8")
    told = prolog.replace("{path}", str(secret))
    body = f"{HEAD}<table:table-row>{CELL.replace('KvK', '&a;')}</table:table-row></table:table>"
    raw = ods(tmp_path / "proef.ods", body)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        content = archive.read("content.xml").decode()
    made = zipped(**{"content.xml": content.replace("?>", f"?>{told}", 1).encode()})
    for name, hostile in (
        ("proef.ods", made),
        ("proef.xml", f"<?xml version='1.0'?>{told}<x>&a;</x>".encode()),
    ):
        with pytest.raises(FileRefusedError, match="DOCTYPE of ENTITY") as refused:
            read(name, hostile)
        assert CANARY not in str(refused.value)


PLAIN = {"xl__workbook.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}
ACTIVE = {
    "macros in a workbook": zipped(**PLAIN, **{"xl__vbaProject.bin": b"x"}),
    "macros under another case": zipped(**PLAIN, **{"XL__VBAPROJECT.BIN": b"x"}),
    "an OLE object": zipped(**PLAIN, **{"xl__embeddings__oleObject1.bin": b"x"}),
    "an embedded document": zipped(**PLAIN, **{"xl__embeddings__doc1.docx": b"x"}),
    "links to other workbooks": zipped(**PLAIN, **{"xl__externalLinks__externalLink1.xml": b"<x/>"}),
    "an ActiveX control": zipped(**PLAIN, **{"xl__activeX__activeX1.xml": b"<x/>"}),
    "an encrypted package": zipped(**PLAIN, EncryptedPackage=b"x"),
    "a program beside the sheets": zipped(**PLAIN, **{"xl__start.exe": b"MZ"}),
    "Basic in an ODS": zipped(**{"content.xml": b"<x/>", "Basic__Standard__Module1.xml": b"<x/>"}),
    "scripts in an ODS": zipped(**{"content.xml": b"<x/>", "Scripts__python__x.py": b"x"}),
    "an object in an ODS": zipped(**{"content.xml": b"<x/>", "Object 1__content.xml": b"<x/>"}),
    "an old Office file, or one with a password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600,
}


def test_i12_what_could_run_or_reach_out_is_refused_for_its_content():
    assert len(ACTIVE) == 12
    for name, raw in ACTIVE.items():
        with pytest.raises(FileRefusedError):
            pytest.fail(f"{name} was read: {read('proef.xlsx', raw)}")


def test_a_workbook_reads_the_same_apart_as_here():
    book = Workbook()
    book.active.append(["KvK", "Plaatsen"])
    book.active.append(["08111924", 4.5])
    made = io.BytesIO()
    book.save(made)
    (table,) = read("proef.xlsx", made.getvalue())
    assert [list(column) for column in table.columns] == [["08111924"], ["4,5"]]
    assert json.dumps(table.rows.tolist()) == "[2]"
