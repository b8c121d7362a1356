"""What the sources hold as a whole."""

from pathlib import Path

import pytest

from ews.signals.clauses import Lack, lacking

REGION = Path(__file__).parents[2] / "examples/region"


def test_a_clause_lacks_when_it_is_empty_refused_or_not_in_the_register():
    stated = {
        ("kvk:00552801", "meldplicht_clausule"): "Aanbieder meldt onverwijld.",
        ("kvk:00552801", "gevolg_bij_schending"): "opschorting",
        ("kvk:00552801", "delen_met_nza"): "ja",
        ("kvk:00552801", "delen_met_igj"): "nee",
        ("kvk:00552801", "delen_met_zorgkantoren"): "",
    }
    assert lacking(stated, ["kvk:00552801"]) == [
        Lack("kvk:00552801", "delen_met_igj", "geen toestemming om te delen met de IGJ"),
        Lack(
            "kvk:00552801", "delen_met_zorgkantoren", "geen toestemming om te delen met andere zorgkantoren"
        ),
    ]
    assert len(lacking({}, ["kvk:00552802"])) == 5


@pytest.fixture
def known(ews, site):
    """A site with its providers and the first contract register."""
    files = [
        REGION / "lijsten/zorgaanbieders_2026-11-05.xlsx",
        REGION / "contracten/contractregister_2024-01-15.xlsx",
    ]
    assert ews("ingest", *files).code == 0
    return ews


def test_missing_clauses_are_listed_with_the_provider(known):
    missing = known("source", "clauses", "--json").json["missing"]
    duty = [one["name"] for one in missing if one["clause"] == "meldplicht_clausule"]
    assert 3 <= len(duty) <= 15
    assert all(name.endswith("(fictief)") for name in duty)


def test_sources_are_listed_with_their_last_delivery(known):
    listed = {one["source"]: one for one in known("source", "list", "--json").json["sources"]}
    assert listed["contractregister"]["deliveries"] == 1
    assert listed["kwartaalopgave"]["last"] is None
    assert listed["odb_verpleeghuiszorg"]["verified"]


def test_every_expected_figure_is_in_a_state_and_all_subjects_are_counted(known):
    assert known("ingest", REGION / "kikv").code == 0
    lines = known("source", "expected", "--json").json["figures"]
    absence = next(
        one for one in lines if one["indicator"] == "ziekteverzuim" and one["source"].startswith("kikv")
    )
    assert sum(absence["states"].values()) > 10
    assert set(absence["states"]) <= {
        "aanwezig",
        "nog_niet_verwacht",
        "te_laat",
        "ontbreekt",
        "geweigerd",
        "verouderd",
    }
