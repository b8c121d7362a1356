"""Work on a case from its page: what is typed is kept, what is refused says why, two people lose nothing."""

import re

import pytest
from served import IN_NORTH, IN_SOUTH, open_case
from sqlalchemy import select

from ews.cases import log
from ews.cases.entries import Alternative, Contact
from ews.cases.kinds import DecisionKind
from ews.store import cases, schema
from ews.store.engine import reading

RANDOM = r'[0-9a-f]{12}|nonce="[^"]*"'
"""What differs between two answers that say the same."""
CONTACT = {
    "partij": "bestuur",
    "hoe": "telefoon",
    "verslag": "De bestuurder verwacht uitstel.",
    "op": "2026-01-05",
}


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


def send(browser, path, fields, **options):
    page = browser.get(path)
    assert page.status_code == 200
    return browser.post(
        path, {"versie": hidden(page, "versie"), "gezien": hidden(page, "gezien"), **fields}, **options
    )


def case_of(site, number):
    with reading(site.opened.engine) as connection:
        return cases.load_case(connection, number)


def test_a_contact_is_recorded_with_its_evidence(browse, two_regions):
    number = open_case(two_regions, IN_NORTH)
    done = send(
        browse("officier"),
        f"/zaak/{number}/contact",
        CONTACT,
        files={"bestand": ("verslag.pdf", b"%PDF-1.7 verslag", "application/pdf")},
    )
    assert done.status_code == 303
    page = browse("officier").get(done.headers["location"])
    assert "De bestuurder verwacht uitstel." in page.text
    entry, _ = next(log.current(case_of(two_regions, number), Contact))
    assert (entry.author, str(entry.happened_on), entry.evidence) == ("officier", "2026-01-05", (1,))
    file = browse("officier").get(f"/zaak/{number}/bewijs/1")
    assert (file.content, file.headers["content-type"]) == (b"%PDF-1.7 verslag", "application/pdf")


def test_a_page_handed_in_as_evidence_is_refused_at_its_field(browse, two_regions):
    number = open_case(two_regions, IN_NORTH)
    page = {"bestand": ("x.html", b"<script>alert(1)</script>", "text/html")}
    refused = send(browse("officier"), f"/zaak/{number}/contact", CONTACT, files=page)
    assert refused.status_code == 422
    assert 'id="bestand-fout"' in refused.text
    assert case_of(two_regions, number).evidence == ()


def test_after_an_error_everything_typed_is_still_there(browse, two_regions):
    number = open_case(two_regions, IN_NORTH)
    refused = send(
        browse("officier"), f"/zaak/{number}/contact", {**CONTACT, "partij": "", "op": "31-31-2026"}
    )
    assert refused.status_code == 422
    assert re.search(r'id="partij-fout">Vul dit in\.', refused.text)
    assert "&#39;31-31-2026&#39; is geen datum" in refused.text
    assert "De bestuurder verwacht uitstel." in refused.text
    assert not list(log.current(case_of(two_regions, number), Contact))


def test_what_the_rules_refuse_stands_beside_the_field_in_words_of_the_page(browse, two_regions):
    number = open_case(two_regions, IN_NORTH)
    path = f"/zaak/{number}/besluit?soort=ews_melding"
    refused = send(
        browse("officier"),
        path,
        {"soort": "ews_melding", "uitkomst": "niet_melden", "reden": "hersteld", "op": "2026-01-05"},
    )
    assert refused.status_code == 422
    assert re.search(r'id="tweede-fout">Dit vraagt twee mensen', refused.text)
    assert re.search(r'id="opnieuw-fout">Niet melden geldt tot', refused.text)
    assert "--second" not in refused.text
    assert "hersteld" in refused.text


def test_two_people_lose_nothing_and_see_each_other(browse, two_regions):
    number = open_case(two_regions, IN_NORTH)
    path = f"/zaak/{number}/contact"
    officer, lead = browse("officier"), browse("teamleider")
    page = officer.get(path)
    seen = {"versie": hidden(page, "versie"), "gezien": hidden(page, "gezien")}
    assert send(lead, path, {**CONTACT, "verslag": "Eerst de teamleider."}).status_code == 303
    late = officer.post(path, {**seen, **CONTACT})
    assert late.status_code == 409
    assert "Eerst de teamleider." in late.text
    assert "De bestuurder verwacht uitstel." in late.text
    again = officer.post(
        path, {"versie": hidden(late, "versie"), "gezien": hidden(late, "gezien"), **CONTACT}
    )
    assert again.status_code == 303
    back = lead.post(path, {**seen, **CONTACT, "verslag": "En nog iets van de teamleider."})
    assert (back.status_code, "De bestuurder verwacht uitstel." in back.text) == (409, True), (
        "the other way too"
    )
    assert "En nog iets van de teamleider." in back.text
    told = [what.summary for _, what in log.current(case_of(two_regions, number), Contact)]
    assert sorted(told) == ["De bestuurder verwacht uitstel.", "Eerst de teamleider."]


