"""Every route, role and method from the route table; headers on every answer; nothing of another region anywhere."""

import json
import re
from datetime import date
from html.parser import HTMLParser

import pytest
from fastapi.routing import APIRoute
from served import IN_NORTH, IN_SOUTH, NORTH, SOUTH, open_case, state_register

from ews.cases.correspondence import Letter, Raised
from ews.cases.kinds import Party
from ews.jobs.cases import Act, act
from ews.people import Role
from ews.store.audit import Actor
from ews.web.app import create_app
from ews.web.policy import ALLOWED, PUBLIC

PERSON = {
    Role.CONTINUITY_OFFICER: "officier",
    Role.ANALYST: "analist",
    Role.TEAM_LEAD: "teamleider",
    Role.COMMITTEE: "commissie",
    Role.STAFF: "medewerker",
    Role.APPROVER: "goedkeurder",
    Role.AUDITOR: "auditor",
    Role.ADMIN: "beheerder",
}
READERS_ONLY = {Role.COMMITTEE, Role.AUDITOR}
HEADERS = {
    "content-security-policy": "default-src 'self'",
    "strict-transport-security": "max-age=63072000",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


def routes(app) -> list[tuple[str, str, str]]:
    """(name, method, path) of every route, those of included routers too."""
    found, waiting = [], list(app.routes)
    while waiting:
        route = waiting.pop()
        if isinstance(route, APIRoute):
            found += [(route.name, method, route.path) for method in sorted(route.methods)]
        else:
            inner = getattr(route, "original_router", None)
            waiting += list(inner.routes) if inner is not None else []
    return sorted(found)


def filled(path: str, number: str) -> str:
    values = {
        "number": number, "subject": IN_NORTH, "token": "geen", "slug": "ews", "name": "geen.pdf", "piece": "1",
        "proposal": "1", "delivery": "1", "version": "1", "sheet": "1", "errand": "geen", "week": "2026-W02", "person": "auditor",
        "letter": "1",
    }  # fmt: skip
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: values[found[1]], path)


@pytest.fixture
def table(open_page):
    listed = routes(create_app(open_page))
    assert len(listed) > 40
    return listed


def test_every_route_has_a_policy_and_every_policy_a_route(table):
    named = {name for name, _, _ in table} | {"static", "alive"}
    assert named - PUBLIC - ALLOWED.keys() == set()
    assert ALLOWED.keys() - named == set()


def test_a_route_changes_something_only_by_post(table):
    assert {method for _, method, _ in table} <= {"GET", "POST"}
    both = {name for name, method, _ in table if method == "POST"} & {
        name for name, method, _ in table if method == "GET"
    }
    assert both == set()


def test_each_role_opens_what_is_its_own_and_nothing_else(browse, two_regions, table):
    """A1. A rule of the case may refuse whom the page lets in; that is a 403 to a POST in words of its own.

    What an allowed form does is for its own test: here it is sent once, so that nothing breaks.
    """
    number = open_case(two_regions, IN_NORTH)
    surprises, sent = [], set()
    for role, person in PERSON.items():
        browser = browse(person)
        for name, method, path in table:
            if name in PUBLIC or name == "logout":
                continue
            address, is_allowed = filled(path, number), role in ALLOWED[name]
            if is_allowed and method == "POST" and name in sent:
                continue
            sent.update({name} if is_allowed and method == "POST" else ())
            status = (browser.get(address) if method == "GET" else browser.post(address)).status_code
            if (not is_allowed and status != 403) or (is_allowed and method == "GET" and status == 403):
                surprises.append((role.value, name, method, status))
    assert surprises == []


@pytest.mark.parametrize("role", sorted(READERS_ONLY), ids=lambda role: role.value)
def test_who_only_reads_has_no_form_to_write_with(role):
    writing = {
        name
        for name, roles in ALLOWED.items()
        if role in roles and name.endswith(("_do", "_draft", "_approve"))
    }
    assert writing == set()


def test_who_keeps_the_machine_opens_no_page_with_risk():
    risky = {"portfolio", "provider", "cases", "case", "notice", "case_evidence", "portfolio_export", "week"}
    assert [name for name in risky & ALLOWED.keys() if Role.ADMIN in ALLOWED[name]] == []


