"""A replay of small extracts in the format of the Care Inspectorate, through the command line."""

import json
import re
import shutil
import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from extracts import service, write_extract
from typer.testing import CliRunner

from ews.cli.app import app
from ews.jobs.past import read_outcomes, read_past
from ews.jobs.run import end_of_day, open_site
from ews.scoring.outcomes import Exit, Outcome
from ews.store import mutes
from ews.store.engine import reading, writing
from ews.store.history import history_at

SERVICES = 24
QUARTERS = ["2018-03-31", "2018-06-30", "2018-09-30", "2018-12-31"]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Services 0-3 are weak; 0 and 1 (one provider) close after 2018-09-30, 2 is sold, 20 closes unseen."""
    folder = tmp_path_factory.mktemp("terugblik")
    run("init", site=folder / "site")
    for place, day in enumerate(QUARTERS):
        gone = {0, 1, 2, 20} if day == "2018-12-31" else set()
        rows = [service(n, weak=n < 4, staff=25 + place) for n in range(SERVICES) if n not in gone]
        run("ingest", write_extract(folder, day, rows), site=folder / "site")
    (folder / "uitkomsten.csv").write_text(
        "service_id,last_seen,kind\n"
        "CS2003000000,2018-09-30,closed\nCS2003000001,2018-09-30,closed\n"
        "CS2003000002,2018-09-30,handed_over\nCS2003000020,2018-09-30,closed\n"
        "CS2003000021,2019-11-30,closed\n",
        encoding="utf-8",
    )
    return folder


def run(*words: object, site: Path) -> None:
    done = CliRunner().invoke(app, ["--site", str(site), *map(str, words)])
    assert done.exit_code == 0, done.output


@pytest.fixture
def past(made, tmp_path) -> Path:
    """A copy of that site in `<tmp>/site`, and its outcomes."""
    shutil.copytree(made / "site", tmp_path / "site")
    return made / "uitkomsten.csv"


def asked(ews, outcomes: Path, *more: str):
    return ews(
        "replay", "--since", "2018-03-31", "--until", "2018-12-31", "--outcomes", outcomes, "--json", *more
    )


def test_replay_counts_what_happened_to_whom(ews, past):
    found = asked(ews, past).json
    # 3 dates × 24 services, then 20; three closed services stood there at three dates, one was sold;
    # service 21 closes within a year of the last date only
    assert found["population"] == 3 * 24 + 20
    assert found["failures"] == 3 * 3 + 1
    assert found["handed_over"] == 3
    assert found["warned"] + found["missed"] == found["failures"]
    assert [line["as_of"] for line in found["by_date"]] == QUARTERS
    assert [budget["share"] for budget in found["budgets"]] == [0.01, 0.02, 0.05, 0.10]
    assert set(found["lead_time_months"]) >= {"p25", "median", "p75"}
    assert set(found["naive"]) >= {"regulator_risk", "worst_grade"}


def test_naive_peers_rank_the_same_rows(ews, past):
    # at the first three dates the weak 0, 1 closed, the weak 2, 3 did not, 20 was not weak:
    # a grade or risk score ranks 2 of 3 failures above all but 2 of 21, and 1 below them
    first = next(line for line in asked(ews, past).json["by_date"] if line["as_of"] == "2018-03-31")
    assert (first["population"], first["failures"]) == (24, 3)
    naive = asked(ews, past).json["naive"]
    assert naive["regulator_risk"]["auc"] == naive["worst_grade"]["auc"]
    assert 0.7 < naive["worst_grade"]["auc"] < 0.8


def test_a_provider_fails_when_all_its_services_do(ews, past):
    found = asked(ews, past, "--unit", "provider").json
    assert found["population"] == 3 * 12 + 11  # services 0 and 1 were all of the first provider
    # the first provider at three dates; at the last, service 21 is all that is left of its provider
    assert found["failures"] == 3 + 1


def test_what_is_known_later_changes_nothing(ews, past, tmp_path):
    before = asked(ews, past).json
    later = [service(n, weak=True) for n in range(3, SERVICES) if n != 20]
    assert ews("ingest", write_extract(tmp_path, "2019-03-31", later), "--json").code == 0
    assert asked(ews, past).json == before


def test_a_leaking_figure_would_show(ews, past, tmp_path):
    """The same later figures, backdated by hand into the second extract, do change the answer."""
    before = asked(ews, past).json
    later = [service(n, weak=True) for n in range(3, SERVICES) if n != 20]
    assert ews("ingest", write_extract(tmp_path, "2019-03-31", later), "--json").code == 0
    with sqlite3.connect(tmp_path / "site" / "ews.sqlite") as database:
        database.execute(
            "UPDATE delivery SET known_at = '2018-05-01T00:00:00.000000Z' WHERE name LIKE '%2019-03%'"
        )
        database.execute(
            "UPDATE observation SET known_at = '2018-05-01T00:00:00.000000Z', period_end = '2018-05-01' "
            "WHERE delivery_id = (SELECT max(id) FROM delivery)"
        )
    assert asked(ews, past).json["auc"] != before["auc"]


def test_outcomes_never_enter_a_score(ews, past, tmp_path):
    """Other outcomes, same past: the warnings given are the same."""
    other = tmp_path / "andere.csv"
    other.write_text("service_id,last_seen,kind\nCS2003000023,2019-11-30,closed\n", encoding="utf-8")
    given = [asked(ews, file).json for file in (past, other)]
    assert given[0]["warned_share"] == given[1]["warned_share"]


def test_a_slice_in_memory_is_what_the_store_knew(past, tmp_path):

    context = open_site(tmp_path / "site")
    with reading(context.engine) as connection:
        walk = read_past(connection, context.settings, since=date(2018, 3, 31), until=date(2018, 12, 31))
        names = set(walk.versions["figure"].str.partition("[")[0])
        for day in walk.dates:
            stored = history_at(connection, end_of_day(day), figures=names)
            keys = ["subject", "figure", "source", "period_end"]
            pd.testing.assert_frame_equal(
                walk.timeline.at(end_of_day(day)).sort_values(keys, ignore_index=True),
                stored.sort_values(keys, ignore_index=True),
            )


def test_a_date_whose_year_is_not_over_is_not_judged(ews, past, tmp_path):
    short = tmp_path / "kort.csv"
    short.write_text("service_id,last_seen,kind\nCS2003000000,2019-05-31,closed\n", encoding="utf-8")
    found = asked(ews, short).json
    assert found["not_judged"] == ["2018-09-30", "2018-12-31"]
    assert [line["as_of"] for line in found["by_date"]] == ["2018-03-31", "2018-06-30"]


def test_the_text_for_people_says_it_in_dutch(ews, past):
    done = ews("replay", "--since", "2018-03-31", "--until", "2018-12-31", "--outcomes", past)
    assert done.code == 0
    assert "gestopt binnen 12 mnd  10 keer" in done.out
    assert "laagste cijfer" in done.out


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param("service_id,last_seen,kind\nCS1,2018-09-30,closed\n", "regel 2", id="no such number"),
        pytest.param("service_id,last_seen,kind\nCS2003000000,30-9-2018,closed\n", "regel 2", id="date"),
        pytest.param("service_id,last_seen,kind\nCS2003000000,2018-09-30,weg\n", "regel 2", id="kind"),
        pytest.param("nummer,datum\n1,2\n", "ontbreken", id="other columns"),
    ],
)
def test_a_bad_outcomes_file_is_refused_with_place_and_remedy(ews, past, tmp_path, content, told):
    bad = tmp_path / "fout.csv"
    bad.write_text(content, encoding="utf-8")
    done = asked(ews, bad)
    assert done.code == 2
    assert told in done.err


def test_an_empty_site_has_nothing_to_look_back_on(ews, site, tmp_path):
    done = ews("replay", "--since", "2018-03-31", "--until", "2018-12-31")
    assert done.code == 2
    assert "ews ingest" in done.err


def test_report_holds_no_nan(ews, past):
    odd: list[str] = []
    json.loads(asked(ews, past).out, parse_constant=odd.append)
    assert odd == []


def test_other_rules_stand_beside_the_ones_in_force(ews, past, tmp_path):
    """A norm is changed on disk: the replay says who is found or lost before two people make it live."""
    card = next((tmp_path / "site" / "config" / "scorecard").glob("*.toml"))
    text = card.read_text(encoding="utf-8")
    stricter = tmp_path / "strenger"
    (stricter / "scorecard").mkdir(parents=True)
    softer = re.sub(r"(?<=, )points = \d+", "points = 0", text)
    (stricter / "scorecard" / card.name).write_text(softer, encoding="utf-8")
    done = asked(ews, past, "--compare", "actief", str(stricter))
    assert done.code == 0, done.err
    found = done.json
    assert found["names"] == {"old": "actief", "new": str(stricter)}
    assert found["hashes"]["old"] != found["hashes"]["new"]
    assert any("bins" in line for line in found["differences"])
    assert found["new"]["warned"] < found["old"]["warned"]
    assert {one["subject"] for one in found["lost"]} == {"cs:CS2003000000", "cs:CS2003000001"}
    again = asked(ews, past, "--compare", found["hashes"]["old"][:8], "schijf").json
    assert (again["differences"], again["found"], again["lost"]) == ([], [], [])


def test_a_configuration_that_never_was_is_refused(ews, past):
    done = asked(ews, past, "--compare", "actief", "0123456789")
    assert done.code == 2
    assert "actief, schijf" in done.err


def test_a_warning_that_was_muted_reached_nobody(ews, past, tmp_path):
    """The two weak services that closed were warned for; muted by the office they are missed, with that reason."""
    before = asked(ews, past).json
    context = open_site(tmp_path / "site")
    with writing(context.engine) as connection:
        for number in (0, 1):
            mutes.add(
                connection,
                f"cs:CS{2003000000 + number:010d}",
                now=datetime(2018, 1, 1, tzinfo=UTC),
                until=datetime(2019, 6, 1, tzinfo=UTC),
                reason="overleg loopt",
                author="officier",
                second="teamleider",
            )
    after = asked(ews, past).json
    assert after["warned"] == before["warned"] - 6
    assert [miss["why"] for miss in after["misses"]].count("muted") == 2


def test_a_file_of_outcomes_by_kvk_with_those_that_went_on(ews, past, tmp_path):
    file = tmp_path / "kvk.csv"
    file.write_text(
        "kvk,naam,last_seen,kind\n8111924,A,2018-09-30,closed\n8111925,B,,none\n", encoding="utf-8"
    )
    assert read_outcomes(file) == [Exit("kvk:08111924", date(2018, 9, 30), Outcome.CLOSED)]
