"""Making a site, and making its configuration live."""

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from ews.errors import NotAllowedError, RefusedError
from ews.jobs.run import Context
from ews.people import Mandate
from ews.settings.documents import Documents, documents_hash, read_documents, shipped
from ews.settings.load import load
from ews.settings.site import database_url
from ews.store import audit, config_versions
from ews.store.engine import migrate, open_engine, writing

FOLDERS = ("inbox", "raw", "outbox", "evidence", "dossiers", "secrets", "log")


def create_site(folder: Path, *, now: datetime, config: Path | None = None) -> Path:
    """Make a site in `folder` with commented default configuration, active from the start.

    `config` overrides default files (the demo brings its own). Raises RefusedError when there is one already.
    """
    if (folder / "config").exists():
        raise RefusedError(f"In {folder} is al een plek ingericht. Kies een andere map.")
    shutil.copytree(shipped("config"), folder / "config")
    if config is not None:
        shutil.copytree(config, folder / "config", dirs_exist_ok=True)
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "secrets").chmod(0o700)
    settings = load(folder)
    engine = open_engine(database_url(folder, settings.site))
    migrate(engine)
    with writing(engine) as connection:
        if config_versions.active_documents(connection) is None:
            config_versions.record(
                connection,
                content=plain(settings.documents),
                hash=settings.hash,
                difference=["eerste inrichting"],
                by=audit.SYSTEM.id,
                second=audit.SYSTEM.id,
                now=now,
            )
            audit.append(connection, audit.SYSTEM, "site.created", settings.hash, now=now)
    engine.dispose()
    return folder


def pending_changes(context: Context) -> list[str]:
    """What the files on disk say otherwise than the configuration in force, a line per key."""
    documents, _ = read_documents(context.folder / "config")
    return differences(plain(context.settings.documents), plain(documents))


def activate(context: Context, second: str) -> list[str]:
    """Make the files on disk live. Needs the mandate and a second, different person.

    Returns the recorded differences. Raises ConfigError for faulty files, NotAllowedError otherwise.
    """
    person = context.person()
    if second == person.id or second not in context.settings.people:
        raise NotAllowedError("Een tweede, andere persoon van het kantoor moet meetekenen: --second ID.")
    for one in (person, context.settings.people[second]):
        if Mandate.CONFIG not in one.mandates:
            raise NotAllowedError(f"{one.id} heeft geen mandaat 'config' in people.toml.")
    fresh = load(context.folder)
    documents = plain(fresh.documents)
    changed = differences(plain(context.settings.documents), documents)
    with writing(context.engine) as connection:
        config_versions.record(
            connection,
            content=documents,
            hash=documents_hash(documents),
            difference=changed,
            by=person.id,
            second=second,
            now=context.now,
        )
        audit.append(
            connection,
            context.actor,
            "config.activated",
            fresh.hash,
            {"second": second, "changes": len(changed)},
            now=context.now,
        )
    return changed


def differences(before: Any, after: Any, path: str = "") -> list[str]:
    """Key by key: `bestand: sleutel: oud -> nieuw`; entries of a table are held beside each other by id."""
    before, after = _by_id(before), _by_id(after)
    if isinstance(before, dict) and isinstance(after, dict):
        join = "" if not path else ": " if path.endswith(".toml") else "."
        return [
            line
            for key in sorted(before.keys() | after.keys())
            for line in differences(before.get(key), after.get(key), f"{path}{join}{key}")
        ]
    return [] if before == after else [f"{path}: {before} -> {after}"]


def _by_id(value: Any) -> Any:
    is_table = isinstance(value, list) and value and all(isinstance(e, dict) and "id" in e for e in value)
    return {entry["id"]: entry for entry in value} if is_table else value


def plain(documents: Documents) -> Documents:
    """As the database keeps them: dates and times of TOML as ISO text."""
    plain: Documents = json.loads(json.dumps(documents, default=str, ensure_ascii=False))
    return plain
