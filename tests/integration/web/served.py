"""What tests of the page share: a browser as far as a page can tell, and a site with something in it."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from starlette.testclient import TestClient

from ews.jobs.cases import open_by_hand
from ews.jobs.run import clock
from ews.people import Person
from ews.store import schema
from ews.store.audit import Actor
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


def log_in(site: OpenSite, client: TestClient, person: str) -> str:
    """Give the browser a session of this person; returns the token that its forms carry."""
    found: Person = site.settings().people[person]
    with writing(site.opened.engine) as connection:
        token = sessions.begin(connection, found, via="test", now=clock())
        login = sessions.current(connection, site.settings(), token, now=clock())
    client.cookies.set("ews", token)
    assert login is not None
    return login.session.form_token


@contextmanager
def log_in_to(site: OpenSite) -> Iterator[Callable[..., Browser]]:
    """`open_browser("officier")`: one browser per person on the pages of this site."""
    app = create_app(site)
    with ExitStack() as stack:
        kept: dict[str, Browser] = {}

        def open_browser(person: str) -> Browser:
            if person not in kept:
                client = stack.enter_context(TestClient(app, base_url=ORIGIN))
                kept[person] = Browser(client, log_in(site, client, person))
            return kept[person]

        yield open_browser


NORTH, SOUTH = "5528", "5501"
IN_NORTH, IN_SOUTH = "kvk:80000001", "kvk:80000002"


def state_register(
    site: OpenSite, subjects: dict[str, dict[str, str]], *, at: datetime | None = None
) -> None:
    """Let a source have said these texts of these subjects, yesterday or at a moment."""
    now = at or clock() - timedelta(days=1)
    with writing(site.opened.engine) as connection:
        delivery = connection.execute(
            insert(schema.delivery)
            .values(
                source="aanbiedersoverzicht", sha256=secrets.token_hex(32), name="overzicht.xlsx", size=1,
                known_at=now, recorded_at=now, status="accepted", counts={}, columns_seen=[],
                indicators_refused=[], unknown_columns=[], message="",
            )
            .returning(schema.delivery.c.id)
        ).scalar_one()  # fmt: skip
        dimension = _named(connection, schema.dimension, "content", "{}")
        for row, (identifier, texts) in enumerate(subjects.items(), start=1):
            kind = "location" if identifier.startswith("vestiging:") else "provider"
            subject = _named(connection, schema.subject, "identifier", identifier, kind=kind)
            for name, text in texts.items():
                connection.execute(
                    insert(schema.observation).values(
                        subject_id=subject, indicator_id=_named(connection, schema.indicator, "name", name),
                        dimension_id=dimension, source="aanbiedersoverzicht", period_end=now.date(), known_at=now,
                        value_text=text, delivery_id=delivery, row_number=row,
                    )
                )  # fmt: skip


def strike(site: OpenSite, identifier: str, kind: str = "faillissement") -> None:
    """Let an event have been known of a subject since yesterday: where everybody scored alike, one now does not."""
    now = clock() - timedelta(days=1)
    with writing(site.opened.engine) as connection:
        subject = _named(connection, schema.subject, "identifier", identifier, kind="provider")
        delivery = connection.execute(select(schema.delivery.c.id).limit(1)).scalar_one()
        connection.execute(
            insert(schema.event).values(
                subject_id=subject, kind=kind, key="1", occurred_on=now.date(), known_at=now, detail={},
                source="insolventieregister", delivery_id=delivery, row_number=1,
            )
        )  # fmt: skip


def _named(connection, table, column: str, value: str, **more: str) -> int:
    found = connection.execute(select(table.c.id).where(table.c[column] == value)).scalar()
    if found is not None:
        return found
    adding = insert(table).values(**{column: value}, **more).returning(table.c.id)
    return connection.execute(adding).scalar_one()


def open_case(site: OpenSite, subject: str, person: str = "officier") -> str:
    """A case opened by hand; returns its number."""
    return open_by_hand(site.context(Actor(person, "bewezen")), subject, "een reden voor deze proef")
