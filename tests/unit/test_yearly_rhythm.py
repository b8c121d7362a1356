"""A small provider that others can replace delivers once a year by rule, and is not late each quarter."""

from datetime import date

from ews.jobs.owed import _yearly
from ews.signals.register import Location, Need, Provider, Register
from tests.score_frames import shipped

TODAY = date(2026, 11, 22)
VG = Need("VG3", "verblijf")


def provider(name: str, clients: int, *, hard: bool = False) -> Provider:
    return Provider(
        id=name, name=name, sector="ghz", region="5528", place="", concern="", legal_form="", contract_until=None,
        status="gecontracteerd", hard_to_replace=hard, account_manager="", agb="", clients={VG: clients},
        clients_on=TODAY, locations=(),
    )  # fmt: skip


def register(*providers: Provider, free: int = 9) -> Register:
    other = provider("kvk:00000099", 300)
    place = Location("vestiging:000000000099", other.id, "", "ghz", "5528", "", "", 99, {VG: free}, TODAY)
    return Register({one.id: one for one in (*providers, other)}, {place.id: place})


def test_size_and_replaceability_decide():
    rules = shipped().requests.rule
    small, large = provider("kvk:00000001", 25), provider("kvk:00000002", 26)
    hard = provider("kvk:00000003", 10, hard=True)
    assert _yearly(register(small, large, hard), rules, TODAY) == {small.id}
    assert _yearly(register(small, free=0), rules, TODAY) == frozenset()
    assert _yearly(register(small), (), TODAY) == frozenset()
