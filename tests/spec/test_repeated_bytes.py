"""Bytes that came in before (I6, I8): when they are a copy, and when a list says anew what it said before its last one."""

from datetime import date

import pytest

from ews.signals.repeated import Again, InForce, judged

B = InForce(2, "b", "lijst_2026-10-05.csv", date(2026, 10, 5))
UNDATED = InForce(2, "b", "lijst.csv", date(2026, 10, 5))


@pytest.mark.parametrize(
    ("name", "day", "in_force", "again"),
    [
        pytest.param(
            "lijst_2026-08-03.csv", date(2026, 8, 3), None, Again.RETURNED, id="of a day before all that came"
        ),
        pytest.param(
            "lijst_2026-09-07.csv", date(2026, 9, 7), None, Again.KNOWN, id="before all, under its own name"
        ),
        pytest.param("lijst.csv", None, None, Again.KNOWN, id="before all, without a date"),
        pytest.param(
            "lijst_2026-11-02.csv",
            date(2026, 11, 2),
            InForce(1, "a", "lijst_2026-09-07.csv", date(2026, 9, 7)),
            Again.KNOWN,
            id="the last one under a new date is a copy (and told of)",
        ),
        pytest.param("lijst_2026-11-02.csv", date(2026, 11, 2), B, Again.RETURNED, id="a later list"),
        pytest.param("lijst_2026-09-07.csv", date(2026, 9, 7), B, Again.KNOWN, id="still in its folder"),
        pytest.param("kopie_2026-10-05.csv", date(2026, 10, 5), B, Again.KNOWN, id="another of that day"),
        pytest.param(B.name, B.day, B, Again.RETURNED, id="written over the last one"),
        pytest.param("lijst.csv", None, UNDATED, Again.RETURNED, id="written over it, without a date"),
        pytest.param(
            "eerst.csv", None, UNDATED, Again.KNOWN, id="without a date, a name it came under before"
        ),
        pytest.param("lijst (2).csv", None, UNDATED, Again.DOUBTFUL, id="without a date, a new name"),
    ],
)
def test_known_bytes_are_a_copy_or_hold_anew(name, day, in_force, again):
    assert (
        judged("a", name=name, day=day, names={"eerst.csv", "lijst_2026-09-07.csv"}, in_force=in_force)
        is again
    )
