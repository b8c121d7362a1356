"""A7, A8: forty names that try to be code, in a real browser; and a login by password and app, by keyboard."""

import sys
from pathlib import Path

import pytest
from browser import Served, stop

from ews.jobs.assess import assess
from ews.jobs.run import clock, open_site
from ews.jobs.site import create_site
from ews.store.audit import SYSTEM
from ews.web.credentials import TOTP_SECONDS, totp
from ews.web.site import OpenSite

sys.path.append(str(Path(__file__).parent.parent / "integration" / "web"))
from served import NORTH, open_case, state_register, strike
from test_web_doors import HOSTILE

pytestmark = pytest.mark.slow
PASSWORD = "een lange zin die niemand raadt"


@pytest.fixture(scope="module")
def page_demo(tmp_path_factory) -> Path:
    """An office whose providers all have hostile names; it takes the place of the example region here."""
    folder = create_site(tmp_path_factory.mktemp("hostile") / "site", now=clock())
    site = OpenSite(open_site(folder))
    subjects = {
        f"kvk:81{place:06d}": {"naam": name, "regio": NORTH, "plaats": name, "concern": name, "sector": "vv"}
        for place, name in enumerate(HOSTILE)
    }
    state_register(site, subjects)
    strike(site, "kvk:81000000")
    assess(site.context(SYSTEM))
    for subject in list(subjects)[1:4]:
        open_case(site, subject)
    site.opened.engine.dispose()
    return folder


@pytest.fixture(scope="module")
def served(page_demo):
    running = Served(page_demo)
    yield running
    stop(running.process)


def code_of(seed: str) -> str:
    return totp(seed, int(clock().timestamp()) // TOTP_SECONDS)


def test_a_person_makes_an_account_and_logs_in_with_keys_alone_and_no_name_runs(chromium, served):
    context = chromium.new_context(base_url=served.url, locale="nl-NL")
    page = context.new_page()
    ran = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: ran.append(str(error)))
    page.goto(served.link("officier"))
    seed = page.locator("p.seed").inner_text()
    page.locator("#wachtwoord").focus()
    for typed in (PASSWORD, PASSWORD, code_of(seed)):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served.url}/")
    page.get_by_role("button", name="Uitloggen").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Inloggen"

    later = totp(
        seed, int(clock().timestamp()) // TOTP_SECONDS + 1
    )  # a code works once; the next one is due soon
    page.locator("#naam").focus()
    for typed in ("officier", PASSWORD, later):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served.url}/")

    for path in ("/", "/portefeuille", "/zaken", "/week", "/evaluatie"):
        page.goto(path)
        assert page.locator("main img[src='x'], main script, main iframe, main math").count() == 0, path
    for place in range(len(HOSTILE)):
        page.goto(f"/aanbieder/kvk:81{place:06d}")
        assert (
            page.evaluate("document.querySelectorAll('main script, main iframe, main [onload]').length") == 0
        )
    assert ran == []
    context.close()