def test_without_a_login_every_page_is_a_login(browse, two_regions, table):
    number = open_case(two_regions, IN_NORTH)
    browser = browse()
    open_anyway = []
    for name, method, path in table:
        if name in PUBLIC:
            continue
        address = filled(path, number)
        status = (browser.get(address) if method == "GET" else browser.post(address)).status_code
        if status != 401:
            open_anyway.append((name, method, status))
    assert open_anyway == []


def test_every_answer_carries_the_headers(browse, two_regions, table):
    """A7: also where nothing is found."""
    number = open_case(two_regions, IN_NORTH)
    bare = []
    for browser in (browse("officier"), browse()):
        addresses = [filled(path, number) for _, method, path in table if method == "GET"]
        for address in [*addresses, "/bestaat-niet", "/zaak/C-1999-001", "/static/bestaat-niet"]:
            headers = browser.get(address).headers
            wanted = HEADERS if not address.startswith("/static") else {}
            bare += [
                (address, name)
                for name, value in wanted.items()
                if not headers.get(name, "").startswith(value)
            ]
            assert "unsafe" not in headers["content-security-policy"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert bare == []


def test_every_form_without_its_token_or_from_elsewhere_is_refused(browse, two_regions, table):
    """A5: every one of them, whoever is logged in."""
    number = open_case(two_regions, IN_NORTH)
    browser = browse("officier")
    taken = []
    for name, method, path in table:
        if method != "POST" or name == "receipt_do":  # the signed link is the proof there
            continue
        address = filled(path, number)
        foreign = browser.post(address, headers={"Origin": "https://elders.example"})
        token, browser.form_token = browser.form_token, "verkeerd"
        forged = browser.post(address)
        browser.form_token = token
        taken += [(name, one.status_code) for one in (foreign, forged) if one.status_code != 403]
    assert taken == []


def test_another_host_name_is_refused(browse):
    assert browse("officier").get("/", headers={"Host": "elders.example"}).status_code == 400


def test_more_than_an_upload_may_be_is_refused(browse, two_regions):
    """A13; what is inside a file is looked at in test_any_file and test_bombs."""
    number = open_case(two_regions, IN_NORTH)
    huge = {"bestand": ("groot.pdf", b"%PDF" + b"0" * 26_000_000, "application/pdf")}
    assert browse("officier").post(f"/zaak/{number}/contact", {}, files=huge).status_code == 413


def test_a18_an_unforeseen_error_on_any_route_tells_a_number_and_nothing_else(browse, two_regions, table):
    officer, auditor = browse("officier"), browse("auditor")
    officer.client.app.state.site.office_now = lambda: 1 / 0
    told = {}
    for name, method, path in table:
        if method == "GET" and name not in PUBLIC:
            browser = officer if Role.CONTINUITY_OFFICER in ALLOWED[name] else auditor
            told[name] = browser.get(filled(path, "C-2026-001"))
    assert {name: one.status_code for name, one in told.items() if one.status_code != 500} == {}
    number = r"Noem dit nummer aan de beheerder: [0-9a-f]{12}\."
    assert [name for name, one in told.items() if not re.search(number, one.text)] == []
    traces = ("ZeroDivision", "Traceback", ".py", "sqlalchemy")
    assert [name for name, one in told.items() if any(trace in one.text for trace in traces)] == []
    assert {one.headers["x-content-type-options"] for one in told.values()} == {"nosniff"}


CANARIES = ("KANARIENAAM", "KANARIEPLAATS", "KANARIECONCERN", "80000077")


def test_nothing_of_another_region_is_ever_seen(browse, two_regions, table):
    """Crawl every page as a person of the south, with a provider of the north full of words that stand nowhere else."""
    north = "kvk:80000077"
    state_register(
        two_regions,
        {
            north: {"naam": "KANARIENAAM (fictief)", "plaats": "KANARIEPLAATS", "concern": "KANARIECONCERN",
                    "regio": NORTH, "sector": "vv"},
            "vestiging:800000770001": {"naam": "KANARIENAAM huis", "aanbieder": north},
            IN_SOUTH: {"concern": "KANARIECONCERN"[:0] or "Zuidgroep", "regio": SOUTH},
        },
    )  # fmt: skip
    number = open_case(two_regions, north)
    own = open_case(two_regions, IN_SOUTH)
    officer = two_regions.context(Actor("officier", "bewezen"))
    act(officer, Act(number), Raised(Party.NZA, "KANARIENAAM", date(2099, 1, 1), text="KANARIEPLAATS"))
    assert "KANARIENAAM" in browse("officier").get("/geagendeerd").text
    south, seen, waiting, leaks = browse("zuid"), set(), ["/"], []
    waiting += [filled(path, one) for _, method, path in table if method == "GET" for one in (own, number)]
    waiting += [f"/aanbieder/{north}", "/aanbieder/vestiging:800000770001", "/portefeuille?zoek=kanarie"]
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = south.get(address)
        asked = address.replace("%3A", ":")
        text = answer.text + json.dumps(dict(answer.headers))
        for word in (asked, *asked.split("/")):  # a page may repeat what its own address says
            text = text.replace(word, "") if word else text
        leaks += [(address, canary) for canary in (*CANARIES, number) if canary in text]
        links = re.findall(r'href="(/[^"#]*)"', answer.text)
        waiting += [link for link in links if not link.startswith("/static") and len(seen) < 300]
    assert leaks == []
    assert len(seen) > 40


HOSTILE = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'-alert(1)-'", "{{7*7}}", "${7*7}", "#{7*7}",
    "<%= 7*7 %>", "{% raw %}", "javascript:alert(1)", "</title><script>alert(1)</script>", "<svg/onload=alert(1)>",
    "<iframe src=//elders.example>", "&lt;script&gt;", "%3Cscript%3E", "\u202enevetsrev", "\u200b\u200bleeg",
    "naam\r\nSet-Cookie: x=1", "naam\x1b[31mrood", "=cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "+1+1", "-1-1",
    "'; DROP TABLE case_file; --", "\" OR 1=1 --", "../../etc/passwd", "..\\..\\windows", "\u0000nul", "Ünïcödé Zörg",
    "名前の会社", "שם של חברה", "👩‍⚕️ zorg", "a" * 500, "<b>vet</b>", "<!-- weg -->", "]]>", "\\u003cscript\\u003e",
    "<a href='javascript:alert(1)'>x</a>", "<math><mtext></mtext></math>", "onmouseover=alert(1)", "`alert(1)`",
]  # fmt: skip


