"""Signals of officers: taken down as a delivery, listed and scored while they count, restricted ones for their readers."""

import json
from datetime import datetime
from email import message_from_bytes, policy

import pytest

from ews.jobs.dossier_facts import gather
from ews.jobs.dossier_risk import UNHEARD
from ews.jobs.run import open_site
from ews.store.cases import open_cases
from ews.store.engine import reading
from tests.offices import copied, office_with

PROVIDERS = "lijsten/zorgaanbieders_2026-11-05.xlsx"
NOW = "2026-11-22T10:00"
WILGENHOF = "kvk:00552819"


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """The list of providers taken in once."""
    return office_with(tmp_path_factory.mktemp("known"), [PROVIDERS], moment="2026-11-05T09:30")


@pytest.fixture
def site(known, tmp_path):
    """The site of one test."""
    return copied(known, tmp_path)


@pytest.fixture
def office(ews, site, monkeypatch):
    """A demo site that knows its providers, with commands at a fixed moment."""
    monkeypatch.setenv("EWS_KIND", "demo")

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
        pytest.param(WILGENHOF, "geruchten", "Cliënt 111222333 vertrekt", "is niet vastgelegd", id="a BSN"),
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


RUMOUR = "Pensioenfonds meldt achterstand"


def counted(office_ews, as_of):
    shown = office_ews("--now", as_of, "provider", "show", WILGENHOF, "--as-of", as_of[:10], "--json").json
    soft = [one for one in shown["assessment"]["reasons"] if one["kind"] == "soft"]
    return [(one["indicator"], one["points"]) for one in soft]


def unpaid(office, reliability="hoog"):
    done = office(
        "officier",
        "add",
        WILGENHOF,
        "--kind",
        "premies_onbetaald",
        "--text",
        RUMOUR,
        "--reliability",
        reliability,
    )
    assert done.code == 0
    return office("officier", "list", "--json").json["signals"][0]["number"]


def test_a_signal_counts_until_it_expires_and_stays_to_be_seen(office, ews):
    unpaid(office)
    assert counted(ews, "2026-11-22T10:01") == [("zacht_premies_onbetaald", 16)]
    assert counted(ews, "2027-05-21T10:00") == [("zacht_premies_onbetaald", 16)]
    assert counted(ews, "2027-05-22T10:00") == []
    later = office("officier", "list", "--all", "--json", now="2027-05-22T10:00").json["signals"]
    assert [(one["kind"], one["standing"]) for one in later] == [("premies_onbetaald", "verlopen")]


@pytest.fixture
def in_a_case(office, ews, site):
    """A provider whom a soft signal alone brought to an alert, with its case. Gives the number of the signal."""
    assert (
        office(
            "officier",
            "add",
            WILGENHOF,
            "--kind",
            "faillissement_aangevraagd",
            "--text",
            "Verzoek",
            "--reliability",
            "hoog",
        ).code
        == 0
    )
    number = office("officier", "list", "--json").json["signals"][0]["number"]
    assert ews("--now", "2026-11-22T10:05", "assess").code == 0
    return number


def dossier_reasons(site, now):
    context = open_site(site, now=datetime.fromisoformat(now))
    with reading(context.engine) as connection:
        case = open_cases(connection)[0]
        found = gather(connection, context, case.number, as_of=context.now).facts.risk
    return [(one.label, one.value) for one in found.reasons]


def test_a_soft_signal_stands_in_no_dossier_before_the_provider_was_heard(office, site, in_a_case):
    assert dossier_reasons(site, "2026-11-22T10:10+01:00") == [(UNHEARD, "[NIET VRIJGEGEVEN]")]
    heard = office(
        "officier", "heard", in_a_case, "--reaction", "Klopt, wij praten met de bank", now="2026-11-22T11:00"
    )
    assert heard.code == 0
    told = (
        "Zacht signaal (betrouwbaarheid hoog): faillissement aangevraagd of verzoek bekend, "
        "gehoord op 22 november 2026; telt tot en met 20 februari 2027"
    )
    assert dossier_reasons(site, "2026-11-22T11:30+01:00") == [(told, "–")]


def test_a_correction_is_answered_and_who_was_told_wrongly_is_told(office, ews, site, in_a_case):
    early = office(
        "officier", "answer", in_a_case, "--finding", "onjuist", "--text", "Excuus", now="2026-11-22T10:30"
    )
    assert (early.code, "nog niet gehoord" in early.err) == (2, True)
    office("officier", "heard", in_a_case, "--reaction", "Dit zijn wij niet", now="2026-11-22T11:00")
    done = office(
        "officier",
        "answer",
        in_a_case,
        "--finding",
        "onjuist",
        "--text",
        "Naamgenoot",
        "--json",
        now="2026-11-22T12:00",
    )
    assert done.json["told"] == ["officier@kantoor.example"]
    assert counted(ews, "2026-11-22T12:30") == []
    shown = office("officier", "list", "--all", "--json", now="2026-11-22T12:30").json["signals"][0]
    assert (shown["standing"], shown["reaction"], shown["answer"]) == (
        "teruggenomen",
        "Dit zijn wij niet",
        "Naamgenoot",
    )
    assert ews("--now", "2026-11-22T12:31", "deliver").code == 0
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (site / "outbox").rglob("*.eml")
    ]
    told = [mail for mail in mails if mail["Subject"].startswith("EWS rectificatie")]
    assert [mail["To"] for mail in told] == ["officier@kantoor.example"]
    assert "bleek onjuist" in " ".join(told[0].get_body(("plain",)).get_content().split())


@pytest.mark.slow
def test_a_restricted_signal_reaches_no_score_mail_digest_page_or_dossier(office, ews, site, in_a_case):
    secret = "Onderzoek naar declaraties"
    assert office("teamleider", "add", WILGENHOF, "--kind", "fraudeonderzoek", "--text", secret).code == 0
    before = counted(ews, "2026-11-22T10:06")
    assert ews("--now", "2026-11-22T13:00", "assess").code == 0
    assert counted(ews, "2026-11-22T13:01") == before
    assert ews("--now", "2026-11-22T13:02", "digest").code == 0
    assert ews("--now", "2026-11-22T13:03", "deliver").code == 0
    assert all("fraude" not in label for label, _ in dossier_reasons(site, "2026-11-22T13:10+01:00"))
    left = [
        path
        for folder in ("outbox", "digests", "dossiers")
        for path in (site / folder).rglob("*")
        if path.is_file()
    ]
    assert left
    for path in left:
        text = path.read_bytes()
        assert secret.encode() not in text
        assert b"fraudeonderzoek" not in text
    shown = ews("--now", "2026-11-22T13:05", "provider", "show", WILGENHOF)
    assert secret not in shown.out
