"""Every form of the route table: after a fault what was typed is still there, and the fault stands beside its field."""

from datetime import date, timedelta
from html.parser import HTMLParser

import dossier_site
import pytest
from alerts_played import PROVIDER
from dossier_site import CASE, DRAFTED
from fastapi.routing import APIRoute
from openpyxl import Workbook
from served import NORTH, log_in_to, state_register

from ews.cases import entries
from ews.cases.correspondence import Raised
from ews.cases.entries import Places
from ews.cases.kinds import AlternativeKind, Means, Party
from ews.cases.moves import TransferGroup
from ews.dossier.approval import Wish
from ews.jobs import digest, dossier_acts, ingest, letter_steps, letters
from ews.jobs.assess import assess
from ews.jobs.cases import Act, act
from ews.jobs.evidence import Upload
from ews.jobs.run import open_site
from ews.regulation import DossierKind
from ews.store.audit import SYSTEM, Actor
from ews.web.app import ROUTERS
from ews.web.site import OpenSite

MELDING, KEPT = f"/zaak/{CASE}/melding/ews", "Bewaar dit woord"
BUTTONS_ONLY = {
    "logout", "case_sign", "countersign_do", "keeping_invite", "keeping_disable", "case_transfer_keep", "notice_draft",
    "receipt_do",
}  # fmt: skip
"""Forms in which nothing is typed or chosen."""
SECRETS = {"login_do", "link_do"}
"""A password is never sent back; `test_web_login` holds what these keep and say."""
POSTS = {
    route.name: route.path
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and "POST" in route.methods
}
STANDS_ON = {
    "portfolio_export": "/portefeuille", "evaluation_walk": "/evaluatie", "keeping_propose": "/beheer/regels",
    "delivery_columns": "/quarantaine/{delivery}", "delivery_decide": "/quarantaine/{delivery}",
    **{name: MELDING for name in ("notice_import", "notice_approve", "notice_sent", "notice_answer", "notice_bundle")},
}  # fmt: skip
"""The page of a form that is not at its own address."""
SENT_ALONG = {
    "delivery_decide": {"wat": "weigeren", "reden": ""}, "delivery_columns": {f"kolom_{at}": "" for at in range(60)}, "portfolio_export": {"vorm": "csv"},
}  # fmt: skip
"""The button that is pressed, where it says what to do, and what such a form lacks."""
SPOILT = "2026-11-32"