class Elements(HTMLParser):
    """What a browser would make of a page: its elements, and attributes that could run something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.dangers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        for name, value in attrs:
            reaches_out = (value or "").strip().lower().startswith(("javascript:", "data:", "//", "http"))
            if (
                name.startswith("on")
                or name in {"style", "srcdoc"}
                or (name in {"href", "src"} and reaches_out)
            ):
                self.dangers.append(f"{tag} {name}={value}")


def test_forty_hostile_names_are_only_text(browse, two_regions):
    assert len(HOSTILE) == 40
    officer = browse("officier")
    number = open_case(two_regions, IN_NORTH)
    plain = {path: Elements(officer.get(path).text).names for path in ("/zaken", f"/zaak/{number}")}
    subjects = {
        f"kvk:81{place:06d}": {"naam": name, "regio": NORTH, "plaats": name, "concern": name}
        for place, name in enumerate(HOSTILE)
    }
    state_register(two_regions, subjects)
    for subject in subjects:
        page = officer.get(f"/zaak/{open_case(two_regions, subject)}")
        found = Elements(page.text)
        assert page.status_code == 200
        assert (found.names - plain[f"/zaak/{number}"], found.dangers) == (set(), []), subject
    told = two_regions.context(Actor("officier", "bewezen"))
    letter = act(
        told, Act(number), Letter("clientbrief", "Brief", tuple(HOSTILE), False, (), reason=HOSTILE[0])
    ).id
    act(told, Act(number), Raised(Party.NZA, HOSTILE[0], date(2099, 1, 1), text=HOSTILE[1]))
    for path in (f"/zaak/{number}/brieven", f"/zaak/{number}/brief/{letter}", "/geagendeerd"):
        found = Elements(officer.get(path).text)
        assert found.names & {"img", "iframe", "svg", "b", "math", "marquee", "object", "embed"} == set(), (
            path
        )
        assert found.dangers == [], path
    listed = officer.get("/zaken").text
    found = Elements(listed)
    assert (found.names - plain["/zaken"], found.dangers) == (set(), [])
    assert "{{7*7}}" in listed
    assert "\u202e" not in listed
