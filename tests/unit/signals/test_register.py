"""The register from rows as the store hands them out."""

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest

from ews.signals.register import Need, Register, build_register

COLUMNS = ["subject", "kind", "indicator", "dimension", "source", "period_end", "known_at", "value", "text"]
NOW = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
WILGENHOF, NOORDERLICHT, PLACE = "kvk:00552819", "kvk:00552822", "vestiging:999955281901"
VG7 = '{"leveringsvorm":"verblijf","profiel":"VG7"}'
VG8 = '{"leveringsvorm":"verblijf","profiel":"VG8"}'


def row(
    subject: str, indicator: str, content: Any, *, dimension: str = "{}", on: date = date(2026, 10, 5)
) -> list[Any]:
    kind = "location" if subject.startswith("vestiging:") else "provider"
    value = float("nan") if content is None or isinstance(content, str) else float(content)
    text = content if isinstance(content, str) else None
    return [subject, kind, indicator, dimension, "lijst", on, NOW, value, text]


def register(*rows: list[Any], seen: dict[str, datetime] | None = None) -> Register:
    stamps = [(subject, "lijst", at) for subject, at in (seen or {}).items()]
    frame = pd.DataFrame(list(rows), columns=COLUMNS)
    return build_register(frame, pd.DataFrame(stamps, columns=["subject", "source", "seen_at"]))


def test_clients_are_counted_per_profile_and_delivery_form():
    found = register(
        row(WILGENHOF, "clienten", 21, dimension=VG7),
        row(WILGENHOF, "clienten", 13, dimension=VG8),
    ).providers[WILGENHOF]
    assert found.clients == {Need("VG7", "verblijf"): 21, Need("VG8", "verblijf"): 13}
    assert found.client_count == 34


def test_a_split_by_profile_is_not_added_to_a_total_of_another_source():
    found = register(row(WILGENHOF, "clienten", 143), row(WILGENHOF, "clienten", 34, dimension=VG7))
    assert found.clients(WILGENHOF) == 34


@pytest.mark.parametrize(
    ("told_on", "clients"),
    [
        pytest.param(date(2026, 9, 30), None, id="what another source said before holds no longer"),
        pytest.param(date(2026, 11, 1), 64, id="what it says since does"),
    ],
)
def test_who_left_the_list_of_clients_takes_older_totals_along(told_on, clients):
    found = register(
        row(WILGENHOF, "clienten", None, dimension=VG7),
        row(WILGENHOF, "clienten", 64, on=told_on),
        row(WILGENHOF, "status", "niet meer op de lijst"),
    ).providers[WILGENHOF]
    assert (found.client_count, found.has_left) == (clients, clients is None)


def test_an_ended_contract_with_clients_is_not_gone():
    found = register(row(WILGENHOF, "status", "beëindigd"), row(WILGENHOF, "clienten", 3, dimension=VG7))
    assert not found.providers[WILGENHOF].has_left


def test_a_provider_with_a_total_only_has_that():
    assert register(row(WILGENHOF, "clienten", 143)).clients(WILGENHOF) == 143


def test_no_count_is_unknown_and_not_zero():
    found = register(row(WILGENHOF, "naam", "De Wilgenhof"), row(WILGENHOF, "clienten", None))
    assert found.clients(WILGENHOF) is None


def test_the_figure_about_the_latest_day_holds():
    found = register(
        row(WILGENHOF, "naam", "Nieuw", on=date(2026, 11, 5)),
        row(WILGENHOF, "naam", "Oud", on=date(2026, 1, 5)),
    )
    assert found.name(WILGENHOF) == "Nieuw"


def test_a_location_has_the_sector_and_region_of_its_provider():
    found = register(
        row(PLACE, "aanbieder", WILGENHOF),
        row(WILGENHOF, "sector", "ghz"),
        row(WILGENHOF, "regio", "5528"),
    )
    assert found.provider_of(PLACE) == WILGENHOF
    assert (found.sector(PLACE), found.region(PLACE)) == ("ghz", "5528")
    assert found.providers[WILGENHOF].locations == (PLACE,)


def test_a_provider_that_only_a_location_names_exists_too():
    assert register(row(PLACE, "aanbieder", WILGENHOF)).providers[WILGENHOF].name == ""


def test_siblings_share_a_concern_and_an_empty_concern_is_none():
    found = register(
        row(WILGENHOF, "concern", "Groep"),
        row(NOORDERLICHT, "concern", "Groep"),
        row("kvk:00552801", "naam", "X"),
    )
    assert found.siblings(WILGENHOF) == (NOORDERLICHT,)
    assert found.siblings("kvk:00552801") == ()


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        pytest.param(date(2026, 11, 1), {PLACE: 4}, id="confirmed by a later list without a change"),
        pytest.param(date(2026, 11, 6), {}, id="older than asked for"),
    ],
)
def test_free_places_are_as_old_as_their_last_confirmation(since, expected):
    found = register(
        row(PLACE, "vrije_plaatsen", 4, dimension=VG7),
        row(PLACE, "vrije_plaatsen", 0, dimension=VG8),
        seen={PLACE: NOW},
    )
    assert found.free_places(Need("VG7", "verblijf"), confirmed_since=since) == expected
    assert found.free_places(Need("VG8", "verblijf"), confirmed_since=since) == {}


def test_an_empty_store_is_an_empty_register():
    found = register()
    assert (found.providers, found.locations, found.name(WILGENHOF)) == ({}, {}, WILGENHOF)
