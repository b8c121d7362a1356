"""Every sentence with a figure or a fact carries its evidence number, whatever was recorded and whatever was not."""

import re
from dataclasses import replace

from dossier_cases import ENTRIES, EWS, OVERMACHT, PROVIDER, draft, facts
from hypothesis import given, settings
from hypothesis import strategies as st

from ews.dossier.model import Dossier, Paragraph, Table

NUMBERS = [one.id for one in ENTRIES]
some = st.sets(st.sampled_from(NUMBERS))
CITED = re.compile(r"\[(C-\d{4}-\d+/)?B\d")


@st.composite
def records(draw):
    """The good case with entries gone, others without their document, and sources that say less."""
    gone, bare = draw(some), draw(some)
    entries = tuple(
        replace(one, evidence=()) if one.id in bare else one for one in ENTRIES if one.id not in gone
    )
    stated = {name: told for name, told in PROVIDER.stated.items() if draw(st.booleans())}
    clients = tuple(line for line in PROVIDER.clients if draw(st.booleans()))
    return facts(entries, replace(PROVIDER, stated=stated, clients=clients))


def assert_proved(dossier: Dossier) -> None:
    known = {line.number for line in dossier.evidence}
    for place, one in [*dossier.sentences(), *(("brief", told) for told in dossier.opening)]:
        if one.connective:
            assert not re.search(r"\d", one.text), f"{place}: a figure in a sentence that only leads on"
            continue
        assert one.refs or one.missing, f"{place}: {one.text}"
        assert {ref.number for ref in one.refs} <= known, f"{place}: {one.text}"


def assert_tables_proved(dossier: Dossier) -> None:
    blocks = [block for section in dossier.sections for block in section.blocks]
    blocks += [block for appendix in dossier.appendices for block in appendix.blocks]
    for table in (block for block in blocks if isinstance(block, Table)):
        assert table.columns[-1] == "Bewijs", table.caption
        for row in table.rows:
            assert CITED.match(row[-1]), f"{table.caption}: {row}"


def assert_summary_proved(dossier: Dossier) -> None:
    for what, told in dossier.summary:
        parts = [part for part in re.split(r"(?<=\])\s+", told) if re.search(r"\d", part)]
        for part in parts:
            proved = CITED.search(part) or "[ONTBREEKT" in part or part.startswith("Zie de tabel")
            assert proved or part.endswith("…"), f"{what}: {part}"


@settings(max_examples=25, deadline=None)
@given(records())
def test_whatever_was_recorded_every_statement_is_proved_or_printed_as_missing(given):
    for obligation in (OVERMACHT, EWS):
        dossier = draft(obligation, given)
        assert_proved(dossier)
        assert_tables_proved(dossier)
        assert_summary_proved(dossier)


def test_the_good_case_states_enough_to_be_worth_the_check():
    told = [one for _, one in draft().sentences() if one.refs]
    assert len(told) > 30
    assert sum(isinstance(block, Table) for item in draft().items for block in item.blocks) >= 3
    assert all(isinstance(block, Paragraph | Table) for item in draft().items for block in item.blocks)
