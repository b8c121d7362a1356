"""A copy of the database that is proved to be one: restored the same night, counted, and its chain verified."""

import hashlib
import os
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from ews.errors import RefusedError
from ews.jobs.backup_postgres import copy_and_restore
from ews.jobs.run import Context
from ews.store import audit
from ews.store.engine import integrity, open_engine, reading
from ews.store.schema import metadata

KEEP = 14


def backup(context: Context) -> dict[str, Any]:
    """Copy the database into `backup/`, open the copy, and compare: SQLite as a file, PostgreSQL by `pg_dump`.

    Returns `{"rows", "bytes", "sha256"}`. Raises RefusedError when the copy is not whole: it is not kept then.
    """
    folder = context.folder / "backup"
    folder.mkdir(mode=0o700, exist_ok=True)
    draft = folder / f".draft-{os.getpid()}.sqlite"
    draft.unlink(missing_ok=True)
    is_file = context.engine.dialect.name == "sqlite"
    try:
        rows = _copy_file(context, draft) if is_file else _copy_server(context, draft)
        target = folder / f"ews-{context.now:%Y%m%dT%H%M%SZ}.{'copy' if is_file else 'dump'}"
        draft.chmod(0o600)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    for old in sorted(folder.glob("ews-*.*"))[:-KEEP]:
        old.unlink()
    content = target.read_bytes()
    return {"rows": rows, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _copy_server(context: Context, draft: Path) -> int:
    return copy_and_restore(context.engine, draft, lambda restored: _prove(context, restored))


def _copy_file(context: Context, draft: Path) -> int:
    _copy(context, draft)
    engine = open_engine(f"sqlite:///{draft}")
    try:
        return _prove(context, engine)
    finally:
        engine.dispose()
        for suffix in ("-wal", "-shm"):
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _copy(context: Context, target: Path) -> None:
    with context.engine.connect().execution_options(isolation_level="AUTOCOMMIT", reading=True) as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("VACUUM INTO ?", (str(target),))
    descriptor = os.open(target, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _prove(context: Context, copy: Engine) -> int:
    """The copy opens, is whole, its chain verifies, and it holds no more than there is. Returns its rows."""
    with reading(copy) as restored:
        faults = integrity(restored)
        broken = audit.first_bad_entry(restored)
        rows = _counted(restored)
        head = audit.head(restored)
    with reading(context.engine) as connection:
        now = audit.head(connection)
    if faults or broken or head.seq > now.seq:
        raise RefusedError(
            f"De reservekopie is niet heel ({'; '.join([*faults, broken or ''])}). "
            "De vorige kopie blijft staan; maak ruimte of kijk naar de schijf en probeer opnieuw."
        )
    return rows


def _counted(connection: Connection) -> int:
    return sum(
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    )


def newest(folder: Path) -> Path | None:
    """The last copy that was proved whole."""
    copies = sorted((folder / "backup").glob("ews-*.*"))
    return copies[-1] if copies else None
