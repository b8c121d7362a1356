"""Each of the nine items of article 5.2 and each criticism E1-E9: missing, weak and good."""

from dataclasses import replace
from datetime import date

import pytest
from dossier_cases import (
    ENTRIES,
    OVERMACHT,
    PROVIDER,
    answer,
    draft,
    facts,
    statement,
    unproved,
    without,
)

from ews.cases.kinds import AnswerOutcome
from ews.dossier.layout import lay_out
from ews.dossier.model import ItemState
from ews.dossier.record import CaseFacts, Stated
from ews.regulation import FormField


def told(**stated) -> CaseFacts:
    """The good case, its register without some facts."""
    return facts(provider=replace(PROVIDER, stated={**PROVIDER.stated, **stated}))


def by_hand(fact: str) -> CaseFacts:
    """The good case, one fact known only from a person's word."""
    bare = replace(PROVIDER, stated={**PROVIDER.stated, fact: ()})
    return facts((*ENTRIES, statement(90, fact, "zie log")), bare)


def no_clients(*, by_word: bool) -> CaseFacts:
    word = (statement(91, "zorgvormen", "verblijf VG7"),) if by_word else ()
    return facts((*ENTRIES, *word), replace(PROVIDER, clients=()))


def silent_answer() -> CaseFacts:
    """One refusal that does not say why."""
    changed = answer(14, 13, AnswerOutcome.NO, (9,))
    bare = replace(changed, what=replace(changed.what, why_not_short="", why_not_middle=""))
    return facts((*without(14), bare))


def waited() -> CaseFacts:
    """The notice is drafted almost a year after the last alternative closed."""
    return replace(facts(), today=date(2027, 10, 30))


ITEMS = {
    "1": (facts(without(21)), facts(unproved(21))),
    "2": (told(zorgaanbieder=()), by_hand("zorgaanbieder")),
    "3": (facts(without(23)), by_hand("personeelsleden")),
    "4": (no_clients(by_word=False), no_clients(by_word=True)),
    "5": (facts(without(27)), facts(unproved(29))),
    "6": (facts(without(25)), facts(unproved(25))),
    "7": (facts(without(26, 6)), facts(unproved(26))),
    "8a": (facts(without(11, 12, 13, 14)), facts(unproved(11, 12))),
    "8b": (facts(without(15, 16, 17, 18, 19, 20)), facts(without(17, 18))),
    "9": (silent_answer(), facts(unproved(13, 14))),
}
CRITERIA = {
    "E1": (facts(without(5)), facts(unproved(5))),
    "E2": (facts(without(2)), facts(unproved(2))),
    "E3": (facts(without(12)), waited()),
    "E4": (facts(without(*range(11, 21))), facts(unproved(11, 12))),
    "E5": (facts(without(7, 8, 9, 10)), facts(unproved(9))),
    "E6": (facts(without(7, 8, 9, 10, *range(11, 21))), facts(without(9, 10, *range(11, 21)))),
    "E7": (facts(without(4, 21)), facts(unproved(4, 21))),
    "E8": (facts(without(30)), facts(unproved(30))),
    "E9": (facts(without(22)), facts(unproved(22))),
}


def state(given: CaseFacts, item: str) -> ItemState:
    dossier = draft(given=given)
    return next(one.state for one in (*dossier.items, *dossier.criteria) if one.item == item)


@pytest.mark.parametrize("item", [*ITEMS, *CRITERIA])
def test_missing_weak_and_good(item):
    absent, thin = {**ITEMS, **CRITERIA}[item]
    assert state(absent, item) is ItemState.MISSING
    assert state(thin, item) is ItemState.WEAK
    assert state(facts(), item) is ItemState.FILLED


@pytest.mark.parametrize("item", ITEMS)
def test_what_is_missing_is_named_with_who_must_supply_it(item):
    dossier = draft(given=ITEMS[item][0])
    found = next(one for one in dossier.items if one.item == item)
    assert found.from_whom
    assert found.why
    holes = [
        text for place, one in dossier.sentences() if place == item and one.missing for text in [one.text]
    ]
    assert holes
    assert all(text.startswith("[ONTBREEKT: ") and ", van " in text for text in holes)
    assert not dossier.is_complete


def test_the_good_case_is_complete_in_every_item_and_criterion():
    dossier = draft()
    assert dossier.is_complete
    assert {one.state for one in (*dossier.items, *dossier.criteria)} == {ItemState.FILLED}


def test_every_sentence_carries_evidence_or_says_what_is_missing():
    for given in (facts(), *[pair[0] for pair in ITEMS.values()]):
        for item, sentence in draft(given=given).sentences():
            assert sentence.refs or sentence.missing or sentence.connective, (item, sentence.text)


def test_every_row_of_a_table_in_an_item_names_its_evidence():
    tables = [block for one in draft().items for block in one.blocks if block.kind == "table"]
    assert tables
    assert all(row[-1].startswith("[B") for table in tables for row in table.rows)


def test_every_cited_number_stands_in_the_table_of_evidence():
    dossier = draft()
    known = {line.number for line in dossier.evidence}
    assert {ref.number for _, sentence in dossier.sentences() for ref in sentence.refs} <= known


