"""A served site, and visitors of every role with a session of their own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ews.jobs.run import clock, open_site
from ews.people import Person
from ews.store.engine import writing
from ews.web import sessions
from ews.web.app import create_app
from ews.web.site import OpenSite

ORIGIN = "http://127.0.0.1"


class Browser:
    """A browser as far as a page can tell: cookies, and where a form comes from."""

    def __init__(self, client: TestClient, form_token: str = "") -> None:
        self.client = client
        self.form_token = form_token

    def get(self, path: str, **options):
        return self.client.get(path, follow_redirects=False, **options)

    def post(self, path: str, data=None, *, headers=None, **options):
        fields = {"csrf": self.form_token, **(data or {})}
        sent = {"Origin": ORIGIN} if headers is None else headers
        return self.client.post(path, data=fields, headers=sent, follow_redirects=False, **options)


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


def log_in(site: OpenSite, client: TestClient, person: str) -> str:
    """Give the browser a session of this person; returns the token that its forms carry."""
    found: Person = site.settings().people[person]
    with writing(site.opened.engine) as connection:
        token = sessions.begin(connection, found, via="test", now=clock())
        login = sessions.current(connection, site.settings(), token, now=clock())
    client.cookies.set("ews", token)
    assert login is not None
    return login.session.form_token
