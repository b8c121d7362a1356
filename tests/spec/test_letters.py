"""Other letters: who may be named when, whose counts are exact, and nothing that can't be filled in."""

import io
from dataclasses import replace
from datetime import date

import pytest
from dossier_cases import ENTRIES, OVERMACHT, PROVIDER, SETTINGS, draft, entry, facts
from pypdf import PdfReader

from ews.cases.entries import Agreement, Contact, StageChange
from ews.cases.kinds import Party
from ews.dossier.disclosure import Recipient
from ews.dossier.layout import plain_paper
from ews.dossier.letter_parts import Part
from ews.dossier.letters import UNNAMED, may_name, write_letter
from ews.dossier.record import ClientLine
from ews.dossier.render_pdf import typeset
from ews.regulation import FormField, LegalBasis
from ews.settings.dossier_checks import check_grounds, check_letters, check_regulations, check_style

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
    assert "accolade" in check_letters({**LETTERS, "persregel": wrong})[0].problem
    strange = replace(LETTERS["persregel"], body=("Beste {lezer}",))
    assert "'{lezer}' wordt nergens ingevuld" in check_letters({**LETTERS, "persregel": strange})[0].problem
    mapped = replace(OVERMACHT, form_field=(FormField("v1", "Datum", "66"),))
    assert "onderdeel '66' bestaat niet" in check_regulations({"x/y": mapped})[0].problem
    assert check_style(replace(SETTINGS.house_style, accent="blauw"))[0].key == "accent"
    assert check_style(SETTINGS.house_style) == []


def test_the_sheet_before_a_talk_is_one_page_whatever_happened():
    """Facts, open promises, questions and scenarios: of a case with a long log only the last events."""
    busy = [
        entry(200 + n, Contact(Party.BOARD, "gesprek", "De Wilgenhof", "bestuurder"), date(2026, 11, 19))
        for n in range(60)
    ]
    promise = entry(
        300, Agreement(Party.BOARD, date(2026, 12, 1), text="Cijfers over november."), date(2026, 11, 19)
    )
    filled = written("gespreksblad", facts((*ENTRIES, *busy, promise), SMALL))
    assert LETTERS["gespreksblad"].is_letter is False
    captions = [block.caption for block in filled.blocks]
    assert captions[:2] == ["Laatste gebeurtenissen", "Afspraken"]
    sheet = plain_paper(
        filled.title,
        " ".join(filled.paragraphs),
        filled.blocks,
        style=SETTINGS.house_style,
        sender=("Zorgkantoor",),
        created="2026-11-23",
        fictitious=True,
        audit_head="9c41aa02 (18204)",
    )
    assert len(PdfReader(io.BytesIO(typeset(sheet))).pages) == 1


def test_a_letter_without_a_name_holds_no_words_of_people():
    """Free text could name the provider after all; so could the organisation of a talk."""
    busy = replace(LETTERS["zorgkantoor_informatie"], parts=tuple(Part))
    shown = write_letter(busy, THREATENED, draft(given=THREATENED), named=False, answer_by=None).blocks
    told = {block.caption.partition(" (")[0].partition(",")[0] for block in shown}
    assert told == {"Aantal verzekerden in zorg", "Antwoordformulier"}


@pytest.mark.parametrize("kind", ["igj_informatie", "gemeente_informatie", "zorgkantoor_informatie"])
def test_information_to_others_is_counts_only(kind):
    assert LETTERS[kind].parts == (Part.CLIENTS,)


def test_counts_of_a_source_that_the_reader_may_not_see_are_not_printed():
    hidden = facts(provider=replace(SMALL, clients=(), clients_withheld="clienten_per_profiel"))
    told = str(written("gemeente_informatie", hidden).blocks)
    assert "[NIET VRIJGEGEVEN: aantallen verzekerden; bron clienten_per_profiel" in told


def test_a_ground_for_naming_says_where_it_stands_and_a_term_stands_with_every_answer_that_is_used():
    bare = replace(SETTINGS.naming_grounds["afstemming"], legal_basis=LegalBasis("Wet", ""))
    assert check_grounds({"x": bare})[0].key == "ground.afstemming.legal_basis"
    endless = replace(LETTERS["agenderingsbrief"], answer_days=0)
    faults = check_letters({**LETTERS, "agenderingsbrief": endless})
    assert [one.key for one in faults] == ["letter.agenderingsbrief.answer_days"]
    without = {name: one for name, one in LETTERS.items() if name != "wlz_uitvoerder_bericht"}
    assert "wlz_uitvoerder_bericht" in check_letters(without)[0].problem
