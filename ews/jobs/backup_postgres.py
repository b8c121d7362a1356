"""A copy of a PostgreSQL database by its own tools, restored beside it to see whether it is whole."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import ProgrammingError

from ews.errors import RefusedError
from ews.store.engine import open_engine

LIMIT_SECONDS = 3600


def tools() -> list[str]:
    """Which of the two programs of PostgreSQL are not on this machine."""
    return [name for name in ("pg_dump", "pg_restore") if shutil.which(name) is None]


def copy_and_restore(engine: Engine, draft: Path, prove: Callable[[Engine], int]) -> int:
    """Dump into `draft`, restore that into a database of its own, and prove it. Returns what `prove` does.

    Raises RefusedError when a program or a right is missing, or when a program says no.
    """
    if missing := tools():
        raise RefusedError(
            f"Geen reservekopie: op deze machine ontbreekt {' en '.join(missing)}. Installeer de clientprogramma's "
            "van PostgreSQL, in de versie van de server of nieuwer."
        )
    _run("pg_dump", engine.url, "--format=custom", "--no-owner", f"--file={draft}")
    with _scratch(engine, f"ews_proef_{os.getpid()}") as place:
        _run("pg_restore", place, "--no-owner", "--exit-on-error", f"--dbname={_plain(place)}", str(draft))
        restored = open_engine(place.render_as_string(hide_password=False))
        try:
            return prove(restored)
        finally:
            restored.dispose()


@contextmanager
def _scratch(engine: Engine, name: str) -> Iterator[URL]:
    """A database that exists only for the drill."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT", reading=True) as connection:
        try:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE template0')
        except ProgrammingError as error:
            raise RefusedError(
                "De reservekopie kon niet worden teruggezet om haar te controleren, en telt dus niet: "
                f"{str(error.orig).strip()}. Geef de databasegebruiker het recht CREATEDB."
            ) from None
        try:
            yield engine.url.set(database=name)
        finally:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


def _plain(url: URL) -> str:
    """The address as PostgreSQL's programs know it, without the password: that goes by the environment."""
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _run(program: str, url: URL, *words: str) -> None:
    path = shutil.which(program)
    assert path is not None
    command = [path, *words] if program == "pg_restore" else [path, *words, _plain(url)]
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, no shell
        command, env=environment, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
    )
    if done.returncode != 0:
        raise RefusedError(
            f"{program} lukte niet: {done.stderr.strip()[:300]}. De vorige kopie blijft staan; "
            "kijk naar de versie van het programma, de schijf en de rechten, en probeer opnieuw."
        )
