"""One concern on a real store: one message for its members, each with a case, and nobody forgotten afterwards."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from test_assess import AS_OF, ONE, TWO, context, quarter  # noqa: F401 - a fixture

from ews.alerts.model import ChangeReason
from ews.alerts.silence import Silence
from ews.cases import log
from ews.cases.entries import Acknowledgement, Note
from ews.jobs.assess import assess
from ews.jobs.cases import Act, act
from ews.jobs.escalate import escalate
from ews.jobs.run import Context, at, open_site
from ews.jobs.why_not import why_not
from ews.scoring.model import Level
from ews.store import alerts, cases, schema, silences
from ews.store.engine import reading
from tests.score_frames import row
from tests.score_store import keep, keep_event

WORSE = {"liquide_middelen": 5, "resultaat": -6, "kosten_pnil": 10}


@pytest.fixture
def concern(context: Context) -> Context:  # noqa: F811
    """Two providers of one concern, the first in deeper trouble than the second."""
    names = [row(who, "concern", "Zorgkoepel", None, source="zorgaanbieders") for who in (ONE, TWO)]
    keep(context.engine, names)
    keep(context.engine, quarter(ONE, "2026-Q3", **WORSE, fte=20) + quarter(TWO, "2026-Q3", **WORSE))
    return context


def told(context: Context, subject: str) -> list[tuple[ChangeReason, int]]:  # noqa: F811
    """Each change of a subject, with to how many it went."""
    with reading(context.engine) as connection:
        changes = silences.changes_of(connection, subject, until=context.now + timedelta(days=400))
    return [(one.reason, len(one.messages)) for one in changes]


def test_one_message_speaks_for_the_concern_and_each_member_has_its_case(concern):
    assess(concern)
    with reading(concern.engine) as connection:
        states = alerts.open_states(connection)
        cases = connection.execute(select(func.count()).select_from(schema.case_file)).scalar_one()
        bodies = connection.execute(select(schema.outbox_content.c.content)).scalars().all()
    assert {who: state.held for who, state in states.items()} == {ONE: Level.HIGH, TWO: Level.HIGH}
    assert cases == 2
    assert told(concern, ONE)[0][1] > 0
    assert told(concern, TWO) == [(ChangeReason.OPENED, 0)]
    assert all("concern" in body.decode("utf-8", "replace") for body in bodies)
    assert escalate(at(concern, AS_OF + timedelta(days=10)))["escalated"] == 1
    found = why_not(concern, TWO, person="officier", as_of=None)
    assert found.changes[-1].speaker == ONE
    assert (found.silence, found.speaks) == (Silence.CONCERN, "Een")


def test_what_was_kept_quiet_is_told_when_nobody_speaks_for_it_any_more(concern):
    assess(concern)
    better = at(concern, AS_OF + timedelta(days=20))
    recovered = [one | {"known_at": better.now} for one in quarter(ONE, "2026-Q3")]
    keep(concern.engine, recovered)
    assess(better)
    assess(at(concern, better.now + timedelta(days=8)))
    assert [reason for reason, _ in told(concern, ONE)][-1] is ChangeReason.CLEARED
    assert [(reason, number > 0) for reason, number in told(concern, TWO)] == [
        (ChangeReason.OPENED, False),
        (ChangeReason.REPEATED, True),
    ]


def test_a_second_insolvency_is_always_told(concern):
    assess(concern)
    for who in (ONE, TWO):
        keep_event(concern.engine, who, "faillissement", (AS_OF + timedelta(days=1)).date())
    assess(at(concern, AS_OF + timedelta(days=2)))
    assert told(concern, TWO)[-1][0] is ChangeReason.RAISED
    assert told(concern, TWO)[-1][1] > 0


def test_eight_workers_at_once_lose_nothing_and_tell_nothing_twice(concern):
    """Each with an engine of its own, as processes have; SQLite lets one write at a time."""
    moments = [concern.now + timedelta(seconds=step) for step in range(8)]
    sites = [open_site(concern.folder, now=moment) for moment in moments]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(assess, sites))
    assert [reason for reason, _ in told(concern, ONE)] == [ChangeReason.OPENED]
    assert [reason for reason, _ in told(concern, TWO)] == [ChangeReason.OPENED]
    with reading(concern.engine) as connection:
        mails = connection.execute(
            select(schema.outbox.c.about, schema.outbox.c.recipient, func.count()).group_by(
                schema.outbox.c.about, schema.outbox.c.recipient
            )
        ).all()
        cases = connection.execute(select(func.count()).select_from(schema.case_file)).scalar_one()
    assert cases == 2
    assert mails
    assert {count for _, _, count in mails} == {1}
    later = [at(site, AS_OF + timedelta(days=10)) for site in sites]
    with ThreadPoolExecutor(8) as pool:
        assert sum(done["escalated"] for done in pool.map(escalate, later)) == 1


def test_an_insolvency_of_who_is_acute_already_is_told_and_lays_the_hours_ready(concern):
    """Its own notice of closure made it acute; the bankruptcy two weeks later raises nothing, and changes everything."""
    keep_event(concern.engine, ONE, "eigen_aankondiging_sluiting", AS_OF.date())
    at_once = at(concern, AS_OF + timedelta(days=1))
    assess(at_once)
    with reading(concern.engine) as connection:
        assert alerts.open_states(connection)[ONE].held is Level.ACUTE
    keep_event(concern.engine, ONE, "faillissement", (AS_OF + timedelta(days=14)).date())
    later = at(concern, AS_OF + timedelta(days=15))
    assess(later)
    assert told(concern, ONE)[-1][0] is ChangeReason.REPEATED
    assert told(concern, ONE)[-1][1] > 0
    with reading(concern.engine) as connection:
        case = cases.open_case_of(connection, ONE)
    assert case is not None
    hours = [state for state in log.tasks(case) if state.task.due_at is not None]
    assert len(hours) == len(concern.settings.cases.plan48)
    assess(at(concern, AS_OF + timedelta(days=15, minutes=5)))
    assert [reason for reason, _ in told(concern, ONE)].count(ChangeReason.REPEATED) == 1


def test_what_someone_carries_and_does_nothing_about_goes_up_again(concern):
    """Taken for six weeks; fifteen quiet days later it is everybody's again, once."""
    assess(concern)
    with reading(concern.engine) as connection:
        number = cases.open_case_of(connection, ONE).number
    taken = AS_OF + timedelta(hours=2)
    officer = open_site(concern.folder, user="officier", now=taken)
    act(officer, Act(number), Acknowledgement("officier", taken + timedelta(days=42)))
    assert escalate(at(concern, taken + timedelta(days=14)))["escalated"] == 0
    act(replace(officer, now=taken + timedelta(days=10)), Act(number), Note("gebeld met het bestuur"))
    assert escalate(at(concern, taken + timedelta(days=15)))["escalated"] == 0
    assert escalate(at(concern, taken + timedelta(days=25)))["escalated"] == 1
    assert escalate(at(concern, taken + timedelta(days=25)))["escalated"] == 0
    assert told(concern, ONE)[-1][0] is ChangeReason.REESCALATED
    assert told(concern, ONE)[-1][1] > 0
