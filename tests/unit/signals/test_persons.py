"""Numbers of persons are found where they may hide, and nowhere else."""

import pytest
from contracts import contract, table

from ews.signals.persons import bsn_in, forbidden_columns, is_bsn, search

BSN = "111222333"


@pytest.mark.parametrize("digits", [BSN, "123456782", "10000008"])
def test_the_eleven_test(digits):
    assert is_bsn(digits)


@pytest.mark.parametrize("digits", ["111222334", "000000000", "111111111", "12345678", "١١١٢٢٢٣٣٣"])
def test_numbers_that_are_none(digits):
    assert not is_bsn(digits)


@pytest.mark.parametrize(
    "text",
    [
        BSN,
        f"cliënt {BSN} is verhuisd",
        "bsn:111 222 333",
        "111.222.333",
        "111-22-2333",
        "nr.10000008 (acht cijfers)",
        "１１１２２２３３３",
        "111\u00a0222\u00a0333",
    ],
)
def test_found_in_text_and_shown_masked(text):
    found = bsn_in(text)
    assert found in {"*****333", "*****008"}


@pytest.mark.parametrize(
    "text", ["", "zaak 1112223334", "31112223330", "111222334", "12-11-2025", "0611122233 3"]
)
def test_not_found_in_other_numbers(text):
    assert bsn_in(text) is None


def test_column_names_that_may_not_come_in():
    header = [
        "BSN",
        "client_bsn",
        "Sofi-nummer",
        "Burgerservicenummer",
        "Cliëntnaam",
        "geboortedatum",
        "Absnaam",
        "KvK",
    ]
    assert forbidden_columns(header, frozenset()) == header[:6]


def test_a_declared_count_of_clients_may_come_in_but_a_bsn_never():
    assert forbidden_columns(["Clienten", "BSN"], frozenset({"Clienten", "BSN"})) == ["BSN"]


def test_undeclared_columns_and_free_text_are_searched_only_where_persons_may_stand():
    rows = table(["KvK", "Plaatsen", "Opmerking"], ["08111924", BSN, ""], ["08111924", "4", f"zie {BSN}"])
    assert search([rows], contract()) is None
    found = search([rows], contract(may_hold_persons=True))
    assert found is not None
    assert (found.place, found.masked) == ("rij 3, kolom 'Opmerking'", "*****333")


def test_amounts_and_identifiers_in_their_own_columns_are_not_searched():
    rows = table(["KvK", "Plaatsen"], ["10000008", BSN])
    assert search([rows], contract(may_hold_persons=True)) is None


def test_a_row_that_is_too_wide_is_searched_too():
    rows = table(["KvK", "Plaatsen"], ["08111924", "4", BSN])
    assert search([rows], contract(may_hold_persons=True)) is not None
