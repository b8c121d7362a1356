"""A cell of text becomes one typed value, or says why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ews.signals.cells import EMPTY, Conventions, Fault, date_of, read_number, reader
from ews.signals.fields import Figure
from ews.signals.model import RejectionReason, Unit

COMMA = Conventions("comma", frozenset({"", "null"}), frozenset({"x"}))
POINT = Conventions("point", frozenset({"", "null"}), frozenset({"x"}))


def read(text: str, conventions: Conventions = COMMA, **keys: object) -> object:
    figure = Figure(id="proef", column="proef", **{"unit": Unit.NUMBER, **keys})  # type: ignore[arg-type]
    return reader(figure, conventions)(text)


@pytest.mark.parametrize(
    ("text", "conventions", "expected"),
    [
        pytest.param("1.234", COMMA, 1234.0, id="with decimal commas a point parts thousands"),
        pytest.param("1.234", POINT, 1.234, id="with decimal points it is a fraction"),
        pytest.param("1,234", POINT, 1234.0, id="and the comma parts thousands"),
        pytest.param("1.234.567,89", COMMA, 1234567.89, id="millions"),
        pytest.param("1234567,89", COMMA, 1234567.89, id="without parting"),
        pytest.param("(123)", COMMA, -123.0, id="brackets are a minus"),
        pytest.param("-123", COMMA, -123.0, id="minus"),
        pytest.param("€ 12", COMMA, 12.0, id="a euro sign"),
        pytest.param("- € 12,50", COMMA, -12.5, id="minus before the euro sign"),
        pytest.param("\u00a07 ", COMMA, 7.0, id="hard blanks around it"),
        pytest.param("01.00", POINT, 1.0, id="a leading zero, as the nursing home database writes"),
        pytest.param(",5", COMMA, 0.5, id="no digit before the comma"),
    ],
)
def test_numbers_are_read_in_the_locale_of_the_source(text, conventions, expected):
    assert read(text, conventions) == expected


@pytest.mark.parametrize(
    "text",
    ["1e5", "NaN", "inf", "1.23.456", "12.34", "1,2,3", "١٢٣", "12,5\x00", "12,", "0x10", "1 234 567", "--1", "twaalf", "1_000", "²", "9" * 41],
)  # fmt: skip
def test_what_is_no_number_of_the_locale_is_rejected_not_guessed(text):
    fault = read(text)
    assert isinstance(fault, Fault)
    assert fault.reason is RejectionReason.UNREADABLE_NUMBER


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_a_number_written_in_dutch_reads_back_exactly(number):
    whole, _, cents = f"{abs(number):,.2f}".partition(".")
    dutch = ("-" if number < 0 else "") + whole.replace(",", ".") + "," + cents
    found = read_number(dutch, "comma")
    assert found is not None
    assert found[0] == number


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(text):
    for unit in Unit:
        answer = read(text, POINT, unit=unit)
        assert answer is EMPTY or isinstance(answer, int | float | str | Fault)


@pytest.mark.parametrize("text", ["", "  ", "NULL", " null "])
def test_words_for_nothing_are_seen_to_be_empty(text):
    assert read(text) is EMPTY


def test_a_figure_has_its_own_words_for_nothing():
    assert read("0.0", POINT, unit=Unit.COUNT, empty=("0.0",)) is EMPTY
    assert read("0.0", POINT, unit=Unit.COUNT) == 0


def test_a_placeholder_is_rejected_as_such():
    fault = read("X")
    assert isinstance(fault, Fault)
    assert fault.reason is RejectionReason.PLACEHOLDER


@pytest.mark.parametrize(
    ("text", "keys", "expected"),
    [
        pytest.param("40,0", {"unit": Unit.COUNT}, 40, id="a count may be written with a zero fraction"),
        pytest.param("1.234,56", {"unit": Unit.EUROCENT}, 123456, id="euros become cents"),
        pytest.param("1.234", {"unit": Unit.EUROCENT, "scale": 1000}, 123400000, id="amounts in thousands"),
        pytest.param("12,5", {"unit": Unit.RATIO, "percent": True}, 0.125, id="a percentage is a ratio"),
        pytest.param("12,5%", {"unit": Unit.RATIO}, 0.125, id="a percent sign says so itself"),
        pytest.param("Yes", {"unit": Unit.TEXT, "values": {"yes": "ja"}}, "ja", id="mapped text, case aside"),
        pytest.param("True", {"unit": Unit.COUNT, "values": {"True": "1"}}, 1, id="mapped to a number"),
        pytest.param("31-12-2025", {"unit": Unit.DATE, "formats": ("%d-%m-%Y",)}, "2025-12-31", id="a date as ISO text"),
    ],
)  # fmt: skip
def test_units(text, keys, expected):
    assert read(text, **keys) == expected


@pytest.mark.parametrize(
    ("text", "keys", "reason"),
    [
        pytest.param("40,5", {"unit": Unit.COUNT}, RejectionReason.UNREADABLE_NUMBER, id="half a client"),
        pytest.param("-1", {"unit": Unit.COUNT, "minimum": 0}, RejectionReason.OUT_OF_RANGE, id="below the minimum"),
        pytest.param("101", {"unit": Unit.RATIO, "percent": True, "maximum": 1}, RejectionReason.OUT_OF_RANGE, id="over 100 %"),
        pytest.param("12%", {"unit": Unit.COUNT}, RejectionReason.UNREADABLE_NUMBER, id="a percentage of clients"),
        pytest.param("9" * 20, {"unit": Unit.COUNT}, RejectionReason.OUT_OF_RANGE, id="larger than the store holds"),
        pytest.param("misschien", {"unit": Unit.TEXT, "values": {"ja": "ja"}, "closed": True}, RejectionReason.UNKNOWN_VALUE, id="outside a closed list"),
        pytest.param("a\x00b", {"unit": Unit.TEXT}, RejectionReason.UNKNOWN_VALUE, id="a NUL in text"),
        pytest.param("31-02-2025", {"unit": Unit.DATE, "formats": ("%d-%m-%Y",)}, RejectionReason.UNREADABLE_DATE, id="a day that is not"),
    ],
)  # fmt: skip
def test_faults_name_their_reason(text, keys, reason):
    fault = read(text, **keys)
    assert isinstance(fault, Fault)
    assert fault.reason is reason


@pytest.mark.parametrize(
    ("text", "formats", "expected"),
    [
        pytest.param("01/04/2002", ("%d/%m/%Y",), "2002-04-01", id="day first"),
        pytest.param("01-Apr-02", ("%d/%m/%Y", "%d-%b-%y"), "2002-04-01", id="short month and year"),
        pytest.param("3 mei 2024", ("%d %B %Y",), "2024-05-03", id="a Dutch month name"),
        pytest.param("37347", ("%d/%m/%Y", "excel"), "2002-04-01", id="a day number of Excel"),
        pytest.param("44561.0", ("excel",), "2021-12-31", id="a day number written as a fraction"),
        pytest.param("2020_1", ("%Y_%m",), "2020-01-01", id="a month is its first day"),
        pytest.param("2019-12-31 23:59:59.000", ("%Y-%m-%d %H:%M:%S.%f",), "2019-12-31", id="the time of day is dropped"),
        pytest.param("31/12/70", ("%d/%m/%y",), "1970-12-31", id="seventy is the last century"),
        pytest.param("0", ("excel",), None, id="day zero is no day"),
        pytest.param("2002-04-01", ("%d/%m/%Y",), None, id="another way of writing is not guessed"),
    ],
)  # fmt: skip
def test_dates_in_the_formats_of_the_contract(text, formats, expected):
    found = date_of(text, formats)
    assert (found.isoformat() if found else None) == expected