def test_not_notifying_waits_until_the_second_person_has_signed(browse, two_regions):
    number = open_case(two_regions, IN_NORTH)
    review = (two_regions.office_now().date()).toordinal() + 10
    fields = {
        "soort": "ews_melding", "uitkomst": "niet_melden", "reden": "hersteld", "tweede": "teamleider", "op": "2026-01-05",
        "opnieuw": type(two_regions.office_now().date()).fromordinal(review).isoformat(),
    }  # fmt: skip
    proposed = send(browse("officier"), f"/zaak/{number}/besluit?soort=ews_melding", fields)
    assert proposed.status_code == 303
    assert log.last_decision(case_of(two_regions, number), DecisionKind.EWS_MELDING) is None
    page = browse("teamleider").get(f"/zaak/{number}")
    sign = re.search(rf'action="(/zaak/{number}/voorstel/\d+)"', page.text)[1]
    assert browse("officier").post(sign, {"wat": "tekenen"}).status_code == 403
    assert browse("teamleider").post(sign, {"wat": "tekenen"}).status_code == 303
    entry, decision = log.last_decision(case_of(two_regions, number), DecisionKind.EWS_MELDING)
    assert (entry.author, entry.second, decision.outcome) == ("officier", "teamleider", "niet_melden")
    assert browse("teamleider").post(sign, {"wat": "tekenen"}).status_code == 404


def test_an_alternative_and_its_answer(browse, two_regions):
    number = open_case(two_regions, IN_NORTH)
    asked = {
        "soort": "inkoop",
        "organisatie": "Stichting Elders (fictief)",
        "plaatsen": "VG7 12",
        "voor": "2026-12-20",
        "op": "2026-01-05",
    }
    assert send(browse("officier"), f"/zaak/{number}/alternatief", asked).status_code == 303
    entry, _ = next(log.current(case_of(two_regions, number), Alternative))
    answer = {
        "alternatief": str(entry.id),
        "uitkomst": "gedeeltelijk",
        "plaatsen": "VG7 2",
        "op": "2026-01-09",
    }
    assert send(browse("officier"), f"/zaak/{number}/antwoord", answer).status_code == 303
    (state,) = log.alternatives(case_of(two_regions, number))
    assert (state.places_asked, state.places_offered) == (12, 2)


def test_every_view_of_a_case_is_on_the_record_as_proven(browse, two_regions):
    number = open_case(two_regions, IN_NORTH)
    browse("auditor").get(f"/zaak/{number}")
    with reading(two_regions.opened.engine) as connection:
        rows = connection.execute(
            select(schema.audit_entry.c.actor, schema.audit_entry.c.proof).where(
                schema.audit_entry.c.action == "case.viewed", schema.audit_entry.c.object == number
            )
        ).all()
    assert [tuple(row) for row in rows] == [("auditor", "bewezen")]


def test_a_case_of_another_region_is_as_absent_as_one_that_never_was(browse, two_regions):
    number = open_case(two_regions, IN_NORTH)
    south = browse("zuid")
    for path in ("", "/contact", "/audit", "/bewijs/1"):
        foreign, absent = south.get(f"/zaak/{number}{path}"), south.get(f"/zaak/C-2020-999{path}")
        assert (foreign.status_code, absent.status_code) == (404, 404)
        without_number = [re.sub(RANDOM, "", page.text) for page in (foreign, absent)]
        assert without_number[0] == without_number[1]
    assert number not in south.get("/zaken").text
    assert south.post(f"/zaak/{number}/contact", CONTACT).status_code == 404
    assert open_case(two_regions, IN_SOUTH) in south.get("/zaken").text


def test_opening_a_case_tells_nothing_of_another_region(browse, two_regions):
    south = browse("zuid")
    answers = [
        south.post("/zaak-openen", {"aanbieder": subject, "reden": "zorgen"})
        for subject in (IN_NORTH, "kvk:80009999")
    ]
    texts = [re.sub(f"{RANDOM}|{IN_NORTH}|kvk:80009999", "", answer.text) for answer in answers]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("path", ["/zaken", "/zaak/C-2026-001"])
def test_who_keeps_the_machine_sees_no_risk(browse, path):
    assert browse("beheerder").get(path).status_code == 403
