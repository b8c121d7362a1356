"""Who would have no place elsewhere is told by care profile, whatever the delivery form."""

from ews.cli.case_blocks import profiles
from ews.signals.impact import NeedImpact
from ews.signals.register import Need


def need(profile: str, form: str, clients: int, free: int = 0) -> NeedImpact:
    return NeedImpact(Need(profile, form), clients, free, ())


def test_two_forms_of_one_profile_are_one_count():
    stuck = [need("VG5", "mpt", 7), need("VG5", "verblijf", 46), need("VG8", "verblijf", 13)]
    assert profiles(stuck) == "VG5 53, VG8 13"


def test_what_does_not_fit_is_counted():
    stuck = [need(f"VG{number}", "verblijf", number) for number in range(1, 8)]
    assert profiles(stuck) == "VG7 7, VG6 6, VG5 5, VG4 4, VG3 3 en 2 andere profielen"