class Forms(HTMLParser):
    """Every form of a page: where it goes, and its fields with what stands in them."""

    def __init__(self, text: str, here: str) -> None:
        super().__init__()
        self.here, self.found, self.open, self.text_of = here, [], None, ""
        self.marked: set[str] = set()
        """Ids that a field says it is described by."""
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids.add(given.get("id", ""))
        if "aria-describedby" in given:
            self.marked.update(given["aria-describedby"].split())
        if tag == "form" and given.get("method") == "post":
            self.open = {
                "action": given.get("action") or self.here,
                "fields": {},
                "kinds": {},
                "choices": {},
                "asked": [],
            }
            self.found.append(self.open)
        elif self.open is not None and (name := given.get("name")):
            kind = given.get("type", "text") if tag == "input" else tag
            self._take(name, kind, given)
        if tag == "option" and self.open is not None:
            self.open["choices"][self.text_of].append(given.get("value", ""))
            if "selected" in given:
                self.open["fields"][self.text_of] = given.get("value", "")

    def _take(self, name, kind, given):
        self.open["kinds"][name] = kind
        if "required" in given:
            self.open["asked"].append(name)
        self.text_of = name if kind in {"textarea", "select"} else ""
        if kind == "select":
            self.open["choices"][name] = []
        if kind == "checkbox":
            self.open["choices"].setdefault(name, []).append(given.get("value", ""))
            if "checked" in given:
                self.open["fields"][name] = given.get("value", "")
        elif kind not in {"button", "file"}:
            self.open["fields"].setdefault(name, given.get("value") or "")

    def handle_data(self, data):
        if self.open is not None and self.text_of and self.open["kinds"].get(self.text_of) == "textarea":
            self.open["fields"][self.text_of] += data

    def handle_endtag(self, tag):
        self.text_of = "" if tag in {"textarea", "select"} else self.text_of
        self.open = None if tag == "form" else self.open


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A case in which there is one of everything, an approved notice, a sent letter, a held delivery, a changed rule."""
    patch = pytest.MonkeyPatch()
    patch.setenv("EWS_KIND", "drill")
    folder = dossier_site.drafted(tmp_path_factory.mktemp("forms") / "site")
    site = OpenSite(open_site(folder), office_now=lambda: DRAFTED + timedelta(hours=1))
    state_register(
        site,
        {PROVIDER: {"naam": "Stichting Proef (fictief)", "regio": NORTH, "sector": "vv"}},
        at=DRAFTED - timedelta(days=2),
    )
    assess(site.context(SYSTEM))
    officer, lead = (site.context(Actor(one, "bewezen")) for one in ("officier", "teamleider"))
    paper = tmp_path_factory.mktemp("papers") / "brief.txt"
    paper.write_text("Wij melden dat.", encoding="utf-8")
    soon = date(2026, 12, 1)
    for what in (
        entries.Alternative(AlternativeKind.PROCUREMENT, (Places("VG7", 4),), soon, organisation="Elders"),
        entries.Measure(Means.NON_FINANCIAL, 2, date(2026, 11, 20), text="Een team."),
        entries.Agreement(Party.BOARD, soon, False, "Cijfers sturen."),
        entries.Task(code="", title="Bellen", role="medewerker", due_on=soon, required=False),
        TransferGroup("VG7", "verblijf", 4, "CL-7", False),
        Raised(Party.NZA, "NZa", soon, text="Tarief."),
    ):
        act(officer, Act(CASE, uploads=(Upload(paper, kind="brief"),)), what)
    letter = letters.write(officer, CASE, letters.Wanted("gespreksbevestiging", ("bestuur",))).entry.id
    draft = letters.write(officer, CASE, letters.Wanted("clientbrief")).entry.id
    letter_steps.approve(lead, CASE, letter, text="")
    letter_steps.send(officer, CASE, letter, channel="post", to=(), on=None)
    approver = site.context(Actor("goedkeurder", "bewezen"))
    dossier_acts.approve(
        approver, CASE, DossierKind.EWS_MELDING, Wish(under_reservation=True, reason="spoed")
    )
    digest.decide(officer, week="2026-W47", what="Peilen bij de bank", owner="officier", due=soon)
    named = {"letter": str(letter), "draft": str(draft), "delivery": str(_held(site, tmp_path_factory))}
    rules = folder / "config" / "settings.toml"
    rules.write_text(rules.read_text("utf-8").replace("views_per_hour = 30", "views_per_hour = 29"), "utf-8")
    yield site, named
    site.opened.engine.dispose()
    patch.undo()


def _held(site, folders):
    """A return whose key column got another name; its number."""
    book = Workbook()
    book.active.append(["KVK nr.", "Naam zorgaanbieder", "Kwartaal", "Eigen vermogen"])
    book.active.append(["80000001", "Stichting Noordzijde", "2026-Q2", 1000])
    path = folders.mktemp("deliveries") / "kwartaalopgave_2026-Q2.xlsx"
    book.save(path)
    (taken,) = ingest.ingest(site.context(Actor("teamleider", "bewezen")), [path]).files
    return taken.delivery


@pytest.fixture(scope="module")
def browse(office):
    with log_in_to(office[0]) as open_browser:
        yield open_browser


def typed_into(form) -> dict[str, str]:
    """Something in every field; days that are none, or else the first thing that is asked left out."""
    fields = {}
    for name, kind in form["kinds"].items():
        if kind in {"text", "textarea"}:
            fields[name] = f"{KEPT} {name}"
        elif kind == "date":
            fields[name] = SPOILT
        elif kind in {"select", "checkbox"} and (choices := [one for one in form["choices"][name] if one]):
            fields[name] = form["fields"].get(name) or choices[-1]
        elif kind == "hidden":
            fields[name] = form["fields"][name]
    if "date" not in form["kinds"].values() and form["asked"]:
        fields.pop(form["asked"][0], None)
    return fields


def test_every_form_is_held_here_or_is_only_a_button():
    assert POSTS.keys() >= BUTTONS_ONLY | SECRETS | STANDS_ON.keys()
    assert len(POSTS.keys() - BUTTONS_ONLY - SECRETS) >= 45


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(POSTS.keys() - BUTTONS_ONLY - SECRETS))
def test_what_was_typed_stays_and_the_fault_stands_beside_its_field(browse, office, name):
    _, named = office
    browser = browse("teamleider" if name == "keeping_propose" else "officier")
    letter = named["draft" if name == "letter_approve_do" else "letter"]
    values = {**named, "letter": letter, "number": "1" if name == "week_finish_do" else CASE, "slug": "ews",
              "week": "2026-W47", "subject": PROVIDER}  # fmt: skip
    page, path = (one.format_map(values) for one in (STANDS_ON.get(name, POSTS[name]), POSTS[name]))
    shown = Forms(browser.get(page).text, page)
    (form,) = [one for one in shown.found if one["action"].partition("?")[0] == path]
    fields = typed_into(form) | SENT_ALONG.get(name, {})
    refused = browser.post(path, {key: value for key, value in fields.items() if key != "csrf"})
    assert refused.status_code == 422, (refused.status_code, refused.headers.get("location"))
    after = Forms(refused.text, path)
    faults = {one for one in after.ids if one.endswith("-fout")}
    assert faults, "a fault stands somewhere"
    assert faults <= after.marked, "and its field says so to who can't see it"
    again = next(one for one in after.found if one["action"].partition("?")[0] == path)
    typed = {
        key for key in fields.keys() & form["kinds"].keys() if form["kinds"][key] not in {"hidden", "button"}
    }
    assert {key: again["fields"].get(key, "").strip() for key in typed} == {key: fields[key] for key in typed}
