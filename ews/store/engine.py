"""Opening the database so that a commit is durable and two writers lose nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from ews.errors import RefusedError

# The value each pragma must read back as; WAL with synchronous=NORMAL loses acknowledged commits.
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": 10_000,
    "trusted_schema": 0,
}
WRITER = 4544339
"""PostgreSQL's advisory lock of whoever writes, for as long as its transaction lasts."""
WRITER_WAITS_SECONDS = 60
_MIGRATIONS = Path(__file__).parent / "migrations"


def open_engine(url: str) -> Engine:
    """An engine on `sqlite:///…` or `postgresql+psycopg://…`, its promises checked at every connect.

    Raises RefusedError for another database, or a SQLite that does not take a pragma.
    """
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        return _open_sqlite(url)
    if backend == "postgresql":
        return _open_postgres(url)
    raise RefusedError(
        f"Database '{backend}' wordt niet ondersteund. Gebruik sqlite:/// of postgresql+psycopg:// "
        "in [database] url van settings.toml."
    )


def _open_sqlite(url: str) -> Engine:
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        # the driver's own transaction starts late and loses updates: BEGIN IMMEDIATE is ours to send
        connection.isolation_level = None
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}")
            found = connection.execute(f"PRAGMA {name}").fetchone()[0]
            if found != value:
                raise RefusedError(
                    f"SQLite neemt {name}={value} niet aan (nu: {found}). "
                    "Zet de database op een lokale schijf, niet op een netwerkmap."
                )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _open_postgres(url: str) -> Engine:
    engine = create_engine(url, pool_pre_ping=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # what SQLite does by nature: the audit chain, case numbers and alerts are read and then written,
        # and a second writer in between would lose one of the two
        if not connection.get_execution_options().get("reading", False):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WRITER_WAITS_SECONDS}s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER})")

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of the database and never blocks a writer."""
    with engine.connect().execution_options(reading=True) as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: committed whole at the end of the block, or not at all."""
    with engine.begin() as connection:
        yield connection


def migrate(engine: Engine) -> None:
    """Bring the schema to this version's head; a schema from a later version is refused."""
    with reading(engine) as connection:  # opening a site must not wait for whoever is writing
        current = MigrationContext.configure(connection).get_current_revision()
    known, head = _revisions()
    if current and current not in known:
        raise RefusedError(
            f"De database heeft schema {current}, dat deze versie van ews niet kent. "
            "Installeer de versie waarmee de database is gemaakt, of een nieuwere."
        )
    if current == head:
        return
    config = _alembic()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


@cache
def _revisions() -> tuple[frozenset[str], str | None]:
    """The schemas that this version knows, and its newest: they lie in the package and don't change."""
    script = ScriptDirectory.from_config(_alembic())
    return frozenset(one.revision for one in script.walk_revisions()), script.get_current_head()


def integrity(connection: Connection) -> list[str]:
    """Faults the database itself reports, as text; empty when there are none."""
    if connection.dialect.name != "sqlite":
        return []
    try:
        faults = [row[0] for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
        faults += [
            f"foreign key: {tuple(row)}" for row in connection.execute(text("PRAGMA foreign_key_check"))
        ]
    except DatabaseError as error:  # so broken that it can't even be checked
        return [str(error.orig)]
    return faults
