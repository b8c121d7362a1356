"""Which care hangs on one or two suppliers: what purchasers are told, and what they are not."""

from datetime import date

from ews.cases.procurement import supply_of, totals
from ews.scoring.model import Horizon, Level
from ews.signals.register import Location, Need, Provider, Register

ON = date(2026, 11, 22)
VG7 = Need("VG7", "verblijf")


def provider(
    name: str, clients: dict[Need, int], *, region: str = "5528", until: date | None = None
) -> Provider:
    return Provider(
        id=name, name=name, sector="ghz", region=region, place="", concern="", legal_form="",
        contract_until=until, status="", hard_to_replace=False, account_manager="", agb="",
        clients=clients, clients_on=ON, locations=(f"huis {name}",),
    )  # fmt: skip


def house(owner: str, free: int, *, region: str = "5528", confirmed: date = ON) -> Location:
    return Location(
        id=f"huis {owner}", provider=owner, name="", sector="ghz", region=region, place="", postcode="",
        capacity=None, free={VG7: free}, free_on=confirmed,
    )  # fmt: skip


def region(providers: list[Provider], houses: list[Location] = ()) -> Register:
    return Register({one.id: one for one in providers}, {one.id: one for one in houses})


def levels(*names: str) -> dict[str, dict[Horizon, Level]]:
    return {name: dict.fromkeys(Horizon, Level.HIGH) for name in names}


def test_a_sole_supplier_is_named_with_everybody_who_has_no_place_elsewhere():
    (only,) = supply_of(region([provider("a", {VG7: 12})], [house("a", 3)]), {}, on=ON)
    # its own free places go with it
    assert (only.suppliers, only.few, only.clients, only.free, only.shortage) == (1, ("a",), 12, 3, 12)


def test_of_two_suppliers_the_one_that_leaves_most_without_a_place_counts():
    both = region([provider("a", {VG7: 12}), provider("b", {VG7: 4})], [house("a", 3), house("b", 5)])
    (found,) = supply_of(both, {}, on=ON)
    assert found.few == ("a", "b")
    assert found.shortage == 7  # a stops: 12 clients, 5 places at b; b stops: 4 clients, 3 places at a


def test_three_suppliers_are_not_named():
    many = region([provider(name, {VG7: 5}) for name in "abc"])
    assert supply_of(many, {}, on=ON)[0].few == ()


def test_a_place_confirmed_too_long_ago_or_in_another_region_is_no_place():
    old = house("b", 9, confirmed=date(2026, 9, 1))
    far = house("c", 9, region="5507")
    (found, _) = supply_of(
        region([provider("a", {VG7: 6}), provider("c", {VG7: 1}, region="5507")], [old, far]), {}, on=ON
    )
    assert (found.region, found.free, found.shortage) == ("5528", 0, 6)


def test_how_many_are_raised_is_told_from_five_suppliers_on_only():
    four, five = "abcd", "abcde"
    shown = {
        len(names): supply_of(region([provider(one, {VG7: 2}) for one in names]), levels("a", "b"), on=ON)[
            0
        ].raised
        for names in (four, five)
    }
    assert shown == {4: dict.fromkeys(Horizon), 5: dict.fromkeys(Horizon, 2)}


def test_contracts_that_end_count_for_every_horizon_they_fall_in():
    soon, later, never = date(2026, 12, 31), date(2027, 6, 1), None
    found = supply_of(
        region([provider(n, {VG7: 1}, until=u) for n, u in (("a", soon), ("b", later), ("c", never))]),
        {},
        on=ON,
    )
    assert found[0].ending == {Horizon.SHORT: 1, Horizon.MEDIUM: 2, Horizon.LONG: 2}


def test_a_total_without_a_care_profile_says_nothing_about_supply():
    assert supply_of(region([provider("a", {Need("", ""): 40})]), {}, on=ON) == ()


def test_a_region_adds_up_what_hangs_on_one_and_on_two():
    vg6 = Need("VG6", "verblijf")
    found = supply_of(region([provider("a", {VG7: 12, vg6: 3}), provider("b", {vg6: 4})]), {}, on=ON)
    assert list(totals(found)) == [("5528", 1, 1, 19)]
