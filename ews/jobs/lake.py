"""The history out of the site as files, on the record: it holds confidential figures of providers."""

from pathlib import Path
from typing import Any

from ews.jobs.run import Context
from ews.store import audit
from ews.store.engine import reading, writing
from ews.store.lake import export


def export_history(context: Context, folder: Path) -> dict[str, Any]:
    """`{"folder", "rows": {table: count}}`. Raises as `store.lake.export`; asks for a person."""
    person = context.person()
    with reading(context.engine) as connection:
        rows = export(connection, folder)
    with writing(context.engine) as connection:
        audit.append(
            connection,
            context.actor,
            "history.exported",
            person.id,
            {"rows": rows["observation"]},
            now=context.now,
        )
    return {"folder": str(folder), "rows": rows}
