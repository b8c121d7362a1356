"""The mails as people read them: approved texts, and what no name, however hostile, may do to them."""

import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_examples import ALERT, NOW, READER, SUM, SYSTEM, storm

from ews.alerts.model import ChangeReason
from ews.notify import messages
from ews.notify.envelope import seal
from ews.notify.messages import Rendered
from ews.notify.model import Channel, MessageKind, OutgoingMessage, Priority
from ews.notify.views import ProviderView, ReasonView
from ews.notify.words import clean, without_amounts
from ews.scoring.model import Level

GOLDEN = Path(__file__).parents[2] / "golden" / "mails"
LIMIT = 102 * 1024
NOT_DONE = (
    "Bestuurder spreken: uiterlijk vrijdag 20 november (1 werkdag te laat; continuïteitsfunctionaris).",
    "Ontvangst is niet bevestigd.",
)
VIEWS = {
    "alert": ALERT,
    "repeat": replace(
        ALERT,
        change=ChangeReason.REPEATED,
        before=Level.HIGH,
        since=date(2026, 11, 20),
        not_done=NOT_DONE,
        asks=ALERT.asks[:1],
    ),
    "escalation": replace(
        ALERT,
        change=ChangeReason.REESCALATED,
        before=Level.HIGH,
        since=date(2026, 11, 20),
        not_done=NOT_DONE,
        asks=ALERT.asks[:1],
    ),
    "cleared": replace(
        ALERT,
        change=ChangeReason.CLEARED,
        level=Level.LOW,
        before=Level.HIGH,
        not_done=NOT_DONE[:1],
        sum=replace(SUM, total=11, threshold="verhoogd vanaf 25"),
        reader=replace(READER, escalation=""),
    ),
    "link_only": replace(ALERT, reader=replace(READER, link_only=True)),
}
MAILS = {name: messages.alert(view) for name, view in VIEWS.items()} | {
    "system": messages.system(SYSTEM),
    "storm": messages.storm(storm(6)),
}


@pytest.mark.parametrize("name", list(MAILS))
def test_the_text_is_the_approved_text(name):
    """Changed on purpose? Set EWS_UPDATE_GOLDEN=1 and read the difference before you commit it."""
    found = f"Onderwerp: {MAILS[name].subject}\n\n{MAILS[name].text}"
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("EWS_UPDATE_GOLDEN"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def words_of(html: str) -> str:
    body = re.sub(r"<style.*?</style>|<head>.*?</head>", "", html, flags=re.DOTALL)
    unescaped = re.sub(r"<[^>]+>", " ", body).replace("&amp;", "&").replace("&gt;", ">").replace("&#39;", "'")
    return re.sub(r"\s+", " ", unescaped)


@pytest.mark.parametrize("name", ["alert", "repeat", "escalation", "cleared", "system"])
def test_text_and_html_say_the_same(name):
    html = words_of(MAILS[name].html)
    missing = [
        word
        for word in re.findall(r"[A-Za-zÀ-ÿ0-9€%,-]{4,}", MAILS[name].text)
        if word not in html and "/" not in word and word.lower() not in html.lower()
    ]
    # the picture's description is the alternative text, links are buttons
    allowed = {"https", "kantoor", "example", "ontvangst", "voorbeeld", "C-2026-014"}
    described = words_of(MAILS[name].images[0].alt if MAILS[name].images else "")
    assert [word for word in missing if word not in allowed and word not in described] == []


@pytest.mark.parametrize("name", list(MAILS))
def test_no_mail_is_so_long_that_programs_cut_it(name):
    assert len(MAILS[name].html.encode()) < LIMIT
    assert len(MAILS[name].text.encode()) < LIMIT


def test_a_storm_of_three_thousand_fits_and_its_list_is_complete():
    mail = messages.storm(storm(3000))
    assert len(mail.html.encode()) < LIMIT
    assert len(mail.text.encode()) < LIMIT
    listed = mail.attachments[0].content.decode()
    assert all(f"W-{number} ·" in listed for number in range(1, 3001))
    assert listed.splitlines()[0].startswith("W-1077 · acuut")
    assert listed.count("ontvangst bevestigen: https://") == 3000


@pytest.mark.parametrize(
    ("clients", "nowhere", "said"),
    [
        (143, 34, "143 cliënten, waarvan 34 zonder alternatief"),
        (143, 0, "143 cliënten, waarvan 0 zonder alternatief"),
        (1, None, "1 cliënt, waarvan onbekend hoeveel zonder alternatief"),
        (None, None, "aantal cliënten niet bekend, waarvan onbekend hoeveel zonder alternatief"),
    ],
)
def test_how_many_have_nowhere_to_go_is_always_said_also_when_nobody_knows(clients, nowhere, said):
    provider = replace(ALERT.provider, clients=clients, nowhere_to_go=nowhere, profiles=())
    for change in (ChangeReason.RAISED, ChangeReason.REPEATED, ChangeReason.CLEARED):
        mail = messages.alert(replace(ALERT, change=change, provider=provider))
        assert said in re.sub(r"\s+", " ", mail.text)
        assert said.lower() in words_of(mail.html).lower()


def test_points_shown_and_the_rest_make_the_total():
    shown = [
        int(points.replace("−", "-"))
        for points in re.findall(r"^ *([+−]\d+) ", MAILS["alert"].text, re.MULTILINE)
    ]
    assert shown == [21, 14, 9, 4, 2]
    assert sum(shown) == 50


def test_amounts_are_hidden_from_roles_that_may_not_see_them():
    reasons = (ReasonView(9, "Eigen vermogen € 1.234.567 (norm € 2 mln)", ""),)
    mine = replace(ALERT, sum=replace(SUM, reasons=reasons), reader=replace(READER, sees_amounts=False))
    mail = messages.alert(mine)
    assert "1.234.567" not in mail.text + mail.html
    assert "bedrag niet getoond" in mail.text
    assert without_amounts("solvabiliteit 12 %") == "solvabiliteit 12 %"


def test_the_picture_says_in_words_what_it_shows():
    assert MAILS["alert"].images[0].alt.startswith("Verloop van de punten: 20 augustus 2025 13 (laag)")
    assert MAILS["alert"].images[0].alt in MAILS["alert"].html.replace("&#39;", "'")


def test_link_only_mail_holds_neither_name_nor_figures():
    mail = MAILS["link_only"]
    assert "Wilgenhof" not in mail.text + mail.html
    assert "punten" not in mail.text + mail.html


def outgoing(mail: Rendered) -> OutgoingMessage:
    return OutgoingMessage(
        about="alert_change:1",
        kind=MessageKind.ALERT,
        revision=0,
        recipient="officier@kantoor.example",
        channel=Channel.EMAIL,
        priority=Priority.HIGH,
        thread="",
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        images=mail.images,
        attachments=mail.attachments,
    )


NASTY = st.one_of(
    st.text(min_size=1, max_size=300),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "Zorg\r\nBcc: iemand@elders.example",
            "{{ 7 * 7 }}{% raw %}",
            "</mj-text></mj-column><mj-image src='http://elders.example/x'/>",
            "\u202egnilkcehc\u202c",
            "naam\ud800",
            "x" * 10_000,
            "<![CDATA[ & ]]> &lt; \x00",
        ]
    ),
)


