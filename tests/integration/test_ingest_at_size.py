"""What a large file costs: rows per transaction and their order always, and (slow) a ratio measured in one run."""

import csv
import random
import shutil
import sqlite3
import time
from pathlib import Path
from statistics import median

import pytest
from registers import add_contract
from sqlalchemy import event

from ews.jobs import intake
from ews.jobs.ingest import ingest
from ews.jobs.run import open_site
from ews.store.engine import PRAGMAS

FIGURES = 50
CONTRACT = """
title = "Proef"
supplier = "Toets"
layout = "wide"
form = "csv"
figures = "period"
decimal = "point"
file_patterns = ['^proef']
tolerance = 0.5
cadence = { every = "quarter" }
purpose = { legal_ground = "toets", use = "toets" }
[provider]
column = "KvK"
scheme = "kvk"
[period]
label = { column = "Kwartaal" }
""" + "".join(
    f'[[figure]]\nid = "figuur_{n}"\ncolumn = "figuur {n}"\nunit = "number"\n' for n in range(FIGURES)
)


@pytest.fixture
def opened(site, ews):
    add_contract(site, ews, "proef", CONTRACT)
    return open_site(site)


def wide(path: Path, providers: int, *, spoiled: int = 0, shuffled: bool = False) -> Path:
    """Fifty figures of every provider; of `spoiled` of them the number cannot be read."""
    numbers = random.Random(7)
    rows = [
        [
            "kapot" if place < spoiled else str(10_000_000 + place),
            "2026-Q1",
            *(f"{numbers.random() * 1e4:.2f}" for _ in range(FIGURES)),
        ]
        for place in range(providers)
    ]
    if shuffled:
        random.Random(8).shuffle(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["KvK", "Kwartaal", *(f"figuur {n}" for n in range(FIGURES))], *rows])
    return path


def written(context, path):
    """The transactions of an ingest: of each the rows that went into every table."""
    transactions = []

    def note(_connection, _cursor, statement, parameters, _context, many):
        if statement.startswith("BEGIN"):
            transactions.append({})
        elif statement.startswith("INSERT INTO"):
            rows = transactions[-1].setdefault(statement.split()[2], [])
            rows.extend(parameters if many else [parameters])

    event.listen(context.engine, "before_cursor_execute", note)
    try:
        report = ingest(context, [path])
    finally:
        event.remove(context.engine, "before_cursor_execute", note)
    return report.totals, transactions


def test_no_transaction_of_a_large_file_is_long_and_its_rows_come_in_the_order_of_the_key(opened, tmp_path):
    totals, transactions = written(opened, wide(tmp_path / "proef.csv", 60, spoiled=10))
    assert (totals["observations_added"], totals["rows_rejected"]) == (2_500, 10)
    assert max(len(rows) for one in transactions for rows in one.values()) <= intake.BATCH
    figures = [row[:3] for one in transactions for row in one.get("observation", ())]
    assert len(figures) == 2_500
    assert figures == sorted(figures)


def bare(site: Path, folder: Path) -> float:
    """Seconds of processor to insert the stored rows, a column after another, in bulk, under the same unique key."""
    with sqlite3.connect(site / "ews.sqlite") as stored:
        (table,) = stored.execute("SELECT sql FROM sqlite_master WHERE name = 'observation'").fetchone()
        rows = stored.execute("SELECT * FROM observation ORDER BY indicator_id, row_number").fetchall()
    with sqlite3.connect(folder / "bare.sqlite") as database:
        for name, value in PRAGMAS.items():
            database.execute(f"PRAGMA {name}={value if name != 'foreign_keys' else 0}")
        database.execute(table)
        start = time.process_time()
        database.executemany(f"INSERT INTO observation VALUES ({','.join('?' * len(rows[0]))})", rows)
        database.commit()
        return time.process_time() - start


def taken(context, path: Path) -> tuple[float, int]:
    """Seconds of processor that an ingest takes, and what it added."""
    start = time.process_time()
    totals = ingest(context, [path]).totals
    return time.process_time() - start, totals["observations_added"]


@pytest.mark.slow
def test_a_hundred_thousand_figures_cost_four_times_a_bare_insert_at_most_and_again_half_of_that(
    site, opened, tmp_path
):
    opened.engine.dispose()
    first = wide(tmp_path / "proef.csv", 2_000)
    other = wide(tmp_path / "proef_2.csv", 2_000, shuffled=True)
    once, again, same = [], [], []
    for place in range(3):
        folder = tmp_path / f"run{place}"
        context = open_site(shutil.copytree(site, folder / "site"))
        taken_in = [taken(context, path) for path in (first, other, first)]
        assert [added for _, added in taken_in] == [100_000, 0, 0]
        context.engine.dispose()
        measure = bare(folder / "site", folder)
        for ratios, (seconds, _) in zip((once, again, same), taken_in, strict=True):
            ratios.append(seconds / measure)
    assert median(once) <= 4, once
    assert median(again) <= 2, again  # the same rows in another file and order
    assert median(same) <= median(once) / 2, same  # the same bytes
