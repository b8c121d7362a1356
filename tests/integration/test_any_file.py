"""I5 and the issue's promise for every form: no content crashes the readers, and no row is lost on the way."""

import csv
import io
import json
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

from contracts import DAY, contract
from digimv_files import write_ods, write_xlsx
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ews.errors import FileRefusedError
from ews.signals.connectors import iwlz_messages
from ews.signals.content import FileLimits, open_content
from ews.signals.files import read_tables
from ews.signals.parse import parse

LIMITS = FileLimits(
    file_bytes=1_000_000, unpacked_bytes=20_000_000, unpack_ratio=100, zip_entries=100, rows=10_000
)
HEADER = ["KvK", "Plaatsen", "Naam"]
FIGURES = [
    {"id": "plaatsen", "column": "Plaatsen", "unit": "count", "minimum": 0},
    {"id": "naam", "column": "Naam", "unit": "text"},
]
AGREED = contract(figure=FIGURES, form="xlsx")
text = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff\u2028\u2029\x85"),
    max_size=12,
)
cell = st.one_of(
    st.sampled_from(["08111924", "8111924", "12", "1.234", "1,5", "-3", "X", "", "NULL", "1e5", "٣", "12%"]),
    text,
)
rows = st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=6)
few = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def account(name: str, raw: bytes):
    """Rows read, and what became of each kind of row; they always add up."""
    parsed = parse(read_tables(open_content(name, raw, LIMITS), AGREED, LIMITS), AGREED, on=DAY)
    counts = parsed.rows
    assert counts.read == counts.kept + counts.rejected + counts.out_of_scope
    return counts.read


def written(rows):
    """Rows that are not wholly blank: those are none."""
    return sum(any(one.strip() for one in row) for row in rows)


@few
@given(rows)
def test_no_row_of_a_csv_is_lost(rows):
    made = io.StringIO()
    csv.writer(made, delimiter=";").writerows([HEADER, *rows])
    assert account("proef.csv", made.getvalue().encode()) == sum(any(row) for row in rows)


@few
@given(rows)
def test_no_row_of_json_is_lost(rows):
    raw = json.dumps([dict(zip(HEADER, row, strict=True)) for row in rows]).encode()
    assert account("proef.json", raw) == sum(any(row) for row in rows)


@few
@given(rows)
def test_no_row_of_an_ods_is_lost(tmp_path: Path, rows):
    path = write_ods(tmp_path / "proef.ods", [("Blad1", [HEADER, *rows])])
    assert account("proef.ods", path.read_bytes()) == written(rows)


@few
@given(rows)
def test_no_row_of_a_workbook_is_lost(tmp_path: Path, rows):
    path = write_xlsx(tmp_path / "proef.xlsx", [("Blad1", [HEADER, *rows])])
    assert account("proef.xlsx", path.read_bytes()) == sum(any(row) for row in rows)


def sample(tmp_path: Path, form: str) -> bytes:
    sheets = [("Blad1", [HEADER, ["08111924", 4, "Zorg"], ["00000012", 7, "Huis"]])]
    write = write_ods if form == "ods" else write_xlsx
    return write(tmp_path / f"heel.{form}", sheets).read_bytes()


@few
@example("ods", 602, b"\x00\x03")  # an entry that begins before the file does
@given(st.sampled_from(["ods", "xlsx"]), st.integers(0, 6000), st.binary(min_size=1, max_size=40))
def test_a_damaged_archive_is_read_or_refused(tmp_path: Path, form, place, piece):
    raw = sample(tmp_path, form)
    place %= len(raw)
    broken = raw[:place] + piece + raw[place + len(piece) :]
    with suppress(FileRefusedError):
        assert account(f"proef.{form}", broken) == 2  # what is read of it is read whole


@few
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(HEADER), inner, max_size=3)))  # fmt: skip
def test_any_json_is_read_or_refused(document):
    with suppress(FileRefusedError):
        assert account("proef.json", json.dumps(document).encode()) == objects(document)


def objects(document):
    """Objects with anything in them, of a list or of the one list in an object; a bare value is no JSON file to us."""
    if not isinstance(document, list | dict):
        return 0
    if isinstance(document, dict):
        lists = [value for value in document.values() if isinstance(value, list)]
        document = lists[0] if len(lists) == 1 else [document]
    return sum(any(value not in (None, "") for value in one.values()) for one in document)


CANNOT = (
    "<MutatieZorgzwaartepakket><Mutatiecode>18</Mutatiecode><Mutatiedatum>2026-03-01</Mutatiedatum>"
    "<Instelling>11111111</Instelling></MutatieZorgzwaartepakket>"
)
PIECES = [
    "<a>", "</a>", "<table:table>", "x", "&amp;", "<?p?>", "<![CDATA[", "]]>", "<!--",
    "<GeleverdZorgzwaartepakket>", "</GeleverdZorgzwaartepakket>", "<Client>", "</Client>", *[CANNOT] * 5,
]  # fmt: skip
COUNTED = {"GeleverdZorgzwaartepakket", "MutatieZorgzwaartepakket", "WachtlijstZorgzwaartepakket"}


@few
@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_any_xml_is_read_or_refused(parts):
    message = "<Bericht>" + "".join(parts) + "</Bericht>"
    with suppress(FileRefusedError):
        table = iwlz_messages.read(message.encode())
        elements = [one for one in ElementTree.fromstring(message).iter() if one.tag in COUNTED]
        assert sum(int(count) for count in table.columns[-1]) == len(elements)
