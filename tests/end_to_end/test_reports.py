"""What purchasers and the committee get from the example region: by command, from its own record."""

import shutil
import sqlite3

import pytest

NOW = ("--now", "2026-11-22T18:00")


pytestmark = pytest.mark.slow  # plays the whole example region


@pytest.fixture(scope="module")
def region(played_demo, tmp_path_factory):
    return shutil.copytree(played_demo.site, tmp_path_factory.mktemp("rapport") / "site")


def test_purchasers_see_what_hangs_on_one_supplier_and_no_judgement_of_one(ews, region):
    found = ews(*NOW, "report", "inkoop", "--json", site=region).json
    sole = next(row for row in found["supply"] if row["profile"] == "LVG3")
    assert sole["suppliers"] == 1
    assert sole["few"][0]["name"].startswith("Stichting De Nieuwe Kade")
    assert sole["shortage"] == sole["clients"]
    assert sole["raised"] == {"short": None, "medium": None, "long": None}
    assert all("level" not in row and "points" not in row for row in found["supply"])
    assert sum(one["one_supplier"] for one in found["regions"]) == sum(
        row["suppliers"] == 1 for row in found["supply"]
    )


def test_the_evaluation_names_what_was_found_and_what_was_missed(ews, region):
    made = ews(*NOW, "report", "evaluatie", "--year", "2026", "--json", site=region).json
    ended = {one["name"]: one for one in made["ended"]}
    found, missed = (
        ended["Stichting De Wilgenhof (fictief)"],
        ended["Kade Twaalf Specialistisch Wonen B.V. (fictief)"],
    )
    assert found["lead_days"] > 300
    assert (missed["lead_days"], missed["why_missed"]) == (None, "below_threshold")
    assert "1 van 2 discontinuïteiten" in made["headline"]
    assert len(made["self_assessment"]) == 44
    pages = [region / "reports" / f"evaluatie-2026.{ending}" for ending in ("html", "pdf")]
    assert "Fictief" in pages[0].read_text(encoding="utf-8")
    assert pages[1].read_bytes().startswith(b"%PDF")


def test_a_report_is_itself_on_the_record(ews, region):
    ews(*NOW, "report", "evaluatie", "--year", "2025", "--json", site=region)
    with sqlite3.connect(region / "ews.sqlite") as database:
        rows = database.execute(
            "SELECT object FROM audit_entry WHERE action = 'report.evaluation'"
        ).fetchall()
    assert ("2025",) in rows


def test_a_year_to_come_is_refused(ews, region):
    done = ews(*NOW, "report", "evaluatie", "--year", "2027", site=region)
    assert done.code == 2
    assert "2027 is nog niet begonnen" in done.err
