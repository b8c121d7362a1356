"""Bytes into tables: what a file is, is seen from its content; what is not sure is refused."""

import gzip
import json
from contextlib import suppress

import pytest
from contracts import contract
from hypothesis import given
from hypothesis import strategies as st

from ews.errors import FileRefusedError
from ews.signals.content import FileLimits, open_content
from ews.signals.files import read_tables
from ews.signals.table import number_text

LIMITS = FileLimits(
    file_bytes=10_000_000, unpacked_bytes=20_000_000, unpack_ratio=100, zip_entries=1000, rows=1000
)


def tables(raw: bytes, name: str = "proef.csv", **keys: object):
    return read_tables(open_content(name, raw, LIMITS), contract(**keys), LIMITS)


def cells(raw: bytes, **keys: object) -> list[list[str]]:
    (table,) = tables(raw, **keys)
    return [list(table.header), *[list(row) for row in zip(*table.columns, strict=True)]]


def test_csv_with_a_byte_order_mark_and_quoted_line_breaks():
    raw = '\ufeffKvK;Naam\r\n"08111924";"regel een\r\nregel twee"\r\n'.encode()
    assert cells(raw) == [["KvK", "Naam"], ["08111924", "regel een\r\nregel twee"]]


def test_packed_csv_is_recognised_by_its_content():
    assert cells(gzip.compress(b"KvK;Naam\n08111924;Zorg\n")) == [["KvK", "Naam"], ["08111924", "Zorg"]]


def test_empty_lines_are_no_rows_and_numbers_are_those_of_the_file():
    (table,) = tables(b"KvK;Naam\n\n08111924;Zorg\n;\n00000012;Huis\n")
    assert table.rows.tolist() == [3, 5]


def test_carriage_returns_alone_end_rows_and_one_inside_a_row_makes_it_ragged():
    assert cells(b"KvK;Naam\r08111924;Zorg\r") == [["KvK", "Naam"], ["08111924", "Zorg"]]
    (table,) = tables(b"KvK;Naam\n0811\r1924;Zorg\n00000012;Huis\n")
    assert [text for _, text in table.ragged] == ["0811"]
    assert table.read == 3


def test_the_second_encoding_is_used_only_when_the_contract_names_it():
    raw = "KvK;Naam\n08111924;Coöperatie".encode("cp1252")
    assert cells(raw, encodings=["utf-8-sig", "cp1252"])[1] == ["08111924", "Coöperatie"]
    with pytest.raises(FileRefusedError, match="regel 2.*utf-8-sig.*Sla het bestand op als UTF-8"):
        cells(raw)


def test_half_utf8_and_half_something_else_fits_nothing():
    raw = "KvK;Naam\n08111924;Coöperatie\n".encode() + "00000012;België\n".encode("cp1252")
    with pytest.raises(FileRefusedError, match="tekens passen niet"):
        cells(raw, encodings=["utf-8-sig", "cp1252"])


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        pytest.param(b"", "leeg", id="nothing"),
        pytest.param(b" \n\n", "leeg", id="blank"),
        pytest.param("KvK;Naam".encode("utf-16"), "UTF-16", id="UTF-16"),
        pytest.param(b"%PDF-1.7", "PDF", id="a PDF"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "wachtwoord", id="OLE: encrypted or an old workbook"),
        pytest.param(b"MZ\x90\x00", "een programma", id="a program"),
        pytest.param(b'KvK;Naam\n"08111924;Zorg', "geen geldig CSV", id="a quote that never ends"),
        pytest.param(b"KvK;Naam\n" + b"x" * 2_000_000 + b";1", "geen geldig CSV", id="an endless field"),
        pytest.param(gzip.compress(b"KvK;Naam\n")[:-6], "beschadigd", id="a cut .gz"),
        pytest.param(gzip.compress(b"0" * 15_000_000), "zip-bom", id="a .gz that grows a thousandfold"),
        pytest.param(b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "DOCTYPE", id="entities"),
        pytest.param(b"<html></html>", "is XML", id="a web page"),
        pytest.param(b"[1, 2]", "lijst van objecten", id="JSON without records"),
        pytest.param(b'{"a": ', "geen geldige JSON", id="half a JSON"),
        pytest.param(b"[" * 100_000, "geen geldige JSON", id="JSON that nests for ever"),
        pytest.param(b"KvK;Naam\n" + b"08111924;a\n" * 1001, "meer dan 1.000 rijen", id="too many rows"),
        pytest.param(b"x" * 10_000_001, "groter dan", id="too large"),
    ],
)  # fmt: skip
def test_refused_in_dutch_with_the_name_and_the_remedy(raw, said):
    with pytest.raises(FileRefusedError, match=said) as refused:
        tables(raw)
    assert str(refused.value).startswith("proef.csv")


def test_json_records_in_the_locale_of_the_source():
    raw = json.dumps({"data": [{"KvK": "08111924", "x": 1.5}, {"KvK": "00000012", "y": None}]}).encode()
    assert cells(raw) == [["KvK", "x", "y"], ["08111924", "1,5", ""], ["00000012", "", ""]]


@pytest.mark.parametrize(
    ("value", "decimal", "text"),
    [(8111924.0, "comma", "8111924"), (1.234, "comma", "1,234"), (1e-05, "point", "0.00001"), (1e22, "point", "10000000000000000000000"), (-0.5, "point", "-0.5")],
)  # fmt: skip
def test_numbers_of_typed_files_are_written_without_exponent(value, decimal, text):
    assert number_text(value, decimal) == text


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw):
    with suppress(FileRefusedError):
        assert all(table.read >= 0 for table in tables(raw, encodings=["utf-8-sig", "cp1252"]))
