"""The early notice: eighteen items of our own, complete from a case, and never called the NZa's form."""

import pytest
from dossier_cases import ENTRIES, EWS, draft, facts, statement, without

from ews.dossier.layout import lay_out
from ews.dossier.model import ItemState

STATED = {
    "aard_risico": "financieel (liquiditeit)",
    "verwacht_moment": "vroegst in het eerste kwartaal van 2027 (korte termijn)",
    "scenarios": "A herstel, besluit vóór 1 december; B afbouw",
    "verzoek_nza": "ter informatie",
    "herbeoordeling": "1 december 2026",
}
WHOLE = (*ENTRIES, *(statement(200 + n, fact, text, (12,)) for n, (fact, text) in enumerate(STATED.items())))


def test_a_case_with_its_facts_makes_a_complete_notice():
    dossier = draft(EWS, facts(WHOLE))
    assert [one.item for one in dossier.items if one.state is ItemState.MISSING] == []
    assert dossier.is_complete


@pytest.mark.parametrize(
    ("item", "fact"),
    [
        ("5", "aard_risico"),
        ("8", "verwacht_moment"),
        ("14", "scenarios"),
        ("16", "verzoek_nza"),
        ("17", "herbeoordeling"),
    ],
)
def test_a_fact_that_nobody_gave_is_named_under_its_item(item, fact):
    left = tuple(one for one in WHOLE if getattr(one.what, "fact", "") != fact)
    found = next(one for one in draft(EWS, facts(left)).items if one.item == item)
    assert found.state is ItemState.MISSING
    assert found.from_whom == "continuïteitsfunctionaris"


def test_it_says_on_its_first_page_that_it_is_no_template_of_the_nza():
    paper = lay_out(draft(EWS, facts(WHOLE)))
    assert paper.label == "geen NZa-sjabloon"
    assert any("geen sjabloon van de NZa bekend" in text for block in paper.letter for text, _ in block.runs)
    assert all("(niet bevestigd)" in one for one in draft(EWS, facts(WHOLE)).channels)


def test_it_has_its_own_subject_and_no_word_of_overmacht():
    dossier = draft(EWS, facts(WHOLE))
    assert (
        dossier.subject
        == "EWS-melding dreigende discontinuïteit van zorg Wlz-uitvoerder Voorbeeld N.V. (C-2026-021)"
    )
    assert dossier.conditions == ()
    assert dossier.criteria == ()


def test_a_measure_that_was_not_taken_is_not_made_up():
    found = next(one for one in draft(EWS, facts(without(7, 8, 9, 10))).items if one.item == "12")
    assert found.state is ItemState.MISSING
