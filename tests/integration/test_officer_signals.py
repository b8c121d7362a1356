"""Signals of officers: taken down as a delivery, listed while they count, restricted ones for their readers only."""

import json
from pathlib import Path

import pytest

PROVIDERS = Path(__file__).parents[2] / "examples/region/lijsten/zorgaanbieders_2026-11-05.xlsx"
NOW = "2026-11-22T10:00"
WILGENHOF = "kvk:00552819"


@pytest.fixture
def office(ews, site, monkeypatch):
    """A demo site that knows its providers, with commands at a fixed moment."""
    monkeypatch.setenv("EWS_KIND", "demo")
    assert ews("--now", "2026-11-05T09:30", "ingest", PROVIDERS).code == 0

    def act(user, *words, now=NOW):
        return ews("--user", user, "--now", now, "signal", *words)

    return act


def listed(done):
    return [(one["kind"], one["text"], one["ends_on"]) for one in done.json["signals"]]


def test_a_signal_is_listed_until_it_expires(office):
    added = office(
        "officier", "add", WILGENHOF, "--kind", "geruchten", "--text", "Personeel vertrekt", "--json"
    )
    assert added.json["reliability"] == "laag"
    assert listed(office("officier", "list", "--json")) == [("geruchten", "Personeel vertrekt", "2027-01-21")]
    assert listed(office("officier", "list", "--json", now="2027-01-22T10:00")) == []


def test_a_restricted_signal_is_seen_by_its_readers_only(office):
    text = "Onderzoek loopt"
    assert office("teamleider", "add", WILGENHOF, "--kind", "fraudeonderzoek", "--text", text).code == 0
    assert listed(office("teamleider", "list", "--json")) == []
    assert listed(office("officier", "list", "--restricted", "--json")) == []
    assert [one[1] for one in listed(office("teamleider", "list", "--restricted", "--json"))] == [text]


def test_who_is_no_reader_can_not_add_a_restricted_signal(office):
    refused = office("officier", "add", WILGENHOF, "--kind", "fraudeonderzoek", "--text", "Onderzoek loopt")
    assert (refused.code, "besloten" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("provider", "kind", "text", "says"),
    [
        pytest.param("kvk:00559999", "geruchten", "Sluit", "geen gecontracteerde aanbieder", id="a stranger"),
        pytest.param(WILGENHOF, "weer", "Regen", "Kies uit", id="no such kind"),
        pytest.param(
            WILGENHOF, "geruchten", "Cliënt 111222333 vertrekt", "Het signaal is niet vastgelegd", id="a BSN"
        ),
    ],
)
def test_what_may_not_be_taken_down_is_refused_and_leaves_nothing(office, site, provider, kind, text, says):
    refused = office("officier", "add", provider, "--kind", kind, "--text", text)
    assert (refused.code, says in refused.err) == (2, True)
    assert listed(office("officier", "list", "--json")) == []
    assert list((site / "inbox").iterdir()) == []
    assert [path for path in site.rglob("*") if path.is_file() and b"111222333" in path.read_bytes()] == []


def test_the_kinds_are_listed(office):
    kinds = {one["kind"]: one for one in office("officier", "kinds", "--json").json["kinds"]}
    assert kinds["bestuurswissel"]["expires_days"] == 365
    assert [name for name, one in kinds.items() if one["restricted"]] == [
        "materiele_controle",
        "fraudeonderzoek",
        "wtza_vergunning",
        "zeggenschap",
    ]
    assert json.dumps(kinds)
