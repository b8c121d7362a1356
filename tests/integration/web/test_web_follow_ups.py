"""Every act of the case commands has a form: one example of each, and what it leaves in the log."""

import re

import pytest
from served import IN_NORTH, open_case
from test_web_cases import case_of, hidden, send

from ews.cases import log
from ews.cases.entries import (
    Agreement,
    AgreementOutcome,
    Contact,
    Coordination,
    CrisisRole,
    Lesson,
    Link,
    Measure,
    MeasureEffect,
    SituationReport,
)
from ews.cases.moves import TransferCount, TransferGroup
from ews.web.decisions import DECISIONS
from ews.web.follow_ups import FOLLOW_UPS
from ews.web.policy import ALLOWED
from ews.web.work import WORK

ON = {"op": "2026-01-05"}


def current(site, number, kind):
    return [what for _, what in log.current(case_of(site, number), kind)]


def newest(site, number, kind):
    return [entry.id for entry, _ in log.current(case_of(site, number), kind)][-1]


@pytest.mark.parametrize(
    ("slug", "fields", "kind", "holds"),
    [
        ("rol", {"rol": "voorzitter", "organisatie": "kantoor", "telefoon": "06 1234"}, CrisisRole,
         lambda one: (one.role, one.organisation, one.phone) == ("voorzitter", "kantoor", "06 1234")),
        ("regie", {"regie": "Noord", "aandelen": "Noord 60, Zuid 40"}, Coordination,
         lambda one: one.shares == (("Noord", 0.6), ("Zuid", 0.4))),
        ("situatie", {"tekst": "De curator zet de zorg voort."}, SituationReport,
         lambda one: one.text == "De curator zet de zorg voort."),
        ("groep", {"groep": "VG7 verblijf 12", "lijst": "CL-7"}, TransferGroup,
         lambda one: (one.profile, one.form, one.clients, one.list_reference) == ("VG7", "verblijf", 12, "CL-7")),
        ("les", {"stap": "melding", "wie": "officier", "tekst": "Eerder bellen."}, Lesson,
         lambda one: (one.step, one.owner, one.text) == ("melding", "officier", "Eerder bellen.")),
        ("koppeling", {"zaak": "C-2026-002", "oorzaak": "concern"}, Link,
         lambda one: (one.case, one.cause) == ("C-2026-002", "concern")),
    ],
)  # fmt: skip
def test_an_act_leaves_its_entry(browse, two_regions, slug, fields, kind, holds):
    number = open_case(two_regions, IN_NORTH)
    done = send(browse("officier"), f"/zaak/{number}/{slug}", {**ON, **fields})
    assert done.status_code == 303, done.text
    (made,) = current(two_regions, number, kind)
    assert holds(made)


def test_a_measure_has_an_effect_and_an_agreement_an_outcome(browse, two_regions):
    number, officer = open_case(two_regions, IN_NORTH), browse("officier")
    measure = {
        "soort": "niet_financieel",
        "scenario": "2",
        "tekst": "Inzet van een team.",
        "begin": "2026-01-05",
    }
    agreement = {"partij": "bestuur", "tekst": "Cijfers sturen.", "voor": "2026-02-01"}
    assert send(officer, f"/zaak/{number}/maatregel", {**ON, **measure}).status_code == 303
    assert send(officer, f"/zaak/{number}/afspraak", {**ON, **agreement}).status_code == 303
    effect = {"maatregel": str(newest(two_regions, number, Measure)), "tekst": "Rust op twee locaties."}
    kept = {"afspraak": str(newest(two_regions, number, Agreement)), "uitkomst": "nee"}
    assert send(officer, f"/zaak/{number}/effect", {**ON, **effect}).status_code == 303
    assert send(officer, f"/zaak/{number}/afspraak-klaar", {**ON, **kept}).status_code == 303
    assert current(two_regions, number, MeasureEffect)[0].text == "Rust op twee locaties."
    assert current(two_regions, number, AgreementOutcome)[0].kept is False
    assert "niet nagekomen" in officer.get(f"/zaak/{number}").text


