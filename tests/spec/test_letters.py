"""Other letters: who may be named when, whose counts are exact, and nothing that can't be filled in."""

from dataclasses import replace
from datetime import date

import pytest
from dossier_cases import ENTRIES, OVERMACHT, PROVIDER, SETTINGS, draft, entry, facts

from ews.cases.entries import StageChange
from ews.dossier.disclosure import Recipient
from ews.dossier.letters import UNNAMED, may_name, write_letter
from ews.dossier.record import ClientLine
from ews.regulation import FormField
from ews.settings.dossier_checks import check_letters, check_regulations, check_style

LETTERS = SETTINGS.letters
SMALL = replace(PROVIDER, clients=(*PROVIDER.clients, ClientLine("VG4", "vpt", 2, None, ())))
CRISIS = facts((*ENTRIES, entry(70, StageChange(3, 4), date(2026, 11, 20))), SMALL)
THREATENED = facts(provider=SMALL)


def written(kind: str, given=CRISIS, *, named: bool = True):
    return write_letter(LETTERS[kind], given, draft(given=given), named=named, answer_by=date(2026, 11, 30))


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_every_letter_can_be_written_and_leaves_no_brace(kind):
    filled = written(kind)
    assert filled.paragraphs
    assert not any("{" in text or "}" in text for text in filled.paragraphs)


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        pytest.param("plaatsenverzoek", False, True, id="a request for places is anonymous until stage 4"),
        pytest.param("igj_informatie", False, True, id="so is information to others"),
        pytest.param("cijferuitvraag", True, True, id="the provider itself may read its own name"),
    ],
)
def test_no_letter_makes_its_own_prophecy_true(kind, before, after):
    assert may_name(LETTERS[kind], THREATENED) is before
    assert may_name(LETTERS[kind], CRISIS) is after


def test_an_anonymous_letter_names_nobody():
    filled = written("plaatsenverzoek", THREATENED, named=False)
    words = " ".join(filled.paragraphs) + str(filled.blocks)
    assert "Wilgenhof" not in words
    assert UNNAMED in words


def test_a_stranger_does_not_see_small_counts():
    filled = written("gemeente_informatie")
    table = next(block for block in filled.blocks if "Aantal verzekerden" in block.caption)
    row = next(row for row in table.rows if row[0] == "VG4")
    assert "2" not in row
    assert filled.hidden > 0


def test_the_nza_would_see_them():
    exact = replace(LETTERS["igj_informatie"], to=Recipient.NZA)
    filled = write_letter(exact, CRISIS, draft(given=CRISIS), named=True, answer_by=None)
    table = next(block for block in filled.blocks if "Aantal verzekerden" in block.caption)
    assert "2" in next(row for row in table.rows if row[0] == "VG4")


def test_a_request_for_places_brings_a_form_with_every_profile():
    form = next(block for block in written("plaatsenverzoek").blocks if "Antwoordformulier" in block.caption)
    assert [row[0] for row in form.rows] == ["VG4", "VG5", "VG7", "VG8"]


def test_the_rules_of_the_texts_are_held():
    wrong = replace(LETTERS["persregel"], body=("Beste {lezer} {",))
    assert "accolade" in check_letters({"persregel": wrong})[0].problem
    strange = replace(LETTERS["persregel"], body=("Beste {lezer}",))
    assert "'{lezer}' wordt nergens ingevuld" in check_letters({"persregel": strange})[0].problem
    mapped = replace(OVERMACHT, form_field=(FormField("v1", "Datum", "66"),))
    assert "onderdeel '66' bestaat niet" in check_regulations({"x/y": mapped})[0].problem
    assert check_style(replace(SETTINGS.house_style, accent="blauw"))[0].key == "accent"
    assert check_style(SETTINGS.house_style) == []
