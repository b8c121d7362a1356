"""I8 on a real site: silence and repetition reach the doctor, the digest and those who keep the system going."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from ews.jobs.doctor import doctor, selfcheck
from ews.jobs.ingest import ingest
from ews.jobs.run import open_site
from ews.jobs.source_health import data_lines
from ews.store.engine import reading
from ews.store.schema import outbox

REGION = Path(__file__).parents[2] / "examples/region"


def test_the_same_file_under_a_new_date_is_told_of(site, tmp_path):
    """A list that should change each month arrives again as it was: nothing is added, and it is said."""
    first = tmp_path / "clienten_per_profiel_2026-09-07.csv"
    shutil.copy(REGION / "lijsten" / first.name, first)
    context = open_site(site)
    assert ingest(context, [first]).files[0].status == "accepted"
    copied = first.rename(first.with_name("clienten_per_profiel_2026-10-05.csv"))
    later = replace(context, now=context.now + timedelta(days=31))
    again = ingest(later, [copied]).files[0]
    assert (again.status, again.observations_added) == ("known", 0)
    with reading(context.engine) as connection:
        assert list(data_lines(connection, context, context.now)) == []
        [line] = data_lines(connection, later, later.now)
    assert line.state == "stuurt dezelfde bytes opnieuw; de cijfers zijn die van 31 dagen geleden"
    check = next(one for one in doctor(later, with_relay=False) if one.check == "bronnen")
    assert (check.ok, "dezelfde bytes" in check.message) == (False, True)
    selfcheck(later)
    with reading(context.engine) as connection:
        told = connection.scalars(
            select(outbox.c.about).where(
                outbox.c.kind == "system",
                outbox.c.recipient == "beheerder@kantoor.example",
                outbox.c.about.like("source:%") | outbox.c.about.like("doctor:bronnen%"),
            )
        ).all()
    assert [about.partition(":")[0] for about in told] == ["source"], "one trouble, one mail"


def test_a_source_that_falls_silent_is_told_of_after_its_grace(site):
    context = open_site(site)
    ingest(context, [REGION / "lijsten/clienten_per_profiel_2026-09-07.csv"])
    contract = context.settings.sources["clienten_per_profiel"]
    last = context.now + timedelta(days=31 + contract.cadence.grace_days)
    with reading(context.engine) as connection:
        assert list(data_lines(connection, context, last)) == []
        [line] = data_lines(connection, context, last + timedelta(days=1))
    assert line.state.startswith("verwacht, niet ontvangen (")
