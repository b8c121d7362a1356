"""A real PostgreSQL beside SQLite: started for the tests when it is installed."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text


def _binary(name: str) -> str | None:
    found = shutil.which(name)
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return found or (str(versions[-1]) if versions else None)


def _as_postgres(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root; as root its own user runs it."""
    return (
        ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
        if os.geteuid() == 0
        else command
    )


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """`postgresql+psycopg://…` of an empty server; EWS_TEST_PG_URL names one that runs already."""
    if given := os.environ.get("EWS_TEST_PG_URL"):
        yield given
        return
    initdb, server = _binary("initdb"), _binary("postgres")
    if not initdb or not server:
        pytest.skip("PostgreSQL (initdb, postgres) is not installed and EWS_TEST_PG_URL is not set")
    folder = Path(tempfile.mkdtemp(prefix="ews-pg-", dir="/tmp"))  # short: a socket path has 107 characters
    shutil.chown(folder, "postgres") if os.geteuid() == 0 else None
    made = [initdb, "-D", str(folder / "data"), "-U", "ews", "-A", "trust", "-E", "UTF8"]
    subprocess.run(_as_postgres(made), check=True, cwd=folder, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [
        "-D",
        str(folder / "data"),
        "-p",
        str(port),
        "-k",
        str(folder),
        "-c",
        "listen_addresses=127.0.0.1",
    ]
    running = subprocess.Popen(
        _as_postgres([server, *options]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder
    )
    try:
        _wait_until_open(port, running)
        yield f"postgresql+psycopg://ews@127.0.0.1:{port}/postgres"
    finally:
        running.send_signal(signal.SIGINT)  # the fast way down: does not wait for whoever is connected
        running.wait(timeout=30)
        shutil.rmtree(folder)


@pytest.fixture
def empty_postgres(postgres_url: str) -> str:
    """The URL of a server without tables."""
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return postgres_url


def _wait_until_open(port: int, running: subprocess.Popen[bytes]) -> None:
    import psycopg

    for _ in range(200):
        try:
            psycopg.connect(f"host=127.0.0.1 port={port} user=ews dbname=postgres", connect_timeout=1).close()
        except psycopg.OperationalError:
            assert running.poll() is None, "the PostgreSQL server stopped while starting"
            subprocess.run(["sleep", "0.1"], check=True)
        else:
            return
    raise AssertionError("the PostgreSQL server did not open within 20 s")
