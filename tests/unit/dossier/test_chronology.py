"""The chronology of a notice in the words of people, also for what was stated for another notice."""

from dataclasses import replace

from dossier_cases import ENTRIES, LETTER, OVERMACHT, facts, statement

from ews.dossier.assemble import assemble

TOLD = statement(900, "aard_risico", "liquiditeit")


def lines(**letter: object) -> str:
    made = assemble(OVERMACHT, facts((*ENTRIES, TOLD)), replace(LETTER, **letter))
    return "\n".join(line.text for line in made.chronology)


def test_a_fact_of_another_notice_has_the_name_that_its_own_obligation_gives_it():
    assert "aard van het risico" in lines(fact_names={"aard_risico": "aard van het risico"})


def test_a_fact_that_no_obligation_knows_is_at_least_readable():
    assert "Vastgelegd: " in lines()
    assert "aard risico" in lines()
