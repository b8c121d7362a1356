"""I6 and I7: what the store knows does not hang on the order of rows, of files, or on hearing a thing more than once."""

import shutil
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from contracts import contract
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registers import known

from ews.jobs.ingest import ingest
from ews.jobs.run import Context, open_site
from ews.signals.contract import SourceContract

DAYS = [date(2026, month, 5) for month in range(1, 7)]
WHO = [f"0000001{number}" for number in range(4)]
EXTRACT = contract(
    name="lijst",
    figures="state",
    history=True,
    file_patterns=[r"^lijst_(?P<date>\d{4}-\d{2}-\d{2})_?\d*\.csv$"],
    figure=[{"id": "plaatsen", "column": "Plaatsen", "unit": "count"}],
)
RETURNS = contract(
    name="opgave",
    figures="period",
    file_patterns=[r"^opgave_.*\.csv$"],
    period={"label": {"column": "Kwartaal"}},
    figure=[{"id": "plaatsen", "column": "Plaatsen", "unit": "count"}],
)
counts = st.integers(0, 3)
extracts = st.dictionaries(st.sampled_from(DAYS), st.dictionaries(st.sampled_from(WHO), counts, min_size=1), min_size=1)  # fmt: skip
figures = st.dictionaries(st.tuples(st.sampled_from(WHO), st.sampled_from(["2025-Q3", "2025-Q4"])), counts, min_size=1)  # fmt: skip
few = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


def office(made_site: Path, folder: Path, source: SourceContract) -> Context:
    site = Path(shutil.copytree(made_site, Path(tempfile.mkdtemp(dir=folder)) / "site"))
    context = open_site(site)
    return replace(context, settings=replace(context.settings, sources={source.name: source}))


def deliver(context: Context, name: str, lines: list[str], header: str) -> str:
    path = context.folder / name
    path.write_text("\n".join([header, *lines]), encoding="utf-8")
    return ingest(context, [path]).files[0].status


def newest(told: dict[date, dict[str, int]], day: date) -> dict[str, int]:
    """What a plain list says: of each the value of the last extract up to a day that names it."""
    found: dict[str, int] = {}
    for extracted in sorted(told):
        if extracted <= day:
            found |= told[extracted]
    return found


@pytest.mark.slow
@few
@given(extracts, st.randoms(use_true_random=False))
def test_extracts_in_any_order_and_again_are_known_as_a_plain_list_says(made_site, tmp_path, told, chance):
    context = office(made_site, tmp_path, EXTRACT)
    order = [day for day in told for _ in range(chance.randint(1, 2))]
    chance.shuffle(order)
    for day in order:
        rows = [f"{who};{count}" for who, count in told[day].items()]
        chance.shuffle(rows)
        assert deliver(context, f"lijst_{day}.csv", rows, "KvK;Plaatsen") in {"accepted", "known"}
    for day in DAYS:
        at = known(context.folder, (day + timedelta(days=1)).isoformat())
        assert {key[0].removeprefix("kvk:"): value for key, value in at.items()} == newest(told, day)
    context.engine.dispose()


@pytest.mark.slow
@few
@given(figures, st.randoms(use_true_random=False))
def test_figures_split_over_files_in_any_way_are_the_same_figures(made_site, tmp_path, told, chance):
    context = office(made_site, tmp_path, RETURNS)
    rows = [f"{who};{quarter};{count}" for (who, quarter), count in told.items()] * chance.randint(1, 2)
    chance.shuffle(rows)
    files = chance.randint(1, 3)
    for number in range(files):
        part = rows[number::files]
        if part:
            deliver(context, f"opgave_{number}.csv", part, "KvK;Kwartaal;Plaatsen")
    ends = {"2025-Q3": "2025-09-30", "2025-Q4": "2025-12-31"}
    wanted = {(f"kvk:{who}", ends[quarter]): count for (who, quarter), count in told.items()}
    assert {(key[0], key[3]): value for key, value in known(context.folder, "2999-01-01").items()} == wanted
    context.engine.dispose()
