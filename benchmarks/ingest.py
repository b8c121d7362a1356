"""How fast files go in, beside what the machine itself needs: run `python benchmarks/ingest.py [--only many] [--providers N]`.

1. The 22 real register extracts (when ../shared/data is there), as a multiple of bare pandas reading them as text.
2. 40,000 providers × 50 figures: as a multiple of a bare bulk insert of the same rows under the same unique key;
   delivered again in another file; how long a second writer waits meanwhile; and, with a second quarter beside it,
   the answer of `known_at` over four million. Each file is taken in by a process of its own: the peak is that process's.
3. A part of the jaarverantwoording of 1.5 GB of XML, streamed.
"""

import argparse
import csv
import io
import json
import multiprocessing
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import pandas as pd
from memory import peak_megabytes
from sqlalchemy import text

from ews.jobs.ingest import ingest
from ews.jobs.mapping import map_source
from ews.jobs.run import Context, clock, end_of_day, open_site
from ews.jobs.site import create_site
from ews.store.engine import PRAGMAS, reading
from ews.store.observations import known_at

DATASTORE = Path(__file__).parents[2] / "shared" / "data" / "scotland" / "datastore"
FIGURES = 50
CONTRACT = """
title = "Meetproef"
supplier = "Meetproef"
layout = "wide"
form = "csv"
figures = "period"
decimal = "point"
file_patterns = ['^meetproef']
cadence = { every = "quarter" }
purpose = { legal_ground = "meting", use = "meting" }
[provider]
column = "KvK"
scheme = "kvk"
[period]
label = { column = "Kwartaal" }
"""


def busy(work: Any) -> tuple[float, float, Any]:
    """Seconds, seconds of processor and result: the second says it on a machine that others use too."""
    start, before = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - start, time.process_time() - before, result


