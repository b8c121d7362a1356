"""From history to level with reasons: one zorgkantoor on SQLite, the nation on Parquet through DuckDB, ten years again.

    python benchmarks/history.py [--providers 3000] [--nation 40000] [--quarters 40] [--only office nation replay]

1. office: 3,000 providers × 50 figures × 40 quarters in SQLite: select, features, score, reasons of everybody.
2. nation: 40,000 providers × 50 × 40 (80 million rows) as a lake, asked region by region (31 zorgkantoren) by two
   processes, each region judged among its own; one region is asked of SQLite too, and must give the same points.
3. replay: ten years, quarter by quarter, of the first: select once, then features and score at every date.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from memory import peak_megabytes
from sqlalchemy import Connection, Engine, insert

from ews.jobs.run import clock
from ews.jobs.site import create_site
from ews.scoring.card import cards_on
from ews.scoring.explain import Explainer
from ews.scoring.features import Features, build, figures_needed
from ews.scoring.scorecard import Scored, score
from ews.scoring.timeline import Timeline
from ews.settings.load import Settings, load
from ews.store import schema
from ews.store.engine import open_engine, reading, writing
from ews.store.history import PERIODS_BACK, history_at
from ews.store.lake import open_lake
from ews.store.timeline import versions_until

FIGURES, REGIONS = 50, 31
AS_OF = datetime(2026, 11, 22, 12, tzinfo=UTC)
LAST = date(2026, 9, 30)
SOURCE, LIST = "kwartaalopgave", "zorgaanbieders"
REGISTER = ("naam", "sector", "regio")
SECTORS = ("vv", "ghz", "ggz")
AT_ONCE = 200_000


@dataclass(frozen=True)
class Made:
    """What the names are called, so that rows can be made of numbers alone."""

    settings: Settings
    figures: list[str]

    @property
    def names(self) -> list[str]:
        return [*self.figures, *REGISTER]


def made() -> Made:
    with tempfile.TemporaryDirectory() as folder:
        settings = load(Path(folder))
    wanted = sorted(
        {
            figure
            for one in settings.indicators.values()
            for figure in one.parsed().figures
            if "[" not in figure and figure not in REGISTER
        }
    )
    filled = [*wanted, *(f"meetproef_{number}" for number in range(FIGURES))][:FIGURES]
    return Made(settings, filled)


def identifier(number: int) -> str:
    return f"kvk:{10_000_000 + number}"


def region_of(region: int, providers: int) -> np.ndarray:
    """The providers of one zorgkantoor: taken in together, so their numbers follow each other."""
    return np.array_split(np.arange(providers), REGIONS)[region]


def quarter_ends(quarters: int) -> list[date]:
    ends = pd.date_range(end=pd.Timestamp(LAST), periods=quarters, freq="QE")
    return [end.date() for end in ends]


def values(numbers: np.ndarray, figure: int, quarter: int) -> np.ndarray:
    """A figure that wanders per provider, the same on every engine: no random state, only arithmetic."""
    wave = (numbers * 7919 + figure * 104_729 + quarter * 1_299_709) % 1000
    return np.round(wave / 1000 + figure, 6)


def rows_of(numbers: np.ndarray, plan: Made, quarters: int) -> Iterator[pd.DataFrame]:
    """Observations of providers, quarter by quarter, then what the register says of them."""
    for place, end in enumerate(quarter_ends(quarters)):
        known = datetime.combine(end + timedelta(days=40), datetime.min.time(), UTC)
        for figure in range(len(plan.figures)):
            yield observations(numbers, figure + 1, SOURCE, end, known, real=values(numbers, figure, place))
    texts = (
        [f"Aanbieder {number}" for number in numbers],
        [SECTORS[number % len(SECTORS)] for number in numbers],
        [f"{5500 + number // 1291}" for number in numbers],
    )
    for place, words in enumerate(texts):
        yield observations(numbers, FIGURES + 1 + place, LIST, LAST, AS_OF - timedelta(days=20), text=words)


def observations(
    numbers: np.ndarray,
    indicator: int,
    source: str,
    end: date,
    known: datetime,
    *,
    real: np.ndarray | None = None,
    text: list[str] | None = None,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "subject_id": numbers + 1,
            "indicator_id": indicator,
            "dimension_id": 1,
            "source": source,
            "period_end": end,
            "known_at": known,
            "period_start": end - timedelta(days=91) if source == SOURCE else None,
            "value_int": None,
            "value_real": real,
            "value_text": text,
            "delivery_id": 1 if source == SOURCE else 2,
            "row_number": numbers + 1,
        }
    )


def names_into(connection: Connection, plan: Made, numbers: np.ndarray) -> None:
    """The small tables that rows point to."""
    delivered = {"size": 1, "known_at": AS_OF, "recorded_at": AS_OF, "status": "accepted", "message": ""}
    empty = {"counts": {}, "columns_seen": [], "indicators_refused": [], "unknown_columns": []}
    for number, source in ((1, SOURCE), (2, LIST)):
        row = {
            "id": number,
            "source": source,
            "sha256": str(number) * 64,
            "name": source,
            **delivered,
            **empty,
        }
        connection.execute(insert(schema.delivery).values(**row))
    connection.execute(insert(schema.dimension).values(id=1, content="{}"))
    people = [{"id": int(n) + 1, "identifier": identifier(n), "kind": "provider"} for n in numbers]
    connection.execute(insert(schema.subject), people)
    connection.execute(insert(schema.indicator), [{"id": i + 1, "name": n} for i, n in enumerate(plan.names)])


def fill_sqlite(folder: Path, plan: Made, numbers: np.ndarray, quarters: int) -> Engine:
    create_site(folder / "site", now=clock())
    engine = open_engine(f"sqlite:///{folder / 'site' / 'ews.sqlite'}")
    with writing(engine) as connection:
        connection.execute(schema.observation.delete())
        connection.execute(schema.indicator.delete())
        connection.execute(schema.dimension.delete())
        names_into(connection, plan, numbers)
        known = pd.concat([*rows_of(numbers, plan, quarters)], ignore_index=True)
        known = known.sort_values(["subject_id", "indicator_id", "period_end"])
        known["known_at"] = known["known_at"].map(lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
        for name in ("period_end", "period_start"):
            known[name] = known[name].map(str, na_action="ignore")
        known = known.astype(object).where(known.notna(), None)
        marks = ", ".join("?" * len(known.columns))
        statement = f"INSERT INTO observation ({', '.join(known.columns)}) VALUES ({marks})"
        for start in range(0, len(known), AT_ONCE):
            part = known.iloc[start : start + AT_ONCE]
            connection.exec_driver_sql(statement, list(part.itertuples(index=False, name=None)))
    return engine


def fill_lake(folder: Path, plan: Made, providers: int, quarters: int) -> None:
    """The same rows as files in the layout of `ews history export`, made by DuckDB: by region, then by provider."""
    (folder / "observation").mkdir(parents=True)
    with duckdb.connect(config={"memory_limit": "1GB", "threads": 2}) as database:
        database.execute("SET TimeZone = 'UTC'")
        put(database, folder, "dimension", pd.DataFrame({"id": [1], "content": ["{}"]}))
        put(
            database,
            folder,
            "indicator",
            pd.DataFrame({"id": range(1, len(plan.names) + 1), "name": plan.names}),
        )
        put(
            database,
            folder,
            "delivery",
            pd.DataFrame({"id": [1, 2], "source": [SOURCE, LIST], "status": "accepted"}),
        )
        everyone = np.arange(providers)
        people = {"id": everyone + 1, "identifier": [identifier(n) for n in everyone], "kind": "provider"}
        put(database, folder, "subject", pd.DataFrame(people))
        ends = {"quarter": range(quarters), "period_end": quarter_ends(quarters)}
        database.register("ends", pd.DataFrame(ends).astype({"period_end": "datetime64[s]"}))
        for region in range(REGIONS):
            numbers = region_of(region, providers)
            texts = [part for part in rows_of(numbers, plan, 0)]
            database.register("said", pd.concat(texts, ignore_index=True))
            target = folder / "observation" / f"part-{region:05d}.parquet"
            database.execute(
                f"COPY (SELECT * FROM ({QUARTERLY.format(first=numbers[0], after=numbers[-1] + 1)} UNION ALL {SAID}) "
                f"ORDER BY subject_id, indicator_id, period_end) TO '{target}' (FORMAT parquet)"
            )
            database.unregister("said")


QUARTERLY = f"""
    SELECT (n + 1)::INT subject_id, (f + 1)::INT indicator_id, 1::INT dimension_id, '{SOURCE}' source,
           period_end::DATE period_end, (period_end + INTERVAL 40 DAY)::TIMESTAMPTZ known_at,
           (period_end - INTERVAL 91 DAY)::DATE period_start, NULL::BIGINT value_int,
           round(((n * 7919 + f * 104729 + quarter * 1299709) % 1000) / 1000.0 + f, 6)::DOUBLE value_real,
           NULL::VARCHAR value_text, 1::INT delivery_id, (n + 1)::INT row_number
    FROM range({{first}}, {{after}}) people(n), range({FIGURES}) figures(f), ends
