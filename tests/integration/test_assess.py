"""One round on a real store: everything in one transaction, twice changes nothing, the past is only shown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from ews.jobs.assess import assess
from ews.jobs.portfolio import portfolio
from ews.jobs.run import Context, at, end_of_day, open_site
from ews.jobs.scoring import score_at
from ews.scoring.model import Level
from ews.store import alerts, assessments, observations, schema
from ews.store.engine import migrate, open_engine, reading
from ews.store.history import history_at
from tests.score_frames import AS_OF, QUARTERS, row
from tests.score_store import keep, keep_event

ONE, TWO = "kvk:00000001", "kvk:00000002"
HOUSE = "vestiging:000000000011"
HEALTHY = {
    "eigen_vermogen": 40, "balanstotaal": 100, "liquide_middelen": 60, "maandelijkse_uitgaven": 10,
    "vlottende_activa": 80, "kortlopende_schulden": 40, "som_der_bedrijfsopbrengsten": 60, "resultaat": 2,
    "ebitda": 6, "rentelasten": 1, "aflossingen": 1, "personeelskosten": 40, "kosten_pnil": 2, "clienten": 50,
    "fte": 40, "vacatures": 1, "klachten": 1, "ziekteverzuim": 0.06, "uitstroom_personeel": 0.1,
    "bezettingsgraad": 0.98, "clientervaring": 8.2,
}  # fmt: skip


def quarter(subject: str, which: str, **changes: float) -> list[dict]:
    return [row(subject, name, value, which) for name, value in (HEALTHY | changes).items()]


@pytest.fixture
def context(site: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    monkeypatch.setenv("EWS_KIND", "demo")
    opened = open_site(site, now=AS_OF)
    names = [
        row(ONE, "naam", "Een", None, source="zorgaanbieders"),
        row(TWO, "naam", "Twee", None, source="zorgaanbieders"),
        row(HOUSE, "aanbieder", ONE, None, source="zorgaanbieders"),
    ]
    keep(opened.engine, names, seen=AS_OF - timedelta(days=3))
    keep(opened.engine, quarter(ONE, "2026-Q2") + quarter(TWO, "2026-Q2"))
    return opened


def counts(context: Context) -> dict[str, int]:
    tables = (schema.assessment, schema.alert, schema.alert_change, schema.case_file, schema.outbox)
    with reading(context.engine) as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables
        }


def trouble(context: Context, **changes: float) -> None:
    worse = {"liquide_middelen": 5, "resultaat": -6, "kosten_pnil": 10}
    keep(context.engine, quarter(ONE, "2026-Q3", **(worse | changes)))


def test_healthy_providers_are_low_and_nobody_is_told(context):
    summary = assess(context)
    assert (summary["subjects"], summary["levels"]["low"], summary["changes"]) == (3, 2, 0)
    assert counts(context) == {"assessment": 3, "alert": 0, "alert_change": 0, "case_file": 0, "outbox": 0}


def test_trouble_opens_an_alert_a_case_and_messages_in_one_transaction(context):
    trouble(context)
    summary = assess(context)
    assert (summary["changes"], summary["cases"]) == (1, 1)
    assert summary["messages"] > 0
    with reading(context.engine) as connection:
        state = alerts.open_states(connection)[ONE]
        made = assessments.latest(connection)[ONE]
    assert (state.held, made.level) == (Level.HIGH, Level.HIGH)
    assert sum(reason.points for reason in made.reasons) == made.points


def test_the_register_is_read_before_the_round_begins_to_write(context):
    trouble(context)
    sent: list[str] = []
    event.listen(context.engine, "before_cursor_execute", lambda *sending: sent.append(sending[2]))
    assert assess(context)["changes"] == 1
    assert sent.count("BEGIN IMMEDIATE") == 1
    known_at = ["CAST(observation" in one for one in sent]
    begins = sent.index("BEGIN IMMEDIATE")
    assert (sum(known_at[:begins]), sum(known_at[begins:])) == (1, 0)


def test_run_twice_changes_nothing(context):
    trouble(context)
    assess(context)
    before = counts(context)
    second = assess(context)
    assert (second["changes"], second["messages"]) == (0, 0)
    assert counts(context) == before
    assess(at(context, AS_OF + timedelta(minutes=5)))
    assert counts(context) == before | {"assessment": before["assessment"] + 3}


def test_a_moment_before_the_last_round_is_only_shown(context):
    trouble(context)
    assess(context)
    before = counts(context)
    past = assess(context, as_of=end_of_day(date(2026, 8, 1)))
    assert past["reconstruction"] is True
    assert counts(context) == before


def test_a_figure_known_later_is_not_in_the_past(context):
    trouble(context)
    with reading(context.engine) as connection:
        then = score_at(connection, context.settings, end_of_day(date(2026, 8, 1))).assessment(ONE)
        now = score_at(connection, context.settings, AS_OF).assessment(ONE)
    assert then is not None
    assert now is not None
    assert (then.level, now.level) == (Level.LOW, Level.HIGH)


def test_silence_does_not_lower_and_recovery_lowers_after_its_days(context):
    trouble(context)
    assess(context)
    silent = at(context, AS_OF + timedelta(days=260))
    assert assess(silent)["levels"]["unknown"] + assess(silent)["levels"]["low"] >= 2
    with reading(context.engine) as connection:
        assert alerts.open_states(connection)[ONE].held is Level.HIGH
    better = datetime(2026, 11, 25, tzinfo=UTC)
    rows = [one | {"known_at": better} for one in quarter(ONE, "2026-Q3")]
    keep(context.engine, rows)
    again = replace(context, now=silent.now + timedelta(days=1))
    keep(context.engine, [one | {"period_start": date(2027, 4, 1), "period_end": date(2027, 6, 30), "known_at": again.now}
                          for one in quarter(ONE, "2026-Q3")])  # fmt: skip
    assert assess(again)["changes"] == 0
    assert assess(at(context, again.now + timedelta(days=8)))["changes"] == 1
    with reading(context.engine) as connection:
        assert ONE not in alerts.open_states(connection)


def test_an_alert_of_the_provider_speaks_for_its_location(context):
    trouble(context)
    keep(context.engine, [row(HOUSE, "ziekteverzuim", 0.3), row(HOUSE, "uitstroom_personeel", 0.5)])
    keep(context.engine, [row(HOUSE, name, 0.9) for name in ("tijdelijk_aandeel", "pnil_aandeel")])
    assess(context)
    with reading(context.engine) as connection:
        assert list(alerts.open_states(connection)) == [ONE]


def test_the_portfolio_puts_the_worst_first_and_the_past_can_be_asked(context):
    trouble(context)
    assess(context)
    now = portfolio(context, unit="provider", as_of=None)
    assert [one.subject for one in now] == [ONE, TWO]
    assert (now[0].assessment.level, now[0].stage is not None) == (Level.HIGH, True)
    then = portfolio(context, unit="provider", as_of=end_of_day(date(2026, 8, 1)))
    assert {one.assessment.level for one in then} == {Level.LOW}
    assert [one.subject for one in portfolio(context, unit="location", as_of=None)] == [HOUSE]


def test_postgresql_gives_the_same_history(context, postgres_url):
    trouble(context)
    rows = [row(ONE, name, value, which) for which in QUARTERS for name, value in list(HEALTHY.items())[:6]]
    other = open_engine(postgres_url)
    migrate(other)
    lite = open_engine(f"sqlite:///{context.folder / 'other.sqlite'}")
    migrate(lite)
    frames, known = [], []
    for engine in (other, lite):
        keep(engine, rows)
        with reading(engine) as connection:
            frame = history_at(connection, AS_OF, figures=list(HEALTHY))
            known.append(observations.known_at(connection, AS_OF, subjects=[ONE]))
        frames.append(
            frame.drop(columns="delivery").sort_values(["figure", "period_end"]).reset_index(drop=True)
        )
    other.dispose()
    assert frames[0].to_dict("records") == frames[1].to_dict("records")
    assert len(known[0]) == len(rows)
    assert known[0].to_dict("records") == known[1].to_dict("records")


def test_one_provider_as_an_officer_sees_it(context, ews: Callable, site: Path):
    trouble(context)
    assess(context)
    shown = ews("--now", AS_OF.isoformat(), "provider", "show", "Een", "--json").json
    made = shown["assessment"]
    assert (shown["subject"], made["level"]) == (ONE, "high")
    assert sum(reason["points"] for reason in made["reasons"]) == made["points"]
    assert made["reasons"][0]["observations"][0]["file"] == "kwartaalopgave.csv"
    page = ews("--now", AS_OF.isoformat(), "provider", "show", "Een").out
    assert "Niveau HOOG" in page
    assert "kwartaalopgave.csv, rij 2" in page
    listed = ews("--now", AS_OF.isoformat(), "portfolio", "--json").json
    assert [one["subject"] for one in listed["subjects"]] == [ONE, TWO]
    assert ews("provider", "show", "Niemand").code == 2


def slipped(context: Context) -> None:
    """Twenty more providers whose cash is given in thousands this quarter."""
    names = [f"kvk:{20_000_000 + number}" for number in range(24)]
    listed = [row(name, "naam", name, None, source="zorgaanbieders") for name in (*names, ONE, TWO, HOUSE)]
    keep(context.engine, [one | {"known_at": AS_OF - timedelta(days=1)} for one in listed])
    rows = [one for name in names for one in quarter(name, "2026-Q2", liquide_middelen=60 + int(name[-2:]))]
    keep(context.engine, rows)
    assess(at(context, datetime(2026, 8, 1, tzinfo=UTC)))
    newer = [
        one for name in names for one in quarter(name, "2026-Q3", liquide_middelen=6000 + int(name[-2:]))
    ]
    keep(context.engine, newer)


def test_a_round_that_cannot_be_believed_leaves_everybody_as_they_were(context, ews: Callable):
    slipped(context)
    before = counts(context)
    refused = ews("--now", AS_OF.isoformat(), "assess", "--json")
    assert refused.code == 1
    said = "liquiditeit_weken is voor de meesten twintig keer zo groot of klein als de vorige keer"
    assert said in refused.json["refused"]
    assert "liquiditeit_weken" in ews("--now", AS_OF.isoformat(), "assess").out
    after = counts(context)
    assert after["assessment"] == before["assessment"]
    assert after["outbox"] > before["outbox"]  # who keeps the system going is told
    again = ews("--now", AS_OF.isoformat(), "assess", "--json")
    assert counts(context)["outbox"] == after["outbox"]
    assert again.code == 1


def test_an_event_does_not_wait_for_a_file(context):
    slipped(context)
    keep_event(context.engine, ONE, "faillissement", date(2026, 11, 19))
    summary = assess(context)
    assert (summary["refused"] != [], summary["changes"], summary["cases"]) == (True, 1, 1)
    with reading(context.engine) as connection:
        assert alerts.open_states(connection)[ONE].held is Level.ACUTE


def test_a_person_with_the_mandate_may_believe_it(context, ews: Callable):
    slipped(context)
    assert ews("--now", AS_OF.isoformat(), "assess", "--accept").code == 2
    assert ews("--now", AS_OF.isoformat(), "--user", "medewerker", "assess", "--accept").code == 2
    assert ews("--now", AS_OF.isoformat(), "--user", "analist", "assess", "--accept").code == 0
