"""How far away the nearest free place is, beside how many there are."""

from datetime import date

import pytest

from ews.signals.impact import impact_of
from ews.signals.register import Location, Need, Provider, Register

VPT = Need("VV5", "VPT")
TODAY = date(2026, 11, 2)
PLACES = {"Assen": (52.99, 6.56), "Emmen": (52.78, 6.90), "Meppel": (52.70, 6.19)}


def provider(name: str, clients: int, *locations: str) -> Provider:
    needs = {VPT: clients} if clients else {}
    return Provider(name, name, "vv", "5503", "", "", "", None, "", False, "", "", needs, TODAY, locations)


def location(name: str, owner: str, place: str, free: int) -> Location:
    rooms = {VPT: free} if free else {}
    return Location(name, owner, name, "vv", "5503", place, "", 20, rooms, TODAY)


def town(*elsewhere: tuple[str, int]) -> Register:
    others = [location(f"v{number}", "b", place, free) for number, (place, free) in enumerate(elsewhere)]
    here = location("thuis", "a", "Assen", 0)
    return Register(
        {"a": provider("a", 30, "thuis"), "b": provider("b", 0, *(one.id for one in others))},
        {one.id: one for one in (here, *others)},
    )


@pytest.mark.parametrize(
    ("elsewhere", "expected"),
    [
        pytest.param([("Emmen", 3), ("Meppel", 9)], 33, id="the nearest of two: Assen to Emmen is 33 km"),
        pytest.param([("Emmen", 0), ("Meppel", 9)], 41, id="where nothing is free is no alternative"),
        pytest.param([("Onbekend", 3)], None, id="a place that is not in the table has no distance"),
        pytest.param([("Emmen", 0)], None, id="no place at all"),
    ],
)
def test_the_nearest_free_place(elsewhere, expected):
    (need,) = impact_of(town(*elsewhere), "a", on=TODAY, places=PLACES).needs
    assert need.nearest_km == expected


def test_without_a_table_of_places_only_the_number_is_told():
    (need,) = impact_of(town(("Emmen", 3)), "a", on=TODAY).needs
    assert (need.nearest_km, need.alternatives, need.nowhere_to_go) == (None, ("b",), 27)
