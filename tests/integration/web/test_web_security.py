"""A8, A9, A11, A14, A16, A17, A22: what no single page owns. The others stand with their pages, by their number."""

import json
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from posts import put, server_tls
from relays import relay
from served import IN_NORTH, open_case, strike

from ews.jobs import logs
from ews.jobs.assess import assess
from ews.jobs.deliver import deliver
from ews.notify.model import State
from ews.store.audit import SYSTEM
from ews.web.rendering import TEMPLATES, environment

ROOT = Path(__file__).parents[3]
SECRET = "KANARIEGEHEIM-7Q4"
FIXED = {"jinja2": (3, 1, 6), "aiosmtplib": (5, 1, 2), "authlib": (1, 9)}
"""The versions from which the flaws named in A3, A8 and A9 are mended."""


def sources():
    return {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "ews").rglob("*.py"))}


def test_a8_templates_come_from_files_and_escape_everything():
    made = environment()
    assert (made.autoescape, made.undefined.__name__) == (True, "StrictUndefined")
    assert type(made.loader).__name__ == "FileSystemLoader"
    unescaped = re.compile(r"\|\s*safe\b|autoescape")
    assert [one.name for one in TEMPLATES.glob("*.html") if unescaped.search(one.read_text("utf-8"))] == []
    assert [
        path.name for path, text in sources().items() if re.search(r"(?<!RGBColor)\.from_string\(", text)
    ] == []


def test_a8_only_the_code_of_a_second_factor_is_marked_as_safe():
    assert [path.name for path, text in sources().items() if "Markup(" in text] == ["links.py"]


def test_a14_nothing_that_was_read_is_run():
    banned = re.compile(
        r"\b(eval|exec)\(|yaml\.load\(|pickle\.load|shell=True|xml\.etree\S* import [^\n]*(parse\b|fromstring|XMLParser)|marshal\.load"
    )
    assert [(path.name, found[0]) for path, text in sources().items() if (found := banned.search(text))] == []


def test_a9_what_was_mended_elsewhere_is_asked_for_and_present():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["oidc"]]
    for name, least in FIXED.items():
        (line,) = [one for one in asked if re.match(rf"{name}\b", one)]
        bound = tuple(int(part) for part in re.search(r">=([\d.]+)", line)[1].split("."))
        present = tuple(int(part) for part in re.findall(r"\d+", metadata.version(name))[:3])
        assert bound >= least, line
        assert present >= least, name


@pytest.mark.parametrize("kind", ["drill", "demo"])
def test_a11_a_copy_of_the_office_that_is_no_office_mails_nobody(open_at, authority, monkeypatch, kind):
    """The settings of the real office with its relay, and mail waiting: it stays on this machine."""
    monkeypatch.setenv("EWS_KIND", kind)
    with relay(tls=server_tls(authority)) as server:
        copy = open_at(server)
        put(copy, "officier")
        done = deliver(copy)
        assert (done[State.SENT], server.box.connections) == (1, 0)
    assert server.box.accepted == []
    assert len(list((copy.folder / "outbox").glob("*.eml"))) == 1


def test_a16_no_secret_is_in_a_page_a_log_the_database_or_an_error(browse, two_regions, capsys):
    folder = two_regions.opened.folder
    for name in ("smtp_password", "oidc_secret", "imap_password"):
        path = folder / "secrets" / name
        path.parent.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(SECRET, encoding="utf-8")
    logs.configure()
    lead = browse("teamleider")
    told = [lead.get(path).text for path in ("/", "/beheer", "/beheer/regels", "/beheer/controle")]
    lead.client.app.state.site.office_now = lambda: 1 / 0
    told += [lead.get("/zaken").text, repr(two_regions.opened.settings), capsys.readouterr().err]
    assert "ZeroDivisionError" in told[-1], "the log has the trace"
    assert [one[:80] for one in told if SECRET in one] == []
    kept = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "secrets"]
    assert [path.name for path in kept if SECRET.encode() in path.read_bytes()] == []


def test_a17_what_a_visitor_sends_makes_no_line_of_its_own_in_the_log(browse, two_regions, capsys):
    logs.configure()
    browse("officier").get("/aanbieder/kvk:1%0d%0a{%22event%22:%22login%22}%1b[31m")
    browse("officier").get("/zaak/C-2026-001%0aregel", headers={"User-Agent": "x\x1b[31m"})
    lines = capsys.readouterr().err.splitlines()
    told = [json.loads(line) for line in lines]
    assert {one["event"] for one in told} == {"page"}
    assert len(told) == 2
    assert not any("\x1b" in line for line in lines)


def test_a22_every_level_has_its_reasons_and_says_how_to_contest_it(browse, two_regions):
    strike(two_regions, IN_NORTH)
    number = open_case(two_regions, IN_NORTH)
    assess(two_regions.context(SYSTEM))
    page = browse("officier").get(f"/aanbieder/{IN_NORTH}").text
    why = page[page.index('id="waarom"') : page.index('id="verloop"')]
    assert "De punten tellen op tot" in why
    assert re.search(r"rij \d+", why)
    assert "Niet eens met deze redenen?" in why
    assert re.search(r"Puntenkaart \S+, configuratie [0-9a-f]{12}, ews \d", page)
    assert "Niveaus adviseren, mensen besluiten." in page
    assert "override" in browse("officier").get(f"/zaak/{number}/besluit?soort=override").text
