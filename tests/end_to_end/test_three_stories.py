"""The three stories of the example region, from the first figure to the last lesson, by commands alone.

`ews demo` plays three years; what the office does after its last day is typed here.
"""

import json
import shutil
from pathlib import Path

import pytest

SLOW_DECLINE, QUALITY, SUDDEN = "kvk:00552819", "kvk:00552804", "kvk:00552834"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def played(played_demo, tmp_path_factory):
    """The site that the demo leaves, to go on in."""
    return Path(shutil.copytree(played_demo.site, tmp_path_factory.mktemp("stories") / "site"))


class Office:
    """People at the command line of one case."""

    def __init__(self, ews, site, provider):
        self.ews, self.site = ews, site
        rows = self.look("case", "list", "--all", "--json")["cases"]
        (self.case,) = [row["case"] for row in rows if row["provider"] == provider]

    def look(self, *words):
        return json.loads(self.ews("--now", "2026-12-01T09:00", *words, site=self.site).out)

    def do(self, day, *words, user="officier", code=0):
        done = self.ews(
            "--now", f"{day}T10:00", "--user", user, "case", words[0], self.case, *words[1:], site=self.site
        )
        assert done.code == code, f"{words}: {done.err or done.out}"
        return done

    def told_outside(self, day, kind, reference, copy):
        """A notice that the office sent by itself, without a dossier here."""
        words = ("dossier", "sent", self.case, "--kind", kind, "--outside", "--reference", reference)
        done = self.ews("--now", f"{day}T10:00", "--user", "officier", *words, "--file", copy, site=self.site)
        assert done.code == 0, done.err

    def show(self):
        return self.look("case", "show", self.case, "--json")

    def finish_tasks(self, day, file):
        for task in self.show()["tasks"]:
            if task["done"] is None:
                self.do(day, "task", task["task"], "--done", "--file", file)


@pytest.fixture
def paper(tmp_path):
    file = tmp_path / "stuk.txt"
    file.write_text("stuk")
    return file


def assert_true_history(office, ews):
    """Nothing recorded before it happened, nothing unexplained, and the record untouched."""
    shown = office.show()
    assert shown["entries"][0]["kind"] == "Opening"
    assert all(entry["recorded_at"][:10] >= entry["happened_on"] for entry in shown["entries"])
    assert [one["recorded_at"] for one in shown["entries"]] == sorted(
        one["recorded_at"] for one in shown["entries"]
    )
    numbers = {one["number"] for one in shown["evidence"]}
    assert {number for entry in shown["entries"] for number in entry["evidence"]} <= numbers
    checked = ews("--now", "2027-06-01T09:00", "audit", "verify", "--json", site=office.site)
    assert json.loads(checked.out)["faults"] == []


def answer_what_is_owed(office, day, overmacht, paper):
    """The decisions that the case asks for, taken the way this story ends."""
    owed = {duty["kind"] for duty in office.show()["duties"]}
    if "ews_besluit" in owed:
        office.do(day, "decide", "--kind", "ews_melding", "--outcome", "melden", "--reason", "nu duidelijk")
    if office.show()["clock"]["ews_melding_sent_on"] is None:
        office.told_outside(day, "ews_melding", "K1", paper)
    office.do(
        day,
        "decide",
        "--kind",
        "overmacht",
        "--outcome",
        overmacht,
        "--reason",
        "zie het plan",
        user="teamleider",
    )


