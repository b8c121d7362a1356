"""The law as data: which version serves which day, what each item names, and that nothing is invented."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ews.regulation import DossierKind, Mark, by_version, in_force
from ews.settings.load import load

REGULATIONS = load(Path("/nonexistent")).regulations
OVERMACHT = REGULATIONS["regeling_meldplicht_continuiteit_cruciale_zorg/2015-01-01"]
EWS = REGULATIONS["werkafspraken_ews/2019-01-01"]
LATER = replace(OVERMACHT, valid_from=date(2027, 1, 1))


def test_article_5_2_has_its_nine_items_with_8a_and_8b():
    assert [item.id for item in OVERMACHT.item] == ["1", "2", "3", "4", "5", "6", "7", "8a", "8b", "9"]
    assert [one.id for one in OVERMACHT.criterion] == [f"E{n}" for n in range(1, 10)]


def test_the_ews_melding_is_a_notice_of_its_own_and_says_that_it_is_no_template():
    assert EWS.kind is DossierKind.EWS_MELDING
    assert EWS.label == "geen NZa-sjabloon"
    assert len(EWS.item) == 18
    assert {item.mark for item in EWS.item} == {Mark.DESIGN}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2014, 12, 31), None, id="before the first version there is none"),
        pytest.param(date(2026, 12, 31), OVERMACHT, id="the day before the new version"),
        pytest.param(date(2027, 1, 1), LATER, id="the day of the new version"),
    ],
)
def test_the_version_in_force_serves_the_day(day, expected):
    assert in_force([OVERMACHT, LATER, EWS], DossierKind.OVERMACHTSMELDING, on=day) == expected


def test_an_older_dossier_finds_the_version_it_was_drafted_under():
    assert by_version([LATER, OVERMACHT], OVERMACHT.version) == OVERMACHT
    assert by_version([LATER], OVERMACHT.version) is None


@pytest.mark.parametrize("item", [*OVERMACHT.item, *OVERMACHT.criterion, *EWS.item], ids=lambda item: item.id)
def test_each_item_names_its_basis_its_supplier_and_its_check(item):
    assert item.legal_basis.law
    assert item.check
    assert item.needs
    assert all(need.from_whom and need.what for need in item.needs)


def test_no_number_of_days_is_invented_for_terstond():
    assert OVERMACHT.timing.term == "terstond"
    assert not re.search(r"\d", OVERMACHT.timing.text)
    assert OVERMACHT.timing.legal_basis.article == "4"


def test_what_is_not_confirmed_says_so():
    assert OVERMACHT.valid_from_mark is Mark.UNCONFIRMED
    assert EWS.valid_from_mark is Mark.UNCONFIRMED
    assert all(channel.mark is Mark.UNCONFIRMED for channel in EWS.channel)


def test_no_article_of_the_unread_policy_rule_is_cited():
    for obligation in REGULATIONS.values():
        bases = [item.legal_basis for item in (*obligation.item, *obligation.criterion)]
        assert not any("TH/BR-017" in basis.law for basis in bases)
