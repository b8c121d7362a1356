"""The database keeps its promises, on SQLite and on PostgreSQL alike."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, insert, select, text, update

from ews.errors import RefusedError
from ews.store import audit, schema
from ews.store.engine import PRAGMAS, integrity, migrate, open_engine, reading, writing

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


@pytest.fixture
def sqlite(tmp_path: Path) -> Engine:
    engine = open_engine(f"sqlite:///{tmp_path / 'ews.sqlite'}")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def postgres(postgres_url: str) -> Engine:
    engine = open_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue(request.param)


def test_migrations_make_the_schema_that_the_code_expects(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_migrating_twice_changes_nothing(engine):
    migrate(engine)
    with reading(engine) as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == ["0001"]


def test_a_schema_of_a_later_version_is_refused(engine):
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RefusedError, match="schema 9999"):
        migrate(engine)


def test_every_sqlite_connection_has_the_durable_pragmas(sqlite):
    with reading(sqlite) as connection:
        found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in PRAGMAS}
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "trusted_schema": 0,
    }


def test_a_database_that_cannot_keep_the_promises_is_refused():
    with pytest.raises(RefusedError, match="journal_mode=wal"), reading(open_engine("sqlite://")):
        pass


def test_an_unknown_kind_of_database_is_refused():
    with pytest.raises(RefusedError, match="'mysql' wordt niet ondersteund"):
        open_engine("mysql://localhost/ews")


def test_moments_come_back_aware_and_in_utc(engine):
    amsterdam = timezone(timedelta(hours=1))
    with writing(engine) as connection:
        audit.append(
            connection, audit.SYSTEM, "test", "x", now=datetime(2026, 11, 22, 6, 0, tzinfo=amsterdam)
        )
    with reading(engine) as connection:
        assert connection.execute(select(schema.audit_entry.c.at)).scalar() == NOW


def test_a_naive_moment_is_refused(engine):
    with pytest.raises(Exception, match="naive moment"), writing(engine) as connection:
        connection.execute(update(schema.alert).values(opened_at=datetime(2026, 11, 22)))  # noqa: DTZ001


def test_four_writers_lose_no_update(sqlite):
    with writing(sqlite) as connection:
        connection.execute(insert(schema.indicator).values(id=1, name="0"))

    def count_up() -> None:
        for _ in range(25):
            with writing(sqlite) as connection:
                name = connection.execute(select(schema.indicator.c.name)).scalar()
                connection.execute(update(schema.indicator).values(name=str(int(name) + 1)))

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(sqlite) as connection:
        assert connection.execute(select(schema.indicator.c.name)).scalar() == "100"


def test_a_reader_does_not_wait_for_a_writer(sqlite):
    with writing(sqlite) as writer:
        writer.execute(insert(schema.indicator).values(id=1, name="new"))
        with reading(sqlite) as reader:
            assert reader.execute(select(schema.indicator)).all() == []


def test_a_broken_page_is_reported(sqlite, tmp_path):
    with writing(sqlite) as connection:
        connection.execute(
            insert(schema.indicator), [{"name": f"indicator {n:05d}" * 5} for n in range(2000)]
        )
        connection.execute(text("PRAGMA foreign_keys"))
    sqlite.dispose()
    path = tmp_path / "ews.sqlite"
    sqlite3.connect(path).execute("PRAGMA wal_checkpoint(TRUNCATE)").connection.close()
    content = bytearray(path.read_bytes())
    content[-4096:-3096] = bytes(1000)
    path.write_bytes(content)
    again = open_engine(f"sqlite:///{path}")
    with reading(again) as connection:
        assert integrity(connection) != []
    again.dispose()
