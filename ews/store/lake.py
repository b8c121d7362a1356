"""The history as Parquet files: the same select on DuckDB, for whoever asks more than one database holds.

A lake is a folder with `subject`, `indicator`, `dimension`, `delivery` and `observation/part-*.parquet`; the
columns are those of the tables. Rows lie by subject, so that a question about some reads little of the rest.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, Select, create_engine, select, text, type_coerce
from sqlalchemy.types import NullType

from ews.errors import RefusedError
from ews.store.schema import delivery, dimension, indicator, observation, subject

PART_ROWS = 1_000_000
NAMES = ("subject", "indicator", "dimension", "delivery")
_TYPES = {
    "subject_id": "INTEGER",
    "indicator_id": "INTEGER",
    "dimension_id": "INTEGER",
    "source": "VARCHAR",
    "period_end": "DATE",
    "known_at": "TIMESTAMPTZ",
    "period_start": "DATE",
    "value_int": "BIGINT",
    "value_real": "DOUBLE",
    "value_text": "VARCHAR",
    "delivery_id": "INTEGER",
    "row_number": "INTEGER",
}


def export(connection: Connection, folder: Path) -> dict[str, int]:
    """Write the whole history into an empty or new folder; counts of rows per table.

    Only accepted deliveries are told; what is held or being taken in is nobody's figure yet. Raises
    RefusedError for a folder that holds something.
    """
    duck = _duckdb()
    if folder.exists() and any(folder.iterdir()):
        raise RefusedError(f"{folder} is niet leeg. Kies een nieuwe map; een uitvoer wordt nooit aangevuld.")
    (folder / "observation").mkdir(parents=True)
    counts = {}
    for name, query in _named_tables().items():
        rows = pd.DataFrame(
            [tuple(row) for row in connection.execute(query)], columns=query.selected_columns.keys()
        )
        _write(duck, rows, folder / f"{name}.parquet")
        counts[name] = len(rows)
    counts["observation"] = 0
    for place, part in enumerate(_parts(connection)):
        _write(duck, part, folder / "observation" / f"part-{place:05d}.parquet", types=_TYPES)
        counts["observation"] += len(part)
    return counts


def open_lake(folder: Path, *, memory: str = "2GB", threads: int = 2) -> Engine:
    """An engine on the files of a lake; read only, nothing is kept. `store.history` asks it as any database.

    Raises RefusedError when the folder is no lake.
    """
    _duckdb()
    missing = [name for name in NAMES if not (folder / f"{name}.parquet").is_file()]
    if missing or not list((folder / "observation").glob("*.parquet")):
        raise RefusedError(
            f"{folder} is geen uitvoer van de historie: {', '.join(missing) or 'observation'} ontbreekt. "
            "Maak er een met: ews history export MAP"
        )
    engine = create_engine(
        "duckdb:///:memory:", connect_args={"config": {"memory_limit": memory, "threads": threads}}
    )
    with engine.begin() as connection:
        for name in NAMES:
            _view(connection, name, folder / f"{name}.parquet")
        _view(connection, "observation", folder / "observation" / "*.parquet")
    return engine


def _view(connection: Connection, name: str, files: Path) -> None:
    # a path can't be a bound parameter of a view
    quoted = str(files).replace("'", "''")
    connection.execute(text(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{quoted}')"))  # noqa: S608 - names are ours, the path is quoted


def _named_tables() -> dict[str, Select[Any]]:
    return {
        "subject": select(subject.c.id, subject.c.identifier, subject.c.kind).order_by(subject.c.id),
        "indicator": select(indicator.c.id, indicator.c.name).order_by(indicator.c.id),
        "dimension": select(dimension.c.id, dimension.c.content).order_by(dimension.c.id),
        "delivery": select(delivery.c.id, delivery.c.source, delivery.c.status)
        .where(delivery.c.status == "accepted")
        .order_by(delivery.c.id),
    }


def _parts(connection: Connection) -> Iterator[pd.DataFrame]:
    """All observations of accepted deliveries by subject, a million at a time."""
    accepted = select(delivery.c.id).where(delivery.c.status == "accepted")
    days = {"period_end", "period_start", "known_at"}
    columns = [type_coerce(observation.c[n], NullType()) if n in days else observation.c[n] for n in _TYPES]
    rows = connection.execute(
        select(*columns).where(observation.c.delivery_id.in_(accepted)).order_by(*observation.primary_key),
        execution_options={"stream_results": True},
    )
    for part in rows.partitions(PART_ROWS):
        yield pd.DataFrame([tuple(row) for row in part], columns=list(_TYPES))


def _write(duck: Any, rows: pd.DataFrame, path: Path, *, types: dict[str, str] | None = None) -> None:
    chosen = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in (types or {}).items()) or "*"
    with duck.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        database.register("made", rows)
        quoted = str(path).replace("'", "''")
        database.execute(f"COPY (SELECT {chosen} FROM made) TO '{quoted}' (FORMAT parquet)")  # noqa: S608 - as above


def _duckdb() -> Any:
    try:
        import duckdb
    except ImportError:
        raise RefusedError(
            "Voor de historie als Parquet is DuckDB nodig. Installeer het met: pip install 'ews[big]'"
        ) from None
    return duckdb