"""
SAID = """
    SELECT subject_id::INT, indicator_id::INT, 1::INT, source, period_end::DATE, known_at::TIMESTAMPTZ, NULL::DATE,
           NULL::BIGINT, NULL::DOUBLE, value_text::VARCHAR, delivery_id::INT, row_number::INT
    FROM said
"""


def put(database: duckdb.DuckDBPyConnection, folder: Path, name: str, rows: pd.DataFrame) -> None:
    database.register("made", rows)
    database.execute(f"COPY made TO '{folder / name}.parquet' (FORMAT parquet)")
    database.unregister("made")


def judge(frame: pd.DataFrame, plan: Made, moment: datetime) -> tuple[Features, list[Scored]]:
    """Features and points of everybody in a history."""
    seen = pd.DataFrame(
        {"subject": frame["subject"].unique(), "source": LIST, "seen_at": pd.Timestamp(moment) - pd.Timedelta(days=20)}
    )  # fmt: skip
    features = build(
        frame,
        indicators=plan.settings.indicators,
        as_of=moment,
        seen=seen,
        state_sources=frozenset({LIST}),
    )
    cards = cards_on(plan.settings.scorecards, moment.date()).card
    return features, [score(features, card, plan.settings.indicators) for card in cards]


def points(features: Features, scored: list[Scored]) -> dict[str, int]:
    return {
        str(features.subjects[at]): int(total)
        for one in scored
        for at, total in zip(one.positions, one.total, strict=True)
    }


def figures_of(plan: Made) -> frozenset[str]:
    return figures_needed(plan.settings.indicators.values()) | frozenset(plan.figures)


def office(engine: Engine, plan: Made) -> None:
    begin = time.perf_counter()
    with reading(engine) as connection:
        frame = history_at(connection, AS_OF, figures=figures_of(plan))
    asked = time.perf_counter()
    features, scored = judge(frame, plan, AS_OF)
    judged = time.perf_counter()
    explainer = Explainer(features, plan.settings.indicators, {"scorecard": "meetproef"})
    reasons = sum(len(one.reasons) for part in scored for one in explainer.assessments(part))
    done = time.perf_counter()
    print(
        f"office, SQLite: {done - begin:.1f} s (promise: 60) = select {asked - begin:.1f} + features and score "
        f"{judged - asked:.1f} + {reasons:,} reasons {done - judged:.1f}; peak {peak_megabytes():.0f} MB"
    )


def region(lake: Path, number: int, providers: int) -> tuple[dict[str, int], float]:
    """One zorgkantoor of the nation: points of everybody, and the megabytes that this process ever held."""
    plan = _plan()
    with open_lake(lake, memory="512MB", threads=1).connect() as connection:
        mine = {identifier(number) for number in region_of(number, providers)}
        frame = history_at(connection, AS_OF, figures=figures_of(plan), subjects=mine)
    return points(*judge(frame, plan, AS_OF)), peak_megabytes()


@cache
def _plan() -> Made:
    return made()


def nation(lake: Path, providers: int) -> dict[str, int]:
    """Region by region, two at a time: as many as there are cores."""
    begin, judged, peaks = time.perf_counter(), {}, [0.0]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        asked = [pool.submit(region, lake, number, providers) for number in range(REGIONS)]
        for answer in asked:
            found, peak = answer.result()
            judged |= found
            peaks.append(peak)
    seconds = time.perf_counter() - begin
    print(
        f"nation, DuckDB over Parquet: {len(judged):,} providers in {REGIONS} regions, {seconds:.0f} s (promise: 90), "
        f"peak of two processes together at most {2 * max(peaks):.0f} MB (promise: 2500)"
    )
    return judged


def again(engine: Engine, plan: Made, quarters: int) -> None:
    begin = time.perf_counter()
    with reading(engine) as connection:
        versions = versions_until(connection, AS_OF, figures=figures_of(plan))
    timeline = Timeline(versions, periods_back=PERIODS_BACK)
    for end in quarter_ends(quarters):
        moment = datetime.combine(end + timedelta(days=50), datetime.min.time(), UTC)
        judge(timeline.at(moment), plan, moment)
    seconds = time.perf_counter() - begin
    print(f"replay of {quarters} quarters: {seconds:.0f} s (promise: 900), peak {peak_megabytes():.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--providers", type=int, default=3_000)
    parser.add_argument("--nation", type=int, default=40_000)
    parser.add_argument("--quarters", type=int, default=40)
    parser.add_argument("--only", nargs="*", default=["office", "nation", "replay"])
    asked = parser.parse_args()
    plan = made()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "nation" in asked.only:
            fill_lake(folder / "lake", plan, asked.nation, asked.quarters)
            judged = nation(folder / "lake", asked.nation)
            sample = region_of(0, asked.nation)
            engine = fill_sqlite(folder / "sample", plan, sample, asked.quarters)
            with reading(engine) as connection:
                frame = history_at(connection, AS_OF, figures=figures_of(plan))
            same = points(*judge(frame, plan, AS_OF))
            assert same == {who: judged[who] for who in same}, "SQLite and DuckDB do not agree"
            print(f"SQLite gives the same points for the {len(same):,} providers of the first region")
        if {"office", "replay"} & set(asked.only):
            engine = fill_sqlite(folder / "office", plan, np.arange(asked.providers), asked.quarters)
            if "office" in asked.only:
                office(engine, plan)
            if "replay" in asked.only:
                again(engine, plan, asked.quarters)


if __name__ == "__main__":
    main()
