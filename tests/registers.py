"""Small register extracts in the layout of the Care Inspectorate, and what a store holds of them."""

import csv
import gzip
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import isnan
from pathlib import Path
from typing import Any

from sqlalchemy import text

from ews.jobs.run import end_of_day
from ews.store.engine import open_engine, reading
from ews.store.observations import known_at

HEADER = ("CSNumber", "SP_number", "CareService", "ServiceStatus", "ServiceName", "ServiceProvider", "Registered_Places", "MinGrade", "Enforcements_issued_1920", "ManagerName")  # fmt: skip


def service(number: int, **cells: str) -> dict[str, str]:
    """A row of an extract."""
    return {
        "CSNumber": f"CS{2003000000 + number}",
        "SP_number": f"SP{2003000000 + number // 3}",
        "CareService": "Care Home Service",
        "ServiceStatus": "Active",
        "ServiceName": f"Huis {number}",
        "ServiceProvider": f"Stichting {number // 3}",
        "Registered_Places": f"{20 + number % 40}.0",
        "MinGrade": f"{1 + number % 6}.0",
        "Enforcements_issued_1920": "",
        "ManagerName": f"M{number:08d}",
    } | cells


def extract(
    folder: Path,
    day: str,
    rows: Sequence[Mapping[str, str]],
    *,
    header: Sequence[str] = HEADER,
    packed: bool = True,
) -> Path:
    """Write an extract of a day."""
    folder.mkdir(exist_ok=True)
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    path = folder / f"{day}_datastore.csv{'.gz' if packed else ''}"
    content = made.getvalue().encode()
    path.write_bytes(gzip.compress(content, mtime=0) if packed else content)
    return path


def known(site: Path, day: str) -> dict[tuple[str, str, str, str], object]:
    """What the store knows at the end of a day: (subject, indicator, dimension, period) -> value, the newest of a state."""
    engine = open_engine(f"sqlite:///{site / 'ews.sqlite'}")
    with reading(engine) as connection:
        frame = known_at(connection, end_of_day(date.fromisoformat(day)))
    engine.dispose()
    found: dict[tuple[str, str, str, str], object] = {}
    for row in frame.sort_values("period_end").to_dict("records"):
        period = "state" if row["period_start"] is None else str(row["period_end"])
        number = None if isnan(row["value"]) else row["value"]
        found[(row["subject"], row["indicator"], row["dimension"], period)] = row["text"] or number
    return found


_STATE = """
    SELECT s.identifier, i.name, m.content, o.source, o.period_start, o.period_end, o.known_at, o.value_int,
           o.value_real, o.value_text, o.row_number, d.sha256, d.status
    FROM observation o JOIN subject s ON s.id = o.subject_id JOIN indicator i ON i.id = o.indicator_id
    JOIN dimension m ON m.id = o.dimension_id JOIN delivery d ON d.id = o.delivery_id
    UNION ALL
    SELECT s.identifier, 'covered', '', d.source, '', '', d.known_at, c.row_number, 0, '', 0, d.sha256, d.status
    FROM delivery_coverage c JOIN subject s ON s.id = c.subject_id JOIN delivery d ON d.id = c.delivery_id
    UNION ALL
    SELECT s.identifier, e.kind, e.key, e.source, e.occurred_on, e.ended_on, e.known_at, 0, 0, e.detail,
           e.row_number, d.sha256, d.status
    FROM event e JOIN subject s ON s.id = e.subject_id JOIN delivery d ON d.id = e.delivery_id
"""


def stored(site: Path) -> list[tuple[Any, ...]]:
    """Every observation, coverage and event of a store, without the numbers that differ from run to run."""
    engine = open_engine(f"sqlite:///{site / 'ews.sqlite'}")
    with reading(engine) as connection:
        rows = sorted((tuple(row) for row in connection.execute(text(_STATE))), key=repr)
    engine.dispose()
    return rows


def adds_up(one: Mapping[str, Any]) -> bool:
    """Whether every row that was read is accounted for."""
    parts = ("rows_accepted", "rows_unchanged", "rows_rejected", "rows_out_of_scope")
    return bool(one["rows_read"] == sum(one[part] for part in parts))


def add_contract(site: Path, ews: Callable[..., Any], name: str, content: str) -> None:
    """Give a site one more contract (or another one of that name), and make it live."""
    (site / "config" / "sources" / f"{name}.toml").write_text(content, encoding="utf-8")
    done = ews("--user", "teamleider", "config", "activate", "--second", "analist")
    assert done.code == 0, done.err
