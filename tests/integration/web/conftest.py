"""A served site, and visitors of every role with a session of their own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from served import IN_NORTH, IN_SOUTH, NORTH, ORIGIN, SOUTH, Browser, log_in, state_register
from starlette.testclient import TestClient

from ews.jobs.run import open_site
from ews.web.app import create_app
from ews.web.site import OpenSite


@pytest.fixture
def open_page(site: Path) -> OpenSite:
    """The fresh site, opened as `ews serve` does."""
    return OpenSite(open_site(site))


@pytest.fixture
def browse(open_page: OpenSite) -> Iterator[Callable[..., Browser]]:
    """`browse("officier")` is a browser with that person logged in; `browse()` one without a login."""
    app = create_app(open_page)
    with ExitStack() as stack:

        def open_browser(person: str | None = None, *, address: str = "127.0.0.1") -> Browser:
            client = stack.enter_context(
                TestClient(app, base_url=ORIGIN, client=(address, 50000), raise_server_exceptions=True)
            )
            return Browser(client, log_in(open_page, client, person) if person else "")

        yield open_browser


@pytest.fixture
def two_regions(open_page: OpenSite, site: Path, ews) -> OpenSite:
    """One provider in each of two regions; `zuid` works for the south alone, the officer for all."""
    with (site / "config" / "people.toml").open("a", encoding="utf-8") as people:
        people.write(
            f'\n[[person]]\nid = "zuid"\nname = "Z. van Zuid (fictief)"\nrole = "continuiteitsfunctionaris"\n'
            f'address = "zuid@kantoor.example"\nregions = ["{SOUTH}"]\n'
        )
    with (site / "config" / "settings.toml").open(encoding="utf-8") as file:
        settings = file.read().replace('regions = ["5528"]', f'regions = ["{NORTH}", "{SOUTH}"]')
    (site / "config" / "settings.toml").write_text(settings, encoding="utf-8")
    assert ews("--user", "teamleider", "config", "activate", "--second", "analist").code == 0
    state_register(
        open_page,
        {
            IN_NORTH: {"naam": "Stichting Noordzijde (fictief)", "regio": NORTH, "sector": "vv"},
            IN_SOUTH: {"naam": "Stichting Zuidzijde (fictief)", "regio": SOUTH, "sector": "ghz"},
        },
    )
    return open_page
