"""The register from a real store, and figures narrowed to one provider."""

from datetime import UTC, datetime
from pathlib import Path

from ews.jobs.run import open_site
from ews.store import observations
from ews.store.engine import reading
from ews.store.register import register_at

LISTS = Path(__file__).parents[2] / "examples/region/lijsten"
NAMES = (
    "zorgaanbieders_2026-11-05.xlsx",
    "zorglocaties_2026-11-05.csv",
    "clienten_per_profiel_2026-11-05.csv",
)
WILGENHOF = "kvk:00552819"


def test_lists_of_the_office_become_the_register_and_narrow_to_one_provider(ews, site):
    assert ews("ingest", *(LISTS / name for name in NAMES)).code == 0
    context = open_site(site)
    with reading(context.engine) as connection:
        register = register_at(connection, context.now)
        own = observations.known_at(connection, context.now, subjects=[WILGENHOF])
        before = register_at(connection, datetime(2020, 1, 1, tzinfo=UTC))
    provider = register.providers[WILGENHOF]
    assert provider.name == "Stichting De Wilgenhof (fictief)"
    assert provider.hard_to_replace
    assert sum(count for need, count in provider.clients.items() if need.profile in {"VG7", "VG8"}) == 34
    assert len(provider.locations) == 3
    assert register.sector(provider.locations[0]) == "ghz"
    assert set(own["subject"]) == {WILGENHOF}
    assert before.providers == {}
