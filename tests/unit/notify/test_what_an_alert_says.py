"""Two sentences of an alert that an officer acts on: how many have nowhere to go, and how sure the level is."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ews.jobs.alert_facts import provider_view
from ews.notify.alert_view import confidence_text, days_off
from ews.scoring.model import Assessment, Confidence, Horizon, Level, Reason, ReasonKind
from ews.signals.register import Location, Need, Provider, Register

ON = date(2026, 11, 22)
VG7 = Need("VG7", "verblijf")
OWNER = Provider(
    id="kvk:00000001", name="A", sector="ghz", region="5528", place="", concern="", legal_form="", contract_until=None,
    status="", hard_to_replace=False, account_manager="", agb="", clients={VG7: 12}, clients_on=ON, locations=(),
)  # fmt: skip
TAKER = replace(OWNER, id="kvk:00000002", name="B", clients={})
HOUSE = Location(
    id="vestiging:000000000001", provider=TAKER.id, name="", sector="", region="", place="", postcode="", capacity=None,
    free={VG7: 5}, free_on=ON,
)  # fmt: skip


def register(*houses: Location) -> Register:
    return Register({one.id: one for one in (OWNER, TAKER)}, {one.id: one for one in houses})


def test_a_house_without_a_region_of_its_own_stands_in_its_providers():
    assert provider_view(register(HOUSE), OWNER.id, on=ON).nowhere_to_go == 7


def test_where_nobody_stated_free_places_it_is_unknown_how_many_have_nowhere_to_go():
    assert provider_view(register(), OWNER.id, on=ON).nowhere_to_go is None
    elsewhere = replace(HOUSE, region="5507")
    assert provider_view(register(elsewhere), OWNER.id, on=ON).nowhere_to_go is None


def reason(indicator: str, kind: ReasonKind) -> Reason:
    return Reason(indicator, kind, 1, (Horizon.SHORT,), None, "", "", "", ())


def said(coverage: float, *reasons: Reason) -> str:
    levels = dict.fromkeys(Horizon, Level.LOW)
    made = Assessment(
        OWNER.id, datetime(2026, 11, 22, tzinfo=UTC), Level.LOW, levels, dict.fromkeys(Horizon, 0), 0, None, reasons,
        Confidence.HIGH, coverage, {},
    )  # fmt: skip
    return confidence_text(made, {})


def test_a_late_return_is_not_called_missing_while_the_figure_before_it_holds():
    assert said(1.0, reason("solvabiliteit", ReasonKind.LATE)) == (
        "Hoog: 100 % van wat verwacht wordt, is er en is nog te gebruiken. "
        "Een nieuwere opgave is te laat voor: solvabiliteit."
    )


def test_what_is_missing_or_stale_is_named_apart_from_what_is_late():
    text = said(0.9, reason("dscr", ReasonKind.MISSING), reason("icr", ReasonKind.LATE))
    assert text.endswith("Ontbreekt of verouderd: dscr. Een nieuwere opgave is te laat voor: icr.")


@pytest.mark.parametrize(
    ("due_on", "said"),
    [
        (date(2026, 11, 20), "vandaag; "),
        (date(2026, 11, 21), ""),
        (date(2026, 11, 23), "1 werkdag; "),
        (date(2026, 11, 19), "1 werkdag te laat; "),
        (date(2026, 11, 17), "3 werkdagen te laat; "),
    ],
)
def test_how_far_off_a_task_is_on_a_friday(due_on, said):
    """Never 'nul werkdagen': today is today, and a Saturday has no count."""
    assert days_off(due_on, date(2026, 11, 20)) == said