def test_slow_decline_ends_in_overmacht_and_lessons(played, ews, paper):
    office = Office(ews, played, SLOW_DECLINE)
    before = office.show()
    assert before["stage"] >= 3
    assert before["clock"]["alternatives_closed_on"]
    answer_what_is_owed(office, "2026-12-01", "ja", paper)
    if office.show()["clock"]["overmachtsmelding_sent_on"] is None:
        office.told_outside("2026-12-01", "overmachtsmelding", "K2", paper)
    office.do("2026-12-01", "stage", "5", "--reason", "geen plek voor VG7 en VG8")
    office.do(
        "2026-12-02",
        "role",
        "voorzitter",
        "--organisation",
        "Zorgkantoor",
        "--phone",
        "06",
        "--confirmed",
        "2026-12-02",
    )
    office.do(
        "2026-12-02",
        "decide",
        "--kind",
        "betaling",
        "--outcome",
        "doorbetalen",
        "--location",
        "vestiging:1",
        "--reason",
        "bewindvoerder levert door",
    )
    group = json.loads(office.do("2026-12-02", "group", "VG7/verblijf=21", "--list", "CS-1", "--json").out)[
        "entry"
    ]
    office.do("2026-12-09", "count", group, "verhuisd=18", "vastgelopen=2")
    assert "telling_verschilt" in [one["kind"] for one in office.show()["warnings"]]
    office.do("2026-12-16", "count", group, "verhuisd=21")
    assert "telling_verschilt" not in [one["kind"] for one in office.show()["warnings"]]
    office.finish_tasks("2026-12-20", paper)
    office.do(
        "2027-01-11",
        "stage",
        "6",
        "--reason",
        "alle cliënten hebben zorg",
        "--second",
        "commissie",
        user="teamleider",
    )
    office.do(
        "2027-02-01",
        "lesson",
        "--step",
        "gesprek",
        "--owner",
        "teamleider",
        "--text",
        "eerder met het bestuur",
    )
    office.finish_tasks("2027-02-02", paper)
    office.do("2027-02-03", "close", "--reason", "overgedragen", "--outcome", "gestopt", code=2)
    office.do(
        "2027-02-03", "close", "--reason", "overgedragen", "--outcome", "gestopt", "--second", "teamleider"
    )
    assert_true_history(office, ews)
    sheet = office.look("case", "review", office.case, "--as", "nza", "--json")
    verdicts = {one["point"]: one["verdict"] for one in sheet["findings"]}
    assert verdicts["EWS-melding vóór een overmachtsmelding"] == "goed"
    assert verdicts["Zelf in de zorg voorzien onderzocht"] == "goed"


def test_quality_crisis_is_averted(played, ews, paper):
    office = Office(ews, played, QUALITY)
    office.finish_tasks("2026-12-01", paper)
    answer_what_is_owed(office, "2026-12-01", "nee", paper)
    office.do(
        "2026-12-02",
        "close",
        "--reason",
        "bezetting hersteld, toezicht opgeheven",
        "--outcome",
        "afgewend",
        "--second",
        "teamleider",
    )
    assert_true_history(office, ews)


def test_sudden_stop_is_taken_over_in_place(played, ews, paper):
    office = Office(ews, played, SUDDEN)
    assert {task["code"] for task in office.show()["tasks"]} >= {"curator_bellen", "situatierapport_48"}
    answer_what_is_owed(office, "2026-12-01", "nee", paper)
    office.finish_tasks("2026-12-01", paper)
    office.do(
        "2026-12-01", "stage", "6", "--reason", "overgenomen met de begeleiders", "--second", "teamleider"
    )
    office.do(
        "2026-12-02",
        "lesson",
        "--step",
        "overdracht",
        "--owner",
        "officier",
        "--text",
        "gebouw vroeg regelen",
    )
    office.finish_tasks("2026-12-03", paper)
    office.do(
        "2026-12-04",
        "close",
        "--reason",
        "zorg loopt door",
        "--outcome",
        "overgenomen",
        "--second",
        "teamleider",
    )
    assert_true_history(office, ews)


def test_how_they_ended_is_what_the_replay_learns_from(played, ews):
    found = json.loads(ews("--now", "2027-03-01T09:00", "case", "outcomes", "--json", site=played).out)[
        "outcomes"
    ]
    ended = {one["provider"]: one["kind"] for one in found}
    assert {who: ended.get(who) for who in (SLOW_DECLINE, QUALITY, SUDDEN)} == {
        SLOW_DECLINE: "closed",
        QUALITY: "averted",
        SUDDEN: "handed_over",
    }