def test_a_count_that_differs_from_its_group_is_told_on_the_page_of_the_transfer(browse, two_regions):
    number, officer = open_case(two_regions, IN_NORTH), browse("officier")
    send(officer, f"/zaak/{number}/groep", {**ON, "groep": "VG7 verblijf 12", "lijst": "CL-7"})
    group = str(newest(two_regions, number, TransferGroup))
    counted = {"groep": group, "stand_verhuisd": "8", "stand_akkoord": "2"}
    assert send(officer, f"/zaak/{number}/telling", {**ON, **counted}).status_code == 303
    assert dict(current(two_regions, number, TransferCount)[0].counts) == {"akkoord": 2, "verhuisd": 8}
    page = officer.get(f"/zaak/{number}/overdracht").text
    assert "2 te weinig geteld" in page
    assert "geen cliënten per zorgprofiel" in page, "an honest page where no client list was delivered"


def test_a_document_by_itself_has_its_own_date_class_and_versions(browse, two_regions):
    number, officer = open_case(two_regions, IN_NORTH), browse("officier")
    path = f"/zaak/{number}/bewijsstuk"
    bare = send(officer, path, {"soort": "brief", "rubricering": "intern"})
    assert (bare.status_code, 'id="bestand-fout"' in bare.text) == (422, True)
    first = {"soort": "brief", "rubricering": "intern", "stukdatum": "2026-01-04"}
    file = {"bestand": ("brief.txt", b"Wij melden dat.", "text/plain")}
    assert send(officer, path, first, files=file).status_code == 303
    again = {"bestand": ("brief2.txt", b"Wij melden dit.", "text/plain")}
    assert send(officer, path, {**first, "vervangt": "1"}, files=again).status_code == 303
    pieces = case_of(two_regions, number).evidence
    assert [(one.number, one.version, one.kind, one.confidentiality) for one in pieces] == [
        (1, 1, "brief", "intern"), (1, 2, "brief", "intern")]  # fmt: skip


def test_an_entry_is_corrected_by_a_new_one_and_both_stay(browse, two_regions):
    number, officer = open_case(two_regions, IN_NORTH), browse("officier")
    contact = {"partij": "bestuur", "hoe": "telefoon", "verslag": "Vier locaties.", **ON}
    send(officer, f"/zaak/{number}/contact", contact)
    wrong = newest(two_regions, number, Contact)
    path = f"/zaak/{number}/contact?verbetert={wrong}"
    page = officer.get(path)
    assert f"U verbetert regel {wrong}" in page.text
    fields = {**contact, "verslag": "Vijf locaties.", "verbetert": hidden(page, "verbetert")}
    assert send(officer, path, fields).status_code == 303
    assert [one.summary for one in current(two_regions, number, Contact)] == ["Vijf locaties."]
    shown = officer.get(f"/zaak/{number}").text
    assert "Vier locaties." in shown
    assert f"verbetert {wrong}" in shown


def test_closing_says_what_became_of_the_care(browse, two_regions):
    number, officer = open_case(two_regions, IN_NORTH), browse("officier")
    page = officer.get(f"/zaak/{number}/sluiten")
    assert set(re.findall(r'<option value="(\w+)"', page.text)) >= {
        "gestopt",
        "failliet",
        "overgenomen",
        "afgewend",
    }


def test_every_form_has_its_policy_and_a_title_of_its_own():
    acts = (*WORK, *FOLLOW_UPS, *DECISIONS)
    assert {f"case_{one.slug}" for one in acts} | {f"case_{one.slug}_do" for one in acts} <= ALLOWED.keys()
    assert len({one.title for one in acts}) == len(acts)


def test_who_only_reads_gets_no_link_to_a_form(browse, two_regions):
    number = open_case(two_regions, IN_NORTH)
    page = browse("auditor").get(f"/zaak/{number}").text
    assert not re.findall(rf'href="/zaak/{number}/(?!melding|overdracht|audit|bewijs|brieven")', page)
