"""How long what is kept: the table in the docs is that of the config, and a class that leaves a hole is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ews.cases.entries import Contact, Note
from ews.cases.kinds import Party
from ews.cases.retention import Part, RetentionClass, holdings, kept_until
from ews.settings.retention_checks import check_retention
from tests.case_files import case_of
from tests.score_frames import shipped

CLASSES = shipped().retention
WAYS = {
    "twee_mensen": "`ews retention destroy`, twee mensen",
    "met_de_hand": "met de hand, buiten het product",
    "nooit": "nooit per regel",
}


def as_row(one: RetentionClass) -> str:
    term = f"{one.years} jaar na {one.counts_from}" if one.years else "geen termijn in het product"
    cells = (one.id, one.title, one.persons, one.where, term, one.ground, WAYS[one.destroyed_by])
    return f"| {' | '.join(cells)} |"


def test_the_table_in_the_docs_is_that_of_the_config():
    page = Path("docs/bewaartermijnen.md").read_text(encoding="utf-8")
    printed = [line for line in page.splitlines() if line.startswith("| ") and "| klasse |" not in line]
    assert printed == [as_row(one) for one in CLASSES.values()]


def test_the_shipped_classes_leave_no_hole():
    assert check_retention(CLASSES) == []
    assert {one.part for one in CLASSES.values()} == set(Part)


@pytest.mark.parametrize(
    ("name", "changes", "problem"),
    [
        pytest.param("zaakteksten", {"kinds": ("Note",)}, "0 klassen zonder kinds", id="overige regels vallen buiten elke klasse"),
        pytest.param("verslagen", {"kinds": ()}, "2 klassen zonder kinds", id="twee klassen voor hetzelfde"),
        pytest.param("contacten", {"kinds": ("Kontact",)}, "'Kontact' bestaat niet", id="een soort die niet bestaat"),
        pytest.param("berichten", {"years": None}, "ontbreekt", id="vernietigen zonder termijn"),
        pytest.param("berichten", {"destroyed_by": "nooit"}, "past niet bij deel", id="wat weg kan, gaat door twee mensen"),
        pytest.param("auditspoor", {"destroyed_by": "twee_mensen"}, "past niet bij deel", id="het spoor kan niet weg"),
        pytest.param("dossiers", {"kinds": ("x",)}, "kent geen soorten", id="een deel zonder soorten"),
        pytest.param("bewijsstukken", {"kinds": ("gespreksverslag",)}, "staat in twee klassen", id="een soort in twee klassen"),
    ],
)  # fmt: skip
def test_faults_in_a_class(name, changes, problem):
    faults = check_retention({**CLASSES, name: replace(CLASSES[name], **changes)})
    assert any(problem in fault.problem for fault in faults), faults


@pytest.mark.parametrize(
    ("closed", "years", "until"),
    [
        pytest.param(date(2026, 11, 11), 7, date(2033, 11, 11), id="tot en met dezelfde dag"),
        pytest.param(date(2028, 2, 29), 5, date(2033, 2, 28), id="29 februari: de laatste dag van die maand"),
    ],
)
def test_the_last_day_of_a_term(closed, years, until):
    assert kept_until(closed, years) == until


def test_only_a_closed_case_holds_anything_that_may_go():
    open_case = case_of(Contact(Party.BOARD, "gesprek", name="Jansen"), Note(""))
    assert list(holdings(open_case, CLASSES)) == []
    closed = replace(open_case, closed_at=datetime(2026, 11, 11, 9, 0, tzinfo=UTC))
    held = list(holdings(closed, CLASSES, dossiers=2))
    assert [(one.retention.id, one.entries, one.dossiers) for one in held] == [
        ("contacten", (1,), 0),
        ("dossiers", (), 2),
    ]
