"""Silence on a real store: who may ask for it, what breaks it, and what the record says afterwards."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from test_assess import AS_OF, ONE, TWO, context, trouble  # noqa: F401 - a fixture

from ews.jobs.assess import assess
from ews.jobs.doctor import doctor, selfcheck
from ews.jobs.run import Context, at
from ews.scoring.model import Level
from ews.store import alerts
from ews.store.engine import reading
from ews.store.schema import outbox
from tests.score_store import keep_event

NOW = AS_OF.isoformat()


def held(context: Context) -> dict[str, Level]:  # noqa: F811
    with reading(context.engine) as connection:
        return {name: state.held for name, state in alerts.open_states(connection).items()}


def test_one_person_for_a_week_two_for_longer(context, ews: Callable):  # noqa: F811
    week = ("--until", "2026-11-26", "--reason", "overleg loopt")
    month = ("--until", "2026-12-20", "--reason", "overleg loopt")
    assert ews("--now", NOW, "mute", "add", "Een", *week).code == 2
    assert ews("--now", NOW, "--user", "officier", "mute", "add", "Een", *month).code == 2
    assert (
        ews("--now", NOW, "--user", "officier", "mute", "add", "Een", *month, "--second", "officier").code
        == 2
    )
    assert (
        ews("--now", NOW, "--user", "officier", "mute", "add", "Een", *month, "--second", "teamleider").code
        == 0
    )
    assert (
        ews(
            "--now",
            NOW,
            "--user",
            "officier",
            "mute",
            "add",
            "Twee",
            "--until",
            "2026-11-26",
            "--reason",
            " ",
        ).code
        == 2
    )
    assert (
        ews(
            "--now",
            NOW,
            "--user",
            "officier",
            "mute",
            "add",
            "Twee",
            "--until",
            "2026-11-01",
            "--reason",
            "x",
        ).code
        == 2
    )


def test_a_mute_keeps_quiet_until_it_ends_or_turns_acute(context, ews: Callable):  # noqa: F811
    trouble(context)
    asked = ("mute", "add", "Een", "--until", "2026-11-26", "--reason", "overleg loopt")
    assert ews("--now", NOW, "--user", "officier", *asked).code == 0
    later = at(context, AS_OF + timedelta(hours=1))
    assert assess(later)["changes"] == 0
    said = ews("--now", later.now.isoformat(), "why-not", "Een", "--json").json
    assert (said["silence"], said["held"]) == ("muted", None)
    keep_event(context.engine, ONE, "surseance", date(2026, 11, 21))
    assert assess(at(context, AS_OF + timedelta(days=2)))["changes"] == 1
    assert held(context) == {ONE: Level.ACUTE}


def test_an_old_mute_over_somebody_at_an_alerting_level_is_mailed_once_by_the_round(context, ews: Callable):  # noqa: F811
    """Under a mute from the start no alert ever held a level: what was assessed counts, for mail and doctor alike."""
    trouble(context)
    asked = ("mute", "add", "Een", "--until", "2026-12-20", "--reason", "overleg loopt")
    assert ews("--now", NOW, "--user", "officier", *asked, "--second", "teamleider").code == 0
    found = []
    for days in (6, 8, 9):
        later = at(context, AS_OF + timedelta(days=days))
        assess(later)
        selfcheck(later)
        check = next(one for one in doctor(later, with_relay=False) if one.check == "stiltes")
        found.append((check.ok, mails_about_mutes(context)))
    mail = ["EWS systeem: oude stilte"]
    assert found == [(True, []), (False, mail), (False, mail)]
    assert held(context) == {}


def mails_about_mutes(context: Context) -> list[str]:  # noqa: F811
    query = select(outbox.c.subject).where(
        outbox.c.kind == "system",
        outbox.c.recipient == "beheerder@kantoor.example",
        outbox.c.about.like("mute:%") | outbox.c.about.like("doctor:stiltes%"),
    )
    with reading(context.engine) as connection:
        return list(connection.scalars(query))


def test_when_the_mute_ends_the_alert_opens(context, ews: Callable):  # noqa: F811
    trouble(context)
    asked = ("mute", "add", "Een", "--until", "2026-11-26", "--reason", "overleg loopt")
    number = ews("--now", NOW, "--user", "officier", *asked, "--json").json["mute"]
    assess(at(context, AS_OF + timedelta(hours=1)))
    assert held(context) == {}
    ended = (AS_OF + timedelta(hours=2)).isoformat()
    assert ews("--now", ended, "--user", "officier", "mute", "end", number).code == 0
    assert ews("--now", ended, "--user", "officier", "mute", "end", number).code == 2
    assess(at(context, AS_OF + timedelta(hours=3)))
    assert held(context) == {ONE: Level.HIGH}


@pytest.mark.parametrize(
    ("words", "silence"),
    [((TWO,), "below"), (("Een",), None), (("Een", "--as-of", "2026-08-01"), "not_assessed")],
)
def test_why_not_answers_every_silence(context, ews: Callable, site: Path, words, silence):  # noqa: F811
    trouble(context)
    assess(context)
    said = ews("--now", NOW, "why-not", *words, "--json")
    assert (said.code, said.json["silence"]) == (0, silence)
    assert said.json["sentence"]


def test_why_not_says_who_was_told_and_why_another_was_not(context, ews: Callable):  # noqa: F811
    trouble(context)
    assess(context)
    people = {one["person"]: one for one in ews("--now", NOW, "why-not", "Een", "--json").json["people"]}
    assert people["officier"]["told"][0]["state"] == "queued"
    assert people["auditor"]["skipped"] == "no_route"
    page = ews("--now", NOW, "why-not", "Een", "--for", "auditor").out
    assert "de rol krijgt dit soort bericht niet" in page
    assert ews("why-not", "Een", "--for", "niemand").code == 2