def timed(work: Any) -> tuple[float, Any]:
    """Seconds and result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def real_extracts() -> None:
    """22 published extracts against bare pandas in the same run."""
    if not DATASTORE.is_dir():
        print("../shared/data is not here: the real extracts are skipped")
        return
    files = sorted(DATASTORE.glob("*.csv.gz"))
    bare, _ = timed(lambda: [pd.read_csv(one, dtype=str, keep_default_na=False) for one in files])
    with tempfile.TemporaryDirectory() as folder:
        site = create_site(Path(folder) / "site", now=clock())
        seconds, report = timed(lambda: ingest(open_site(site), files))
        again, _ = timed(lambda: ingest(open_site(site), files))
    totals = report.totals
    print(f"22 extracts: {totals['rows_read']:,} rows, {totals['observations_added']:,} observations stored")
    print(f"  bare pandas {bare:.1f} s; ingest {seconds:.1f} s = {seconds / bare:.1f} times (target 40)")
    print(f"  the same again {again:.1f} s; peak {peak_megabytes():.0f} MB (target 1500)")


def delivery(path: Path, providers: int, *, shuffled: bool = False, quarter: str = "2026-Q1") -> Path:
    """A wide file of figures; the same rows in another order when shuffled."""
    numbers = random.Random(7)
    rows = [
        [
            f"{10_000_000 + place}",
            quarter,
            *(f"{numbers.randrange(1_000_000) / 100:.2f}" for _ in range(FIGURES)),
        ]
        for place in range(providers)
    ]
    if shuffled:
        random.Random(8).shuffle(rows)
    made = io.StringIO()
    csv.writer(made).writerows([["KvK", "Kwartaal", *(f"figuur {n}" for n in range(FIGURES))], *rows])
    path.write_text(made.getvalue(), encoding="utf-8")
    return path


def measuring_site(folder: Path) -> Context:
    """A site with a contract for the file."""
    figures = "".join(
        f'[[figure]]\nid = "figuur_{n}"\ncolumn = "figuur {n}"\nunit = "number"\n' for n in range(FIGURES)
    )
    (folder / "config" / "sources").mkdir(parents=True)
    (folder / "config" / "sources" / "meetproef.toml").write_text(CONTRACT + figures, encoding="utf-8")
    return open_site(create_site(folder / "site", now=clock(), config=folder / "config"))


def bare_insert(context: Context, folder: Path) -> tuple[float, float]:
    """Seconds, and seconds of processor, to insert the stored rows again, in bulk, into an empty table with the same unique key."""
    with reading(context.engine) as connection:
        table = connection.execute(
            text("SELECT sql FROM sqlite_master WHERE name = 'observation'")
        ).scalar_one()
        rows = [tuple(row) for row in connection.execute(text("SELECT * FROM observation"))]
    random.Random(9).shuffle(rows)
    rows.sort(key=lambda row: row[1])  # a column after another, as any reader of a wide file meets them
    with sqlite3.connect(folder / "bare.sqlite") as bare:
        for name, value in PRAGMAS.items():
            bare.execute(f"PRAGMA {name}={value if name != 'foreign_keys' else 0}")
        bare.execute(table)
        places = ",".join("?" * len(rows[0]))
        start, before = time.perf_counter(), time.process_time()
        bare.executemany(f"INSERT INTO observation VALUES ({places})", rows)
        bare.commit()
        return time.perf_counter() - start, time.process_time() - before


def second_writer(database: str, stop: Any, waits: Any) -> None:
    """Write a row every 50 ms, as the alert path would, and keep the longest wait."""
    connection = sqlite3.connect(database, timeout=60, isolation_level=None)
    longest = 0.0
    while not stop.is_set():
        start = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE job_run SET beat = beat + 1")
        connection.execute("COMMIT")
        longest = max(longest, time.perf_counter() - start)
        time.sleep(0.05)
    waits.put(longest)


TAKE_IN = """
import json, resource, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from memory import peak_megabytes
from ews.jobs.ingest import ingest
from ews.jobs.run import open_site
context = open_site(Path(sys.argv[1]))
start, before = time.perf_counter(), time.process_time()
report = ingest(context, [Path(sys.argv[2])])
seconds, processor = time.perf_counter() - start, time.process_time() - before
peak = max(peak_megabytes(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000)
print(json.dumps([seconds, processor, report.totals["rows_read"], report.totals["observations_added"], peak]))
"""


class Taken(NamedTuple):
    """What it took a process to take a file in."""

    seconds: float
    processor: float
    read: int
    added: int
    peak: float
    """MB."""


def taken_in(context: Context, path: Path) -> Taken:
    """A file taken in by a process of its own."""
    command = [sys.executable, "-c", TAKE_IN, str(context.folder), str(path), str(Path(__file__).parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Taken(*json.loads(done.stdout))


def beside_a_writer(context: Context, path: Path) -> tuple[Taken, float]:
    """Take a file in while another process writes: what it took, and the longest wait of the other."""
    stop, waits = multiprocessing.Event(), multiprocessing.Queue()
    database = str(context.folder / "ews.sqlite")
    other = multiprocessing.Process(target=second_writer, args=(database, stop, waits))
    other.start()
    taken = taken_in(context, path)
    stop.set()
    longest = waits.get()
    other.join()
    return taken, longest


def many_observations(providers: int) -> None:
    """Forty thousand providers with fifty figures each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        context = measuring_site(folder)
        file = delivery(folder / "meetproef.csv", providers)
        first, longest = beside_a_writer(context, file)
        same = taken_in(context, file)
        again = taken_in(context, delivery(folder / "meetproef_2.csv", providers, shuffled=True))
        bare, processor = bare_insert(context, folder)
        print(f"{first.added:,} observations: bare insert {bare:.1f} s, {processor:.1f} s of processor")
        print(
            f"  ingest {first.seconds:.1f} s = {first.seconds / bare:.1f} times (target 4), {first.processor:.1f} s of "
            f"processor = {first.processor / processor:.1f} times; peak {first.peak:.0f} MB (target 1500)"
        )
        print(f"  a second writer waited {longest:.2f} s at most (target 1)")
        print(f"  the same bytes again {same.seconds:.1f} s, {same.added} added")
        print(
            f"  again in another order {again.seconds:.1f} s (target {first.seconds / 2:.1f}), {again.processor:.1f} s of "
            f"processor; {again.added} added; peak {again.peak:.0f} MB"
        )
        later = taken_in(context, delivery(folder / "meetproef_3.csv", providers, quarter="2026-Q2"))
        print(f"  the next quarter {later.seconds:.1f} s; peak {later.peak:.0f} MB")
        known_answers(context)


def known_answers(context: Context) -> None:
    """What everybody and what one provider was known to have."""
    moment = end_of_day(context.now.date())
    with reading(context.engine) as connection:
        everybody, processor, frame = busy(lambda: known_at(connection, moment))
        one = [busy(lambda: known_at(connection, moment, subjects=["kvk:10000007"]))[:2] for _ in range(21)]
    wall, work = (median(taken) * 1000 for taken in zip(*one, strict=True))
    print(
        f"  known_at over {len(frame):,}: everybody {everybody:.1f} s (target 10), {processor:.1f} s of processor"
    )
    print(f"  one provider {wall:.1f} ms (target 5), {work:.1f} ms of processor, the middle of {len(one)}")


def annual_accounts(organisations: int) -> None:
    """A part of the jaarverantwoording, its columns proposed from its own labels and confirmed as they are."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from digimv_files import large, write_ods

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = write_ods(
            folder / "digimv2024-openbaar-20260129-multipletables-part-1.ods", large(organisations)
        )
        with zipfile.ZipFile(path) as archive:
            unpacked = archive.getinfo("content.xml").file_size
        site = create_site(folder / "site", now=clock())
        mapping, report = timed(lambda: map_source(open_site(site), "digimv", path))
        (folder / "config" / "sources").mkdir(parents=True)
        (folder / "config" / "sources" / "digimv.toml").write_text(report.config, encoding="utf-8")
        context = open_site(create_site(folder / "other", now=clock(), config=folder / "config"))
        taken = taken_in(context, path)
    print(f"jaarverantwoording: {unpacked / 1e9:.1f} GB of XML, {taken.read:,} organisations")
    print(f"  proposal {mapping:.0f} s; read {taken.seconds:.0f} s; peak {taken.peak:.0f} MB (target 500)")


def main() -> None:
    """Print everything."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--providers", type=int, default=40_000)
    arguments.add_argument("--organisations", type=int, default=3_400)
    arguments.add_argument("--only", choices=("extracts", "many", "accounts"))
    given = arguments.parse_args()
    if given.only in {None, "extracts"}:
        real_extracts()
    if given.only in {None, "many"}:
        many_observations(given.providers)
    if given.only in {None, "accounts"}:
        annual_accounts(given.organisations)


if __name__ == "__main__":
    main()