def test_an_expired_document_no_longer_proves_the_date():
    given = facts()
    expired = tuple(
        replace(line, expires_on=date(2026, 11, 1)) if line.number == 14 else line for line in given.evidence
    )
    assert state(replace(given, evidence=expired), "6") is ItemState.WEAK


def test_8b_may_be_answered_with_not_possible_because():
    words = statement(
        92, "alternatieven_zelf", "Niet mogelijk, omdat het kantoor geen zorg mag verlenen", (10,)
    )
    assert state(facts((*without(*range(15, 21)), words)), "8b") is ItemState.FILLED


def test_words_of_people_are_quoted_as_theirs():
    reason = [one for place, one in draft().sentences() if place == "7"]
    assert reason[0].quoted_from.startswith("bestuurder")
    assert {one.quoted_from.split(",")[0] for one in reason[1:]} == {"Bevinding zorgkantoor", "Zorgaanbieder"}


def test_pgb_lies_outside_and_is_said_to():
    dossier = draft()
    item5 = next(one for one in dossier.items if one.item == "5")
    rows = next(block.rows for block in item5.blocks if block.kind == "table")
    assert [row[0] for row in rows] == ["VG5", "VG7", "VG8", "Totaal"]
    assert rows[-1][2] == "143"
    assert any("pgb" in one.text for place, one in dossier.sentences() if place == "4")


def clients(**given) -> CaseFacts:
    return facts(provider=replace(PROVIDER, clients=tuple(replace(one, **given) for one in PROVIDER.clients)))


def test_a_column_for_places_stands_in_the_table_once_a_plan_was_made():
    headed = []
    for given in (facts(), clients(nowhere=None)):
        item5 = next(one for one in draft(given=given).items if one.item == "5")
        headed.append(next(block.columns for block in item5.blocks if block.kind == "table"))
    assert headed == [
        ("Zorgprofiel", "Leveringsvorm", "In zorg", "Geen andere plaats", "Bewijs"),
        ("Zorgprofiel", "Leveringsvorm", "In zorg", "Bewijs"),
    ]


def test_the_number_concerned_says_until_which_day_it_was_told():
    given = clients(as_of=date(2026, 10, 5))
    said = [one.text for place, one in draft(given=given).sentences() if place == "3"]
    assert "Aantal betrokken verzekerden: 143 (stand van 5 oktober 2026)." in said


def test_a_sudden_stop_without_an_earlier_notice_is_explained_and_never_barred():
    words = statement(93, "eerdere_ews_melding", "Plotseling faillissement op 2 november 2026", (14,))
    dossier = draft(given=facts((*without(5), words)))
    assert next(one for one in dossier.criteria if one.item == "E1").state is ItemState.FILLED
    assert dossier.is_complete
    assert "Plotseling faillissement" in dossier.opening[1].text


def test_one_notice_may_span_two_providers_and_their_cases():
    first = facts()
    other = replace(first.case, number="C-2026-030", subject="kvk:41100002", entries=without(25))
    second = replace(PROVIDER, identifier="kvk:41100002", name="Stichting Meander (fictief)")
    given = replace(
        first,
        cases=(first.case, other),
        providers=(PROVIDER, second),
        log_extract={**first.log_extract, "C-2026-030": 50},
        evidence=(*first.evidence, *(replace(line, case="C-2026-030") for line in first.evidence)),
    )
    dossier = draft(given=given)
    assert dossier.provider_names == ("Stichting De Wilgenhof (fictief)", "Stichting Meander (fictief)")
    six = [one for place, one in dossier.sentences() if place == "6"]
    assert [one.missing for one in six] == [False, True], "the second provider gave no date"
    cited = {str(ref) for _, one in dossier.sentences() for ref in one.refs}
    assert {"B7", "C-2026-030/B7"} <= cited
    table = next(
        block for one in dossier.items if one.item == "5" for block in one.blocks if block.kind == "table"
    )
    assert {row[0] for row in table.rows} == {*dossier.provider_names, ""}


def test_an_office_with_the_nza_form_maps_its_fields_without_code():
    mapped = replace(OVERMACHT, form_field=(FormField("v12", "Datum beëindiging zorg", "6"),))
    pages = lay_out(draft(mapped))
    appendix = next(one for one in pages.sections if "Velden van het formulier" in one.heading)
    field, place, content = appendix.blocks[0].rows[0]
    assert field == "v12. Datum beëindiging zorg"
    assert place.startswith("onderdeel 6")
    assert "1 januari 2027" in content
    assert content.endswith("[B14]"), "what is copied into the form keeps its evidence number"


def test_a_figure_from_a_source_that_the_nza_may_not_see_is_not_printed():
    hidden = told(personeelsleden=(Stated("", (), date(2026, 9, 30), withheld="kikv_antwoorden"),))
    three = [one for place, one in draft(given=hidden).sentences() if place == "3"]
    assert any(one.text.startswith("[NIET VRIJGEGEVEN: aantal personeelsleden") for one in three)
    assert not any("212" in one.text for one in three)
