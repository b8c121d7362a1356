"""D16: the link in a mail. Scanners open it as often as they like; only its button confirms, and once."""

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from portfolios import assessed, change, kvk, register
from served import ORIGIN
from sqlalchemy import select
from starlette.testclient import TestClient

from ews.jobs import cases, receipt
from ews.jobs.run import Context, clock
from ews.jobs.tell import alert_changes
from ews.store import cases as stored_cases
from ews.store.engine import reading, writing
from ews.store.schema import alert, alert_change, audit_entry, outbox, outbox_content
from ews.web.app import create_app
from ews.web.site import OpenSite


@pytest.fixture
def context(open_page: OpenSite) -> Context:
    opened = replace(open_page.opened, now=clock())
    register(opened, [(1, "Stichting De Wilgenhof (fictief)")])
    with writing(opened.engine) as connection:
        made = change(connection, assessed(1, opened.now), now=opened.now)
        cases.open_for_alerts(connection, opened, [made])
        alert_changes(connection, opened, [made])
    return opened


def link_of(context: Context, recipient: str = "officier@kantoor.example") -> str:
    with reading(context.engine) as connection:
        content = connection.scalars(
            select(outbox_content.c.content).join(outbox).where(outbox.c.recipient == recipient)
        ).first()
    text = message_from_bytes(content, policy=policy.default).get_body(("plain",)).get_content()
    found = re.search(r"https://[^ ]*?(/z/\S+/ontvangst\?t=\S+)", text.replace("=\n", ""))
    assert found is not None
    return found[1]


def acknowledged(context: Context) -> list[tuple[str, str]]:
    with reading(context.engine) as connection:
        rows = connection.execute(
            select(alert_change.c.reason, alert_change.c.actor).where(alert_change.c.reason == "acknowledged")
        )
        return [tuple(row) for row in rows]


def test_d16_opening_the_link_never_confirms_and_the_button_does_once(context, open_page):
    link = link_of(context)
    with TestClient(create_app(open_page), base_url=ORIGIN) as browser:
        for _ in range(3):
            assert browser.get(link).status_code == 200
            browser.head(link)
            browser.options(link)
        assert acknowledged(context) == []
        pressed = browser.post(link, headers={"Origin": ORIGIN})
        assert "ontvangst bevestigd" in pressed.text
        assert "A. de Officier" in pressed.text
        again = browser.post(link, headers={"Origin": ORIGIN})
    assert "al gebruikt" in again.text
    assert acknowledged(context) == [("acknowledged", "officier")]


def test_confirming_makes_the_addressee_carry_the_alert_and_own_the_case(context):
    token = link_of(context).partition("t=")[2]
    assert receipt.confirm(context, token).by == "officier"
    with reading(context.engine) as connection:
        carried = connection.execute(select(alert.c.acknowledged_by, alert.c.acknowledged_until)).one()
        case = stored_cases.open_case_of(connection, kvk(1))
        entry = connection.execute(
            select(audit_entry.c.actor, audit_entry.c.proof).where(
                audit_entry.c.action == "alert.acknowledged"
            )
        ).one()
    assert carried.acknowledged_by == "officier"
    assert carried.acknowledged_until == context.now + timedelta(days=7)
    assert case.owner == "officier"
    assert tuple(entry) == ("officier", "beweerd")


def test_each_addressee_has_a_link_of_their_own(context):
    other = link_of(context, "teamleider@kantoor.example").partition("t=")[2]
    assert receipt.look(context, other).by == "teamleider"


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (lambda token: token + "0", receipt.Refusal.NOT_OURS),
        (lambda token: token.replace("1.", "2.", 1), receipt.Refusal.NOT_OURS),
        (lambda _: "", receipt.Refusal.NOT_OURS),
    ],
)
def test_a_forged_link_does_nothing(context, spoil, refusal):
    token = spoil(link_of(context).partition("t=")[2])
    assert receipt.confirm(context, token) is refusal
    assert acknowledged(context) == []


def test_a_link_ends(context):
    token = link_of(context).partition("t=")[2]
    later = replace(context, now=context.now + timedelta(days=15))
    assert receipt.confirm(later, token) is receipt.Refusal.EXPIRED


def test_a_bare_page_gives_nothing_away(context, open_page):
    with TestClient(create_app(open_page), base_url=ORIGIN) as browser:
        text = browser.get(link_of(context)).text
    assert "Wilgenhof" not in text
    assert "Liquiditeit" not in text
