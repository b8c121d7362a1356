"""What people type, and what a form makes of it."""

from datetime import date

import pytest

from ews.cases.entries import Places
from ews.web.forms import Field, Posted, read


def typed(kind, text, **more):
    found = read([Field("x", "X", kind, **more)], Posted({"x": text}, {"x": (text,)}, {}))
    return found.values.get("x"), found.faults.get("x")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        pytest.param("date", "22-11-2026", date(2026, 11, 22), id="as people write a day"),
        pytest.param("date", "2026-11-22", date(2026, 11, 22), id="as a browser sends it"),
        pytest.param("euro", "€ 12.500,50", 1250050, id="amount with point and comma"),
        pytest.param("euro", "-3", -300, id="a negative amount"),
        pytest.param(
            "places", "VG7 12, vg8 verblijf 3", (Places("VG7", 12), Places("VG8", 3, "verblijf")), id="two"
        ),
        pytest.param("places", "VG7=12", (Places("VG7", 12),), id="as on the command line"),
        pytest.param("places", "VG7/verblijf=12", (Places("VG7", 12, "verblijf"),), id="with a form"),
        pytest.param("text", "  twee \t  woorden ", "twee woorden", id="blanks"),
        pytest.param("number", "12", 12, id="a number"),
    ],
)
def test_what_is_typed_is_understood(kind, text, value):
    assert typed(kind, text) == (value, None)


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        pytest.param("date", "31-2-2026", "geen datum", id="no such day"),
        pytest.param("date", "morgen", "geen datum", id="a word"),
        pytest.param("euro", "1,2,3", "geen bedrag", id="two commas"),
        pytest.param("euro", "NaN", "geen bedrag", id="not a number"),
        pytest.param("places", "twaalf", "geen aantal per profiel", id="no count"),
        pytest.param("choice", "iets", "uit de lijst", id="not in the list"),
        pytest.param("text", "   ", "Vul dit in", id="nothing"),
        pytest.param("long", "x" * 20_001, "hooguit 20000", id="too long"),
    ],
)
def test_what_is_not_understood_is_said_beside_its_field(kind, text, said):
    value, fault = typed(kind, text)
    assert value is None
    assert said in fault


def test_an_optional_field_may_stay_empty():
    assert typed("date", "", required=False) == (None, None)
    assert typed("places", "", required=False) == ((), None)