@settings(max_examples=60, deadline=None)
@given(NASTY)
def test_a_hostile_name_changes_no_header_and_adds_no_tag(name):
    plain = messages.alert(replace(ALERT, provider=ProviderView("NAAM"), trend=None))
    mail = messages.alert(replace(ALERT, provider=ProviderView(name), trend=None))
    assert mail.html.count("<") == plain.html.count("<")
    assert mail.subject == "EWS C-2026-014: hoog (was verhoogd)"
    sealed = seal(outgoing(mail), sender="EWS <ews@kantoor.example>", key=b"k", at=NOW)
    parsed = message_from_bytes(sealed.content, policy=policy.default)
    assert sorted(parsed.keys()) == sorted(
        [
            "From", "To", "Subject", "Date", "Auto-Submitted", "X-Auto-Response-Suppress", "X-EWS-About",
            "Message-ID", "MIME-Version", "Content-Type",
        ]
    )  # fmt: skip
    assert parsed["To"] == "officier@kantoor.example"


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=12, max_size=60))
def test_no_subject_ever_holds_the_providers_name(name):
    for view in VIEWS.values():
        assert clean(name) not in messages.alert_subject(
            replace(view, provider=ProviderView(name))
        ) or not clean(name)


def test_sealing_the_same_message_twice_gives_the_same_bytes():
    first = seal(outgoing(MAILS["alert"]), sender="EWS <ews@kantoor.example>", key=b"k", at=NOW)
    again = seal(outgoing(MAILS["alert"]), sender="EWS <ews@kantoor.example>", key=b"k", at=NOW)
    assert first.content == again.content
    assert first.message_id == again.message_id


def test_another_recipient_or_revision_has_another_message_id():
    one = outgoing(MAILS["alert"])
    ids = {
        seal(each, sender="ews@kantoor.example", key=b"k", at=NOW).message_id
        for each in (one, replace(one, recipient="teamleider@kantoor.example"), replace(one, revision=1))
    }
    assert len(ids) == 3


def test_a_reply_goes_in_the_thread_of_the_first_mail():
    first = "<eerste@kantoor.example>"
    sealed = seal(outgoing(MAILS["repeat"]), sender="ews@kantoor.example", key=b"k", at=NOW, references=first)
    parsed = message_from_bytes(sealed.content, policy=policy.default)
    assert (parsed["References"], parsed["In-Reply-To"]) == (first, first)


@pytest.mark.parametrize(
    "address", ["", "geen", "a@b", "a b@kantoor.example", "a@kantoor.example\r\nBcc: x@y.nl"]
)
def test_what_is_no_address_is_never_sealed(address):
    with pytest.raises(ValueError, match="no mail address"):
        seal(
            replace(outgoing(MAILS["alert"]), recipient=address),
            sender="ews@kantoor.example",
            key=b"k",
            at=datetime(2026, 1, 1, tzinfo=UTC),
        )


def test_a_thread_of_many_mails_is_counted_and_not_recited():
    earlier = tuple(date(2025, month, 12) for month in range(3, 9))
    mail = messages.alert(replace(VIEWS["repeat"], reader=replace(READER, earlier=earlier)))
    said = (
        "Hierover gingen 6 eerdere berichten, het eerste op 12 maart 2025, het laatste op 12 augustus 2025."
    )
    assert said in " ".join(mail.text.split())
    assert said in words_of(mail.html)


def test_the_end_of_an_alert_without_a_case_says_that_nothing_is_asked():
    mail = messages.alert(replace(VIEWS["cleared"], is_case=False, not_done=()))
    assert "U hoeft niets te doen." in mail.text
    assert "U hoeft niets te doen." in words_of(mail.html)
    assert "U hoeft niets te doen." not in MAILS["cleared"].text
