"""Asking providers: one mail each with all that is open, tracked until the answer comes."""

from email import message_from_bytes, policy

import pytest

from tests.offices import REGION, copied, office_with

FILES = ("lijsten/zorgaanbieders_2026-11-05.xlsx", "kikv/kikv_tabellen_2026-Q3.csv")
WILGENHOF, HOOGE_VEER, KADE_TWAALF = "kvk:00552819", "kvk:00552803", "kvk:00552834"


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """The files taken in once."""
    return office_with(tmp_path_factory.mktemp("known"), FILES, moment="2026-11-20T09:30")


@pytest.fixture
def site(known, tmp_path):
    """The site of one test."""
    return copied(known, tmp_path)


@pytest.fixture
def office(ews, site, monkeypatch):
    """A demo site that knows its providers, and what one of them answered to KIK-V over the third quarter."""
    monkeypatch.setenv("EWS_KIND", "demo")

    def act(*words, now="2026-11-22T10:00"):
        return ews("--user", "officier", "--now", now, *words)

    return act


def states(office, now):
    found = office("form", "open", "--json", now=now).json["requests"]
    return [(one["provider"], one["period"], one["state"], len(one["open"])) for one in found]


def test_what_kikv_holds_is_not_asked_again(office):
    planned = office("form", "plan", "2026-Q3", "--provider", HOOGE_VEER, "--json").json["requests"][0]
    assert planned["held"]["ziekteverzuim"] == "kikv_tabellen"
    assert "ziekteverzuim" not in planned["figures"]
    assert "liquide_middelen" in planned["figures"]


def test_who_left_is_asked_nothing_and_stands_last_with_what_the_list_says(office):
    """The contract of Kade Twaalf ended, and no list gives it a client; whoever names it still gets a form."""
    planned = {one["provider"] for one in office("form", "plan", "2026-Q3", "--json").json["requests"]}
    assert (len(planned), KADE_TWAALF in planned, WILGENHOF in planned) == (37, False, True)
    named = office("form", "plan", "2026-Q3", "--provider", KADE_TWAALF, "--json").json["requests"]
    assert [one["provider"] for one in named] == [KADE_TWAALF]
    office("assess")
    listed = office("portfolio", "--json").json["subjects"]
    assert {one["subject"]: (one["left"], one["priority"]) for one in listed if one["left"]} == {
        KADE_TWAALF: ("beëindigd", 0)
    }
    assert listed[-1]["subject"] == KADE_TWAALF
    last = office("portfolio").out.splitlines()[-1]
    assert last.endswith("beëindigd, geen cliënten meer: laatste oordeel")


def test_one_mail_asks_all_that_is_open_and_the_answer_closes_it(office, site):
    sent = office("form", "request", "2026-Q3", "--provider", WILGENHOF, "--json").json["sent"]
    assert [(one["provider"], one["to"]) for one in sent] == [(WILGENHOF, "continuiteit@kantoor.example")]
    asked = len(sent[0]["figures"])
    assert office("form", "request", "2026-Q3", "--provider", WILGENHOF, "--json").json["sent"] == []
    assert states(office, "2026-12-13T10:00") == [(WILGENHOF, "2026-Q3", "open", asked)]
    assert states(office, "2026-12-14T10:00") == [(WILGENHOF, "2026-Q3", "te laat", asked)]
    later = office(
        "form", "request", "2026-Q4", "--provider", WILGENHOF, "--json", now="2027-01-15T10:00"
    ).json["sent"]
    assert list(later[0]["earlier"]) == ["2026-Q3"]
    assert office("deliver", now="2027-01-15T10:05").code == 0
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (site / "outbox").rglob("*.eml")
    ]
    both = next(mail for mail in mails if mail["Subject"] == "EWS uitvraag 2026-Q4")
    assert [part.get_filename() for part in both.iter_attachments()] == [
        "kwartaalformulier_00552819_2026-Q4.xlsx",
        "kwartaalformulier_00552819_2026-Q3.xlsx",
    ]
    text = both.get_body(("plain",)).get_content()
    assert "Nog open over 2026-Q3" in text
    assert "minuten" in text
    answer = REGION / "kwartaalopgave/kwartaalopgave_2026-Q3.xlsx"
    assert office("ingest", answer, now="2027-01-16T10:00").code == 0
    assert states(office, "2027-01-17T10:00")[0][2:] == ("beantwoord", 0)
