"""The weekly digest from stored rows: what changed first, the same again years later, and one line when it was quiet."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from portfolios import assessed, change, register
from pypdf import PdfReader
from sqlalchemy import select

from ews.alerts.model import ChangeReason
from ews.errors import NotFoundError, RefusedError
from ews.jobs import cases
from ews.jobs.digest import decide, digest, finish
from ews.jobs.model_watch import watch
from ews.jobs.run import Context, at, open_site
from ews.jobs.tell import alert_changes
from ews.notify.digest import monday_of, week_of
from ews.scoring.model import Level
from ews.store import assessments, models
from ews.store.audit import Actor
from ews.store.engine import reading, writing
from ews.store.schema import outbox, outbox_content

MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 5, tzinfo=UTC)


@pytest.fixture
def context(site) -> Context:
    opened = replace(open_site(site), now=MONDAY)
    register(opened, [(number, f"Zorggroep {number} (fictief)") for number in range(1, 9)])
    with writing(opened.engine) as connection:
        for number in range(1, 9):
            calm = assessed(number, MONDAY - timedelta(days=10), points=10, level=Level.LOW)
            assessments.record(connection, [calm], now=MONDAY)
    return opened


def raise_alert(context: Context, number: int, *, points: int = 50, level: Level = Level.HIGH) -> None:
    with writing(context.engine) as connection:
        made = change(connection, assessed(number, context.now, points=points, level=level), now=context.now)
        cases.open_for_alerts(connection, context, [made])
        alert_changes(connection, context, [made])


def text_of(context: Context, week: str = "2026-W47") -> str:
    return (context.folder / "digests" / f"{week}.txt").read_text(encoding="utf-8")


def test_what_changed_comes_first_with_number_level_and_reason(context):
    raise_alert(context, 1)
    done = digest(at(context, SUNDAY))
    text = text_of(context)
    assert (done["week"], done["changed"], done["quiet"], done["queued"]) == ("2026-W47", 1, False, 3)
    assert text.startswith("FICTIEF") is False
    assert "EWS week 47 (16–22 november 2026) · alle regio's · bijgewerkt zondag 22 november 06:00" in text
    assert "Veranderd     1 omhoog, 0 omlaag, 0 direct door een gebeurtenis: C-2026-001 ↑ hoog" in text
    assert "↑ C-2026-001: hoog (was laag) · Zorggroep 1 (fictief)" in text
    assert text.index("Veranderd") < text.index("Portefeuille")
    assert "5528       GHZ             0      1         0      7         0" in text


def test_a_quiet_week_is_one_honest_line_and_the_table(context):
    done = digest(at(context, SUNDAY))
    assert done["quiet"] is True
    text = text_of(context)
    assert "Niets veranderd. 8 aanbieders beoordeeld, gegevens van 8 actueel, geen taak te laat." in text
    assert "Te laat" not in text
    assert "Portefeuille" in text


def test_a_past_week_is_made_the_same_again_whatever_came_later(context):
    raise_alert(context, 1)
    digest(at(context, SUNDAY))
    first = text_of(context)
    later = at(context, SUNDAY + timedelta(days=30))
    raise_alert(later, 2)
    register(later, [(20, "Nieuwe zorg (fictief)")])
    again = digest(later, week="2026-W47")
    assert text_of(context) == first
    assert again["queued"] == 0


def test_late_work_and_unanswered_alerts_stand_in_it(context):
    raise_alert(at(context, MONDAY - timedelta(days=30)), 1)
    digest(at(context, SUNDAY))
    text = text_of(context)
    assert "Signaal toetsen" in text
    assert "dagen te laat" in text
    assert "1 bevestiging · 1 zonder eigenaar" in " ".join(text.split())


def test_readers_get_it_as_mail_with_the_paper_beside_it(context):
    raise_alert(context, 1)
    digest(at(context, SUNDAY))
    with reading(context.engine) as connection:
        rows = connection.execute(
            select(outbox.c.recipient, outbox_content.c.content)
            .join(outbox_content)
            .where(outbox.c.kind == "digest")
        ).all()
    assert {row.recipient.partition("@")[0] for row in rows} == {"officier", "teamleider", "commissie"}
    mail = message_from_bytes(rows[0].content, policy=policy.default)
    assert mail["Subject"] == "EWS week 47: 1 omhoog, 0 omlaag, 1 te laat"
    assert "Zorggroep" not in mail["Subject"]
    paper = next(mail.iter_attachments())
    assert paper.get_filename() == "weekoverzicht-2026-W47.pdf"
    assert len(mail.get_body(("html",)).get_content().encode()) < 102 * 1024


def test_the_paper_says_the_same(context):
    raise_alert(context, 1)
    digest(at(context, SUNDAY))
    pages = PdfReader(context.folder / "digests" / "2026-W47.pdf").pages
    text = "".join(page.extract_text() for page in pages)
    assert "EWS week 47" in text
    assert "C-2026-001" in text
    assert "Zorggroep 1 (fictief)" in text


def test_a_reader_of_another_region_sees_nothing_of_this_one(context):
    people = dict(context.settings.people)
    people["officier"] = replace(people["officier"], regions=("5530",))
    elsewhere = replace(context, settings=replace(context.settings, people=people))
    raise_alert(context, 1)
    digest(at(elsewhere, SUNDAY))
    with reading(context.engine) as connection:
        content = connection.scalars(
            select(outbox_content.c.content)
            .join(outbox)
            .where(outbox.c.kind == "digest", outbox.c.recipient == "officier@kantoor.example")
        ).one()
    mail = message_from_bytes(content, policy=policy.default)
    text = mail.get_body(("plain",)).get_content()
    assert "Zorggroep" not in text
    assert "Zorggroep" not in mail.get_body(("html",)).get_content()
    assert list(mail.iter_attachments()) == []


def test_changes_of_the_model_and_what_the_watch_found_stand_in_it(context):
    watch(at(context, SUNDAY - timedelta(hours=10)))
    put = models.Activation("provider", "hazard-2026-11", "0" * 64, MONDAY, "analist", "teamleider")
    with writing(context.engine) as connection:
        models.activate(connection, put)
        models.activate(connection, replace(put, model="later", activated_at=SUNDAY + timedelta(days=1)))
    digest(at(context, SUNDAY))
    text = " ".join(text_of(context).split())
    assert (
        "16 november 2026: model hazard-2026-11 in gebruik voor provider (door analist en teamleider)" in text
    )
    assert "Bewaking van 21 november:" in text
    assert "later" not in text


def test_what_the_committee_decides_comes_back_until_it_is_done(context):
    digest(at(context, SUNDAY))
    chair = replace(at(context, SUNDAY + timedelta(hours=30)), actor=Actor("teamleider", "beweerd"))
    number = decide(
        chair, week="2026-W47", what="Capaciteit VG8 uitvragen", owner="officier", due=date(2026, 11, 25)
    )
    digest(at(context, SUNDAY + timedelta(days=7)))
    assert f"{number}. Capaciteit VG8 uitvragen · officier · uiterlijk 25 november · te laat" in text_of(
        context, "2026-W48"
    )
    finish(replace(chair, now=SUNDAY + timedelta(days=8)), number, outcome="uitgevraagd bij zeven aanbieders")
    digest(at(context, SUNDAY + timedelta(days=14)))
    assert "uitgevoerd: uitgevraagd bij zeven aanbieders" in text_of(context, "2026-W49").replace(
        "\n    ", " "
    )
    with pytest.raises(NotFoundError):
        finish(chair, number, outcome="nog eens")


@pytest.mark.parametrize("week", ["2026-47", "47", "2026-W60", "2031-W01"])
def test_what_is_no_week_or_has_not_begun_is_refused(week, context):
    with pytest.raises(RefusedError):
        digest(context, week=week)


def test_a_digest_made_late_says_so(context):
    digest(at(context, SUNDAY), is_late=True)
    assert "later gemaakt dan gepland" in text_of(context)


def test_weeks_have_names():
    assert week_of(date(2027, 1, 3)) == "2026-W53"
    assert monday_of("2026-W53") == date(2026, 12, 28)


def test_a_cleared_alert_counts_as_down(context):
    raise_alert(at(context, MONDAY - timedelta(days=60)), 1)
    with writing(context.engine) as connection:
        made = change(
            connection,
            assessed(1, MONDAY, points=5, level=Level.LOW),
            now=MONDAY,
            reason=ChangeReason.CLEARED,
            before=Level.HIGH,
            alert_id=1,
        )
        alert_changes(connection, context, [made])
    digest(at(context, SUNDAY))
    assert "0 omhoog, 1 omlaag" in text_of(context)
