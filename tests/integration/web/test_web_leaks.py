"""A2, A10, A17, A24: what one region says to another by an export, a mail, an error or its time; and what every view leaves."""

import csv
import io
import re
import time
from email import message_from_bytes, policy
from statistics import median

import pytest
from served import IN_NORTH, IN_SOUTH, NORTH, SOUTH, open_case, state_register, strike
from sqlalchemy import func, select

from ews.jobs.assess import assess
from ews.jobs.digest import digest
from ews.store import schema
from ews.store.audit import SYSTEM
from ews.store.engine import reading

CANARY = "KANARIENAAM"


@pytest.fixture
def canary(two_regions):
    """A provider in the north whose every text is a canary, struck by insolvency and with a case."""
    state_register(
        two_regions,
        {
            IN_NORTH: {
                "naam": f"{CANARY} Noord",
                "regio": NORTH,
                "plaats": f"{CANARY}stad",
                "concern": CANARY,
            },
            IN_SOUTH: {"naam": "Stichting Zuidzijde (fictief)", "regio": SOUTH},
        },
    )
    strike(two_regions, IN_NORTH)
    open_case(two_regions, IN_NORTH)
    assess(two_regions.context(SYSTEM))
    return two_regions


def mails_to(site, address):
    with reading(site.opened.engine) as connection:
        rows = connection.execute(
            select(schema.outbox_content.c.content)
            .join(schema.outbox)
            .where(schema.outbox.c.recipient == address)
        )
        return [message_from_bytes(row.content, policy=policy.default) for row in rows]


def test_a2_an_export_holds_nothing_of_another_region(browse, canary):
    given = {"vorm": "csv", "reden": "voor de commissie"}
    file = browse("zuid").post("/portefeuille/uitvoer?zoek=", given)
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[1] for row in rows[2:]] == ["Stichting Zuidzijde (fictief)"]
    assert CANARY in browse("officier").post("/portefeuille/uitvoer", given).content.decode("utf-8-sig")


def test_a2_the_digest_of_one_region_names_nobody_of_another(canary):
    digest(canary.context(SYSTEM), week=None)
    south = mails_to(canary, "zuid@kantoor.example")
    north = mails_to(canary, "officier@kantoor.example")
    texts = [
        "".join(part.get_content() for part in one.walk() if part.get_content_maintype() == "text")
        for one in south
    ]
    assert [text for text in texts if CANARY in text] == []
    assert any(
        CANARY in part.get_content()
        for one in north
        for part in one.walk()
        if part.get_content_maintype() == "text"
    )


def test_a10_no_subject_of_a_mail_names_a_provider(canary):
    digest(canary.context(SYSTEM), week=None)
    with reading(canary.opened.engine) as connection:
        contents = connection.scalars(select(schema.outbox_content.c.content)).all()
    subjects = [message_from_bytes(one, policy=policy.default)["Subject"] for one in contents]
    assert subjects
    assert [one for one in subjects if CANARY in one or "Zuidzijde" in one] == []


@pytest.mark.parametrize(
    "path", ["/aanbieder/{}", "/zaak-openen?aanbieder={}", "/portefeuille?zoek={}", "/aanbieder/{}/signaal"]
)
def test_a2_what_is_foreign_and_what_is_absent_look_the_same(browse, canary, path):
    south = browse("zuid")
    pages = [south.get(path.format(one)) for one in (IN_NORTH, "kvk:80009999")]
    plain = [
        re.sub(rf'nonce="[^"]*"|[0-9a-f]{{12}}|{IN_NORTH}|kvk:80009999|{IN_NORTH[4:]}|80009999', "", one.text)
        for one in pages
    ]
    assert pages[0].status_code == pages[1].status_code
    assert plain[0] == plain[1]
    assert CANARY not in pages[0].text


def test_a2_what_is_foreign_takes_no_other_time_than_what_is_absent(browse, canary):
    """Under 5 ms in the middle is the promise; ten times that is asserted, of processor time, so that a busy machine passes."""
    south = browse("zuid")
    took = {IN_NORTH: [], "kvk:80009999": []}
    for _ in range(15):
        for one, times in took.items():
            began = time.process_time()
            assert south.get(f"/aanbieder/{one}").status_code == 404
            times.append(time.process_time() - began)
    foreign, absent = (median(times) for times in took.values())
    assert abs(foreign - absent) < 0.05


def test_a17_every_view_of_a_case_and_its_papers_leaves_one_entry(browse, canary):
    officer = browse("officier")
    with reading(canary.opened.engine) as connection:
        number = connection.execute(select(schema.case_file.c.number)).scalar_one()

    def entries() -> int:
        with reading(canary.opened.engine) as connection:
            counted = select(func.count()).where(schema.audit_entry.c.actor == "officier")
            return connection.execute(counted).scalar_one()

    left = {}
    for path in ("", "/audit", "/overdracht", "/melding/ews", "/melding/overmacht"):
        before = entries()
        assert officer.get(f"/zaak/{number}{path}").status_code == 200
        left[path] = entries() - before
    assert set(left.values()) == {1}


def test_a_page_that_refreshes_itself_keeps_no_session_alive(browse, canary):
    """A4: half an hour of silence ends a session, also before a page that is left open."""
    officer = browse("officier")
    with reading(canary.opened.engine) as connection:
        query = select(schema.session.c.seen_at).where(schema.session.c.person == "officier")
        before = connection.execute(query).scalar_one()
    assert officer.get("/", headers={"X-Live": "1"}).status_code == 200
    with reading(canary.opened.engine) as connection:
        assert connection.execute(query).scalar_one() == before


def test_a24_opening_a_decoy_is_told_at_once(browse, canary, ews):
    path = canary.opened.folder / "config" / "settings.toml"
    path.write_text(path.read_text("utf-8").replace("decoys = []", f'decoys = ["{IN_SOUTH}"]'), "utf-8")
    assert ews("--user", "teamleider", "config", "activate", "--second", "analist").code == 0
    officer = browse("officier")
    for subject in (IN_NORTH, IN_SOUTH):
        assert officer.get(f"/aanbieder/{subject}").status_code == 200
    with reading(canary.opened.engine) as connection:
        about = schema.audit_entry.c.object
        seen = connection.scalars(select(about).where(schema.audit_entry.c.action == "views.decoy")).all()
        told = connection.scalars(
            select(schema.outbox.c.about).where(schema.outbox.c.about.like("decoy:officier:%"))
        ).all()
    assert seen == [IN_SOUTH]
    assert len(told) >= 1
