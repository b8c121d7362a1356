"""The chronology of a notice in the words of people, also for what was stated for another notice."""

from dataclasses import replace
from datetime import date

from dossier_cases import ENTRIES, LETTER, OVERMACHT, RISK, facts, statement

from ews.dossier.assemble import assemble
from ews.dossier.model import Ref
from ews.dossier.record import Happened

TOLD = statement(900, "aard_risico", "liquiditeit")


def lines(**letter: object) -> str:
    made = assemble(OVERMACHT, facts((*ENTRIES, TOLD)), replace(LETTER, **letter))
    return "\n".join(line.text for line in made.chronology)


def test_a_fact_of_another_notice_has_the_name_that_its_own_obligation_gives_it():
    assert "aard van het risico" in lines(fact_names={"aard_risico": "aard van het risico"})


def test_a_fact_that_no_obligation_knows_is_at_least_readable():
    assert "Vastgelegd: " in lines()
    assert "aard risico" in lines()


def test_what_happened_to_the_provider_stands_on_its_own_day_with_its_row():
    surseance = Happened(
        date(2026, 11, 3), date(2026, 11, 4), "Surseance van betaling verleend.", (Ref(30, 3),)
    )
    known = replace(facts(ENTRIES), risk=replace(RISK, happened=(surseance,)))
    made = assemble(OVERMACHT, known, LETTER).chronology
    told = next(one for one in made if one.text == "Surseance van betaling verleend.")
    assert (told.happened_on, told.recorded_on, told.refs) == (
        date(2026, 11, 3),
        date(2026, 11, 4),
        (Ref(30, 3),),
    )
    assert [one.happened_on for one in made] == sorted(one.happened_on for one in made)
