"""A real browser on a served site. Only tests that ask for it start one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM, FLAGS, WIDE, Served, is_trouble, stop


@pytest.fixture(scope="module")
def page_demo(played_demo, tmp_path_factory) -> Path:
    """The example region, played to its end, to work in."""
    return Path(shutil.copytree(played_demo.site, tmp_path_factory.mktemp("page") / "demo"))


@pytest.fixture(scope="module")
def served(page_demo: Path) -> Iterator[Served]:
    running = Served(page_demo)
    yield running
    stop(running.process)


@pytest.fixture(scope="module")
def chromium():
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def logins(chromium, served):
    """`logins(person)`: the session of a person, by a one-time link that the server printed; asked for once."""
    kept: dict[str, dict] = {}

    def session(person: str) -> dict:
        if person not in kept:
            context = chromium.new_context()
            page = context.new_page()
            page.goto(served.link(person))
            page.get_by_role("button", name=f"Verder als {person}").click()
            kept[person] = context.storage_state()
            context.close()
        return kept[person]

    return session


@pytest.fixture
def open_page(chromium, served, logins):
    """`open_page("officier", "/")`: a page of that person; a request that leaves this machine fails the test."""
    contexts = []
    strays, troubles = [], []

    def open_one(person: str, path: str, viewport=WIDE, **options):
        context = chromium.new_context(
            storage_state=logins(person), viewport=viewport, base_url=served.url, locale="nl-NL", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda sent: None if sent.url.startswith(served.url) else strays.append(sent.url))
        page.on("console", lambda said: troubles.append(said.text) if is_trouble(said) else None)
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert strays == []
    assert troubles == []
