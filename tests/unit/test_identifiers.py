"""Identifiers as people and spreadsheets write them."""

import pytest

from ews.identifiers import SubjectId, normalise, parse_subject


@pytest.mark.parametrize(
    ("scheme", "written", "expected"),
    [
        pytest.param("kvk", "8111924", "kvk:08111924", id="a spreadsheet dropped the leading zero"),
        pytest.param("kvk", "8111924.0", "kvk:08111924", id="a spreadsheet made it a real"),
        pytest.param("kvk", " 0811 1924 ", "kvk:08111924", id="blanks for reading"),
        pytest.param("vestiging", "15270262", "vestiging:000015270262", id="vestiging is padded to 12"),
        pytest.param("kvk", "123456789", None, id="nine digits is no KvK number"),
        pytest.param("kvk", "00000000", None, id="all zeros is a placeholder"),
        pytest.param("kvk", "", None, id="empty"),
        pytest.param("kvk", "١٢٣٤٥٦٧٨", None, id="digits of another script"),
        pytest.param("agb", "X", None, id="X where a number belongs"),
        pytest.param("cs", "CS2003000204", "cs:CS2003000204", id="a Scottish service"),
    ],
)
def test_an_identifier_is_read_or_refused_never_guessed(scheme, written, expected):
    assert normalise(scheme, written) == expected


def test_an_identifier_survives_a_round_trip():
    assert str(parse_subject("kvk:08111924")) == "kvk:08111924"


@pytest.mark.parametrize("text", ["08111924", "kvk:8111924", "bsn:123456782", "kvk:", ""])
def test_what_is_not_an_identifier_raises(text):
    with pytest.raises(ValueError, match="no identifier"):
        parse_subject(text)


def test_locations_and_providers_are_told_apart():
    assert SubjectId("vestiging", "000015270262").is_location
    assert not SubjectId("kvk", "08111924").is_location
