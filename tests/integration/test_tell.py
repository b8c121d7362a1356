"""From alert changes to rows in the outbox: who, what, in one transaction."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from portfolios import assessed, change, kvk, register
from sqlalchemy import select

from ews.alerts.model import ChangeReason
from ews.jobs import cases
from ews.jobs.links import LINK_KEY
from ews.jobs.run import Context, at, open_site
from ews.jobs.tell import alert_changes
from ews.notify import tokens
from ews.scoring.model import Level
from ews.settings.secrets import site_key
from ews.store.engine import reading, writing
from ews.store.schema import outbox, outbox_content

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
NAME = "Stichting De Wilgenhof (fictief)"


@pytest.fixture
def context(site) -> Context:
    opened = replace(open_site(site), now=NOW)
    register(opened, [(number, NAME if number == 1 else f"Zorggroep {number}") for number in range(1, 8)])
    return opened


def rows(context: Context, **where: str) -> list:
    with reading(context.engine) as connection:
        query = select(outbox, outbox_content.c.content).outerjoin(outbox_content).order_by(outbox.c.id)
        for key, value in where.items():
            query = query.where(outbox.c[key] == value)
        return connection.execute(query).all()


def mail_of(row) -> EmailMessage:
    return message_from_bytes(row.content, policy=policy.default)


def text_of(row) -> str:
    return " ".join(mail_of(row).get_body(("plain",)).get_content().split())


def tell(context: Context, *numbers: int, with_case: bool = True, **values) -> list:
    with writing(context.engine) as connection:
        changes = [
            change(connection, assessed(number, context.now, **values), now=context.now) for number in numbers
        ]
        if with_case:
            cases.open_for_alerts(connection, context, changes)
        alert_changes(connection, context, changes)
    return changes


def test_an_alert_reaches_the_roles_for_its_level_with_everything_that_is_known(context):
    tell(context, 1)
    found = rows(context)
    assert [row.recipient for row in found] == ["officier@kantoor.example", "teamleider@kantoor.example"]
    assert {row.state for row in found} == {"queued"}
    text = text_of(found[0])
    assert mail_of(found[0])["Subject"] == "EWS C-2026-001: hoog (was laag)"
    assert NAME in text
    assert "GHZ · regio 5528 · 40 cliënten" in text
    assert "+30 Liquiditeit reikt nog 3,4 weken (grens ≥ 13)" in text
    assert "2026 Q3, bekend sinds 19 november, rij 12" in text
    assert "50 punten" in text
    assert "Bevestig ontvangst vóór dinsdag 24 november 12:00." in text
    assert "Bestuurder spreken" in text
    assert "U krijgt dit als continuïteitsfunctionaris regio 5528." in text


def test_no_provider_name_stands_in_any_subject_or_header(context):
    tell(context, *range(1, 8))
    for row in rows(context):
        headers = "\n".join(f"{key}: {value}" for key, value in mail_of(row).items())
        assert "Wilgenhof" not in headers
        assert "Zorggroep" not in headers
        assert "Wilgenhof" not in row.subject + row.about + row.message_id


def test_change_and_messages_stand_or_fall_together(context):
    class Stop(Exception):
        pass

    def half_way() -> None:
        with writing(context.engine) as connection:
            made = change(connection, assessed(1, NOW), now=NOW)
            alert_changes(connection, context, [made])
            raise Stop

    with pytest.raises(Stop):
        half_way()
    assert rows(context) == []


def test_told_twice_is_queued_once(context):
    with writing(context.engine) as connection:
        made = change(connection, assessed(1, NOW), now=NOW)
        alert_changes(connection, context, [made])
        alert_changes(connection, context, [made])
    assert len(rows(context)) == 2


def test_who_was_told_hears_the_end_in_the_same_thread(context):
    (opened,) = tell(context, 1)
    later = at(context, NOW + timedelta(days=100))
    with writing(later.engine) as connection:
        ended = change(
            connection,
            assessed(1, later.now, points=8, level=Level.LOW),
            now=later.now,
            reason=ChangeReason.CLEARED,
            before=Level.HIGH,
            alert_id=opened.alert_id,
        )
        alert_changes(connection, later, [ended])
    first, last = rows(context, recipient="officier@kantoor.example")
    assert last.subject == "EWS C-2026-001: voorbij, nu laag (was hoog)"
    assert mail_of(last)["References"] == first.message_id
    assert {row.recipient for row in rows(context, kind="cleared")} == {
        "officier@kantoor.example",
        "teamleider@kantoor.example",
    }
    assert "Eerdere berichten hierover: 23 november" in text_of(last)


def test_a_lower_level_without_a_case_is_told_under_the_alerts_own_number(context):
    tell(context, 1, points=30, level=Level.ELEVATED, with_case=False)
    (row,) = rows(context)
    assert row.subject == "EWS W-1: verhoogd (was laag)"


def test_a_storm_becomes_twenty_single_mails_and_one_list_and_every_telling_has_a_row(context):
    register(context, [(number, f"Zorggroep {number}") for number in range(8, 61)])
    tell(context, *range(1, 61), with_case=False)
    mine = rows(context, recipient="officier@kantoor.example")
    assert len([row for row in mine if row.kind == "alert" and row.state == "queued"]) == 20
    (whole,) = [row for row in mine if row.kind == "storm"]
    covered = [row for row in mine if row.state == "cancelled"]
    assert len(covered) == 40
    assert {row.last_reply for row in covered} == {f"in verzamelbericht {whole.message_id}"}
    assert whole.subject == "EWS verzamelbericht: 40 wijzigingen, zwaarste niveau hoog"
    listed = next(mail_of(whole).iter_attachments()).get_content()
    assert len(listed.splitlines()) == 40
    key = site_key(context.folder, LINK_KEY)
    tokens_of = re.findall(r"/z/W-\d+/ontvangst\?t=(\S+)", listed)
    claims = [tokens.read(token, ("officier@kantoor.example",), key) for token in tokens_of]
    assert {f"alert_change:{claim.change}" for claim in claims if claim} == {row.about for row in covered}
    assert tokens.read(tokens_of[0], ("teamleider@kantoor.example",), key) is None


def test_an_hour_already_full_of_mails_makes_the_next_changes_a_list(context):
    register(context, [(number, f"Zorggroep {number}") for number in range(8, 31)])
    tell(context, *range(1, 21), with_case=False)
    tell(at(context, NOW + timedelta(minutes=30)), *range(21, 24), with_case=False)
    assert len(rows(context, recipient="officier@kantoor.example", kind="storm")) == 1


def test_a_hostile_name_still_leaves_as_mail(context):
    register(context, [(9, "Zorg\r\nBcc: x@elders.example <script>\u202e{{7*7}}")])
    tell(context, 9)
    row = rows(context)[0]
    assert mail_of(row)["Bcc"] is None
    html = mail_of(row).get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "{{7*7}}" in text_of(row)


def test_amounts_are_not_shown_to_a_role_that_may_not_see_them(context):
    people = dict(context.settings.people)
    people["officier"] = replace(people["officier"], sees_amounts=False)
    blind = replace(context, settings=replace(context.settings, people=people))
    tell(blind, 1, text="Eigen vermogen € 1.234.567")
    mine, lead = rows(context)
    assert "1.234.567" not in text_of(mine)
    assert "1.234.567" in text_of(lead)


def test_a_provider_whose_name_nobody_knows_goes_by_its_number(context):
    register(context, [(99, "")])
    tell(context, 99, with_case=False)
    assert kvk(99) in text_of(rows(context)[0])
