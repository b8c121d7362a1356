"""KvK's open data, asked per provider: deregistered and insolvent are heard, and not being there says nothing."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from answers import Reply, serving
from sqlalchemy import select

from ews.jobs.fetch import fetch
from ews.jobs.ingest import ingest
from ews.jobs.run import Context, open_site
from ews.store import events
from ews.store.engine import reading
from ews.store.register import register_at
from ews.store.schema import delivery

PROVIDERS = Path(__file__).parents[2] / "examples/region/lijsten/zorgaanbieders_2026-11-05.xlsx"
NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
PATH = "/api/v1/hvds/basisbedrijfsgegevens/kvknummer/"
ACTIVE, GONE, FAILED, FOUNDATION = "00552801", "00552802", "00552803", "00552804"


def told(active: str = "J", code: str | None = None) -> bytes:
    """An answer in the form that the KvK describes."""
    activities = [{"sbiCode": "87100", "soortActiviteit": "Hoofdactiviteit"}]
    answer = {"datumAanvang": "20010101", "actief": active, "rechtsvormCode": "BV", "postcodeRegio": "52"}
    return json.dumps(
        answer | {"activiteiten": activities, "lidstaat": "NL"} | ({"insolventieCode": code} if code else {})
    ).encode()


@pytest.fixture
def register():
    with serving() as server:
        server.on(PATH + ACTIVE, Reply(told()))
        server.on(PATH + GONE, Reply(told("N")))
        server.on(PATH + FAILED, Reply(told(code="FAIL")))
        yield server


@pytest.fixture(scope="module")
def peopled(tmp_path_factory, made_site) -> Path:
    folder = Path(shutil.copytree(made_site, tmp_path_factory.mktemp("peopled") / "site"))
    context = replace(open_site(folder), now=NOW)
    ingest(context, [PROVIDERS])
    context.engine.dispose()
    return folder


@pytest.fixture
def office(tmp_path, peopled, register) -> Context:
    context = replace(open_site(Path(shutil.copytree(peopled, tmp_path / "site"))), now=NOW)
    contract = context.settings.sources["kvk_open_data"]
    url = f"{register.url}{PATH}{{item}}"
    plan = replace(contract.fetch, url=url, enabled=True, pause_seconds=0.0, retry_seconds=0.01)
    sources = {contract.name: replace(contract, fetch=plan)}
    return replace(context, settings=replace(context.settings, sources=sources))


def heard(context: Context) -> list[tuple]:
    with reading(context.engine) as connection:
        known = events.known_at(connection, context.now + timedelta(days=900))
    return [(one.subject, one.kind, one.occurred_on) for one in known]


def run(context: Context, *, days: int = 0) -> dict:
    return fetch(replace(context, now=NOW + timedelta(days=days)))["sources"][0]


def test_every_provider_is_asked_and_a_404_is_no_deregistration(office, register):
    """Most providers are stichtingen, which these data do not know: 404 says nothing about them."""
    with reading(office.engine) as connection:
        providers = register_at(connection, NOW).providers
    done = run(office)
    assert (done["asked"], done["new"], done["absent"]) == (len(providers), 1, len(providers) - 3)
    assert sorted(register.paths()) == sorted(PATH + one.partition(":")[2] for one in providers)
    assert heard(office) == [
        (f"kvk:{GONE}", "uitschrijving_kvk", date(2026, 11, 23)),
        (f"kvk:{FAILED}", "faillissement", date(2026, 11, 23)),
    ]


def test_asked_again_the_same_answers_change_nothing_and_keep_their_day(office, register):
    run(office)
    before = heard(office)
    assert run(office, days=2)["asked"] == 0
    again = run(office, days=8)
    assert (again["new"], again["unchanged"]) == (0, 1)
    assert heard(office) == before


def test_what_changed_is_heard_on_the_day_that_it_was_seen(office, register):
    run(office)
    register.on(PATH + ACTIVE, Reply(told("N")))
    assert run(office, days=8)["new"] == 1
    assert (f"kvk:{ACTIVE}", "uitschrijving_kvk", date(2026, 12, 1)) in heard(office)
    assert (f"kvk:{GONE}", "uitschrijving_kvk", date(2026, 11, 23)) in heard(office)


def test_a_run_asks_no_more_than_the_source_allows_and_the_next_goes_on(office, register):
    contract = office.settings.sources["kvk_open_data"]
    few = replace(contract, fetch=replace(contract.fetch, calls_per_run=10))
    limited = replace(office, settings=replace(office.settings, sources={few.name: few}))
    assert run(limited)["asked"] == 10
    assert run(limited, days=1)["asked"] == 10
    assert len(set(register.paths())) == 20


def test_what_was_answered_before_a_failure_is_taken_in_and_asked_no_more(office, register):
    register.on(PATH + FOUNDATION, Reply(b"", 403))
    done = run(office)
    assert ("status 403" in done["problem"], done["new"]) == (True, 1)
    assert (f"kvk:{FAILED}", "faillissement", date(2026, 11, 23)) in heard(office)
    asked = len(register.paths())
    register.on(PATH + FOUNDATION, Reply(status=404))
    assert run(office, days=1)["problem"] == ""
    assert register.paths()[asked] == PATH + FOUNDATION
    with reading(office.engine) as connection:
        names = connection.execute(select(delivery.c.name).where(delivery.c.source == "kvk_open_data"))
        assert list(names.scalars()) == ["kvk_open_data_20261123.json"]
